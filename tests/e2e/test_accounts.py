"""Signing in: cookies, CSRF, expiry, throttle, timing, roles, and one tenant's people kept from another's."""
import concurrent.futures
import contextlib
import os
import pty
import re
import socket
import statistics
import time

import pytest

import contract
import harness
from harness import PASSWORD, Browser, ndjson, order

NOW = "2026-02-10T15:30:00Z"
NOBODY = "00000000-0000-4000-8000-000000000000"
EMAIL = "maria@example.com"


def later(days=0, minutes=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1770737400 + days * 86400 + minutes * 60))


@pytest.fixture
def shop(onda):
    """The tenant Loja with its owner Maria."""
    onda.now = NOW
    onda.run("init")
    onda.loja = onda.tenant()["id"]
    onda.user("Maria@Example.com", "--name", "Maria")
    return onda


@pytest.fixture
def served(shop):
    with harness.serving(shop, "--trust-proxy", "127.0.0.1", "--workers", "8") as server:
        yield server


def at(onda, now, *args):
    """A server on the same database at another time."""
    onda.now = now
    return harness.serving(onda, "--trust-proxy", "127.0.0.1", *args)


def signed_in(server, email=EMAIL, password=PASSWORD, address=None):
    browser = Browser(server, address)
    answer = browser.sign_in(email, password)
    assert answer.status == 200, answer
    return browser


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
    for body, status in (({"current": "x", "new": new}, 422), ({"current": PASSWORD, "new": "curta"}, 422),
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


def test_who_does_not_exist_is_refused_in_the_same_time(shop, served):
    """Medians of interleaved attempts; an answer without the costly hash would take a tenth of it."""
    shop.run("user", "add", "nopassword@example.com", "--password-stdin", stdin=PASSWORD + "\n")
    times = {EMAIL: [], "nobody@example.com": [], "no address at all": [], "nul\0@example.com": []}
    for n in range(15):
        for email, taken in times.items():
            started = time.perf_counter()
            answer = fail_to_sign_in(served, email, f"198.51.{n}.{len(email)}")
            taken.append(time.perf_counter() - started)
            assert (answer.status, answer.json["message"]) == (401, "Wrong e-mail address or password")
            assert set(answer.json) == {"error", "message", "requestId"}
    medians = {email: statistics.median(taken) for email, taken in times.items()}
    assert medians[EMAIL] > 0.01
    for email, median in medians.items():
        assert 0.75 < median / medians[EMAIL] < 1.33, medians


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


# --- who may do what --------------------------------------------------------------------------------------------------------

@pytest.fixture
def people(shop, served):
    """One of each role in Loja; and Beta with its own owner."""
    shop.beta = shop.tenant("Beta")["id"]
    shop.user("vera@example.com", role="viewer")
    shop.user("mario@example.com", role="manager")
    shop.user("bento@example.com", tenant="Beta")
    return {name: signed_in(served, f"{name}@example.com") for name in ("maria", "mario", "vera", "bento")}


def test_roles(shop, people):
    facts = ndjson(order("1", [("MLB1", 1, 10)]))
    for name, ingest, users in (("vera", 403, 403), ("mario", 200, 403), ("maria", 200, 200)):
        browser = people[name]
        assert browser.get("metrics/overview").status == browser.get("jobs").status == 200
        answer = browser.call("POST", "ingest/orders", facts, headers={"Content-Type": "application/x-ndjson"})
        assert answer.status == ingest, name
        assert browser.get("users").status == users
        if users == 403:
            assert browser.post("users", {}).status == browser.call("DELETE", f"users/{NOBODY}").status == 403
    token = shop.token()
    assert people["vera"].server.get("/api/v1/users", token=token).status == 401  # a program decides about nobody


def test_an_owner_decides_who_is_a_member(shop, people, served):
    maria = people["maria"]
    new = {"email": "Nova@Example.com", "name": "Nova", "password": PASSWORD, "role": "viewer"}
    for wrong in ({"email": "nova"}, {"password": "curta"}, {"role": "king"}, {"name": "x\ny"}, {"locale": "xx"}):
        assert maria.post("users", {**new, **wrong}).status == 422, wrong
    added = maria.post("users", new)
    assert (added.status, added.json["email"], added.json["role"]) == (201, "nova@example.com", "viewer")
    assert maria.post("users", new).status == 409
    nova = signed_in(served, "nova@example.com")
    assert nova.get("auth/me").json["tenants"][0]["role"] == "viewer" and nova.get("users").status == 403
    path = f"users/{added.json['id']}"
    assert maria.call("PATCH", path, {"role": "owner"}).json["role"] == "owner"
    assert nova.get("users").status == 200  # at once, with the session there is
    assert [u["email"] for u in nova.get("users").json["users"]] == [EMAIL, "mario@example.com", "nova@example.com", "vera@example.com"]
    assert maria.call("DELETE", path).status == 204
    assert nova.get("auth/me").status == nova.get("metrics/overview").status == 401
    assert maria.call("DELETE", path).status == 404


def test_a_tenant_keeps_an_owner(shop, people):
    maria = people["maria"]
    me = f"users/{maria.get('auth/me').json['user']['id']}"
    for answer in (maria.call("PATCH", me, {"role": "viewer"}), maria.call("DELETE", me)):
        assert answer.status == 409 and "owner" in answer.json["message"]
    mario = next(u["id"] for u in maria.get("users").json["users"] if u["email"].startswith("mario"))
    assert maria.call("PATCH", f"users/{mario}", {"role": "owner"}).status == 200
    assert maria.call("PATCH", me, {"role": "viewer"}).status == 200 and maria.get("users").status == 403


def test_an_owner_is_not_the_master_of_an_account_elsewhere(shop, people, served):
    """Bento has an account by Beta: Loja's owner can make him a member, and not change how he signs in."""
    answer = people["maria"].post("users", {"email": "bento@example.com", "name": "Hacked", "password": "another long sentence", "role": "viewer"})
    assert answer.status == 201 and answer.json["name"] == "bento"
    assert Browser(served).sign_in("bento@example.com", "another long sentence").status == 401
    assert [t["name"] for t in signed_in(served, "bento@example.com").get("tenants").json["tenants"]] == ["Beta", "Loja"]
    assert people["maria"].call("DELETE", f"users/{answer.json['id']}").status == 204
    assert [t["name"] for t in people["bento"].get("tenants").json["tenants"]] == ["Beta"]


# --- one tenant's people and another's ----------------------------------------------------------------------------------------

TENANT_ROUTES = [(method, path) for method, path, operation in contract.operations()
                 if {"session": []} in operation["security"] and any(p["name"] == "tenant" for p in operation.get("parameters", []))]


def test_every_tenant_route_takes_the_tenant():
    assert len(TENANT_ROUTES) >= 14
    missing = [(m, p) for m, p, o in contract.operations() if {"bearer": []} in o["security"] and (m, p) not in TENANT_ROUTES]
    assert missing == []


def test_a_tenant_one_is_no_member_of_is_not_there(shop, people):
    """By every route: word for word what a tenant that doesn't exist gets."""
    maria = people["maria"]
    for method, path in TENANT_ROUTES:
        path = path.removeprefix("/api/v1/").replace("{id}", NOBODY)
        answers = []
        for tenant in (shop.beta, NOBODY, "Beta", "' OR 1=1 --", "%00"[:1]):
            answer = maria.call(method, f"{path}?tenant={harness.urllib.parse.quote(tenant)}", {} if method != "GET" else None)
            assert answer.status == 404, (method, path, tenant, answer)
            answers.append(answer.json["message"].replace(tenant, "X"))
        assert len(set(answers)) == 1
        assert maria.call(method, f"{path}?tenant={shop.loja.upper()}", {} if method != "GET" else None).status != 404 or "{id}" in path \
            or NOBODY in path


def test_another_tenants_people_are_not_there(shop, people):
    maria, bento = people["maria"], people["bento"]
    his = bento.get("auth/me").json["user"]["id"]
    for method, body in (("PATCH", {"role": "viewer"}), ("DELETE", None)):
        mine, nobody = (maria.call(method, f"users/{user}", body) for user in (his, NOBODY))
        assert (mine.status, mine.json["message"]) == (nobody.status, nobody.json["message"]) == (404, "There is no such member")
    assert "bento" not in maria.get("users").text and bento.get("users").status == 200


def test_numbers_of_the_tenant_that_was_named(shop, people, served):
    """Somebody in two tenants switches between them; caches don't mix them up."""
    shop.run("user", "set", EMAIL, "-t", "Beta", "--role", "viewer")
    for name, price in (("Loja", 10), ("Beta", 7)):
        served.ingest("orders", ndjson(order("1", [("MLB1", 1, price)], "2026-02-10T12:00:00Z")), shop.token(name))
        shop.run("refresh", "-t", name)
    maria, vera = people["maria"], people["vera"]
    for _ in range(3):
        assert maria.get("metrics/overview", tenant=shop.loja).json["totalRevenue"] == 10
        assert maria.get("metrics/overview", tenant=shop.beta).json["totalRevenue"] == 7
        assert maria.get("metrics/overview").json["totalRevenue"] == 7  # the first by name
        assert vera.get("metrics/overview").json["totalRevenue"] == 10
        assert vera.get("metrics/overview", tenant=shop.beta).status == 404
    jobs = {t: {j["tenantId"] for j in maria.get("jobs", tenant=t).json["jobs"]} for t in (shop.loja, shop.beta)}
    assert jobs == {shop.loja: {shop.loja}, shop.beta: {shop.beta}}
    assert maria.call("POST", f"ingest/orders?tenant={shop.beta}", "{}\n", headers={"Content-Type": "application/x-ndjson"}).status == 403
    shop.run("user", "set", EMAIL, "--leave", "Beta")
    assert maria.get("metrics/overview", tenant=shop.beta).status == 404


def test_somebody_without_a_tenant(shop, served):
    shop.user("alone@example.com", tenant=None)
    alone = signed_in(served, "alone@example.com")
    assert alone.get("auth/me").json["tenants"] == [] == alone.get("tenants").json["tenants"]
    assert alone.get("metrics/overview").status == alone.get("users").status == alone.get("jobs").status == 404
    assert alone.post("auth/logout").status == 204


# --- the first user ---------------------------------------------------------------------------------------------------------

def test_the_first_user_by_the_printed_link(onda, database):
    onda.now = NOW
    onda.run("init")
    for name in ("Loja", "Beta"):
        onda.tenant(name)
    with at(onda, NOW) as server:
        token = server.setup_token()
        assert token and token not in str(database.sql("SELECT * FROM setup_links")) and token not in str(server.log())
        browser = Browser(server)
        assert browser.get("auth/config").json == {"demo": False, "setup": True}
        body = {"token": token, "email": EMAIL, "name": "Maria", "password": PASSWORD}
        assert browser.post("auth/setup", {**body, "token": token[:-1]}).status == 403
        assert browser.post("auth/setup", {**body, "password": "curta"}).status == 422
        assert browser.post("auth/setup", {**body, "email": "x"}).status == 422
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda n: Browser(server).post("auth/setup", {**body, "email": f"u{n}@example.com"}), range(3)))
        assert sorted(a.status for a in answers if a.status != 429) [0] == 200 and [a.status for a in answers].count(200) == 1
        won = next(a for a in answers if a.status == 200).json
        assert [(t["name"], t["role"]) for t in won["tenants"]] == [("Beta", "owner"), ("Loja", "owner")]
        assert browser.post("auth/setup", body).status == 403 and browser.get("auth/config").json["setup"] is False
        assert signed_in(server, won["user"]["email"])
    with at(onda, NOW) as server:
        assert server.setup_token() is None


def test_the_link_holds_for_a_day(onda):
    onda.run("init")
    with at(onda, NOW) as server:
        token = server.setup_token()
    body = {"token": token, "email": EMAIL, "password": PASSWORD}
    with at(onda, later(1)) as server:
        assert Browser(server).post("auth/setup", body).status == 403
        assert Browser(server).post("auth/setup", {**body, "token": server.setup_token()}).status == 200


# --- the demo -----------------------------------------------------------------------------------------------------------------

def test_the_demo_lets_in_with_one_click_and_says_what_it_is(onda, database):
    process = onda.spawn("demo", "--port", "0", "--days", "20", "--listings", "5", "--lines", "200", "--workers", "4")
    try:
        lines = iter(lambda: process.stderr.readline().decode(), "")
        port = next(int(m.group(1)) for m in (re.match(r"onda serves http://[^:]+:(\d+)/", line) for line in lines) if m)
        server = harness.Server.__new__(harness.Server)
        server.port, server.key = port, None
        browser = Browser(server)
        assert browser.get("auth/config").json == {"demo": True, "setup": False}
        entered = contract.judge("POST", "/api/v1/auth/demo", browser.post("auth/demo"))
        assert entered.json["demo"] is True and entered.json["tenants"][0]["role"] == "manager"
        assert browser.get("metrics/overview").json["totalOrders"] > 0
        assert Browser(server).sign_in("demo@onda.invalid", "").status == 401
        assert browser.post("auth/password", {"current": "", "new": PASSWORD}).status == 422
    finally:
        process.kill()
        process.communicate()
    with harness.serving(onda) as elsewhere:  # the same database without the demo: its visitors are nobody
        assert elsewhere.setup_token()
        browser.server = elsewhere
        assert browser.get("auth/me").status == 401 and Browser(elsewhere).post("auth/demo").status == 404


# --- the command ----------------------------------------------------------------------------------------------------------------

def test_users_by_the_command_line(shop, served):
    listed = shop.json("user", "list")["users"]
    assert [(u["user"]["email"], u["tenants"][0]["role"]) for u in listed] == [(EMAIL, "owner")]
    before = signed_in(served)
    for arguments, code in ((("add", EMAIL), 1), (("add", "no address"), 1), (("add", "x@example.com", "-t", "Nowhere"), 1),
                            (("add", "x@example.com", "-t", "Loja", "--role", "king"), 1), (("set", "x@example.com", "--name", "X"), 1),
                            (("remove", "x@example.com"), 1), (("add",), 2)):
        options = ["--password-stdin"] if arguments[0] == "add" else []
        shop.run("user", *arguments, *options, stdin=PASSWORD + "\n", code=code)
    assert len(shop.json("user", "list")["users"]) == 1  # nothing by halves
    shop.run("user", "add", "x@example.com", "--password-stdin", stdin="curta\n", code=1)
    assert "terminal" in shop.run("user", "add", "x@example.com", code=2).err
    shop.run("user", "set", EMAIL, "--password-stdin", "--name", "Maria B", "--locale", "en", stdin="another long sentence\n")
    assert before.get("auth/me").status == 401
    after = signed_in(served, password="another long sentence")
    assert after.get("auth/me").json["user"]["name"] == "Maria B" and after.get("auth/me").json["user"]["locale"] == "en"
    shop.run("user", "remove", EMAIL)
    assert after.get("auth/me").status == 401 and shop.json("user", "list")["users"] == []


def test_the_password_is_asked_for_without_an_echo(shop):
    child, terminal = pty.fork()
    if child == 0:
        os.execve(harness.BINARY, shop.command("user", "add", "ana@example.com", "-t", "Loja"), shop.environment())
    seen = b""
    for question in (b"Password: ", b"Again: "):
        while not seen.endswith(question):
            seen += os.read(terminal, 1024)
        time.sleep(0.05)  # the echo is switched off right after the question
        os.write(terminal, PASSWORD.encode() + b"\n")
    try:
        while piece := os.read(terminal, 1024):
            seen += piece
    except OSError:
        pass  # the other side has gone
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, seen
    assert PASSWORD.encode() not in seen and b"ana@example.com" in seen
    with harness.serving(shop) as server:
        assert signed_in(server, "ana@example.com")
