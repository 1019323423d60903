"""People: roles, one tenant's kept from another's, the first user, the demo, the command."""
import concurrent.futures
import os
import pty
import re
import time

import pytest

import contract
import harness
from harness import PASSWORD, Browser, ndjson, order
from signing import EMAIL, NOBODY, NOW, at, later, served, shop, signed_in

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


def test_an_owner_makes_and_revokes_tokens(shop, people, served, database):
    maria = people["maria"]
    for wrong in ({"name": ""}, {"name": "x" * 101}, {"name": "a\nb"}, {"name": "\u0085"}):
        assert maria.post("tokens", wrong).status == 422, wrong
    made = maria.post("tokens", {"name": "  planilha  "})
    token = made.json
    secret = token.pop("token")
    assert made.status == 201 and made.headers["Cache-Control"] == "private, no-store"
    assert served.get("/api/v1/metrics/overview", token=secret).status == 200
    listed = maria.get("tokens")
    assert listed.json["tokens"] == [token] == shop.json("token", "list", "-t", "Loja")["tokens"] and secret not in listed.text
    assert token["name"] == "planilha" and token["revokedAt"] is None
    assert secret not in str(database.sql("SELECT * FROM api_tokens"))
    path = f"tokens/{token['id']}"
    assert maria.call("DELETE", path).status == 204
    assert served.get("/api/v1/metrics/overview", token=secret).status == 401
    assert maria.call("DELETE", path).status == 404  # it is revoked already
    assert maria.get("tokens").json["tokens"][0]["revokedAt"] == token["createdAt"]


def test_tokens_are_for_owners_and_of_one_tenant(shop, people, served):
    maria, bento = people["maria"], people["bento"]
    his = bento.post("tokens", {"name": "dele"}).json
    for name in ("vera", "mario"):
        assert people[name].get("tokens").status == people[name].post("tokens", {"name": "x"}).status == 403
        assert people[name].call("DELETE", "tokens/1").status == 403
    assert maria.get("tokens").json["tokens"] == []
    for number in (his["id"], 0, -1, "x", "1e0", 2**63, 10**30):  # his is number 1 of Beta; Loja has none
        answer = maria.call("DELETE", f"tokens/{number}")
        assert (answer.status, answer.json["message"]) == (404, "There is no such token in use"), number
    for tenant in (shop.beta, NOBODY):
        assert maria.call("GET", f"tokens?tenant={tenant}").status == maria.call("POST", f"tokens?tenant={tenant}", {"name": "x"}).status == 404
    assert served.get("/api/v1/metrics/overview", token=his["token"]).status == 200
    assert served.call("POST", "/api/v1/tokens", {"name": "x"}, token=his["token"]).status == 401  # a token makes no token


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
    onda.tenant("Loja", "--locale", "en")
    onda.tenant("Beta")
    with at(onda, NOW) as server:
        token = server.setup_token()
        assert token and token not in str(database.sql("SELECT * FROM setup_links")) and token not in str(server.log())
        browser = Browser(server)
        assert browser.get("auth/config").json == {"demo": False, "setup": True}
        body = {"token": token, "email": EMAIL, "name": "Maria", "password": PASSWORD}
        assert browser.post("auth/setup", {**body, "token": token[:-1]}).status == 403
        assert browser.post("auth/setup", {**body, "password": "curta"}).status == 422
        assert browser.post("auth/setup", {**body, "email": "x"}).status == 422
        assert browser.post("auth/setup", {**body, "locale": ""}).status == 422
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda n: Browser(server).post("auth/setup", {**body, "email": f"u{n}@example.com"}), range(3)))
        assert sorted(a.status for a in answers if a.status != 429) [0] == 200 and [a.status for a in answers].count(200) == 1
        won = next(a for a in answers if a.status == 200).json
        assert [(t["name"], t["role"]) for t in won["tenants"]] == [("Beta", "owner"), ("Loja", "owner")]
        assert won["user"]["locale"] == "en", "that of the oldest"
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
        assert browser.post("auth/password", {"current": "", "new": PASSWORD}).status == 403
        assert browser.call("PATCH", "auth/me", {"locale": "en"}).status == 403  # the next visitor comes with the same account
        leaving = Browser(server)
        leaving.post("auth/demo")
        assert leaving.post("auth/logout", {"everywhere": True}).status == 204
        assert leaving.get("auth/me").status == 401
        assert browser.get("auth/me").status == 200, "the others stay"
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
    assert shop.json("user", "remove", EMAIL)["removed"] is True
    assert after.get("auth/me").status == 401 and shop.json("user", "list")["users"] == []


def test_somebody_new_reads_the_tenants_language(shop, served):
    shop.tenant("Abroad", "--locale", "en")
    shop.user("owner@example.com", tenant="Abroad")
    shop.user("dono@example.com", "--locale", "pt-BR", tenant="Abroad")
    owner = signed_in(served, "owner@example.com")
    assert owner.post("users", {"email": "a@example.com", "password": PASSWORD, "role": "viewer", "locale": ""}).status == 422
    for who, more in (("a@example.com", {}), ("b@example.com", {"locale": "pt-BR"})):
        assert owner.post("users", {"email": who, "password": PASSWORD, "role": "viewer", **more}).status == 201
    locales = {who: signed_in(served, f"{who}@example.com").get("auth/me").json["user"]["locale"] for who in ("maria", "owner", "dono", "a", "b")}
    assert locales == {"maria": "pt-BR", "owner": "en", "dono": "pt-BR", "a": "en", "b": "pt-BR"}


def test_ones_own_name_and_language(shop, served):
    shop.user("bento@example.com")
    maria, bento = signed_in(served), signed_in(served, "bento@example.com")
    before = maria.get("auth/me").json
    for wrong, status in (({"name": ""}, 422), ({"name": "a\nb"}, 422), ({"locale": "xx"}, 422), ({"name": "Nova", "locale": "xx"}, 422),
                          ({"email": "x@example.com"}, 400), ({"name": 1}, 400)):
        assert maria.call("PATCH", "auth/me", wrong).status == status, wrong
    assert maria.get("auth/me").json == before == maria.call("PATCH", "auth/me", {}).json  # nothing by halves
    assert maria.call("PATCH", "auth/me", {"locale": "en"}, headers={"X-CSRF-Token": "another"}).status == 403
    changed = contract.judge("PATCH", "/api/v1/auth/me", maria.call("PATCH", "auth/me", {"name": " Maria  B ", "locale": "en"}))
    assert changed.json == {**before, "user": {**before["user"], "name": "Maria  B", "locale": "en"}} == maria.get("auth/me").json
    assert bento.get("auth/me").json["user"]["locale"] == "pt-BR"
    contract.judge("PATCH", "/api/v1/auth/me", maria.call("PATCH", "auth/me", {"locale": "pt-BR"}))
    assert signed_in(served).get("auth/me").json["user"] == {**before["user"], "name": "Maria  B"}


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
