"""Connections to PostgreSQL that are open and lead nowhere: the proxy acknowledges whatever is said, and no answer comes.

With the real clock: a silent server is asked about on another connection after three seconds."""
import contextlib
import signal
import threading
import time

import pytest

import conftest
import harness
from harness import ndjson, order, serving, until, working
from made_up import long_history
from proxy import Proxy

LEASE = 15  # seconds
GRACE = 10  # what `docker stop` gives


@pytest.fixture
def shop(tmp_path):
    """`shop` itself has a good connection; `shop.behind` goes through a proxy."""
    conftest.require("postgres")
    with harness.fresh_database("postgres") as database, contextlib.closing(Shop(database, tmp_path)) as shop:
        yield shop


class Shop(harness.Onda):
    def __init__(self, database, folder):
        super().__init__(database.url, folder=folder)
        self.database, self.proxy = database, Proxy(database.url)
        self.behind = harness.Onda(self.proxy.url, folder=folder)
        self.run("init")
        self.id, self.token_text = self.tenant()["id"], self.token()

    def close(self):
        self.proxy.end_half_open()
        self.proxy.cut()

    def queue(self):
        first, today = long_history(self, "Loja", days=1000)
        return self.json("jobs", "run", "-t", "Loja", "--type", "rebuild", "--from", first, "--to", today)["id"]

    def show(self, job_id):
        return self.json("jobs", "show", job_id)

    def underway(self, job_id):
        job = until("its first chunk", lambda: (job := self.show(job_id))["daysDone"] and job)
        assert job["status"] == "running" and job["daysDone"] < job["daysTotal"], "a faster machine needs a longer history"

    def healed(self, job_id):
        job = until("its end", lambda: (job := self.show(job_id))["status"] in ("success", "error") and job, 120)
        assert (job["status"], [log["status"] for log in job["log"]]) == ("success", ["error", "success"]), job["log"]
        assert sum(log["daysDone"] for log in job["log"]) == 1000, "what was committed is not done again"
        verified = self.verify()
        assert verified["clean"] and verified["staleDays"] == 0


def test_a_job_is_under_way_again_within_its_lease(shop):
    """Its worker is well and has other connections: it finds out by itself. And what the lost one holds, the tenant's lock
    among it, is free then, while the server alone would keep it for a minute."""
    job_id = shop.queue()
    with working(shop.behind, "--job-workers", "1") as worker:
        shop.underway(job_id)
        shop.proxy.half_open()
        deaf = time.monotonic()
        shop.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(order("1", [("MLB1", 1, 1)])))
        print(f"an import of the tenant was held up for {time.monotonic() - deaf:.1f} s")
        until("its second attempt", lambda: (job := shop.show(job_id))["status"] == "running" and job["attempts"] == 2, 30)
        took = time.monotonic() - deaf
        print(f"half-open in the middle of a rebuild: running again after {took:.1f} s")
        assert took < LEASE
        shop.healed(job_id)
        assert "leads nowhere" in next(each["cause"] for each in worker.log() if each["event"] == "job.failed")


def test_a_worker_that_is_told_to_stop_does_and_another_has_its_job(shop):
    job_id = shop.queue()
    with working(shop.behind, "--job-workers", "1") as worker:
        shop.underway(job_id)
        shop.proxy.half_open()
        deaf = time.monotonic()
        assert worker.stop(signal.SIGTERM) == 0
        took = time.monotonic() - deaf
        print(f"a worker whose connections lead nowhere stopped within {took:.1f} s")
        assert took < GRACE
        with working(shop, "--job-workers", "1"):
            until("its second attempt", lambda: (job := shop.show(job_id))["status"] == "running" and job["attempts"] == 2, 30)
            print(f"its job was running again after {time.monotonic() - deaf:.1f} s")
            assert time.monotonic() - deaf < LEASE
            shop.healed(job_id)


def test_requests_are_answered_and_the_server_stops(shop):
    with serving(shop.behind) as server:
        assert server.get("/api/v1/metrics/overview", token=shop.token_text).status == 200
        shop.proxy.half_open()
        answers = []
        clients = [threading.Thread(target=lambda: answers.append(server.get("/api/v1/jobs", token=shop.token_text))) for _ in range(8)]
        asked = time.monotonic()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        print(f"eight requests on connections that lead nowhere: answered after {time.monotonic() - asked:.1f} s")
        assert {each.status for each in answers} <= {200, 503} and time.monotonic() - asked < LEASE
        assert server.get("/api/v1/jobs", token=shop.token_text).status == 200, "the very next one"
        assert server.ingest("orders", ndjson(order("1", [("MLB1", 1, 1)])), shop.token_text).json["created"] == 1
        shop.proxy.half_open()
        told = time.monotonic()
        assert server.stop() == 0
        print(f"a server whose connections lead nowhere stopped within {time.monotonic() - told:.1f} s")
        assert time.monotonic() - told < GRACE


def test_an_import_goes_on_or_says_that_it_does_not(shop):
    lines = [ndjson(order(f"O{i}", [("MLB1", 1, 1)])) for i in range(30_000)]
    process = shop.behind.spawn("import", "orders", "-", "-t", "Loja")
    process.stdin.write("".join(lines[:25_000]).encode())
    process.stdin.flush()
    until("the first batch", lambda: shop.database.sql("SELECT COUNT(*) FROM orders") != [("0",)])
    shop.proxy.half_open()
    _, error = process.communicate("".join(lines[25_000:]).encode(), timeout=30)
    again = shop.json("import", "orders", "-", "-t", "Loja", stdin="".join(lines))
    if process.returncode == 0:  # it was between two batches, and took another connection for the next
        assert (again["unchanged"], again["created"]) == (30_000, 0)
    else:
        assert process.returncode == 1 and "database is not available" in error.decode()
        assert again["unchanged"] in (10_000, 20_000, 30_000) and again["unchanged"] + again["created"] == 30_000


def test_a_network_that_stands_still_ends_in_an_answer(shop):
    """Nothing is lost and nothing goes on, on new connections either: there is nobody to ask, so patience ends."""
    with serving(shop.behind) as server:
        assert server.get("/api/v1/jobs", token=shop.token_text).status == 200
        shop.proxy.pause()
        asked = time.monotonic()
        answer = server.get("/api/v1/jobs", token=shop.token_text)
        print(f"a request to a database that stands still: answered after {time.monotonic() - asked:.1f} s")
        assert answer.status == 503 and "not available" in answer.json["message"]
        told = time.monotonic()
        assert server.stop(seconds=60) == 0
        print(f"a server whose database stands still stopped within {time.monotonic() - told:.1f} s")
        shop.proxy.resume()
