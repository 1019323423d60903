"""Workers that are killed, frozen and stopped while they work: another one goes on, and nobody writes twice.

With the real clock: leases pass with it."""
import contextlib
import pathlib
import signal
import sqlite3
import time

import pytest

from harness import KEY, Worker, serving, until, working
from made_up import instant, long_history

LEASE = 15  # seconds


@pytest.fixture
def shop(onda):
    onda.run("init")
    onda.id = onda.tenant()["id"]
    return onda


def show(shop, job_id):
    return shop.json("jobs", "show", job_id)


def ended(shop, job_id, seconds=60):
    return until(f"the end of {job_id}", lambda: (job := show(shop, job_id))["status"] in ("success", "error", "cancelled") and job, seconds)


def queue(shop, kind, **history):
    """A job of five chunks and more."""
    first, today = long_history(shop, "Loja", **history)
    days = ("--from", first, "--to", today) if kind == "rebuild" else ()
    return shop.json("jobs", "run", "-t", "Loja", "--type", kind, *days)["id"]


def underway(shop, job_id):
    """The job, once its first chunk is committed."""
    job = until("its first chunk", lambda: (job := show(shop, job_id))["daysDone"] and job)
    assert job["status"] == "running" and job["daysDone"] < job["daysTotal"], "a faster machine needs a longer history"
    return job


def is_of(job, worker):
    return job["worker"] is not None and f":{worker.process.pid}:" in job["worker"]


def check_numbers(shop):
    verified = shop.verify()
    assert verified["clean"] and verified["staleDays"] == 0
    return verified


# --- side by side -------------------------------------------------------------------------------------------------

def test_a_server_and_workers_of_other_processes_share_the_work(shop, database):
    """On SQLite that is three processes on one file."""
    for i in range(6):
        shop.tenant(f"T{i}")
        long_history(shop, f"T{i}", listings=1000, days=100)
    with serving(shop, "--job-workers", "0") as server, working(shop, "--job-workers", "1") as one, working(shop, "--job-workers", "1") as two:
        parent = server.rebuild({"tenantId": "*"}).json["jobId"]
        assert ended(shop, parent)["status"] == "success"
        jobs = server.get("/api/v1/jobs", {"parentId": parent}, key=KEY).json["jobs"]
        logs = [server.get(f"/api/v1/jobs/{job['id']}", key=KEY).json["log"] for job in jobs]
    assert len(logs) == 7 and all([entry["status"] for entry in log] == ["success"] for log in logs), "each once"
    if database.engine == "postgres":  # a file has one writer at a time, and whoever is faster may do it all
        assert {worker.process.pid for worker in (one, two)} == {int(log[0]["worker"].split(":")[1]) for log in logs}, "both had their part"
    assert all(shop.verify(f"T{i}")["staleDays"] == 0 for i in range(6))


def test_a_worker_hears_of_work_at_once(shop):
    """Queued by a process that knows nothing of the worker."""
    took = []
    with working(shop) as worker:
        for _ in range(9):
            job = ended(shop, shop.json("jobs", "run", "-t", "Loja", "--type", "rebuild", "--last-days", "1")["id"])
            assert is_of(job["log"][0], worker)
            took.append((instant(job["startedAt"]) - instant(job["createdAt"])).total_seconds())
    print(f"from queued to begun: {sorted(took)} s")
    assert sorted(took)[4] < 0.5, "not only by the look once a second"


# --- kill -9 ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["refresh", "rebuild"])
def test_a_killed_workers_job_runs_again_elsewhere_within_fifteen_seconds(shop, kind):
    job_id = queue(shop, kind)
    with working(shop, "--job-workers", "1") as victim:
        assert is_of(underway(shop, job_id), victim)
        with working(shop) as other:
            victim.process.kill()
            killed = time.monotonic()
            job = until("its new worker", lambda: is_of(job := show(shop, job_id), other) and job)
            took = time.monotonic() - killed
            print(f"kill -9 during a {kind}: running again after {took:.1f} s")
            assert took < LEASE and job["attempts"] == 2
            job = ended(shop, job_id)
    assert job["status"] == "success" and [log["status"] for log in job["log"]] == ["error", "success"]
    assert job["log"][0]["errorCode"] == "workerLost" and [log["attempt"] for log in job["log"]] == [1, 2]
    assert job["log"][0]["daysDone"] + job["log"][1]["daysDone"] == 500, "what was committed is not done again"
    assert "job.rescued" in other.events()
    check_numbers(shop)


def test_a_job_whose_workers_all_die_is_given_up_after_its_attempts(shop, database):
    job_id = queue(shop, "refresh")
    database.sql("UPDATE jobs SET max_attempts=2")
    for attempt in (1, 2):
        with working(shop, "--job-workers", "1") as victim:
            until(f"attempt {attempt}", lambda: (job := show(shop, job_id))["attempts"] == attempt and is_of(job, victim))
    with working(shop):
        job = ended(shop, job_id)
        assert job["status"] == "error" and "interrupted" in job["errorMessage"] and [log["status"] for log in job["log"]] == ["error"] * 2
        shop.run("jobs", "retry", job_id)
        assert ended(shop, job_id)["status"] == "success"
    check_numbers(shop)


def test_the_next_command_of_the_tenant_waits_for_no_lease(shop):
    """`onda refresh` sees that the worker is gone and goes on where it stopped."""
    job_id = queue(shop, "refresh")
    with working(shop, "--job-workers", "1") as victim:
        first = underway(shop, job_id)
        victim.process.kill()
        victim.process.wait()
        started = time.monotonic()
        outcome = shop.json("refresh", "-t", "Loja")
        assert outcome["success"] and outcome["daysProcessed"] < 500 and first["daysDone"] > 0
        assert show(shop, job_id)["status"] == "retrying", "another worker will find that nothing is left to do"
        print(f"refresh beside a dead worker: {time.monotonic() - started:.1f} s")
    check_numbers(shop)


# --- frozen -------------------------------------------------------------------------------------------------------

def freeze(database, worker):
    """SIGSTOP. With SQLite between two transactions: a frozen process that has the write lock keeps everybody from writing."""
    if database.engine == "postgres":
        worker.process.send_signal(signal.SIGSTOP)
        return
    with contextlib.closing(sqlite3.connect(database.file, timeout=0, isolation_level=None)) as connection:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("BEGIN IMMEDIATE")
                break
            assert time.monotonic() < deadline, "found no moment between two transactions"
        worker.process.send_signal(signal.SIGSTOP)
        until("all its threads to stand still", lambda: {state_of(task) for task in pathlib.Path(f"/proc/{worker.process.pid}/task").iterdir()} == {"T"})
        connection.execute("ROLLBACK")


def state_of(task):
    return (task / "stat").read_text().rsplit(")", 1)[1].split()[0]


def test_a_worker_frozen_beyond_its_lease_changes_nothing_when_it_wakes(shop, database):
    job_id = queue(shop, "rebuild", days=1000)
    with working(shop, "--job-workers", "1") as sleeper:
        assert is_of(underway(shop, job_id), sleeper)
        freeze(database, sleeper)
        frozen = time.monotonic()
        with working(shop, "--job-workers", "1") as other:
            job = until("its new worker", lambda: is_of(job := show(shop, job_id), other) and job, 30)
            took = time.monotonic() - frozen
            print(f"frozen during a rebuild: taken over after {took:.1f} s")
            assert took < LEASE + 5
            job = ended(shop, job_id, 120)
            before = database.sql("SELECT * FROM jobs ORDER BY job_id"), database.sql("SELECT * FROM job_logs ORDER BY attempt_id"), check_numbers(shop)
            assert [log["status"] for log in job["log"]] == ["error", "success"] and job["attempts"] == 2
            assert job["log"][0]["daysDone"] + job["log"][1]["daysDone"] == 1000
            sleeper.process.send_signal(signal.SIGCONT)
            until("its noticing", lambda: {"job.lost", "job.failed"} & set(sleeper.events()), 60)
            assert (database.sql("SELECT * FROM jobs ORDER BY job_id"), database.sql("SELECT * FROM job_logs ORDER BY attempt_id"),
                    check_numbers(shop)) == before, "not one row"
        # And it is as good as new.
        again = shop.json("jobs", "run", "-t", "Loja", "--type", "rebuild", "--last-days", "2")["id"]
        assert ended(shop, again)["status"] == "success" and is_of(show(shop, again)["log"][0], sleeper)


def test_a_worker_frozen_for_a_moment_keeps_its_job(shop, database):
    job_id = queue(shop, "refresh")
    with working(shop, "--job-workers", "1") as sleeper:
        underway(shop, job_id)
        with working(shop, "--job-workers", "1"):
            freeze(database, sleeper)
            time.sleep(3)
            sleeper.process.send_signal(signal.SIGCONT)
            job = ended(shop, job_id)
    assert (job["status"], job["attempts"], len(job["log"])) == ("success", 1, 1)
    check_numbers(shop)


# --- stopped ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind,number", [("refresh", signal.SIGTERM), ("rebuild", signal.SIGINT)])
def test_a_stopped_worker_gives_its_job_back(shop, kind, number):
    job_id = queue(shop, kind)
    with working(shop, "--job-workers", "1") as first:
        underway(shop, job_id)
        assert first.stop(number) == 0 and "job.released" in first.events()
    given_back = show(shop, job_id)
    assert (given_back["status"], given_back["attempts"], given_back["runAt"]) == ("retrying", 0, None), "it doesn't count, and needs no pause"
    assert 0 < given_back["daysDone"] < 500 and shop.verify()["clean"]
    with working(shop) as second:
        job = ended(shop, job_id)
    assert job["status"] == "success" and is_of(job["log"][1], second)
    assert [(log["status"], log["attempt"]) for log in job["log"]] == [("error", 1), ("success", 1)]
    assert [job["log"][0][name] for name in ("errorCode", "errorMessage")] == ["workerStopped", "interrupted: its worker was stopped"]
    assert sum(log["daysDone"] for log in job["log"]) == 500, "no day twice"
    check_numbers(shop)


def test_a_stopped_server_gives_its_job_back(shop):
    job_id = queue(shop, "refresh")
    with serving(shop) as server:
        underway(shop, job_id)
        started = time.monotonic()
        assert server.stop() == 0
        print(f"a server with a running job stopped within {time.monotonic() - started:.1f} s")
        assert {"job.released", "server.stopped"} <= set(server.events())
    assert show(shop, job_id)["status"] == "retrying"
    with serving(shop):
        assert ended(shop, job_id)["status"] == "success"
    check_numbers(shop)


def test_an_idle_worker_stops_at_once(shop):
    worker = Worker(shop)
    started = time.monotonic()
    assert worker.stop() == 0 and time.monotonic() - started < 3
