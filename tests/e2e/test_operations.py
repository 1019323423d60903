"""What an operator does: set up, hand out keys, watch, stop."""
import json
import os
import re
import signal
import socket
import subprocess
import time

import pytest

import harness
from harness import KEY, REPOSITORY, ndjson, order, serving, until

OTHER = "another-key-abcdefghijklmnopqrstuvwxyz012345"


def test_init_and_tenants(onda, database):
    first = onda.json("init")
    assert onda.json("init") == first and first["schemaVersion"] >= 1
    tenant = onda.tenant("Loja", "--time-zone", "America/Manaus", "--currency", "USD", "--locale", "en")
    assert {k: v for k, v in tenant.items() if k != "id"} == {"name": "Loja", "timeZone": "America/Manaus", "currency": "USD", "locale": "en"}
    assert onda.json("tenant", "list") == {"tenants": [tenant]}
    changed = onda.json("tenant", "set", "Loja", "--name", "Casa", "--time-zone", "America/Sao_Paulo", "--locale", "pt-BR", "--currency", "BRL")
    assert changed == {"id": tenant["id"], "name": "Casa", "timeZone": "America/Sao_Paulo", "currency": "BRL", "locale": "pt-BR"}
    assert onda.json("tenant", "set", tenant["id"]) == changed
    for wrong in (["Casa"], [""], ["x" * 101], ["*"], [tenant["id"]], ["B", "--time-zone", "Mars/Base"], ["B", "--currency", "REAL"], ["B", "--locale", "fr"]):
        done = onda.run("tenant", "add", *wrong, code=None)
        assert done.code in (1, 2) and done.err.startswith("onda: "), wrong
    for option in ("--time-zone", "--currency", "--locale"):
        assert onda.run("tenant", "set", "Casa", option, "x", code=None).code in (1, 2)
    assert onda.json("tenant", "list") == {"tenants": [changed]}


def test_a_tenant_is_changed_as_a_whole_or_not_at_all(onda):
    onda.tenant("Taken")
    tenant = onda.tenant("Loja")
    good = {"--name": "Casa", "--time-zone": "Asia/Tokyo", "--currency": "USD", "--locale": "en"}
    for option, wrong in (("--name", "Taken"), ("--name", "*"), ("--time-zone", "Mars/Base"), ("--currency", "BLR"), ("--locale", "fr")):
        values = [part for pair in {**good, option: wrong}.items() for part in pair]
        onda.run("tenant", "set", "Loja", *values, code=None)
        assert tenant in onda.json("tenant", "list")["tenants"], option
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(order("1", [("MLB1", 1, 1)])))
    onda.run("refresh", "-t", "Loja")
    done = onda.run("tenant", "set", "Loja", *[part for pair in good.items() for part in pair])
    assert "onda refresh --tenant 'Casa'" in done.err
    assert onda.json("tenant", "set", "Casa") == {"id": tenant["id"], "name": "Casa", "timeZone": "Asia/Tokyo", "currency": "USD", "locale": "en"}


def test_results_are_json_whatever_the_path(tmp_path):
    onda = harness.Onda(f"sqlite:{tmp_path}/a \"quoted\" \\ name.db")
    assert "quoted" in onda.json("init")["database"]


def test_tokens(server, onda, database):
    onda.tenant()
    token = onda.token()
    assert server.get("/api/v1/jobs", token=token).status == 200
    listed = onda.json("token", "list", "-t", "Loja")
    assert [(t["id"], t["name"], t["revokedAt"]) for t in listed["tokens"]] == [(1, "api", None)] and token not in json.dumps(listed)
    secret = token.split("_", 2)[2]
    assert secret not in str(database.sql("SELECT * FROM api_tokens")), "only its hash is stored"
    assert onda.json("token", "revoke", "-t", "Loja", 1) == {"id": 1, "revoked": True}
    assert server.get("/api/v1/jobs", token=token).status == 401, "at once, in every process"
    assert onda.run("token", "revoke", "-t", "Loja", 1, code=1).err
    assert onda.json("token", "list", "-t", "Loja")["tokens"][0]["revokedAt"]


# --- the key of the jobs API --------------------------------------------------------------------------------------

STORED = {"clean": KEY.encode(), "newline": KEY.encode() + b"\n", "crlf": KEY.encode() + b"\r\n", "blanks": b"  " + KEY.encode() + b"\t ",
          "mark": b"\xef\xbb\xbf" + KEY.encode(), "quotes": b'"' + KEY.encode() + b'"', "single-quotes": b"'" + KEY.encode() + b"'\n",
          "powershell": ("\ufeff" + KEY + "\r\n").encode("utf-16-le"), "all": b'\xef\xbb\xbf "' + KEY.encode() + b'"\r\n'}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_key_check_with_keys_as_they_are_stored(server, onda, tmp_path):
    wanted = onda.json("key", "fingerprint", env={"INTERNAL_JOBS_KEY": KEY})
    assert wanted["length"] == len(KEY) and re.fullmatch("[0-9a-f]{16}", wanted["fingerprint"])
    for name, content in STORED.items():
        path = tmp_path / name
        path.write_bytes(content)
        done = onda.run("key", "check", server.url, "--file", path)
        assert "has the same key" in done.err and wanted["fingerprint"] in done.out, name
        assert ("it is used without" in done.err) == (name != "clean"), name
        assert KEY not in done.out + done.err
        assert onda.json("key", "fingerprint", env={"INTERNAL_JOBS_KEY_FILE": str(path)}) == wanted
        with serving(onda, key=None, INTERNAL_JOBS_KEY_FILE=str(path)) as other:
            assert other.get("/api/v1/jobs/ping", key=KEY).json["key"] == {**wanted, "rotation": "current"}
            assert any(e["event"] == "key.trimmed" for e in other.log()) == (name != "clean")
    assert "refuses this key" in onda.run("key", "check", server.url, env={"INTERNAL_JOBS_KEY": OTHER}, code=1).err
    assert "no key" in onda.run("key", "check", server.url, code=2).err
    assert "cannot read" in onda.run("key", "check", server.url, "--file", "/none", code=2).err
    assert onda.run("key", "check", f"http://127.0.0.1:{free_port()}", env={"INTERNAL_JOBS_KEY": KEY}, code=1).err


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("key,says", [("short", "5 characters"), ("0123456789abcde", "15 characters"), ("é" * 20, "no HTTP header"), ("a b" * 9, "no HTTP header")])
def test_a_bad_key_refuses_to_start(onda, key, says):
    for variable in ("INTERNAL_JOBS_KEY", "INTERNAL_JOBS_PREVIOUS_KEY"):
        done = onda.run("serve", "--port", 0, env={variable: key}, code=2)
        assert says in done.err and key not in done.err.replace("characters", "")


def test_new_keys_are_good_keys(tmp_path):
    onda = harness.Onda(f"sqlite:{tmp_path}/onda.db")
    keys = {onda.run("key", "new").out.strip() for _ in range(5)}
    assert len(keys) == 5 and all(re.fullmatch(r"[\w-]{43}", key) for key in keys)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_rotation(onda):
    with serving(onda, key=OTHER, INTERNAL_JOBS_PREVIOUS_KEY=KEY) as server:
        rotation = {key: server.get("/api/v1/jobs/ping", key=key).json["key"]["rotation"] for key in (KEY, OTHER)}
        assert rotation == {KEY: "previous", OTHER: "current"}
        assert "previous" in onda.run("key", "check", server.url, env={"INTERNAL_JOBS_KEY": KEY}).err
    with serving(onda, key=OTHER) as server:
        assert server.get("/api/v1/jobs/ping", key=KEY).status == 401


def test_doctor(onda, database):
    def findings(code, **env):
        found = onda.json("doctor", env=env, code=code)["findings"]
        return {f["what"]: (f["level"], f["found"], f["next"]) for f in found}
    key = {"INTERNAL_JOBS_KEY": KEY}
    assert findings(1, **key)["schema"][0] == "problem" and "onda init" in findings(1, **key)["schema"][2]
    onda.run("init")
    assert findings(1, **key)["tenants"][0] == "warning"
    onda.tenant()
    level, found, do = findings(0, **key)["tenant Loja"]
    assert level == "ok" and "late, within the target of 1 h 30 min" in found and do == ""
    later = {**key, "ONDA_NOW": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3 * 3600))}
    level, found, do = findings(1, **later)["tenant Loja"]
    assert level == "warning" and "stale: " in found and do.startswith("Refresh it (onda refresh --tenant 'Loja')")
    assert findings(1, **later, ONDA_FRESHNESS_TARGET="60")["tenant Loja"][0] == "warning"
    assert findings(None, **later, ONDA_FRESHNESS_TARGET="600")["tenant Loja"][0] == "ok"
    onda.run("refresh", "-t", "Loja")
    good = findings(0, **key)
    assert {level for level, _, _ in good.values()} == {"ok"} and {"time zones", "internal key", "database", "tenant Loja"} <= set(good)
    assert findings(1)["internal key"][0] == "warning"
    assert findings(1, INTERNAL_JOBS_KEY=KEY + "\n")["internal key"][0] == "warning"
    assert findings(1, INTERNAL_JOBS_KEY="short")["internal key"][0] == "problem"
    assert findings(1, **key, ONDA_WEBHOOK_URL="https://example.com/x")["webhook"][0] == "problem", "it has no secret"
    assert findings(0, **key, ONDA_WEBHOOK_URL="https://example.com/x", ONDA_WEBHOOK_SECRET=OTHER)["webhook"][1] == "alerts go to https://example.com:443"
    if database.engine == "postgres":  # SQLite's clock is the machine's
        assert good["clock"][0] == "ok" and findings(1, **key, ONDA_NOW="2020-01-01T00:00:00Z")["clock"][0] == "warning"
    database.sql("UPDATE schema_migrations SET version=version+1000")
    assert findings(1, **key)["schema"][0] == "problem"
    onda.url = "postgresql://nobody@127.0.0.1:1/none"
    assert findings(1, **key)["database"][0] == "problem"
    done = onda.run("tenant", "list", code=1)
    assert "cannot connect" in done.err and "doctor" in done.err


# --- watching -----------------------------------------------------------------------------------------------------

def test_metrics(server, onda):
    tenant, token = onda.tenant()["id"], onda.token()
    server.ingest("orders", ndjson(order("1", [("MLB1", 1, 1)])), token)
    assert server.rebuild({"tenantId": tenant, "lastDays": 3}).status == 200
    for _ in range(2):
        assert server.get("/api/v1/metrics/summary", token=token).status == 200
    server.get("/api/v1/nope")
    values = dict(line.rsplit(" ", 1) for line in server.get("/metrics").text.splitlines() if not line.startswith("#"))
    wanted = {'onda_http_requests_total{method="GET",route="/api/v1/metrics/summary",status="200"}': 2,
              'onda_http_requests_total{method="POST",route="/api/v1/ingest/orders",status="200"}': 1,
              'onda_http_requests_total{method="GET",route="none",status="404"}': 1, 'onda_answer_cache_total{result="miss"}': 1,
              'onda_answer_cache_total{result="hit"}': 1, 'onda_job_attempts_total{mode="rebuild",outcome="success"}': 1,
              "onda_database_up": 1, "onda_tenants": 1}
    assert {name: float(values.get(name, "nan")) for name in wanted} == wanted
    assert float(values["onda_stale_days"]) > 0 and float(values["onda_oldest_stale_since_seconds"]) > 1.7e9


def test_logs_are_json_with_request_ids_and_without_secrets(server, onda):
    tenant, token = onda.tenant()["id"], onda.token()
    answers = [server.rebuild({"tenantId": tenant}), server.get("/api/v1/metrics/overview", token=token),
               server.get(f"/api/v1/jobs?status={KEY}&token={token}", key="wrong-" + OTHER), server.get("/api/v1/jobs", token=token + "x"),
               server.get("/none", headers={"Cookie": token, "X-Internal-Key": KEY, "X-Request-Id": "mine-1.a_B"}),
               server.rebuild({"tenantId": KEY}), server.call("GET", "/health", headers={"X-Request-Id": "no good"})]
    assert [a.status for a in answers] == [200, 200, 401, 401, 404, 400, 200]
    server.stop()
    text = "".join(server.lines)
    for secret in (KEY, token, token.split("_", 2)[2], OTHER):
        assert secret not in text
    requests = {e["request_id"]: e for e in server.log() if e["event"] == "http.request"}
    for answer in answers:
        assert requests[answer.headers["X-Request-Id"]]["status"] == answer.status
        if answer.status >= 400:
            assert answer.json["requestId"] == answer.headers["X-Request-Id"]
    assert "mine-1.a_B" in requests and "no good" not in requests
    for_people = ("onda serves ", "Nobody can sign in yet", "  http://")  # where it is, and the link for the first user
    assert [line for line in server.lines if not line.startswith(("{", *for_people))] == []
    assert all({"time", "level", "event"} <= set(e) for e in server.log())
    assert [server.log()[-1]["event"], server.log()[0]["event"]] == ["server.stopped", "key.loaded"]


def test_the_documented_curl_command(server, onda):
    text = (REPOSITORY / "docs/operations.md").read_text() if (REPOSITORY / "docs/operations.md").exists() else ""
    found = re.search(r"<!-- tested: rebuild-curl -->\s*```sh\n(.*?)```", text, re.S)
    if not found:
        pytest.skip("docs/operations.md has no command marked as tested: rebuild-curl")
    tenant = onda.tenant()["id"]
    def run(**env):
        return subprocess.run(["sh", "-euc", found[1]], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "ONDA_URL": server.url, "INTERNAL_JOBS_KEY": KEY, "TENANT_ID": tenant, **env})
    done = run()
    assert done.returncode == 0 and json.loads(done.stdout)["success"], done
    assert onda.json("jobs", "list")["jobs"][0]["status"] == "success"
    wrong = run(INTERNAL_JOBS_KEY=OTHER)
    assert wrong.returncode == 22 and json.loads(wrong.stdout)["error"] == "Unauthorized"


# --- stopping -----------------------------------------------------------------------------------------------------

def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_the_request_under_way(server, onda, number):
    onda.tenant()
    token, lines = onda.token(), [ndjson(order(f"O{i}", [("MLB1", 1, 1)])).encode() for i in range(100)]

    def pieces():
        yield b"".join(lines[:50])
        server.get("/health")  # who answers this has seen what came before it: the request is under way
        server.process.send_signal(number)
        until("new connections to be refused", lambda: is_refused(server.port))
        yield b"".join(lines[50:])
    answer = server.ingest("orders", pieces(), token)
    assert (answer.status, answer.json["created"]) == (200, 100)
    assert server.process.wait(20) == 0
    assert onda.json("verify", "-t", "Loja")["clean"]


def is_refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return False
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it waited to be accepted when the door was closed
        return True


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_port_that_is_taken(server, onda):
    done = onda.run("serve", "--port", server.port, env={"INTERNAL_JOBS_KEY": KEY}, code=1)
    assert f"cannot listen on 127.0.0.1:{server.port}" in done.err
