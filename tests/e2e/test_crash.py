"""kill -9 at any instant: nothing acknowledged is lost, what was cut off heals, and the job log tells the truth.

ONDA_CRASH_ROUNDS kills per engine (12 unless said otherwise; 50 is the long form), a third each in an import, in HTTP ingest
and in a rebuild. The instants are drawn from ONDA_E2E_SEED.
"""
import http.client
import json
import os
import random
import subprocess
import threading
import time

import pytest

from harness import SEED, Server, ndjson, order, working

ROUNDS = max(1, -(-int(os.environ.get("ONDA_CRASH_ROUNDS", "12")) // 3))
NOW = "2026-02-10T15:30:00Z"
BATCH = 20_000  # records that an import commits at once


@pytest.fixture
def shop(onda):
    onda.now = NOW
    onda.run("init")
    return onda


class Moments:
    """When to kill: somewhere within the time that the whole takes undisturbed."""

    def __init__(self, what):
        print(f"ONDA_E2E_SEED={SEED}")
        self.random = random.Random(f"{SEED} {what}")
        self.whole, self.cut_off = None, 0

    def draw(self):
        delay = self.whole and self.random.uniform(0, self.whole * 0.95)
        print(f"kill after {delay} of {self.whole} s")
        return delay

    def kill(self, process):
        """Lets it run to its end the first time, and cuts it off every other."""
        delay = self.draw()
        started = time.monotonic()
        try:
            process.communicate(timeout=delay)
            self.whole = min(time.monotonic() - started, self.whole or 1000)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.cut_off += 1

    def check(self):
        assert self.cut_off > 0, "the kills came too late to cut anything off"


def heal(onda, tenant):
    """The next refresh makes it whole: all days computed, all numbers true, no job left hanging. Gives all executions, newest first."""
    assert onda.verify(tenant)["clean"], "even before healing, what is not stale is true"
    assert onda.json("refresh", "-t", tenant)["success"]
    verified = onda.verify(tenant)
    assert verified["clean"] and verified["staleDays"] == 0
    jobs = onda.json("jobs", "list", "-t", tenant)["jobs"]
    waiting = [job["id"] for job in jobs if job["status"] in ("queued", "retrying")]
    if waiting:  # a server's job is not lost with it: the next one has it
        with working(onda):
            for job in waiting:
                assert onda.json("jobs", "watch", job)["status"] == "success"
    logs = [log for job in jobs for log in reversed(onda.json("jobs", "show", job["id"])["log"])]
    assert {log["status"] for log in logs} <= {"success", "error"}
    assert all("interrupted" in log["errorMessage"] for log in logs if log["status"] == "error")
    return logs, verified


def stored(database, tenant):
    rows = database.sql("SELECT o.external_id, o.lines FROM orders o JOIN tenants t ON t.tenant_id=o.tenant_id "
                        f"WHERE t.name='{tenant}' ORDER BY o.order_id")
    return {name: len(lines.split(";")) for name, lines in rows}


def test_killed_import(shop, database):
    moments = Moments(f"import {database.engine}")
    orders = {f"O{i}": 1 + i % 2 for i in range(30_000)}  # 45 000 lines
    lines = [f"{name},paid,2026-0{1 + i % 2}-0{1 + i % 9}T12:00:00Z,L{(i + line) % 500},{line},1,9.90\n"
             for i, (name, count) in enumerate(orders.items()) for line in range(1, count + 1)]
    (shop.folder / "orders.csv").write_text("order_id,status,ordered_at,listing_id,line,quantity,unit_price\n" + "".join(lines))
    for n in range(ROUNDS + 1):
        tenant = f"T{n}"
        shop.tenant(tenant)
        moments.kill(shop.spawn("import", "orders", "orders.csv", "-t", tenant))
        there = stored(database, tenant)
        # Whole orders only, in whole batches, from the beginning of the file.
        assert list(there.items()) == list(orders.items())[:len(there)]
        count = sum(there.values())
        assert len(there) == len(orders) or count % BATCH < 5
        again = shop.json("import", "orders", "orders.csv", "-t", tenant)
        assert (again["created"], again["unchanged"], again["updated"]) == (len(orders) - len(there), len(there), 0)
        assert stored(database, tenant) == orders
        heal(shop, tenant)
        total = database.sql("SELECT SUM(m.orders), SUM(m.units), SUM(m.gmv) FROM tenant_metrics_daily m "
                             f"JOIN tenants t ON t.tenant_id=m.tenant_id WHERE t.name='{tenant}'")
        assert total == [("30000", "45000", str(45000 * 990))]
    moments.check()


def test_killed_ingest(shop, database):
    """In the middle of a body, and between its last byte and the answer."""
    chance = random.Random(f"{SEED} ingest {database.engine}")
    print(f"ONDA_E2E_SEED={SEED}")
    requests = [[order(f"R{r}-{i}", [(f"L{i % 40}", 1, 9.9)], f"2026-01-{1 + r:02}T12:00:00Z") for i in range(1500)] for r in range(6)]
    bodies = [ndjson(*records).encode() for records in requests]
    took = 0.1
    for n in range(ROUNDS + 1):
        tenant = f"T{n}"
        shop.tenant(tenant)
        token = shop.token(tenant)
        server = Server(shop)
        last, in_body = chance.randrange(len(bodies)), chance.random() < 0.4
        delay = chance.uniform(0, took)
        print(f"kill in request {last}, " + ("in its body" if in_body else f"{delay:.5f} s after it"))

        def pieces(body, fatal):
            cuts = range(0, len(body), 10_000)
            for i in cuts:
                yield body[i:i + 10_000]
                if fatal and in_body and i >= cuts[-1] // 2:
                    server.process.kill()
            if fatal and not in_body:
                threading.Timer(delay, server.process.kill).start()

        acknowledged = 0
        try:
            for body in bodies[:last + 1]:
                started = time.monotonic()
                answer = server.ingest("orders", pieces(body, n > 0 and acknowledged == last), token)
                assert answer.json["created"] == 1500
                took = min(took, time.monotonic() - started)
                acknowledged += 1
        except (ConnectionError, http.client.HTTPException, json.JSONDecodeError):
            assert acknowledged == last
        server.process.kill()
        server.stop()
        there = stored(database, tenant)
        assert {record["orderId"] for records in requests[:acknowledged] for record in records} <= set(there)
        assert len(there) in (1500 * acknowledged, 1500 * (acknowledged + 1)), "a request is one batch: all of it, or nothing"
        server = Server(shop)
        reports = [server.ingest("orders", body, token).json for body in bodies]
        assert sum(report["created"] for report in reports) == 1500 * len(bodies) - len(there)
        assert all(report["unchanged"] == 1500 for report in reports[:acknowledged])
        assert server.stop() == 0
        heal(shop, tenant)
        assert len(stored(database, tenant)) == 1500 * len(bodies)


def test_killed_rebuild(shop, database):
    """1000 listings on 297 days: two transactions."""
    moments = Moments(f"rebuild {database.engine}")
    listings = "listing_id,status,created_at\n" + "".join(f"L{i},active,2025-04-20T12:00:00Z\n" for i in range(1000))
    orders = ndjson(*[order(str(i), [(f"L{i % 1000}", 1, 5)], f"2025-{5 + i % 8:02}-{1 + i % 28:02}T12:00:00Z") for i in range(2000)])
    digests = set()
    for n in range(ROUNDS + 1):
        tenant = f"T{n}"
        uuid = shop.tenant(tenant)["id"]
        shop.run("import", "listings", "-", "-t", tenant, stdin=listings)
        shop.run("import", "orders", "-", "-t", tenant, stdin=orders)
        if n == 0 or n % 2:
            moments.kill(shop.spawn("refresh", "-t", tenant))
        else:
            kill_server(shop, moments, uuid)
        said = log_of_first_attempt(database, tenant)
        logs, verified = heal(shop, tenant)
        first = logs[-1]
        if said == "success":
            assert first["status"] == "success" and first["daysDone"] == first["daysTotal"] == 297
        if len(logs) > 1 and first["status"] == "error":
            assert first["daysDone"] + logs[0]["daysDone"] == 297, "what was committed was not done again"
        digests.add(verified["digest"])
    assert len(digests) == 1, "cut off or not, the numbers are the same"
    moments.check()


def kill_server(shop, moments, uuid):
    """The same through HTTP: the server dies with the job."""
    server = Server(shop)
    killer = threading.Timer(moments.draw(), server.process.kill)
    killer.start()
    try:
        assert server.rebuild({"tenantId": uuid}).status == 200
    except (ConnectionError, http.client.HTTPException):
        moments.cut_off += 1
    killer.cancel()
    server.process.kill()
    server.stop()


def log_of_first_attempt(database, tenant):
    """Its status as the dead process left it, after holding what it says against the rows that are there."""
    logs = database.sql("SELECT j.tenant_id, j.attempt_id, j.status, j.days_done, j.metadata FROM job_logs j "
                        f"JOIN tenants t ON t.tenant_id=j.tenant_id WHERE t.name='{tenant}'")
    if not logs:
        return None  # killed before it began
    (tenant_id, attempt, status, days, metadata), = logs
    receipt = json.loads(metadata)["receipt"]
    rows = database.sql(f"SELECT COUNT(*), COUNT(DISTINCT day) FROM listing_metrics_daily WHERE tenant_id={tenant_id} AND attempt_id={attempt}")
    assert rows == [(str(receipt["inserted"] + receipt["updated"]), days)], "the log says exactly what was committed"
    stale = database.sql(f"SELECT COUNT(*) FROM stale_days WHERE tenant_id={tenant_id}")
    assert (status == "success") == (stale == [("0",)])
    return status
