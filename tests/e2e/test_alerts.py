"""A real receiver behind the webhook: it refuses, is slow, checks signatures."""
import contextlib
import hashlib
import hmac
import http.server
import json
import socket
import threading
import time

import pytest

from harness import serving, until

SECRET = "webhook-secret-0123456789abcdefghijklmnop"
PATH = "/hooks/very-secret-path?token=very-secret-token"


class Receiver:
    """Answers with `statuses`, one after the other, then 204; keeps all it gets."""

    def __init__(self, statuses=()):
        self.statuses, self.got, receiver = list(statuses), [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body, time.time()))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{PATH}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def messages(self):
        return [json.loads(body) for _, _, body, _ in self.got]

    def types(self):
        return [m["type"] for m in self.messages()]


@pytest.fixture
def receiver():
    with contextlib.closing(Receiver()) as made:
        yield made


def told(receiver):
    return {"ONDA_WEBHOOK_URL": receiver.url, "ONDA_WEBHOOK_SECRET": SECRET}


def check_signature(headers, body, came):
    t, v1 = (part.split("=")[1] for part in headers["X-Onda-Signature"].split(","))
    assert abs(int(t) - came) < 10
    assert v1 == hmac.new(SECRET.encode(), f"{t}.".encode() + body, hashlib.sha256).hexdigest()


def make_stale(onda, database):
    """A tenant whose oldest waiting fact came three hours ago, for yesterday: today may be younger than that."""
    tenant = onda.tenant()["id"]
    onda.run("refresh", "-t", "Loja")
    database.sql(f"INSERT INTO stale_days(tenant_id,day,since) SELECT 1, computed_through-1, {int((time.time() - 3 * 3600) * 1000)} FROM tenants")
    return tenant


def test_a_refused_message_comes_again_until_it_is_accepted(onda, database, receiver):
    tenant = make_stale(onda, database)
    receiver.statuses = [503]
    with serving(onda, "--job-workers", "0", "--no-schedules", **told(receiver)) as server:
        # The pause after the first refusal is 11 to 15 seconds, and the look every 15.
        until("the second try", lambda: len(receiver.got) >= 2, 45)
        until("the end of it", lambda: database.sql("SELECT COUNT(*) FROM alert_deliveries") == [("0",)])
        onda.run("refresh", "-t", "Loja")
        until("the recovery", lambda: len(receiver.got) >= 3, 45)
        values = server.get("/metrics").text
        assert "onda_alerts_open 0" in values and "onda_tenants_stale 0" in values
        server.stop()
        events = server.log()
    assert receiver.types() == ["tenant_stale", "tenant_stale", "tenant_recovered"]
    first, again, last = receiver.messages()
    assert first == again and first["tenantId"] == tenant and first["tenantName"] == "Loja" and first["lagMinutes"] >= 179
    assert last["alertId"] == first["alertId"] and last["id"] != first["id"]
    for path, headers, body, came in receiver.got:
        assert path == PATH and headers["Content-Type"].startswith("application/json")
        check_signature(headers, body, came)
    assert receiver.got[0][1]["X-Onda-Signature"] != receiver.got[1][1]["X-Onda-Signature"], "signed again, with the new time"
    refused = next(e for e in events if e["event"] == "alert.not_sent")
    assert refused["cause"].endswith("answered 503") and len([e for e in events if e["event"] == "alert.sent"]) == 2
    for secret in (SECRET, "very-secret"):
        assert secret not in "".join(server.lines)


def test_several_processes_tell_it_once(onda, database, receiver):
    make_stale(onda, database)
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(serving(onda, "--job-workers", "0", "--no-schedules", **told(receiver)))
        until("the message", lambda: receiver.got, 30)
        time.sleep(1)
    assert receiver.types() == ["tenant_stale"] and database.sql("SELECT COUNT(*) FROM alerts") == [("1",)]


def test_a_receiver_that_hangs_holds_up_nothing(onda, database):
    """It takes the connection and never answers; the server serves and stops all the same."""
    make_stale(onda, database)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        with serving(onda, "--no-schedules", ONDA_WEBHOOK_URL=url, ONDA_WEBHOOK_SECRET=SECRET) as server:
            silent.settimeout(20)
            connection, _ = silent.accept()
            assert server.get("/health").status == 200 and server.get("/metrics").status == 200
            started = time.monotonic()
            assert server.stop() == 0 and time.monotonic() - started < 15
            connection.close()
    assert database.sql("SELECT COUNT(*) FROM alert_deliveries") == [("1",)], "kept for the next start"


def test_nobody_is_told_without_a_url(onda, database):
    make_stale(onda, database)
    with serving(onda, "--job-workers", "0", "--no-schedules", ONDA_WEBHOOK_SECRET=SECRET) as server:
        time.sleep(1)
        assert server.get("/health").status == 200
    assert database.sql("SELECT (SELECT COUNT(*) FROM alerts) + (SELECT COUNT(*) FROM alert_deliveries)") == [("0",)]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_settings_that_cannot_be_used_are_refused_at_the_start(onda, tmp_path):
    onda.run("init")
    good = {"ONDA_WEBHOOK_URL": "https://hooks.example/very-secret", "ONDA_WEBHOOK_SECRET": SECRET}
    bad = [{"ONDA_WEBHOOK_SECRET": ""}, {"ONDA_WEBHOOK_SECRET": "short"}, {"ONDA_WEBHOOK_SECRET": "", "ONDA_WEBHOOK_SECRET_FILE": "/none"},
           {"ONDA_WEBHOOK_URL": "http://hooks.example/very-secret"}, {"ONDA_WEBHOOK_URL": "https://me:very-secret@hooks.example/"},
           {"ONDA_WEBHOOK_URL": "very-secret"}]
    for wrong in bad:
        for command in (["serve", "--port", "0"], ["work"]):
            done = onda.run(*command, env={**good, **wrong}, code=2)
            assert done.err.splitlines()[-1].startswith("onda: ") and "very-secret" not in done.err and SECRET not in done.err, (wrong, done)
    (tmp_path / "secret").write_text(SECRET + "\n")
    with serving(onda, "--webhook-url", good["ONDA_WEBHOOK_URL"], ONDA_WEBHOOK_SECRET_FILE=str(tmp_path / "secret")) as server:
        configured = next(e for e in server.log() if e["event"] == "webhook.configured")
        assert configured["origin"] == "https://hooks.example:443"


def test_onda_work_tells_too_and_of_jobs_that_give_up(onda, database, receiver):
    onda.tenant()
    job = onda.json("jobs", "run", "-t", "Loja")["id"]
    database.sql(f"UPDATE jobs SET status='error', attempts=5, error_message='The disk is full', finished_at={int(time.time() * 1000)}")
    work = onda.spawn("work", "--no-schedules", **told(receiver))
    try:
        until("the failure", lambda: receiver.got, 30)
        failed = receiver.messages()[0]
        assert failed["type"] == "job_failed" and failed["jobId"] == job and failed["detail"] == "A refresh gave up after 5 attempts: The disk is full"
        assert failed["jobType"] == "refresh" and f"onda jobs retry {job}" in failed["nextStep"]
        onda.run("jobs", "retry", job)
        until("the recovery", lambda: len(receiver.got) >= 2, 40)
        assert receiver.messages()[1]["type"] == "job_recovered" and receiver.messages()[1]["alertId"] == failed["alertId"]
    finally:
        work.terminate()
        assert work.wait(30) == 0
    assert not any(s in work.stderr.read().decode() for s in (SECRET, "very-secret"))
