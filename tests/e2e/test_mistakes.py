"""What happens by mistake: wrong calls, wrong addresses, wrong files. Each is told apart, and no secret told."""
import json
import os
import re
import shutil
import stat
import subprocess

import pytest

import harness
from harness import KEY, serving

SECRET = "s3cr3t"


# --- wrong calls --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call,says", [
    ([], "A subcommand is required; onda --help"), (["importt"], 'there is no command "importt"; onda --help'),
    (["tenant", "lst"], 'there is no command "tenant lst"; onda tenant --help'), (["tenant"], "A subcommand is required; onda tenant --help"),
    (["-x"], 'there is no option "-x"; onda --help'), (["tenant", "--x"], 'there is no option "--x"; onda tenant --help'),
    (["serve", "--port", "abc"], "--port = abc; onda serve --help"), (["import", "orders"], "file is required; onda import orders --help"),
    (["tenant", "list", "more"], "not expected: more; onda tenant list --help"), (["jobs", "list", "--type", "refreshh"], "refreshh not in"),
    (["--log-level", "loud", "init"], "loud not in"), (["--now", "yesterday", "init"], "Not a date and time")])
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_wrong_call_is_named_and_told_where_to_read_on(onda, call, says):
    done = onda.run(*call, code=2)
    assert done.err.startswith("onda: ") and says in done.err and done.err.count("\n") == 1 and done.out == ""


@pytest.mark.parametrize("engine", ["sqlite"])
def test_names_that_nobody_knows(onda):
    onda.tenant()
    for call in (["overview", "-t", "Nada"], ["refresh", "-t", "Nada"], ["tenant", "set", "Nada", "--name", "x"]):
        assert "there is no tenant 'Nada'; onda tenant list" in onda.run(*call, code=1).err
    assert "such as America/Sao_Paulo" in onda.run("tenant", "add", "x", "--time-zone", "Sao_Paulo", code=2).err
    wrong = onda.run("schedule", "add", "x", "--all", "--cron", "61 * * * *", code=1).err
    assert wrong.count("61") == 1, "said once"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_help_of_every_command_fits_a_terminal(onda):
    commands = re.findall(r"^  (\w+) ", onda.run("--help").out.split("Subcommands:")[1], re.M)
    assert len(commands) >= 18
    for command in commands:
        page = onda.run(command, "--help").out
        assert "EXIT CODES" in page and "EXAMPLES" in page, command
        assert [line for line in page.splitlines() if len(line) > 112] == [], command


@pytest.mark.parametrize("engine", ["sqlite"])
def test_every_setting_is_in_the_manual(onda):
    """The table in docs/operations.md names each variable that a command reads, beside its flag."""
    text = (harness.REPOSITORY / "docs/operations.md").read_text()
    table = text[text.index("## Settings"):text.index("## The key of the jobs API")]
    for command in ([], ["serve"], ["work"], ["freshness"], ["doctor"], ["refresh"], ["demo"]):
        for flag, variable in re.findall(r"(--[\w-]+).*?\(Env:(\w+)\)", onda.run(*command, "--help").out):
            line = next((line for line in table.splitlines() if f"`{variable}`" in line), "")
            assert flag in line, f"{flag} {variable} of onda {' '.join(command)}"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_nothing_for_a_terminal_where_there_is_none(onda):
    onda.tenant()
    onda.run("import", "orders", "-", "-t", "Loja", stdin=harness.ndjson(harness.order("1", [("MLB1", 1, 1)])))
    for call in (["refresh", "-t", "Loja"], ["overview", "-t", "Loja"], ["verify", "--all"], ["doctor"], ["freshness"], ["jobs", "list"]):
        done = onda.run(*call, code=None)
        assert "\x1b" not in done.out + done.err and "\r" not in done.out + done.err, call


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_was_never_computed_has_no_days_left_out(onda):
    onda.tenant()
    assert onda.verify()["staleDays"] == 0
    assert "left out" not in onda.run("verify", "--all").out


def test_verify_does_not_praise_days_that_are_not_there(onda):
    onda.now = "2026-02-03T12:00:00Z"
    onda.tenant()
    onda.run("import", "orders", "-", "-t", "Loja", stdin=harness.ndjson(harness.order("1", [("MLB1", 1, 1)])))
    assert "no computed day" in onda.run("verify", "-t", "Loja").out, "but that is no fault"
    onda.run("refresh", "-t", "Loja")
    assert "is after" in onda.run("verify", "-t", "Loja", "--from", "2026-02-10", "--to", "2026-02-01", code=2).err
    late = onda.run("verify", "-t", "Loja", "--from", "2027-01-01", code=1)
    assert "nothing to verify" in late.err and "no computed day" in late.out
    onda.run("verify", "-t", "Loja", "--from", "2026-02-03")


# --- wrong addresses ----------------------------------------------------------------------------------------------

URLS = [f"postgresql://u:{SECRET}%zz@127.0.0.1:1/x", f"postgresql://u:{SECRET}@[::1/x", f"postgresql://u:a@{SECRET}@127.0.0.1:1/x",
        f"postgresql://u:a/{SECRET}@127.0.0.1:1/x", f"postgresql://u:{SECRET}/a@127.0.0.1:1/x", f"postgresql://u:a?{SECRET}@127.0.0.1:1/x",
        f"postgresql://u:a?{SECRET}=1@127.0.0.1:1/x", f"postgresql://u:{SECRET}@127.0.0.1:1/x", f"postgresql://u:{SECRET}@127.0.0.1:port/x",
        f"postgresql://127.0.0.1:1/x?user=u&password={SECRET}", f"postgresql://127.0.0.1:1/x?password={SECRET}&nonsense=1",
        f"postgresq://u:{SECRET}@127.0.0.1/x", f"mysql://u:{SECRET}@127.0.0.1/x", f"u:{SECRET}@127.0.0.1", f"sqlserver:{SECRET}"]


@pytest.mark.parametrize("url", URLS)
def test_no_part_of_a_password_is_told(tmp_path, url):
    onda = harness.Onda(url, folder=tmp_path)
    for call in (["tenant", "list"], ["doctor"], ["--json", "doctor"], ["init"], ["serve", "--port", "0"], ["work"], ["--log-level", "debug", "freshness"]):
        done = onda.run(*call, code=None, env={"INTERNAL_JOBS_KEY": KEY})
        assert done.code in (1, 2) and (done.out or done.err), call
        assert SECRET not in done.out + done.err, call
    found = {f["what"]: f for f in onda.run("--json", "doctor", code=1).json["findings"]}
    assert found["database"]["level"] == "problem" and found["database"]["next"], "doctor says so, whatever the URL is"


def test_a_password_is_told_nowhere_while_it_works(database, tmp_path):
    """In the URL of a server that asks for none."""
    if database.engine == "sqlite":
        pytest.skip("SQLite has no passwords")
    onda = harness.Onda(database.url.replace("//onda@", f"//onda:{SECRET}@"), folder=tmp_path)
    assert SECRET in onda.url
    said = [onda.run(*call, code=None) for call in (["init"], ["--json", "init"], ["doctor"], ["--json", "doctor"])]
    with serving(onda, "--log-level", "debug") as server:
        answers = [server.get(path).text for path in ("/ready", "/metrics", "/api/v1/health", "/openapi.json")]
        server.stop()
        log = "".join(server.lines)
    assert SECRET not in "".join(done.out + done.err for done in said) + "".join(answers) + log and "postgresql://onda@" in log


# --- wrong files --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_file_that_is_no_database_is_named(tmp_path, engine):
    (tmp_path / "notes.txt").write_text("order_id,status\n" * 100)
    onda = harness.Onda(f"sqlite:{tmp_path}/notes.txt", folder=tmp_path)
    assert f"cannot use {tmp_path}/notes.txt: file is not a database" in onda.run("tenant", "list", code=1).err
    assert (tmp_path / "notes.txt").read_text() == "order_id,status\n" * 100
    assert f"is a folder; name a file in it, as in sqlite:{tmp_path}/onda.db" in harness.Onda(f"sqlite:{tmp_path}").run("init", code=2).err


def as_nobody(onda, *args):
    """Run by somebody who owns nothing; root may write everywhere."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    binary = onda.folder / "onda-for-nobody"
    if not binary.exists():
        shutil.copy(harness.BINARY, binary)
        for folder in (onda.folder, *onda.folder.parents):
            if folder.stat().st_uid == os.geteuid() and str(folder).startswith("/tmp/"):
                folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    return subprocess.run([binary, *args], env=onda.environment(), capture_output=True, text=True, user=65534, group=65534,
                          extra_groups=[], timeout=60, cwd="/")


@pytest.mark.parametrize("engine", ["sqlite"])
def test_doctor_sees_that_nothing_can_be_written(onda, database):
    onda.tenant()
    onda.run("refresh", "--all")
    database.folder.chmod(0o777)
    for file in database.folder.iterdir():
        file.chmod(0o444)
    done = as_nobody(onda, "--json", "doctor")
    found = {f["what"]: f for f in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1 and found["writing"]["level"] == "problem" and "as the user who owns" in found["writing"]["next"]
    database.folder.chmod(0o755)
    for file in database.folder.glob("*-*"):
        file.unlink()
    assert f"cannot use {database.file}: " in as_nobody(onda, "tenant", "list").stderr


@pytest.mark.parametrize("engine", ["postgres"])
def test_doctor_sees_that_the_server_takes_no_writes(onda, database):
    onda.tenant()
    onda.url += "%20-cdefault_transaction_read_only%3Don"
    found = {f["what"]: f for f in onda.json("doctor", code=1)["findings"]}
    assert found["writing"]["level"] == "problem" and "primary" in found["writing"]["next"]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("variable", ["INTERNAL_JOBS_KEY", "INTERNAL_JOBS_PREVIOUS_KEY"])
def test_a_key_file_without_a_key_refuses_to_start(onda, tmp_path, variable):
    """It would be a server that answers everybody with 401, although somebody meant to give it a key."""
    (tmp_path / "empty").write_text("")
    (tmp_path / "blank").write_text(' \n""\r\n')
    for name, says in (("empty", "holds no key"), ("blank", "holds no key"), (".", "cannot read"), ("none", "cannot read")):
        env = {f"{variable}_FILE": str(tmp_path / name)}
        assert says in onda.run("serve", "--port", 0, env=env, code=2).err, name
        assert says in onda.json("doctor", env=env, code=1)["findings"][1]["found"]
    with serving(onda, key=None, INTERNAL_JOBS_KEY=" ") as server:  # not set, for all that a file of variables can say
        assert server.rebuild({}, key="x" * 20).json["message"] == "Internal jobs authentication not configured"
