"""Q1 and Q2: how many jobs a minute's worth of workers can run, and how soon one that is asked for begins.

The jobs are rebuilds of one day of tenants without any listing: everything of a job but the work itself. There is no peer
in the same run: docs/performance.md sets the published figures of other queues beside it, with their conditions.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from common import Row, clean_environment, median, parse, percentile, require, run, seconds
from serving import free_port, running
from workload import Workshop

KEY = "bench-internal-jobs-key"
TENANTS = 25


class Caller:
    """Asks for jobs over one kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: dict | None = None, **headers: str) -> dict:
        self._connection.request(method, path, json.dumps(body) if body else None,
                                 {"X-Internal-Key": KEY, "Content-Type": "application/json", **headers})  # fmt: skip
        answer = self._connection.getresponse()
        said = answer.read().decode()
        require(answer.status in (200, 202), f"{method} {path} answered {answer.status}: {said[:300]}")
        return parse(said)

    def rebuild(self, tenant: str, day: dt.date, prefer: str) -> str:
        body = {"tenantId": tenant, "from": str(day), "to": str(day)}
        return self.ask("POST", "/api/v1/jobs/rebuild-daily-metrics", body, Prefer=prefer)["jobId"]

    def times(self, job: str) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
        """When it was asked for, began and ended; it must have succeeded."""
        shown = self.ask("GET", f"/api/v1/jobs/{job}")
        require(shown["status"] == "success", f"job {job}: {shown['status']}")
        asked, began, ended = (dt.datetime.fromisoformat(shown[name]) for name in ("createdAt", "startedAt", "completedAt"))
        return asked, began, ended


@contextmanager
def _server(shop: Workshop, url: str) -> Iterator[Caller]:
    """Takes calls and runs no jobs itself."""
    port = free_port()
    argv = ["env", f"INTERNAL_JOBS_KEY={KEY}", str(shop.onda), "--database", url, "--log-level", "off",
            "serve", "--port", str(port), "--job-workers", "0", "--no-schedules"]  # fmt: skip
    with running(argv, port):
        yield Caller(port)


def _work_argv(shop: Workshop, url: str, workers: int) -> list[str]:
    return [str(shop.onda), "--database", url, "--log-level", "off", "work", "--job-workers", str(workers), "--no-schedules"]


@contextmanager
def _working(shop: Workshop, url: str, workers: int) -> Iterator[None]:
    process = subprocess.Popen(_work_argv(shop, url, workers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=clean_environment())  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _tenants(shop: Workshop, url: str) -> list[str]:
    return [
        parse(run([shop.onda, "--database", url, "--json", "tenant", "add", f"shop {n}"]).out)["id"] for n in range(TENANTS)
    ]


def _measure(shop: Workshop, url: str, engine: str, mark: str) -> list[Row]:
    days = [shop.today - dt.timedelta(days=n) for n in range(4 if shop.quick else 80)]
    workers = 4
    tenants = _tenants(shop, url)
    with _server(shop, url) as caller:
        jobs = [caller.rebuild(tenant, day, "respond-async") for day in days for tenant in tenants]
        with _working(shop, url, workers):
            caller.ask("GET", f"/api/v1/jobs/{jobs[-1]}")
            for job in jobs:
                while caller.ask("GET", f"/api/v1/jobs/{job}")["status"] in ("queued", "running"):
                    time.sleep(0.02)  # asking without pause would take the core that the workers want
            took = [caller.times(job) for job in jobs]
            rate = len(jobs) / (max(end for *_, end in took) - min(begin for _, begin, _ in took)).total_seconds()
            waits = []
            for n in range(20 if shop.quick else 300):
                job = caller.rebuild(tenants[n % TENANTS], shop.today, "wait=30")
                asked, began, _ = caller.times(job)
                waits.append((began - asked).total_seconds())
    return [
        _row(
            f"Q1{mark}",
            f"{len(jobs):,} jobs without work in the queue, one process with {workers} workers, {engine}",
            f"{rate:,.0f} jobs/s",
            {"jobs_per_s": [rate]},
            [shop.shown(_work_argv(shop, url, workers))],
        ),
        _row(
            f"Q2{mark}",
            f"from asking for a job to its beginning, idle worker of another process, {engine}",
            f"median {seconds(median(waits))}, p99 {seconds(percentile(waits, 0.99))}",
            {"waits_s": waits},
        ),
    ]


def _row(id: str, what: str, ours: str, samples: dict[str, list[float]], commands: list[str] | None = None) -> Row:
    return Row(id=id, what=what, ours=ours, peer="—", ratio="—", bar="—", met=None, commands=commands or [], samples=samples)


def q(shop: Workshop) -> list[Row]:
    shop.drop_sqlite("queue")
    rows = _measure(shop, f"sqlite:{shop.sqlite_path('queue')}", "SQLite", "a")
    shop.drop_sqlite("queue")
    shop.cluster.create("queue")
    return rows + _measure(shop, shop.cluster.url("queue"), "PostgreSQL", "b")
