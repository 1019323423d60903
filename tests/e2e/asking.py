"""Asking for work over HTTP and looking at what becomes of it, for the tests of jobs."""
import datetime

import pytest

import contract
from harness import KEY, ndjson, order, serving, until
from made_up import text_of

ASYNC = {"Prefer": "respond-async"}
NOBODY = "00000000-0000-4000-8000-000000000000"
RESTED = ("success", "error", "cancelled")


@pytest.fixture
def shop(onda):
    """A tenant with an order of a week ago."""
    onda.run("init")
    onda.id = onda.tenant()["id"]
    feed(onda, "Loja")
    return onda


def feed(onda, tenant):
    paid = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(7)
    onda.run("import", "orders", "-", "-t", tenant, stdin=ndjson(order("1", [("MLB1", 1, 10)], text_of(paid))))


@pytest.fixture
def idle(shop):
    """A server that runs no jobs."""
    with serving(shop, "--job-workers", "0") as server:
        yield server


def job_of(server, job_id):
    path = f"/api/v1/jobs/{job_id}"
    answer = contract.judge("GET", path, server.get(path, key=KEY))
    assert answer.status == 200 and answer.json["id"] == answer.json["jobId"] == job_id
    return answer.json


def rests(server, job_id, seconds=60):
    return until(f"the end of {job_id}", lambda: (job := job_of(server, job_id))["status"] in RESTED and job, seconds)


def ask(server, body, status, **headers):
    answer = contract.judge("POST", "/api/v1/jobs/rebuild-daily-metrics", server.rebuild(body, headers=headers))
    assert answer.status == status, answer
    return answer.json


def steer(server, job_id, what, status=200):
    path = f"/api/v1/jobs/{job_id}/{what}"
    answer = contract.judge("POST", path, server.call("POST", path, key=KEY))
    assert answer.status == status, answer
    return answer.json


def break_tenant(database, tenant):
    """Whatever would compute its numbers fails, and the reason is one that nobody outside may read."""
    number = database.sql(f"SELECT tenant_id FROM tenants WHERE name='{tenant}'")[0][0]
    if database.engine == "sqlite":
        database.sql(f"CREATE TRIGGER broken BEFORE INSERT ON tenant_metrics_daily WHEN NEW.tenant_id={number} "
                     "BEGIN SELECT RAISE(ABORT, 'SECRET'); END")
    else:
        database.sql(f"ALTER TABLE tenant_metrics_daily ADD CONSTRAINT broken CHECK (tenant_id<>{number}) NOT VALID")


def mend_tenant(database):
    database.sql("DROP TRIGGER broken" if database.engine == "sqlite" else "ALTER TABLE tenant_metrics_daily DROP CONSTRAINT broken")
