"""Jobs as somebody sees them who asks for work: waiting, asking twice, for every tenant.

With the real clock: pauses pass with it."""
import concurrent.futures
import json
import time

import contract
from asking import ASYNC, ask, break_tenant, feed, idle, job_of, mend_tenant, rests, shop, steer
from harness import KEY, ndjson, order, serving, until, working

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
        rests(idle, due["jobId"])
        done = ask(idle, week, 200, **{"Idempotency-Key": "monday"})
        assert done["jobId"] == first["jobId"] and done == ask(idle, week, 200, **named), "its answer stays the same"
        ask(idle, {**week, "lastDays": 6}, 409, **named)
        assert ask(idle, {**slot, "scheduledTime": "2026-02-10T03:00:00-03:00"}, 200, **ASYNC)["jobId"] == due["jobId"]
        ask(idle, {**slot, "lastDays": 2}, 409)
    assert [len(job_of(idle, job["jobId"])["log"]) for job in (first, due)] == [1, 1]


def test_the_answer_to_a_key_is_of_its_day(shop):
    """Also where it says how far the numbers go: later there are more of them."""
    week = {"tenantId": shop.id, "from": "2026-02-01", "to": "2026-02-07"}
    answers = []
    for now, paid in (("2026-02-10T15:00:00Z", "2026-02-03T12:00:00Z"), ("2026-02-12T15:00:00Z", "2026-02-11T12:00:00Z")):
        shop.now = now
        shop.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(order(paid, [("MLB1", 1, 10)], paid)))
        with serving(shop) as server:
            answers.append(ask(server, week, 200, **{"Idempotency-Key": "monday"}))
            newest = ask(server, {"tenantId": shop.id}, 200)
            nothing = ask(server, {"tenantId": shop.id}, 200)
    assert answers[0] == answers[1]
    assert (answers[0]["dateRange"]["maxDateAfterRebuild"], newest["dateRange"]["maxDateAfterRebuild"]) == ("2026-02-03", "2026-02-11")
    assert nothing["receipt"]["examined"] == 0 and nothing["dateRange"] == {"from": None, "to": None, "maxDateAfterRebuild": "2026-02-11"}


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
        assert (ended["status"], ended["errorCode"], ended["errorMessage"]) == ("error", "jobsFailed", "1 of 5 jobs did not succeed")
        assert ended["children"] == {"total": 5, "live": 0, "success": 4, "error": 1, "cancelled": 0}
        failed = children(status="error")[0]["D"]
        assert (failed["errorCode"], failed["errorMessage"]) == ("failed", "The job failed") and "SECRET" not in idle.get(f"/api/v1/jobs/{failed['id']}", key=KEY).text
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
