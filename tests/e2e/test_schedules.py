"""Schedules from outside: the command line, HTTP, and what happens while nobody is looking."""
import contextlib

import contract
import harness
from harness import until

TENANTS = 50


def slots(onda, schedule="daily"):
    return onda.json("schedule", "show", schedule, "--limit", 1000)["slots"]


def all_jobs(onda):
    return onda.json("jobs", "list", "--limit", 1000)["jobs"]


def at_rest(onda, count):
    """All jobs, once there are `count` and none is live."""

    def look():
        found = all_jobs(onda)
        live = [job for job in found if job["status"] not in ("success", "error", "cancelled")]
        return found if len(found) >= count and not live else None

    return until(f"{count} jobs at rest", look, seconds=60)


@contextlib.contextmanager
def serving_at(onda, now):
    onda.now = now
    with harness.serving(onda, ONDA_NO_SCHEDULES="0") as server:
        yield server
        assert server.stop() == 0


def test_fourteen_days_off(onda):
    onda.now = "2026-02-01T12:00:00Z"
    for i in range(TENANTS):
        onda.tenant(f"Loja {i}")
    assert onda.json("schedule", "remove", "hourly")["removed"] is True
    with serving_at(onda, "2026-02-01T12:00:00Z"):
        first = at_rest(onda, TENANTS)  # catch-up: their first day
        assert {job["source"] for job in first} == {"catch_up"}
    with serving_at(onda, "2026-02-15T12:00:00Z") as server:
        found = at_rest(onda, 2 * TENANTS)
        assert len(found) == 2 * TENANTS, "one refresh for each tenant"
        assert {job["status"] for job in found} == {"success"}
        by_tenant = {}
        for slot in slots(onda):
            by_tenant.setdefault(slot["tenantId"], []).append(slot)
        assert len(by_tenant) == TENANTS
        for theirs in by_tenant.values():
            assert sorted(slot["dueAt"] for slot in theirs) == [f"2026-02-{day:02}T06:10:00.000Z" for day in range(2, 16)]
            assert sorted(slot["outcome"] for slot in theirs) == ["coalesced"] * 13 + ["ran"]
            assert {(slot["outcome"], slot["reasonCode"]) for slot in theirs} == {("coalesced", "runAsOne"), ("ran", None)}
            assert len({slot["jobId"] for slot in theirs}) == 1
        token = onda.token("Loja 0")
        freshness = server.get("/api/v1/metrics/overview?days=7", token=token).json["freshness"]
        assert freshness["fresh"] and freshness["metricsThrough"] == "2026-02-15"
    with serving_at(onda, "2026-02-15T12:00:00Z"):
        assert len(at_rest(onda, 2 * TENANTS)) == 2 * TENANTS, "a restart owes nothing"


def test_a_schedule_by_the_command_line(onda):
    onda.now = "2026-02-01T12:00:00Z"
    onda.tenant("Loja")
    added = onda.json("schedule", "add", "mornings", "--tenant", "Loja", "--cron", "cron(0 8 ? * MON-FRI *)",
                      "--time-zone", "Europe/Lisbon", "--type", "rebuild", "--last-days", 7, "--jitter", 60)
    assert (added["jobType"], added["params"], added["jitterSeconds"]) == ("rebuild", {"lastDays": 7}, 60)
    assert onda.json("schedule", "next", "mornings", "--count", 2)["instants"] == ["2026-02-02T08:00:00.000Z",
                                                                                  "2026-02-03T08:00:00.000Z"]
    names = [schedule["name"] for schedule in onda.json("schedule", "list")["schedules"]]
    assert names == ["daily", "hourly", "mornings"], "a fresh installation has two"
    assert onda.json("schedule", "pause", "mornings")["paused"] is True
    assert onda.json("schedule", "resume", "mornings")["paused"] is False
    ran = onda.json("schedule", "run", "mornings")["jobs"]
    assert [(job["jobType"], job["status"], job["scheduleId"]) for job in ran] == [("rebuild", "queued", added["id"])]
    assert "next 2026-02-02 08:00" in onda.run("schedule", "list").out
    onda.run("schedule", "remove", "mornings")
    assert "no schedule" in onda.run("schedule", "show", "mornings", code=1).err
    assert "61" in onda.run("schedule", "add", "x", "--all", "--cron", "61 * * * *", code=1).err
    onda.run("schedule", "add", "x", "--cron", "* * * * *", code=2)


def test_a_schedule_that_makes_no_sense_is_refused(onda):
    onda.tenant("Loja")
    assert "excludes" in onda.run("schedule", "add", "x", "--all", "--tenant", "Loja", "--cron", "@daily", code=2).err
    assert "A refresh finds its days itself" in onda.run("schedule", "add", "x", "--all", "--cron", "@daily", "--last-days", -3, code=1).err
    never = onda.run("schedule", "add", "x", "--all", "--cron", "0 0 30 2 *", code=1)
    assert never.err == 'onda: "0 0 30 2 *" is never due from now on\n', "and says so once"


def test_slots_say_whose_they_are(onda):
    onda.now = "2026-02-01T12:00:00Z"
    for name in ("Loja", "Outra"):
        onda.tenant(name)
    onda.run("schedule", "add", "night", "--all", "--cron", "0 4 * * *")
    with serving_at(onda, "2026-02-02T12:00:00Z"):
        shown = until("both slots", lambda: (found := onda.run("schedule", "show", "night").out).count(" job ") == 2 and found)
    assert sorted(line.split()[1] for line in shown.splitlines()[1:]) == ["Loja", "Outra"]
    of_one = onda.json("schedule", "show", "night", "--tenant", "Outra")
    assert of_one["schedule"]["name"] == "night" and [slot["outcome"] for slot in of_one["slots"]] == ["ran"]


def test_a_schedule_over_http(server, onda):
    onda.tenant("Loja")
    onda.tenant("Outra")
    token, other = onda.token("Loja"), onda.token("Outra")
    made = server.call("POST", "/api/v1/schedules", {"name": "mine", "expression": "*/15 8-18 * * mon-fri"}, token=token)
    assert made.status == 201 and made.json["tenantId"] and len(made.json["nextRuns"]) == 3, made
    path = f"/api/v1/schedules/{made.json['id']}"
    assert server.get(path, token=token).json["expression"] == "*/15 8-18 * * mon-fri"
    assert server.get(path, token=other).status == 404, "another tenant's"
    assert [s["name"] for s in server.get("/api/v1/schedules", token=other).json["schedules"]] == ["daily", "hourly"]
    changed = server.call("PATCH", path, {"expression": "0 4 * * *", "timeZone": "UTC", "overlap": "queue"}, token=token)
    assert (changed.json["expression"], changed.json["timeZone"], changed.json["overlap"]) == ("0 4 * * *", "UTC", "queue")
    assert server.call("POST", path + "/pause", token=token).json["paused"] is True
    assert server.call("POST", path + "/resume", token=token).json["paused"] is False
    assert len(server.get(path + "/next?count=4", token=token).json["instants"]) == 4
    assert server.get(path + "/slots", token=token).json["slots"] == []
    queued = server.call("POST", path + "/run", token=token)
    assert queued.status == 202 and len(queued.json["jobs"]) == 1
    everybodys = next(s for s in server.get("/api/v1/schedules", token=token).json["schedules"] if s["name"] == "daily")
    assert server.call("POST", f"/api/v1/schedules/{everybodys['id']}/pause", token=token).status == 403
    assert server.call("POST", f"/api/v1/schedules/{everybodys['id']}/pause", key=server.key).json["paused"] is True
    wrong = server.call("POST", "/api/v1/schedules", {"name": "y", "expression": "0 25 * * *", "overlap": "both", "cron": 1}, token=token)
    assert wrong.status == 400 and {detail["path"][0] for detail in wrong.json["details"]} == {"overlap", "cron"}
    asked = server.get("/api/v1/recurrence", {"expression": "*/90 * * * *", "locale": "pt-BR"}, token=token)
    assert (asked.status, asked.json["message"]) == (400, 'No campo minuto, "*/90" não tem um passo entre 1 e 60.')
    broken = server.call("POST", "/api/v1/schedules", {"name": "y", "expression": "0 25 * * *"}, token=token)
    assert broken.status == 422 and broken.json["details"][0]["path"] == ["expression"]
    assert server.call("POST", "/api/v1/schedules", {"name": "mine", "expression": "@daily"}, token=token).status == 409
    assert server.call("DELETE", path, token=token).status == 204
    assert server.get(path, token=token).status == 404


def test_a_schedules_name_tells_nothing_of_other_tenants(server, onda):
    onda.tenant("Loja")
    onda.tenant("Outra")
    token, other = onda.token("Loja"), onda.token("Outra")

    def make(token, name="noite"):
        return server.call("POST", "/api/v1/schedules", {"name": name, "expression": "0 4 * * *"}, token=token)

    mine, theirs = make(token), make(other)
    assert (mine.status, theirs.status) == (201, 201), "a 409 would reveal what another tenant has"
    assert make(token, "daily").status == 201, "nor is the name of everybody's taken"
    assert server.get("/api/v1/schedules/noite", token=token).json["id"] == mine.json["id"]
    assert server.get("/api/v1/schedules/noite", token=other).json["id"] == theirs.json["id"]
    assert server.get("/api/v1/schedules/daily", token=token).json["tenantId"] == mine.json["tenantId"]
    assert server.get("/api/v1/schedules/daily", token=other).json["tenantId"] is None
    which = contract.judge("GET", "/api/v1/schedules/noite", server.get("/api/v1/schedules/noite", key=server.key))
    assert which.status == 409 and theirs.json["id"] in which.json["message"]


def test_a_name_that_several_have_is_asked_about(onda):
    onda.tenant("Loja")
    onda.tenant("Outra")
    ids = {name: onda.json("schedule", "add", "noite", "--tenant", name, "--cron", "0 4 * * *")["id"] for name in ("Loja", "Outra")}
    asked = onda.run("schedule", "pause", "noite", code=1).err
    assert all(f"{ids[name]} ({name})" in asked for name in ids) and "--tenant" in asked
    assert onda.json("schedule", "pause", "noite", "--tenant", "Outra")["id"] == ids["Outra"]
    assert onda.json("schedule", "pause", ids["Loja"].upper())["id"] == ids["Loja"]
    assert onda.json("schedule", "show", "noite", "--tenant", "Loja")["schedule"]["id"] == ids["Loja"]
    assert "every tenant" in onda.run("schedule", "remove", "daily", "--tenant", "Loja", code=1).err, "it is Outra's, too"
