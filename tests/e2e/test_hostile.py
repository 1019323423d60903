"""Every documented route with hostile input: no 5xx, no internal text, nothing of another tenant."""
import collections
import hashlib
import itertools
import json
import re
import urllib.parse

import pytest

import conftest
import contract
import harness
from harness import KEY, ndjson, order

NOW = "2026-02-10T15:30:00Z"
HOSTILE = ["", " ", "0", "-1", "7.5", "1e999", "99999999999999999999999999", "NaN", "null", "true", "[]", "{}", "*", "%", "_", "\\",
           "' OR '1'='1", "'; DROP TABLE tenants;--", "\") OR 1=1 /*", "1 OR tenant_id=2", "$1", "$(id)", "`id`", "%s%n%x", "{0}",
           "../../../etc/passwd", "<script>alert(1)</script>", "2026-02-31", "9999-12-31", "0000-00-00", "2026-02-01T00:00:00Z",
           "2026-02-01\n", "a\r\nX-Injected: 1", "\u202e\u2066é\U0001f4a5", "\ud800".encode("utf-8", "surrogatepass"), b"\x00", b"a\x00b",
           b"\xff\xfe", b"\xc3", "x" * 6000, "é" * 1000]
VALUES = [None, True, 0, -1, 1.5, 1e308, 10**400, "", "x", "\x00", "\ud800", [], {}, [[]], {"a": 1}, "' OR 1=1 --", "x" * 3000,
          "2026-02-31", "9999-12-31T23:59:60Z", "99999-01-01", "1,5", "-0", "1e3", "０"]
# Words that only the inside uses. None of the inputs contains them.
LEAK = re.compile(r"sql|postgres|libpq|pgsql|database disk|std::|boost|nlohmann|simdjson|exception|terminate|\.cc\b|\.h:|errno|"
                  r"syntax error|relation |constraint|invalid byte|encoding \"|/tmp/|/src/|0x[0-9a-f]{6}", re.I)


class Siege:
    """Two tenants, one server; everything that is asked is watched."""

    def __init__(self, database, onda, server):
        self.database, self.onda, self.server = database, onda, server
        self.problems, self.good = [], collections.Counter()
        self.tenants, self.tokens = {}, {}
        for name, secret, price in (("Alfa", "ALFASECRET", 1), ("Beta", "BETASECRET", 1234.56)):
            self.tenants[name] = onda.tenant(name)["id"]
            self.tokens[name] = onda.token(name)
            facts = order(f"ORDER-{secret}", [(f"LISTING-{secret}", 7, price)])
            facts["lines"][0]["title"] = f"Title {secret}"
            assert server.ingest("orders", ndjson(facts), self.tokens[name]).status == 200
            self.job = onda.json("refresh", "-t", name)
            self.users = {**getattr(self, "users", {}), name: onda.user(f"{secret.lower()}@example.com", tenant=name)["user"]["id"]}
        ids = database.sql("SELECT listing_uuid FROM listings WHERE external_id='LISTING-BETASECRET'")[0][0]
        # What Alfa must never be told, unless it said it itself.
        self.secrets = ["BETASECRET", self.tenants["Beta"], ids, self.job["jobId"], self.job["jobLogId"], "8641.92", self.users["Beta"],
                        "betasecret@example.com"]
        self.sessions = self.open_sessions("Alfa", 3000)
        self.before = self.state("Beta")

    def state(self, name):
        return [self.database.sql(f"SELECT {columns} FROM {table} x JOIN tenants t ON t.tenant_id=x.tenant_id WHERE t.name='{name}' "
                                  f"ORDER BY 1,2,3,4")
                for table, columns in (("orders", "external_id,status,day,lines"), ("listings", "external_id,title,status,x.live_from"),
                                       ("order_lines", "day,order_id,line,amount"), ("listing_visits", "day,listing_id,visits,1"),
                                       ("listing_metrics_daily", "day,listing_id,orders,gmv"), ("job_logs", "job_log_uuid,status,1,2"),
                                       ("stale_days", "day,1,2,3"), ("memberships", "user_id,role,1,2"), ("api_tokens", "token_id,token_hash,revoked_at,1"))]

    def open_sessions(self, name, count):
        """So many at once that some may be ended on the way; as if each had been signed in to."""
        tokens = [f"session-of-{name}-{n}" for n in range(count)]
        rows = [f"('{hashlib.sha256(token.encode()).hexdigest()}',(SELECT user_id FROM users WHERE user_uuid='{self.users[name]}'),"
                        "1770737400000,1770737400000)" for token in tokens]
        for first in range(0, count, 400):
            values = ",".join(rows[first:first + 400])
            self.database.sql(f"INSERT INTO sessions(token_hash,user_id,created_at,seen_at) VALUES {values}")
        return tokens

    def session(self):
        token = self.sessions.pop()
        return {"Cookie": f"onda_session={token}", "X-CSRF-Token": hashlib.sha256(f"onda-csrf:{token}".encode()).hexdigest()}

    def ask(self, operation, method, path, body=None, said="", **options):
        """One call; what is wrong with its answer is collected. `said`: what the caller itself put in."""
        if operation and operation["operationId"] == "authLogout" and "session-of" in str(options.get("headers", {}).get("Cookie")):
            fresh = self.session()  # each call ends one
            options["headers"] = {name: fresh[name] if name == "Cookie" else value for name, value in options["headers"].items()}
            if len(options["headers"].get("X-CSRF-Token", b"")) == 64:
                options["headers"]["X-CSRF-Token"] = fresh["X-CSRF-Token"]
        where = f"{method} {path[:300]} {str(body)[:200]!r} {str(options)[:300]}"
        try:
            answer = self.server.call(method, path, body, **options)
        except (ConnectionError, harness.http.client.HTTPException) as error:
            self.problems.append(f"no answer ({error!r}): {where}")
            return None
        said = f"{said} {path} {urllib.parse.unquote_plus(path)} {body} {options}"
        text = answer.body.decode("utf-8", "replace") + str(answer.headers)
        if answer.status >= 500:
            self.problems.append(f"{answer}: {where}")
        elif operation and (answer.status != 200 or self.good[operation["operationId"]] < 10):
            self.good[operation["operationId"]] += answer.status == 200  # good ones are alike, and slow to judge
            try:
                contract.judge_operation(operation, answer, where)
            except AssertionError as error:
                self.problems.append(f"{error}: {where}")
            if operation["operationId"] not in ("prometheus", "docs", "openapi"):
                self.problems += [f"leaks {found!r}: {answer} {where}" for found in set(LEAK.findall(text)) if found not in said]
        if "X-Injected" in answer.headers:
            self.problems.append(f"header injected: {where}")
        if "X-Internal-Key" not in str(options):
            self.problems += [f"tells {secret}: {answer} {where}" for secret in self.secrets if secret in text and secret not in said]
        return answer

    def credentials(self, operation):
        kinds = {name for scheme in operation["security"] for name in scheme}
        return ({"Authorization": f"Bearer {self.tokens['Alfa']}"} if "bearer" in kinds else
                self.session() if "session" in kinds else {"X-Internal-Key": KEY} if "internalKey" in kinds else {})

    def done(self):
        problems, self.problems = self.problems, []
        assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems[:12])


@pytest.fixture(scope="module", params=harness.ENGINES)
def siege(request, tmp_path_factory):
    conftest.require(request.param)
    with harness.fresh_database(request.param) as database:
        onda = harness.Onda(database.url, NOW, tmp_path_factory.mktemp("siege"))
        onda.run("init")
        with harness.serving(onda) as server:
            yield Siege(database, onda, server)


def quote(value):
    return urllib.parse.quote(value, safe="")


EVERY = [pytest.param(*o, id=o[2]["operationId"]) for o in contract.operations()]


@pytest.mark.parametrize("method,path,operation", EVERY)
def test_parameters(siege, method, path, operation):
    headers = siege.credentials(operation)
    values = HOSTILE + siege.secrets
    names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
    if "{id}" in path:
        for value in filter(None, values):
            siege.ask(None if "/" in str(value) else operation, method, path.replace("{id}", quote(value)), headers=headers)
    for name, value in itertools.product([*names, "unknown", "tenantId"], values):
        required = {"listing": "MLB1", "date": "2026-02-01"} if operation["operationId"] == "metricsExplain" else {}
        query = "&".join(f"{n}={quote(v)}" for n, v in {**required, name: value}.items())
        siege.ask(operation, method, f"{path.replace('{id}', 'x')}?{query}&{name}=again", headers=headers)
    siege.done()


@pytest.mark.parametrize("method,path,operation", [p for p in EVERY if {"session"} in [set(s) for s in p.values[2]["security"]]])
def test_other_tenants_named_by_a_session(siege, method, path, operation):
    """?tenant= is what a signed-in person chooses a tenant by; every route takes it."""
    for value in HOSTILE + siege.secrets + ["Beta", "2", siege.tenants["Beta"].upper(), f" {siege.tenants['Beta']} "]:
        # The listing and the date are good ones, so that nothing but the tenant can be what is refused.
        query = f"tenant={quote(value)}&listing=LISTING-BETASECRET&date=2026-02-01&expression=%40daily&timeZone=UTC"
        body = b"" if method in ("POST", "PATCH", "DELETE") else None
        answer = siege.ask(operation, method, f"{path.replace('{id}', siege.secrets[2])}?{query}", body, headers=siege.session())
        chosen = "tenant" in [p["name"] for p in operation.get("parameters", [])]
        if answer and answer.status == 200 and chosen and value in (siege.tenants["Beta"], "Beta"):
            siege.problems.append(f"somebody of Alfa was let into Beta: {answer}")
    siege.done()


# Beside what is tested by itself: credentials, tokens against other sites, the type of the body.
OTHER_HEADERS = [["If-None-Match", "Idempotency-Key"], ["Prefer"], ["Sec-Fetch-Site", "Origin", "Referer"], ["Accept-Encoding", "Range", "If-Match"],
                 ["X-Request-Id", "Accept", "X-Forwarded-For", "X-Tenant-Id"], ["X-Forwarded-Proto", "Forwarded", "Last-Event-ID"],
                 ["Content-Encoding", "Content-Language", "Trailer"]]
CREDENTIALS = [["Authorization"], ["X-Internal-Key"], ["Content-Type"], ["Cookie"], ["X-CSRF-Token"]]


def test_no_header_is_left_out():
    """Every header that the program looks at is among those that are attacked."""
    read = {found.lower() for file in (harness.REPOSITORY / "src/onda").rglob("*.cc")
            for found in re.findall(r'\bheader\("([\w-]+)"', file.read_text(encoding="utf-8"))}
    assert len(read) > 10 and read <= {name.lower() for names in OTHER_HEADERS + CREDENTIALS for name in names}


@pytest.mark.parametrize("method,path,operation", EVERY)
def test_headers(siege, method, path, operation):
    own = siege.credentials(operation)
    path = path.replace("{id}", siege.job["jobId"]) + ("?listing=MLB1&date=2026-02-01" if path.endswith("explain") else "")
    values = [v if isinstance(v, bytes) else v.encode() for v in HOSTILE + siege.secrets]
    values = [v for v in values if not set(v) & set(b"\r\n\0")]  # those are in test_requests_that_are_not_http
    preferred = [(["Prefer"], b"wait=" + v) for v in values] + [(["Prefer"], v) for v in (b"wait", b"wait=", b"respond-async;x", b"wait=0, wait=1")]
    for names, value in [*itertools.product(OTHER_HEADERS + CREDENTIALS, values), *preferred]:
        # A hostile credential stands alone, everything else beside a good one.
        good = {} if {"Authorization", "X-Internal-Key", "Cookie"} & set(names) else dict(own)
        body = json.dumps({"tenantId": siege.tenants["Alfa"]}) if method in ("POST", "PATCH") else None
        answer = siege.ask(operation, method, path, body, headers={**good, **dict.fromkeys(names, value)})
        if not good and own and answer and answer.status != 401:
            siege.problems.append(f"{names}: {value!r} was let in: {answer}")
    siege.done()


@pytest.mark.parametrize("method,path,operation", [p for p in EVERY if "requestBody" in p.values[2]])
def test_json_bodies(siege, method, path, operation):
    headers = {**siege.credentials(operation), "Content-Type": "application/json"}
    path = path.replace("{id}", siege.users["Beta"])
    kind = next(iter(operation["requestBody"]["content"].values()))["schema"]
    schema = contract.resolved(kind)
    good = {"tenantId": siege.tenants["Alfa"]} if "tenantId" in schema["properties"] else dict(schema["examples"][0])
    bodies = [{**good, name: value} for name, value in itertools.product(schema["properties"], VALUES)]
    for name, value in itertools.product(schema["properties"].get("lines", {}).get("items", {}).get("properties", ()), VALUES):
        bodies.append({**good, "lines": [{**good["lines"][0], name: value}]})
    texts = [json.dumps(body) for body in bodies + VALUES]
    texts += [b'{"tenantId":"\xff"}', b"\xef\xbb\xbf{}", "{" * 60000, "[" * 60000, '{"a":' * 10000, '{"a":' * 9000 + "1" + "}" * 9000,
              '{"tenantId":"x","tenantId":"y"}', '{"orderId":"' + "x" * 60000, "\x00" * 100, "nul", "1" * 60000, "," * 1000, '"\\ud800"']
    for text in texts:
        siege.ask(operation, method, path, text, headers=headers)
    siege.done()


def test_tokens(siege):
    alfa, beta = siege.tokens["Alfa"], siege.tokens["Beta"]
    assert alfa.startswith("onda_1_") and beta.startswith("onda_2_")
    for token in ["onda_2_" + alfa[7:], "onda_1_" + beta[7:], "onda_0_" + alfa[7:], "onda_-1_" + alfa[7:], "onda_01_" + alfa[7:],
                  "onda_99999999999_" + alfa[7:], alfa[:-1], alfa + "A", alfa.upper(), alfa.replace("onda_", ""), "onda__", "onda_1_",
                  "onda_1_%", "onda_1_' OR 1=1--", "onda_2147483648_x"]:
        for path in ("/api/v1/metrics/overview", "/api/v1/jobs"):
            assert siege.server.get(path, token=token).status == 401, token
        assert siege.server.ingest("visits", "{}\n", token).status == 401, token


def test_another_tenants_things_are_not_there(siege):
    """Each way to name a thing of Beta, asked by Alfa: exactly what a thing that doesn't exist gets."""
    token, (_, _, listing, job, log, *_) = siege.tokens["Alfa"], siege.secrets
    for thing in (job, log):
        for path in (thing, f"{thing}/events"):
            assert siege.server.get(f"/api/v1/jobs/{path}", token=token).status == 404
        for path in ("cancel", "retry"):
            assert siege.server.call("POST", f"/api/v1/jobs/{thing}/{path}", token=token).status == 404
    for name in (listing, "LISTING-BETASECRET"):
        assert siege.server.get("/api/v1/metrics/explain", {"listing": name, "date": "2026-02-01"}, token=token).status == 404
    for path in ("jobs", "jobs/status", "jobs/stats", "metrics/overview", "metrics/summary", "metrics/sales", "metrics/detailed"):
        for query in ({}, {"tenantId": siege.tenants["Beta"]}, {"tenant": "Beta"}, {"jobType": "metrics_aggregation"}, {"jobType": "refresh"}):
            answer = siege.server.get(f"/api/v1/{path}", query, token=token)
            assert answer.status == 200 and not [s for s in siege.secrets if s in answer.text], path
    assert "BETASECRET" in siege.server.get("/api/v1/metrics/overview", token=siege.tokens["Beta"]).text  # it is there to be found
    # The same ids sent by Alfa are Alfa's own.
    mine = order("ORDER-BETASECRET", [("LISTING-BETASECRET", 1, 1)], "2026-02-03T12:00:00Z")
    assert siege.server.ingest("orders", ndjson(mine), token).json["created"] == 1


RAW = [b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 65536 + b"\r\n\r\n",
       b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(6000)) + b"\r\n",
       b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
       b"GET /health HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
       b"GET /health HTTP/1.1\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /health\r\n\r\n", b"\r\n\r\n\r\n", b"\0" * 4096,
       b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://user@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
       b"BREW /health HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
       b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"POST /api/v1/ingest/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
       b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"e" * 65536 + b"\r\nx\r\n0\r\n\r\n",
       b"POST /health HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\n"]


@pytest.mark.parametrize("request_bytes", RAW, ids=range(len(RAW)))
def test_requests_that_are_not_http(siege, request_bytes):
    received = siege.server.raw(request_bytes)
    if received:
        assert re.match(rb"HTTP/1\.1 (400|404|405|413|417|431|501) ", received), received[:300]
        assert received.count(b"HTTP/1.1 ") == 1, "one request, two answers: " + repr(received)
        assert not LEAK.search(received.decode()), received
    assert siege.server.get("/health").status == 200


@pytest.mark.parametrize("kind", ["orders", "visits", "listings"])
def test_bodies_that_are_not_records(siege, kind):
    operation = contract.operation_for("POST", f"/api/v1/ingest/{kind}")
    for content_type, body in itertools.product(
            ["text/csv", "application/x-ndjson"],
            [b"", b"\n" * 1000, b"\0" * 5000, b"\xff" * 5000, b'"' * 5001, b"," * 70000, b"{" * 70000, b'{"listing_id":' * 9000,
             b"listing_id,date,visits,status\n" + b"\xc3\x28,\0,1e9,x\n" * 500, b"PK\x03\x04" + bytes(range(256)) * 40,
             b"order_id;status;ordered_at;listing_id;quantity;unit_price\n" + b"1;paid;2026-02-01;L;99999999999;1e400\n" * 300,
             b"x" * 3_000_000]):
        siege.ask(operation, "POST", f"/api/v1/ingest/{kind}", body,
                  headers={"Authorization": f"Bearer {siege.tokens['Alfa']}", "Content-Type": content_type})
    siege.done()


def test_afterwards_all_is_well(siege):
    """Last in this file: nothing above changed Beta, ended the server or was a 5xx in its log."""
    assert siege.state("Beta") == siege.before
    assert [e for e in siege.server.log() if (e.get("status", 0) >= 500 and e["status"] != 501) or e["level"] == "error"] == []
    assert siege.server.process.poll() is None
    for name in siege.tenants:
        siege.onda.run("refresh", "-t", name)
        assert siege.onda.verify(name)["clean"]
