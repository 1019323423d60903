"""Signing in: cookies, CSRF, expiry, throttle and timing."""
import concurrent.futures
import contextlib
import os
import pathlib
import re
import socket
import statistics
import time

import pytest

import contract
import harness
from harness import PASSWORD, Browser
from signing import EMAIL, NOBODY, NOW, at, later, served, shop, signed_in

# --- signing in and out -------------------------------------------------------------------------------------------------

def test_signing_in_and_out(shop, served):
    browser = Browser(served)
    assert browser.get("auth/config").json == {"demo": False, "setup": False}
    assert browser.get("auth/me").status == browser.get("metrics/overview").status == 401
    me = browser.sign_in("  MARIA@example.COM ")
    assert me.status == 200 and me.headers["Cache-Control"] == "private, no-store"
    assert me.json["user"] == {"id": me.json["user"]["id"], "email": EMAIL, "name": "Maria", "locale": "pt-BR"}
    assert me.json["tenants"] == [{"id": shop.loja, "name": "Loja", "role": "owner", "timeZone": "America/Sao_Paulo", "currency": "BRL",
                                   "locale": "pt-BR"}]
    assert browser.get("auth/me").json == me.json and browser.get("metrics/overview").status == 200
    assert browser.get("tenants").json == {"tenants": me.json["tenants"]}
    cookie = browser.cookie
    assert browser.post("auth/logout").status == 204 and browser.cookie is None
    browser.cookie = cookie  # who kept it has nothing
    assert browser.get("auth/me").status == browser.get("metrics/overview").status == 401


def test_an_open_stream_ends_with_the_right_to_it(shop):
    """Signing out, losing the membership and a revoked token end it within seconds; it doesn't say that the job has ended."""
    for name in ("mario", "vera"):
        shop.user(f"{name}@example.com", role="viewer")
    token = shop.token()
    job = shop.json("jobs", "run", "-t", "Loja")["id"]
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(at(shop, NOW, "--job-workers", "0", "--no-schedules"))
        maria, mario, vera = (signed_in(served, f"{name}@example.com") for name in ("maria", "mario", "vera"))
        callers = {name: f"Cookie: onda_session={browser.cookie}" for name, browser in (("maria", maria), ("mario", mario), ("vera", vera))}
        callers.update(program=f"Authorization: Bearer {token}", key=f"X-Internal-Key: {harness.KEY}")
        streams = {}
        for name, header in callers.items():
            stream = streams[name] = stack.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=20))
            stream.sendall(f"GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
            assert stream.recv(15) == b"HTTP/1.1 200 OK", name
        number = next(user["id"] for user in maria.get("users").json["users"] if user["email"].startswith("vera"))
        assert maria.call("DELETE", f"users/{number}").status == 204 and mario.post("auth/logout").status == 204
        shop.run("token", "revoke", "1", "-t", "Loja")
        for name in ("mario", "vera", "program"):
            received, deadline = b"", time.monotonic() + 12  # before the first comment, which would go on for ever
            while not received.endswith(b"0\r\n\r\n"):
                piece = streams[name].recv(65536)
                assert piece and time.monotonic() < deadline, (name, received)
                received += piece
            assert b"retry: 3000" in received and b"event: end" not in received, name
        for name in ("maria", "key"):  # they go on: their silence is all there is
            streams[name].settimeout(1)
            received = b""
            with contextlib.suppress(TimeoutError):
                while piece := streams[name].recv(65536):
                    received += piece
            assert b"event: job" in received and not received.endswith(b"0\r\n\r\n"), name


def test_a_session_is_stored_as_a_hash_only(database, shop, served):
    browser = signed_in(served)
    stored = str(database.sql("SELECT * FROM sessions")) + str(database.sql("SELECT * FROM users"))
    assert len(browser.cookie) == 43 and browser.cookie not in stored and browser.csrf not in stored and PASSWORD not in stored
    assert "$argon2id$" in stored
    log = "".join(served.lines)
    assert browser.cookie not in log and browser.csrf not in log and PASSWORD not in log and EMAIL not in log


def test_the_cookie_keeps_scripts_other_sites_and_plain_text_out(shop, served):
    def flags(server, **headers):
        answer = server.call("POST", "/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, headers=headers)
        assert answer.status == 200, answer
        return re.sub(r"onda_session=[\w-]{43}; ", "", answer.headers["Set-Cookie"])
    plain = "Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"
    assert flags(served) == plain
    assert flags(served, **{"X-Forwarded-Proto": "https"}) == plain + "; Secure"
    with at(shop, NOW) as again, harness.serving(shop) as trusting_nobody, harness.serving(shop, "--secure-cookies") as secure:
        assert flags(again, **{"X-Forwarded-Proto": "http"}) == plain
        assert flags(trusting_nobody, **{"X-Forwarded-Proto": "https"}) == plain  # anybody may say so
        assert flags(secure) == plain + "; Secure"


def test_a_session_planted_before_signing_in_is_worth_nothing_after(shop, served):
    shop.user("mallory@example.com", tenant=None)
    for planted in ("made-up-by-mallory", signed_in(served, "mallory@example.com").cookie):
        victim, attacker = Browser(served), Browser(served)
        victim.cookie = attacker.cookie = planted
        assert victim.sign_in(EMAIL).status == 200 and victim.cookie != planted
        assert victim.get("auth/me").json["user"]["email"] == EMAIL
        assert attacker.get("auth/me").status == 401


def test_a_session_ends_after_a_week_of_rest_and_after_thirty_days(shop):
    with at(shop, NOW) as server:
        idle, busy = signed_in(server), signed_in(server)

    def status(browser, now):
        with at(shop, now) as server:
            browser.server = server
            return browser.get("auth/me").status
    assert [status(busy, later(day)) for day in (6, 12, 18, 24, 29.9)] == [200] * 5
    assert status(idle, later(7)) == status(idle, NOW.replace("10T", "18T")) == 401
    assert status(busy, later(30)) == 401
    with at(shop, later(31)) as server:
        signed_in(server)  # clears away what has ended


def test_sign_out_everywhere(shop, served):
    here, there = signed_in(served), signed_in(served)
    shop.user("other@example.com")
    other = signed_in(served, "other@example.com")
    assert here.post("auth/logout", {"everywhere": True}).status == 204
    assert there.get("auth/me").status == 401 and other.get("auth/me").status == 200


def test_a_new_password_ends_the_other_sessions(shop, served):
    here, there = signed_in(served), signed_in(served)
    new = "outra frase bem comprida"
    for body, status in (({"current": "x", "new": new}, 403), ({"current": PASSWORD, "new": "curta"}, 422),
                         ({"current": PASSWORD, "new": EMAIL.upper()}, 422), ({"current": PASSWORD}, 400)):
        assert here.post("auth/password", body).status == status
        assert there.get("auth/me").status == 200
    assert here.post("auth/password", {"current": PASSWORD, "new": new}).status == 204
    assert here.get("auth/me").status == 200 and there.get("auth/me").status == 401
    assert Browser(served).sign_in(EMAIL).status == 401
    assert signed_in(served, password=new)


# --- requests of other sites ----------------------------------------------------------------------------------------------

CHANGES = [(method, path) for method, path, operation in contract.operations()
           if {"session": []} in operation["security"] and method != "GET"]


@pytest.mark.parametrize("method,path", CHANGES)
def test_every_change_needs_the_sessions_csrf_token(module_shop, method, path):
    browser, other = module_shop
    path = path.removeprefix("/api/v1/").replace("{id}", NOBODY)
    right = browser.csrf
    for wrong in (None, "", "x", other.csrf, browser.cookie, right[:-1], right.upper()):
        browser.csrf = wrong
        answer = browser.call(method, path, {"everywhere": True})
        assert (answer.status, answer.json["error"]) == (403, "Forbidden"), wrong
    browser.csrf = right
    assert browser.get("auth/me").status == 200


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory):
    with harness.fresh_database("sqlite") as database:
        onda = harness.Onda(database.url, NOW, tmp_path_factory.mktemp("shop"))
        onda.tenant()
        onda.user(EMAIL)
        with harness.serving(onda) as server:
            yield signed_in(server), signed_in(server)


def test_another_site_cannot_sign_anybody_in(module_shop):
    server = module_shop[0].server
    credentials = '{"email":"%s","password":"%s"}' % (EMAIL, PASSWORD)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert server.call("POST", "/api/v1/auth/login", credentials, headers={"Content-Type": kind}).status == 415
    assert server.call("POST", "/api/v1/auth/login", credentials).status == 415  # no type at all
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}
    assert server.call("POST", "/api/v1/auth/login", credentials, headers=headers).status == 403
    assert server.call("POST", "/api/v1/auth/demo", headers=headers).status == 403


def test_what_answers_tell_browsers(module_shop):
    browser = module_shop[0]
    for path in ("/health", "/api/v1/auth/config", "/api/v1/auth/me", "/api/v1/nothing", "/docs", "/api/v1/metrics/overview"):
        answer = browser.server.call("GET", path, headers=browser.headers())
        said = {name.lower(): value for name, value in answer.headers.items()}
        assert "frame-ancestors 'none'" in said["content-security-policy"] and said["x-content-type-options"] == "nosniff"
        assert said["referrer-policy"] == "no-referrer" and said["cross-origin-resource-policy"] == "same-origin"
        assert said["cache-control"] == ("private, no-cache" if "overview" in path else "private, no-store")
        assert "access-control-allow-origin" not in said
    assert {"Authorization", "Cookie"} <= set(re.split(", *", browser.server.call(
        "GET", "/api/v1/metrics/overview", headers=browser.headers()).headers["Vary"]))


# --- guessing ---------------------------------------------------------------------------------------------------------------

def fail_to_sign_in(server, email, address, password="wrong wrong wrong"):
    return server.call("POST", "/api/v1/auth/login", {"email": email, "password": password}, headers={"X-Forwarded-For": address})


def test_five_failures_close_the_door_for_that_account_and_address(shop):
    with at(shop, NOW) as server:
        for email in (EMAIL, "nobody@example.com"):
            refusals = [fail_to_sign_in(server, email, "192.0.2.1") for _ in range(7)]
            assert [r.status for r in refusals] == [401] * 5 + [429] * 2
            assert refusals[-1].headers["Retry-After"] == "900"
            assert {r.json["message"] for r in refusals} == {"Wrong e-mail address or password",
                                                             "Too many attempts to sign in: try again later"}
            contract.judge("POST", "/api/v1/auth/login", refusals[-1])
        assert fail_to_sign_in(server, EMAIL.upper(), "192.0.2.1", PASSWORD).status == 429  # also with the right one
        assert signed_in(server, address="192.0.2.2")  # and for nobody else
    with at(shop, later(minutes=14)) as server:  # another server counts on
        answer = fail_to_sign_in(server, EMAIL, "192.0.2.1", PASSWORD)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    with at(shop, later(minutes=15)) as server:
        assert signed_in(server, address="192.0.2.1")


def test_the_right_password_begins_the_count_anew(shop, served):
    for _ in range(3):
        for _ in range(4):
            assert fail_to_sign_in(served, EMAIL, "192.0.2.1").status == 401
        assert signed_in(served, address="192.0.2.1")


def test_many_accounts_from_one_address(shop, database, served):
    """Fifty in all; an IPv6 network counts as one address."""
    for n in range(50):
        assert fail_to_sign_in(served, f"user{n}@example.com", f"2001:db8:1:2::{n:x}").status == 401
    assert fail_to_sign_in(served, EMAIL, "2001:db8:1:2:ffff::1", PASSWORD).status == 429
    assert fail_to_sign_in(served, EMAIL, "2001:db8:1:3::1", PASSWORD).status == 200
    assert EMAIL not in str(database.sql("SELECT * FROM login_attempts"))


def test_attempts_at_the_same_instant_are_counted_too(shop, served):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: fail_to_sign_in(served, EMAIL, "192.0.2.1").status, range(40)))
    assert 1 <= statuses.count(401) <= 5 and statuses.count(401) + statuses.count(429) == 40


def test_the_peer_is_believed_only_if_it_is_a_trusted_proxy(shop):
    shop.now = NOW
    with harness.serving(shop) as server:
        statuses = [fail_to_sign_in(server, EMAIL, f"192.0.2.{n}").status for n in range(6)]
    assert statuses == [401] * 5 + [429]


def worked(server):
    """The seconds that it was on a processor so far: on a busy machine those that pass are chance."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_who_does_not_exist_is_refused_after_the_same_work(shop, served):
    """Sums of interleaved attempts; an answer without the costly hash would take a tenth of it."""
    shop.run("user", "add", "nopassword@example.com", "--password-stdin", stdin=PASSWORD + "\n")
    sums = dict.fromkeys((EMAIL, "nobody@example.com", "no address at all", "nul\0@example.com"), 0)
    attempts = 20
    for n in range(attempts):
        for email in sums:
            began = worked(served)
            answer = fail_to_sign_in(served, email, f"198.51.{n}.{len(email)}")
            sums[email] += worked(served) - began
            assert (answer.status, answer.json["message"]) == (401, "Wrong e-mail address or password")
            assert set(answer.json) == {"error", "message", "requestId"}
    print(sums)
    assert sums[EMAIL] > 0.01 * attempts
    for email, work in sums.items():
        assert 0.75 < work / sums[EMAIL] < 1.33, sums


def test_a_flood_of_sign_ins_leaves_the_others_alone(shop, served):
    """Only a few passwords are looked at at once; the server goes on answering, and its memory stays."""
    me = signed_in(served, address="192.0.2.200")
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(fail_to_sign_in, served, f"u{n}@example.com", f"203.0.113.{n % 250}") for n in range(200)]
        waits = []
        while not all(f.done() for f in flood):
            started = time.perf_counter()
            assert me.get("auth/me").status == 200
            waits.append(time.perf_counter() - started)
    statuses = [f.result().status for f in flood]
    assert set(statuses) <= {401, 429} and 401 in statuses
    assert statistics.median(waits) < 0.5
    peak = next(int(line.split()[1]) for line in open(f"/proc/{served.process.pid}/status") if line.startswith("VmHWM"))
    assert peak < 3 * 64 * 1024 + 100 * 1024, f"{peak} KiB"
