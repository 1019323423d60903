"""Following a job by its stream of events."""
import concurrent.futures
import contextlib
import json
import socket
import time

import contract
from asking import ASYNC, NOBODY, ask, idle, shop
from harness import KEY, serving, working
from made_up import long_history


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
