"""Jobs as somebody sees them who asks for work: waiting, asking twice, following, cancelling, trying again.

With the real clock: pauses pass with it."""
import concurrent.futures
import contextlib
import datetime
import json
import socket
import time

import pytest

import contract
from harness import KEY, ndjson, order, serving, until, working
from made_up import long_history, text_of

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


# --- an answer that fits ------------------------------------------------------------------------------------------

def test_a_quick_job_is_answered_and_one_that_takes_longer_is_followed(shop, idle):
    week = {"tenantId": shop.id, "lastDays": 7}
    for prefer, least, most in (("respond-async", 0, 1), ("wait=0", 0, 1), ("wait=1", 0.9, 3), ("foo; WAIT=1", 0.9, 3),
                                ("respond-async, wait=20", 0, 1)):
        started = time.monotonic()
        answer = idle.rebuild(week, headers={"Prefer": prefer})
        contract.judge("POST", "/api/v1/jobs/rebuild-daily-metrics", answer)
        assert (answer.status, answer.json["status"]) == (202, "queued") and least <= time.monotonic() - started < most, prefer
        assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['jobId']}" and int(answer.headers["Retry-After"]) > 0
    waiting = concurrent.futures.ThreadPoolExecutor(1).submit(idle.rebuild, week, headers={"Prefer": "wait=30"})
    until("all six in the queue", lambda: idle.get("/api/v1/jobs?status=queued", key=KEY).json["total"] == 6)
    with working(shop):
        done = waiting.result()
        assert done.status == 200 and done.json["success"] and done.json["daysProcessed"] == 7
        assert rests(idle, answer.json["jobId"])["status"] == "success"
        assert ask(idle, {"tenantId": shop.id}, 200)["success"], "also without saying how long to wait"
    assert job_of(idle, done.json["jobId"])["jobLogId"] == done.json["jobLogId"]


def test_a_tenants_program_may_ask_for_work_too(shop):
    token = shop.token()

    def create(body, **headers):
        return contract.judge("POST", "/api/v1/jobs", server.call("POST", "/api/v1/jobs", body, token=token, headers=headers))
    with serving(shop) as server:
        for body, kind in (({"type": "rebuild", "lastDays": 3}, "rebuild"), ({"type": "refresh"}, "refresh"),
                           ({"type": "rebuild", "from": "2026-02-01", "to": "2026-02-02"}, "rebuild")):
            answer = create(body)
            assert (answer.status, answer.json["jobType"], answer.json["tenantId"]) == (202, kind, shop.id)
            assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"
            assert rests(server, answer.json["id"])["status"] == "success"
        for wrong in ({}, {"type": "fan_out"}, {"type": "rebuild"}, {"type": "refresh", "lastDays": 3}, {"type": "rebuild", "lastDays": 91},
                      {"type": "rebuild", "from": "2025-01-01", "to": "2026-01-01"}, []):
            assert create(json.dumps(wrong)).status == 400, wrong
        assert create("{}", **{"Content-Type": "text/plain"}).status == 415
        for path in ("cancel", "retry"):
            assert server.call("POST", f"/api/v1/jobs/{answer.json['id']}/{path}", token=token).status == 409
        assert server.call("POST", "/api/v1/jobs", {"type": "refresh"}, key=KEY).status == 401, "the key names no tenant"


# --- asking twice -------------------------------------------------------------------------------------------------

def test_a_key_names_one_job_before_and_after_its_end(shop, idle, database):
    other = shop.tenant("Outra")["id"]
    week = {"tenantId": shop.id, "lastDays": 7}
    named = {**ASYNC, "Idempotency-Key": "monday"}
    first = ask(idle, week, 202, **named)
    assert ask(idle, week, 202, **named) == first
    ask(idle, {**week, "lastDays": 6}, 409, **named)
    ask(idle, {"tenantId": shop.id}, 409, **named)
    assert ask(idle, {**week, "tenantId": other}, 202, **named)["jobId"] != first["jobId"], "keys of another tenant are other keys"
    slot = {"tenantId": shop.id, "scheduledTime": "2026-02-10T06:00:00Z"}
    due = ask(idle, slot, 202, **ASYNC)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:  # at least once, and all at once
        calls = [pool.submit(ask, idle, week, 202, **{**ASYNC, "Idempotency-Key": "together"}) for _ in range(24)]
        assert len({call.result()["jobId"] for call in calls}) == 1
    with working(shop):
        rests(idle, first["jobId"])
        rests(idle, due["jobId"])  # the last day with numbers is said as of now, and this one brings more of them
        done = ask(idle, week, 200, **{"Idempotency-Key": "monday"})
        assert done["jobId"] == first["jobId"] and done == ask(idle, week, 200, **named), "its answer stays the same"
        ask(idle, {**week, "lastDays": 6}, 409, **named)
        assert ask(idle, {**slot, "scheduledTime": "2026-02-10T03:00:00-03:00"}, 200, **ASYNC)["jobId"] == due["jobId"]
        ask(idle, {**slot, "lastDays": 2}, 409)
    assert [len(job_of(idle, job["jobId"])["log"]) for job in (first, due)] == [1, 1]


def test_a_key_keeps_its_job_also_if_another_refresh_was_queued(shop, idle):
    ask(idle, {"tenantId": shop.id}, 202, **ASYNC)
    named = {"Idempotency-Key": "tuesday"}
    second = ask(idle, {"tenantId": shop.id}, 202, **ASYNC, **named)
    ask(idle, {"tenantId": shop.id, "lastDays": 3}, 409, **named)
    with working(shop):
        rests(idle, second["jobId"])
        assert ask(idle, {"tenantId": shop.id}, 200, **named)["jobId"] == second["jobId"]


def test_a_refresh_is_queued_once_and_a_rebuild_each_time(shop, idle):
    refreshes = {ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"] for _ in range(3)}
    rebuilds = {ask(idle, {"tenantId": shop.id, "lastDays": 3}, 202, **ASYNC)["jobId"] for _ in range(3)}
    assert (len(refreshes), len(rebuilds)) == (1, 3)


# --- every tenant -------------------------------------------------------------------------------------------------

def test_a_fan_out_has_a_child_for_every_tenant_and_one_may_fail(shop, idle, database):
    for name in ("B", "C", "D", "E"):
        shop.tenant(name)
        feed(shop, name)
    break_tenant(database, "D")
    key = {"Idempotency-Key": "everybody"}
    parent = ask(idle, {"tenantId": "*"}, 202, **key)["jobId"]
    assert ask(idle, {"tenantId": "*"}, 202, **key)["jobId"] == parent
    ask(idle, {"tenantId": "*", "lastDays": 3}, 409, **key)
    shown = job_of(idle, parent)
    assert (shown["jobType"], shown["status"], shown["tenantId"], shown["log"]) == ("fan_out", "waiting", None, [])
    assert shown["children"] == {"total": 5, "live": 5, "success": 0, "error": 0, "cancelled": 0}

    def children(**query):
        path = "/api/v1/jobs"
        answer = contract.judge("GET", path, idle.get(path, {"parentId": parent, **query}, key=KEY)).json
        return {job["tenantName"]: job for job in answer["jobs"]}, answer["total"]
    queued, total = children()
    assert set(queued) == {"Loja", "B", "C", "D", "E"} and total == 5 and {job["parentId"] for job in queued.values()} == {parent}
    assert len(children(limit=2)[0]) == 2 and children(limit=2)[1] == 5 and children(status="running") == ({}, 0)
    database.sql("UPDATE jobs SET max_attempts=1")
    with working(shop):
        ended = rests(idle, parent)
        assert (ended["status"], ended["errorMessage"]) == ("error", "1 of 5 jobs did not succeed")
        assert ended["children"] == {"total": 5, "live": 0, "success": 4, "error": 1, "cancelled": 0}
        failed = children(status="error")[0]["D"]
        assert failed["errorMessage"] == "The job failed" and "SECRET" not in idle.get(f"/api/v1/jobs/{failed['id']}", key=KEY).text
        assert all(shop.verify(name)["staleDays"] == 0 for name in ("Loja", "B", "C", "E"))
        steer(idle, parent, "retry", 409)
        steer(idle, parent, "cancel", 409)
        mend_tenant(database)
        steer(idle, failed["id"], "retry")
        assert rests(idle, failed["id"])["status"] == "success"
        assert ask(idle, {"tenantId": "*"}, 202, **key)["jobId"] == parent, "also after its end"
        whole = ask(idle, {"tenantId": "*"}, 202)["jobId"]
        assert rests(idle, whole)["status"] == "success"


def test_a_fan_out_is_cancelled_with_its_children(shop, idle):
    shop.tenant("B")
    parent = ask(idle, {"tenantId": "*", "lastDays": 3}, 202)["jobId"]
    assert steer(idle, parent, "cancel")["status"] == "cancelled"
    assert job_of(idle, parent)["children"] == {"total": 2, "live": 0, "success": 0, "error": 0, "cancelled": 2}
    steer(idle, parent, "cancel", 409)


# --- following ----------------------------------------------------------------------------------------------------

def open_stream(server, job_id, stack):
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
    connection.sendall(f"GET /api/v1/jobs/{job_id}/events HTTP/1.1\r\nHost: x\r\nX-Internal-Key: {KEY}\r\n\r\n".encode())
    return connection


def events_of(text):
    """[(event, data)] of a whole stream; comments are left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def read_chunked(connection):
    """The whole answer to its last chunk, head and body."""
    received = b""
    while not received.endswith(b"\r\n0\r\n\r\n"):
        piece = connection.recv(65536)
        assert piece, f"cut off: {received[-300:]}"
        received += piece
    head, body = received.split(b"\r\n\r\n", 1)
    text = b""
    while body:
        size, body = body.split(b"\r\n", 1)
        text, body = text + body[:int(size, 16)], body[int(size, 16) + 2:]
    return head.decode(), text.decode()


def test_a_stream_of_events_ends_with_the_job(shop, idle):
    long_history(shop, "Loja")
    job_id = ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
    with contextlib.ExitStack() as stack:
        connection = open_stream(idle, job_id, stack)
        with working(shop):
            head, text = read_chunked(connection)
        after = read_chunked(open_stream(idle, job_id, stack))[1]
    assert "HTTP/1.1 200" in head and "text/event-stream" in head and "no-store" in head
    events = events_of(text)
    jobs = [data for event, data in events if event == "job"]
    schema = {"$ref": "#/components/schemas/Job"}
    assert all(contract.errors_of(schema, job) == [] and contract.undocumented(schema, job) == [] for job in jobs)
    assert [event for event, _ in events] == ["job"] * len(jobs) + ["end"] and events[-1][1] == {"status": "success"}
    states = [job["status"] for job in jobs]
    assert states[0] == "queued" and "running" in states and states[-1] == "success"
    done = [job["daysDone"] for job in jobs]
    assert done == sorted(done) and len(set(done)) > 3 and done[-1] == jobs[-1]["daysTotal"] >= 500, "chunk by chunk"
    moving = [job for job in jobs if job["status"] == "running" and job["daysDone"]]
    assert moving and all(job["etaSeconds"] >= 0 and job["rowsPerSecond"] > 0 for job in moving)
    assert [event for event, _ in events_of(after)] == ["job", "end"], "of one that has ended: at once"
    assert idle.get(f"/api/v1/jobs/{NOBODY}/events", key=KEY).status == 404


def test_streams_and_waiting_calls_keep_nobody_from_being_served(shop):
    """Fifty of each, and two threads that answer."""
    with serving(shop, "--workers", "2", "--job-workers", "0") as server, contextlib.ExitStack() as stack:
        job_id = ask(server, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
        streams = [open_stream(server, job_id, stack) for _ in range(50)]
        heads = [stream.recv(15) for stream in streams]
        assert set(heads) == {b"HTTP/1.1 200 OK"}
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(50))
        waiting = [pool.submit(server.rebuild, {"tenantId": shop.id}, headers={"Prefer": "wait=60"}) for _ in range(50)]
        time.sleep(1)
        took = []
        for _ in range(100):
            started = time.monotonic()
            assert server.get("/health").status == 200
            took.append(time.monotonic() - started)
        print(f"/health beside 50 streams and 50 waiting calls: median {sorted(took)[50] * 1000:.1f} ms, longest {max(took) * 1000:.1f} ms")
        assert sorted(took)[50] < 0.2 and not any(call.done() for call in waiting)
        with working(shop):
            answers = [call.result() for call in waiting]
            texts = [read_chunked(stream)[1] for stream in streams]
        assert {(answer.status, answer.json.get("jobId")) for answer in answers} == {(200, job_id)}
        assert all(events_of(text)[-1] == ("end", {"status": "success"}) for text in texts)


def test_a_server_that_stops_answers_those_who_wait(shop, idle):
    job_id = ask(idle, {"tenantId": shop.id}, 202, **ASYNC)["jobId"]
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(1) as pool:
        stream = open_stream(idle, job_id, stack)
        assert stream.recv(15) == b"HTTP/1.1 200 OK"
        waiting = pool.submit(idle.rebuild, {"tenantId": shop.id}, headers={"Prefer": "wait=60"})
        time.sleep(0.5)
        started = time.monotonic()
        assert idle.stop() == 0 and time.monotonic() - started < 5
        assert (waiting.result().status, waiting.result().json["jobId"]) == (202, job_id)
        text = read_chunked(stream)[1]
        assert "retry: " in text and "event: end" not in text


# --- steering -----------------------------------------------------------------------------------------------------

def test_cancel_and_retry_of_a_queued_job(shop, idle):
    job_id = ask(idle, {"tenantId": shop.id, "lastDays": 3}, 202, **ASYNC, **{"Idempotency-Key": "k"})["jobId"]
    steer(idle, job_id, "retry", 409)
    cancelled = steer(idle, job_id, "cancel")
    assert (cancelled["status"], cancelled["attempts"]) == ("cancelled", 0) and cancelled["completedAt"]
    steer(idle, job_id, "cancel", 409)
    assert ask(idle, {"tenantId": shop.id, "lastDays": 3}, 409, **{"Idempotency-Key": "k"})["message"] == "The job was cancelled"
    with working(shop):
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
