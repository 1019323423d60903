"""Jobs that are cancelled, fail and are tried again, over HTTP and by the command.

With the real clock: pauses pass with it."""
import concurrent.futures
import json
import time

import contract
from asking import ASYNC, NOBODY, ask, break_tenant, feed, idle, job_of, mend_tenant, rests, shop, steer
from harness import KEY, serving, until, working
from made_up import long_history

# --- steering -----------------------------------------------------------------------------------------------------

def test_cancel_and_retry_of_a_queued_job(shop, idle):
    job_id = ask(idle, {"tenantId": shop.id, "lastDays": 3}, 202, **ASYNC, **{"Idempotency-Key": "k"})["jobId"]
    steer(idle, job_id, "retry", 409)
    cancelled = steer(idle, job_id, "cancel")
    assert (cancelled["status"], cancelled["attempts"]) == ("cancelled", 0) and cancelled["completedAt"]
    steer(idle, job_id, "cancel", 409)
    assert ask(idle, {"tenantId": shop.id, "lastDays": 3}, 409, **{"Idempotency-Key": "k"})["message"] == "The job was cancelled"
    with working(shop) as worker:
        until("the worker's start", lambda: "work.started" in worker.events())
        time.sleep(1.5)
        assert job_of(idle, job_id)["status"] == "cancelled", "no worker takes it"
        again = steer(idle, job_id, "retry")
        assert (again["status"], again["completedAt"]) == ("queued", None)
        assert rests(idle, job_id)["status"] == "success"
        for what in ("cancel", "retry"):
            steer(idle, job_id, what, 409)
    for what in ("cancel", "retry"):
        steer(idle, NOBODY, what, 404)


def test_a_retry_that_is_queued_already_under_another_id(shop, idle):
    first = ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
    steer(idle, first, "cancel")
    second = ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
    assert second != first and second in steer(idle, first, "retry", 409)["message"]


def test_a_running_job_is_cancelled_at_its_next_safe_point_and_goes_on_when_retried(shop):
    """In the process that runs it: on a file another one may wait for the write lock until the job is done."""
    first, today = long_history(shop, "Loja")
    job = shop.json("jobs", "run", "-t", "Loja", "--type", "rebuild", "--from", first, "--to", today)
    with serving(shop) as server:
        until("its first chunk", lambda: job_of(server, job["id"])["daysDone"])
        asked = steer(server, job["id"], "cancel")
        assert asked["status"] == "cancelled" or asked["cancelRequested"]
        stopped = rests(server, job["id"], 20)
        assert stopped["status"] == "cancelled" and 0 < stopped["daysDone"] < stopped["daysTotal"] == 500
        assert shop.verify()["clean"], "what was committed is true"
        steer(server, job["id"], "cancel", 409)
        steer(server, job["id"], "retry")
        ended = rests(server, job["id"])
    assert ended["status"] == "success" and [log["status"] for log in ended["log"]] == ["cancelled", "success"]
    assert sum(log["daysDone"] for log in ended["log"]) == 500, "no day twice"
    verified = shop.verify()
    assert verified["clean"] and verified["rowsExamined"] == 2000 * 500 + 1


def test_a_failing_job_pauses_longer_each_time_and_then_rests_until_it_is_retried(shop, idle, database):
    break_tenant(database, "Loja")
    job_id = ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
    with working(shop) as worker:
        pauses = []
        for attempt in (1, 2):
            job = until(f"failure {attempt}", lambda: (job := job_of(idle, job_id))["status"] == "retrying" and job["attempts"] == attempt and job)
            assert (job["errorMessage"], job["maxAttempts"], job["completedAt"]) == ("The job failed", 5, None)
            pauses.append(pause_of(database))
        print("pauses in ms:", pauses)
        assert 3750 <= pauses[0] <= 5100 and 7500 <= pauses[1] <= 10_100
        assert steer(idle, job_id, "cancel")["status"] == "cancelled", "also while it pauses"
        database.sql("UPDATE jobs SET status='retrying', max_attempts=3, run_at=0, finished_at=NULL")
        given_up = rests(idle, job_id)
        assert (given_up["status"], given_up["attempts"], given_up["errorMessage"]) == ("error", 3, "The job failed")
        assert [log["status"] for log in given_up["log"]] == ["error"] * 3 and [log["attempt"] for log in given_up["log"]] == [1, 2, 3]
        failed = idle.rebuild({"tenantId": shop.id, "lastDays": 2}, headers={"Prefer": "wait=1"})
        assert failed.status == 202, "it pauses: not yet failed"
        assert any("SECRET" in json.dumps(e) or "broken" in json.dumps(e) for e in worker.log() if e["event"] == "job.failed")
        mend_tenant(database)
        steer(idle, job_id, "retry")
        assert rests(idle, job_id)["status"] == "success"
    assert shop.verify()["clean"]


def pause_of(database):
    (at, ended), = database.sql("SELECT j.run_at, l.completed_at FROM jobs j JOIN job_logs l ON l.tenant_id=j.tenant_id AND l.attempt_id=j.attempt_id")
    return int(at) - int(ended)


def test_a_job_that_gave_up_is_a_500_with_its_log(shop, idle, database):
    break_tenant(database, "Loja")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(idle.rebuild, {"tenantId": shop.id})
        until("the job", lambda: database.sql("UPDATE jobs SET max_attempts=1 RETURNING 1"))
        with working(shop):
            answer = contract.judge("POST", "/api/v1/jobs/rebuild-daily-metrics", waiting.result())
    assert (answer.status, answer.json["message"]) == (500, "The job failed")
    log = idle.get(f"/api/v1/jobs/{answer.json['jobLogId']}", key=KEY).json["log"]
    assert [(entry["id"], entry["status"]) for entry in log] == [(answer.json["jobLogId"], "error")]


def test_a_job_that_cannot_even_begin_is_no_obstacle(shop, idle, database):
    """Its tenant is damaged; the others' jobs are done, and it ends as an error."""
    shop.tenant("Outra")
    broken = ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
    database.sql("UPDATE tenants SET time_zone='Mars/Base' WHERE name='Loja'")
    database.sql("UPDATE jobs SET max_attempts=1")
    other = shop.json("jobs", "run", "-t", "Outra")["id"]
    with working(shop, "--job-workers", "1"):
        assert rests(idle, other)["status"] == "success"
        assert rests(idle, broken)["status"] == "error"


def test_a_fan_out_that_has_ended_says_so_although_no_worker_looks(shop, idle, database):
    parent = ask(idle, {"tenantId": "*"}, 202, **ASYNC)["jobId"]
    database.sql("UPDATE jobs SET status='success', finished_at=created_at WHERE parent_id IS NOT NULL")
    refused = idle.call("POST", f"/api/v1/jobs/{parent}/cancel", {}, key=KEY)
    assert (refused.status, refused.json["message"]) == (409, "A job that has succeeded can't be cancelled")
    assert job_of(idle, parent)["status"] == "success"


# --- by hand ------------------------------------------------------------------------------------------------------

def test_the_commands_say_the_same_as_the_api(shop, idle, database):
    queued = shop.json("jobs", "run", "-t", "Loja", "--type", "rebuild", "--last-days", 3)
    assert (queued["status"], queued["source"], queued["params"]) == ("queued", "cli", {"lastDays": 3})
    assert shop.json("jobs", "list", "-t", "Loja", "--status", "queued") == idle.get("/api/v1/jobs?status=queued", key=KEY).json
    assert shop.json("jobs", "show", queued["id"]) == job_of(idle, queued["id"])
    assert shop.json("jobs", "cancel", queued["id"])["status"] == "cancelled"
    assert "can't be cancelled" in shop.run("jobs", "cancel", queued["id"], code=1).err
    assert shop.json("jobs", "retry", queued["id"])["status"] == "queued"
    assert "can't be retried" in shop.run("jobs", "retry", queued["id"], code=1).err
    for command in ("show", "watch", "cancel", "retry"):
        assert "no job" in shop.run("jobs", command, NOBODY, code=1).err
    for wrong in (["run"], ["run", "-t", "Loja", "--type", "rebuild"], ["run", "-t", "Loja", "--type", "fan_out"], ["list", "--status", "x"]):
        assert shop.run("jobs", *wrong, code=None).code in (1, 2), wrong
    with working(shop):
        done = shop.json("jobs", "watch", queued["id"])
        assert (done["id"], done["status"], done["daysDone"]) == (queued["id"], "success", 3)
        watched = shop.json("jobs", "run", "-t", "Loja", "--watch")
        assert (watched["jobType"], watched["status"]) == ("refresh", "success")
        every = shop.json("jobs", "run", "--all", "--watch")
        assert (every["jobType"], every["status"]) == ("fan_out", "success")
        assert shop.json("jobs", "show", every["id"]) == job_of(idle, every["id"])
    assert "success" in shop.run("jobs", "list").out and "attempt 1" in shop.run("jobs", "show", queued["id"]).out
    assert [job["id"] for job in shop.json("jobs", "list", "--type", "rebuild")["jobs"]] == [queued["id"]]
    break_tenant(database, "Loja")
    feed(shop, "Loja")
    failing = shop.json("jobs", "run", "-t", "Loja", "--type", "rebuild", "--last-days", 4)
    database.sql(f"UPDATE jobs SET max_attempts=1 WHERE job_uuid='{failing['id']}'")
    database.sql("DELETE FROM tenant_metrics_daily")
    with working(shop):
        watched = shop.run("--json", "jobs", "watch", failing["id"], code=1)
    assert watched.json["status"] == "error" and "ended as error: The job failed" in watched.err
