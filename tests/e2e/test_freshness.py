"""How far behind is every tenant: the command, the route and the gauges say the same."""
import re
import shutil
import subprocess

import pytest
import yaml

import contract
from harness import KEY, REPOSITORY, ndjson, order, serving

NOON = "2026-02-10T15:00:00Z"  # 12:00 in São Paulo; the day began at 03:00Z


@pytest.fixture
def shops(onda):
    """Three tenants at noon: fresh, late (an order came half an hour ago) and never computed."""
    onda.now = "2026-02-10T12:00:00Z"
    for name in ("Alfa", "Beta", "Gama"):
        onda.tenant(name)
    for name in ("Alfa", "Beta"):
        onda.run("refresh", "-t", name)
    onda.now = "2026-02-10T14:30:00Z"
    onda.run("import", "orders", "-", "-t", "Beta", stdin=ndjson(order("1", [("MLB1", 1, 1)], "2026-02-10T14:00:00Z")))
    onda.now = NOON
    return onda


def states(answer):
    return {t["name"]: (t["state"], t["reasonCode"], t["lagMinutes"]) for t in answer["tenants"]}


def test_the_command_and_its_exit_code(shops):
    listed = shops.json("freshness", code=1)
    assert states(listed) == {"Alfa": ("fresh", None, 0), "Beta": ("late", "factsWaiting", 30), "Gama": ("stale", "neverComputed", 180)}
    assert contract.errors_of({"$ref": "#/components/schemas/TenantFreshness"}, listed["tenants"][1]) == []
    gama = next(t for t in listed["tenants"] if t["name"] == "Gama")
    assert gama["metricsThrough"] is None and "onda refresh --tenant 'Gama'" in gama["nextStep"] and gama["behindSince"] == "2026-02-10T12:00:00.000Z"
    table = shops.run("freshness", code=1).out
    assert re.search(r"^Alfa +fresh +2026-02-10", table, re.M) and re.search(r"^Gama +stale .* 3 h 0 min$", table, re.M)
    assert states(shops.json("freshness", "--freshness-target", 200)) == {**states(listed), "Gama": ("late", "neverComputed", 180)}
    assert states(shops.json("freshness", "-t", "Beta", "--freshness-target", 30))["Beta"][0] == "late"
    assert states(shops.json("freshness", "-t", "Beta", env={"ONDA_FRESHNESS_TARGET": "29"}, code=1))["Beta"][0] == "stale"
    for name in ("Beta", "Gama"):
        shops.run("refresh", "-t", name)
    assert {s for s, _, _ in states(shops.json("freshness")).values()} == {"fresh"}
    for wrong in (["-t", "Nobody"], ["--freshness-target", "0"], ["--freshness-target", "x"]):
        assert shops.run("freshness", *wrong, code=None).code in (1, 2)


def test_a_day_that_was_never_computed(shops):
    """Nothing came in; the night passed and nobody refreshed: behind since midnight in the tenant's zone."""
    shops.now = "2026-02-11T04:00:00Z"
    alfa = shops.json("freshness", "-t", "Alfa")["tenants"][0]
    assert (alfa["state"], alfa["reasonCode"], alfa["lagMinutes"], alfa["staleDays"]) == ("late", "daysNotComputed", 60, 1)
    shops.now = "2026-02-13T04:00:00Z"
    alfa = shops.json("freshness", "-t", "Alfa", code=1)["tenants"][0]
    assert (alfa["state"], alfa["lagMinutes"], alfa["staleDays"], alfa["metricsThrough"]) == ("stale", 2 * 1440 + 60, 3, "2026-02-10")


def test_a_fact_that_came_before_its_day(shops):
    """Orders of tomorrow wait from tomorrow on, not since they came."""
    shops.run("import", "orders", "-", "-t", "Alfa", stdin=ndjson(order("2", [("MLB1", 1, 1)], "2026-02-11T14:00:00Z")))
    assert states(shops.json("freshness", "-t", "Alfa"))["Alfa"] == ("fresh", None, 0)
    shops.now = "2026-02-11T03:10:00Z"
    assert states(shops.json("freshness", "-t", "Alfa"))["Alfa"] == ("late", "daysNotComputed", 10)


def test_the_route(shops):
    tokens = {name: shops.token(name) for name in ("Alfa", "Gama")}
    with serving(shops, "--job-workers", "0", "--no-schedules", "--freshness-target", "45") as server:
        def get(query="", **who):
            return contract.judge("GET", "/api/v1/freshness", server.get("/api/v1/freshness" + query, **who))
        everyone = get(key=KEY).json
        assert {n: s for n, (s, _, _) in states(everyone).items()} == {"Alfa": "fresh", "Beta": "late", "Gama": "stale"}
        assert everyone["total"] == 3 and everyone["asOf"] == "2026-02-10T15:00:00.000Z" and everyone["tenants"][0]["targetMinutes"] == 45
        pages = [get(f"?limit=1&offset={i}", key=KEY).json["tenants"] for i in range(4)]
        assert pages[:3] == [[t] for t in everyone["tenants"]] and pages[3] == []
        for name, token in tokens.items():
            own = get(token=token).json
            assert own["tenants"] == [t for t in everyone["tenants"] if t["name"] == name] and own["total"] == 1
        assert get("?limit=0", key=KEY).status == 400 and get().status == 401 and get(key="x" * 40).status == 401


def gauges(server):
    lines = server.get("/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_the_gauges(shops, database):
    schedule = database.sql("SELECT schedule_id FROM schedules WHERE name='hourly'")[0][0]
    noon = 1770735600000
    database.sql("INSERT INTO schedule_slots(schedule_id,tenant_id,due_at,outcome,recorded_at) VALUES "
                 f"({schedule},1,1,'ran',{noon - 3600000}),({schedule},2,1,'skipped',{noon - 3600000}),({schedule},1,0,'ran',{noon - 90000000})")
    database.sql(f"INSERT INTO schedule_marks(schedule_id,tenant_id,through,next_due,zone) VALUES({schedule},3,1,{noon - 400000},'UTC')")
    shops.json("jobs", "run", "-t", "Beta")
    database.sql(f"UPDATE jobs SET created_at={noon - 600000} WHERE status='queued'")
    with serving(shops, "--job-workers", "0", "--no-schedules") as server:
        seen = gauges(server)
        wanted = {"onda_tenants": 3, "onda_tenants_late": 1, "onda_tenants_stale": 1, "onda_tenants_behind": 1,
                  "onda_tenant_lag_max_seconds": 10800, "onda_freshness_target_seconds": 5400, 'onda_jobs{status="queued"}': 1,
                  'onda_jobs{status="running"}': 0, "onda_jobs_due": 1, "onda_job_oldest_due_seconds": 600,
                  'onda_schedule_slots_last_day{outcome="ran",schedule="hourly"}': 1,
                  'onda_schedule_slots_last_day{outcome="skipped",schedule="hourly"}': 1,
                  'onda_schedule_slots_last_day{outcome="coalesced",schedule="hourly"}': 0,
                  "onda_schedule_oldest_unaccounted_seconds": 400, "onda_alerts_open": 0, "onda_alert_deliveries_waiting": 0}
        assert {name: seen.get(name) for name in wanted} == wanted
        database.sql("UPDATE schedule_marks SET next_due=0")
        database.sql("UPDATE jobs SET status='running', lease_until=1 WHERE status='queued'")
        later = gauges(server)
        assert (later["onda_schedule_oldest_unaccounted_seconds"], later["onda_job_oldest_due_seconds"], later["onda_jobs_due"]) == (0, 0, 0)
        shops.run("schedule", "remove", "hourly")
        assert {name.split('schedule="')[1] for name in gauges(server) if "slots_last_day" in name} == {'daily"}'}


# --- the alert rules ----------------------------------------------------------------------------------------------

RULES = REPOSITORY / "deploy/prometheus/onda.rules.yml"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_rules_name_metrics_that_are_there(shops):
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    for rule in rules:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"} and set(rule["annotations"]) == {"summary", "description"}
    named = set(re.findall(r"\bonda_\w+", " ".join(rule["expr"] for rule in rules)))
    guide = (REPOSITORY / "docs/operations.md").read_text()
    for rule in rules:
        assert f"`{rule['alert']}`" in guide, rule["alert"]
    with serving(shops, "--job-workers", "1", "--no-schedules") as server:
        tenant = shops.json("tenant", "list")["tenants"][0]["id"]
        assert server.rebuild({"tenantId": tenant, "lastDays": 1}).status == 200
        there = {re.split(r"[{ ]", name)[0] for name in gauges(server)}
    assert len(named) >= 6 and named <= there


@pytest.mark.parametrize("engine", ["sqlite"])
def test_promtool_accepts_the_rules(engine):
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is not installed (Debian's package prometheus): the alert rules were not run")
    for args in (["check", "rules", RULES], ["test", "rules", RULES.with_name("onda.rules.test.yml")]):
        done = subprocess.run([promtool, *map(str, args)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
