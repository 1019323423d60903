"""The server and api/openapi.yaml, held against each other; and the error table of the jobs API, to the letter."""
import re

import jsonschema
import pytest

import conftest
import contract
import harness
from harness import KEY, REPOSITORY, ndjson, order

NOW = "2026-02-10T15:30:00Z"
NOBODY = "00000000-0000-4000-8000-000000000000"


def uuid(number):
    return f"00000000-0000-7000-8000-{number:012}"


class Shop:
    """A tenant with a little of everything, and a server before it."""

    def __init__(self, database, onda, server):
        self.database, self.onda, self.server, self.jobs = database, onda, server, 0
        self.schedules = 0
        self.tenant = onda.tenant()["id"]
        self.token = onda.token()
        self.ingest("listings", {"listingId": "MLB1", "title": "Caneca", "status": "active", "price": 19.9, "stock": 3,
                                 "createdAt": "2026-01-20T12:00:00Z"})
        self.ingest("orders", order("1", [("MLB1", 2, 19.9), ("MLB2", 1, 5)]), order("2", [("MLB1", 1, 9.5)], currency="USD"),
                    order("3", [("MLB2", 1, 7)], "2026-02-10T12:00:00Z", status="cancelled"))
        self.ingest("visits", {"listingId": "MLB1", "date": "2026-02-01", "visits": 40})
        database.sql("INSERT INTO job_logs(tenant_id,attempt_id,job_log_uuid,job_uuid,job_type,attempt,epoch,worker,status,started_at,"
                     f"days_total,days_done,records_processed,error_message,metadata) VALUES(1,1,'{NOBODY}','{NOBODY}','metrics_aggregation',"
                     "1,1,'elsewhere','error',1770000000000,1,0,0,'The job failed','{}')")
        database.sql("UPDATE tenants SET next_attempt_id=2")
        onda.run("refresh", "-t", "Loja")
        self.ingest("orders", order("1", [("MLB1", 3, 19.9), ("MLB2", 1, 5)], updatedAt="2026-02-02T00:00:00Z"))
        self.job = onda.json("refresh", "-t", "Loja")
        onda.user("dona@example.com")
        self.visitor = harness.Browser(server)
        assert self.visitor.sign_in("dona@example.com").status == 200

    def ingest(self, kind, *records):
        answer = self.server.ingest(kind, ndjson(*records), self.token)
        assert answer.status == 200, answer

    def later(self):
        """The id of a job that no worker takes yet: it is due in half an hour (no delay is longer than one)."""
        self.jobs += 1
        self.database.sql("INSERT INTO jobs(job_uuid,tenant_id,job_type,status,source,params,is_exclusive,priority,turn,created_at,run_at,"
                          f"attempts,max_attempts,epoch,cancel_requested) VALUES('{uuid(self.jobs)}',1,'rebuild','queued','test',"
                          "'{\"lastDays\":3}',1,0,0,1770000000000,1770739200000,0,5,0,0)")
        return uuid(self.jobs)

    def schedule(self):
        """A new one of the token's tenant."""
        self.schedules += 1
        return self.call("POST", "/api/v1/schedules", {"name": f"mornings {self.schedules}", "expression": "0 8 * * mon-fri"}, token=self.token)

    def call(self, method, path, body=None, **options):
        return contract.judge(method, path, self.server.call(method, path, body, **options))

    def signed_in(self, method, path, body=None):
        return contract.judge(method, f"/api/v1/{path}", self.visitor.call(method, path, body))

    def member(self):
        """The id of somebody who can be changed and removed."""
        known = [u["id"] for u in self.visitor.get("users").json["users"] if u["email"] == "novo@example.com"]
        return known[0] if known else GOOD["addUser"](self).json["id"]

    def rebuild(self, body, key=KEY, **options):
        return self.call("POST", "/api/v1/jobs/rebuild-daily-metrics", body, key=key, **options)


@pytest.fixture(scope="module", params=harness.ENGINES)
def shop(request, tmp_path_factory):
    conftest.require(request.param)
    with harness.fresh_database(request.param) as database:
        onda = harness.Onda(database.url, NOW, tmp_path_factory.mktemp("shop"))
        onda.run("init")
        with harness.serving(onda) as server:
            yield Shop(database, onda, server)


# One good call of every operation: what it is called with.
LINES = {"Content-Type": "application/x-ndjson"}
MEMBER = {"email": "novo@example.com", "name": "Novo", "password": harness.PASSWORD, "role": "viewer"}


def sign_in_again(shop, email="dona@example.com"):
    browser = harness.Browser(shop.server)
    contract.judge("POST", "/api/v1/auth/login", browser.sign_in(email))
    return browser


def set_up(shop):
    """On a database of its own, where nobody is yet."""
    with harness.fresh_database("sqlite") as database:
        onda = harness.Onda(database.url, NOW, shop.onda.folder)
        with harness.serving(onda) as server:
            answer = server.call("POST", "/api/v1/auth/setup", {"token": server.setup_token(), "email": "x@example.com",
                                                                "password": harness.PASSWORD})
            return contract.judge("POST", "/api/v1/auth/setup", answer)


def change_password(shop):
    browser = sign_in_again(shop)
    answer = browser.post("auth/password", {"current": harness.PASSWORD, "new": harness.PASSWORD})
    shop.visitor = browser
    return contract.judge("POST", "/api/v1/auth/password", answer)


GOOD = {
    "authConfig": lambda s: s.call("GET", "/api/v1/auth/config"),
    "authLogin": lambda s: contract.judge("POST", "/api/v1/auth/login", harness.Browser(s.server).sign_in("dona@example.com")),
    "authDemo": lambda s: s.call("POST", "/api/v1/auth/demo"),  # 404: this is none; see test_accounts.py
    "authSetup": set_up,
    "authMe": lambda s: s.signed_in("GET", "auth/me"),
    "changeMe": lambda s: s.signed_in("PATCH", "auth/me", {"locale": "pt-BR"}),
    "authLogout": lambda s: contract.judge("POST", "/api/v1/auth/logout", sign_in_again(s).post("auth/logout")),
    "authPassword": change_password,
    "listTenants": lambda s: s.signed_in("GET", "tenants"),
    "listUsers": lambda s: s.signed_in("GET", f"users?tenant={s.tenant}"),
    "addUser": lambda s: s.signed_in("POST", "users", MEMBER),
    "changeUser": lambda s: s.signed_in("PATCH", f"users/{s.member()}", {"role": "manager"}),
    "removeUser": lambda s: s.signed_in("DELETE", f"users/{s.member()}"),
    "listTokens": lambda s: s.signed_in("GET", f"tokens?tenant={s.tenant}"),
    "addToken": lambda s: s.signed_in("POST", "tokens", {"name": "planilha"}),
    "revokeToken": lambda s: s.signed_in("DELETE", f"tokens/{GOOD['addToken'](s).json['id']}"),
    "rebuildDailyMetrics": lambda s: s.rebuild({"tenantId": s.tenant, "from": "2026-02-01", "to": "2026-02-07"}),
    "pingJobs": lambda s: s.call("GET", "/api/v1/jobs/ping", key=KEY),
    "listJobs": lambda s: s.call("GET", "/api/v1/jobs?limit=3&offset=0&jobType=refresh&status=success", token=s.token),
    "createJob": lambda s: s.call("POST", "/api/v1/jobs", {"type": "rebuild", "from": "2026-02-01", "to": "2026-02-02"}, token=s.token),
    "jobsStatus": lambda s: s.call("GET", "/api/v1/jobs/status?limit=3&offset=0&jobType=metrics_aggregation", key=KEY),
    "listSchedules": lambda s: s.call("GET", "/api/v1/schedules", token=s.token),
    "createSchedule": lambda s: s.schedule(),
    "showSchedule": lambda s: s.call("GET", f"/api/v1/schedules/{s.schedule().json['id']}", token=s.token),
    "changeSchedule": lambda s: s.call("PATCH", f"/api/v1/schedules/{s.schedule().json['id']}", {"expression": "rate(6 hours)"}, token=s.token),
    "removeSchedule": lambda s: s.call("DELETE", f"/api/v1/schedules/{s.schedule().json['id']}", token=s.token),
    "pauseSchedule": lambda s: s.call("POST", f"/api/v1/schedules/{s.schedule().json['id']}/pause", token=s.token),
    "resumeSchedule": lambda s: s.call("POST", f"/api/v1/schedules/{s.schedule().json['id']}/resume", token=s.token),
    "runSchedule": lambda s: s.call("POST", f"/api/v1/schedules/{s.schedule().json['id']}/run", token=s.token),
    "nextInstants": lambda s: s.call("GET", f"/api/v1/schedules/{s.schedule().json['id']}/next?count=3", token=s.token),
    "previewRecurrence": lambda s: s.call("GET", "/api/v1/recurrence?expression=0+8+*+*+mon-fri&count=3", token=s.token),
    "scheduleSlots": lambda s: s.call("GET", f"/api/v1/schedules/{s.schedule().json['id']}/slots?limit=3", token=s.token),
    "jobsStats": lambda s: s.call("GET", "/api/v1/jobs/stats", token=s.token),
    "showJob": lambda s: s.call("GET", f"/api/v1/jobs/{s.job['jobLogId']}", token=s.token),
    "freshness": lambda s: s.call("GET", "/api/v1/freshness?limit=3&offset=0", token=s.token),
    "jobEvents": lambda s: s.call("GET", f"/api/v1/jobs/{s.job['jobId']}/events", token=s.token),
    "cancelJob": lambda s: s.call("POST", f"/api/v1/jobs/{s.later()}/cancel", token=s.token),
    "retryJob": lambda s: s.call("POST", f"/api/v1/jobs/{GOOD['cancelJob'](s).json['id']}/retry", token=s.token),
    "metricsOverview": lambda s: s.call("GET", "/api/v1/metrics/overview?days=30", token=s.token),
    "metricsSummary": lambda s: s.call("GET", "/api/v1/metrics/summary", token=s.token),
    "metricsSales": lambda s: s.call("GET", "/api/v1/metrics/sales", token=s.token),
    "metricsDetailed": lambda s: s.call("GET", "/api/v1/metrics/detailed?days=10", token=s.token),
    "metricsExplain": lambda s: s.call("GET", "/api/v1/metrics/explain?listing=MLB1&date=2026-02-01", token=s.token),
    "listListings": lambda s: s.call("GET", "/api/v1/listings?q=caneca", token=s.token),
    "showListing": lambda s: s.call("GET", f"/api/v1/listings/{GOOD['listListings'](s).json['listings'][0]['id']}", token=s.token),
    "ingestOrders": lambda s: s.call("POST", "/api/v1/ingest/orders", ndjson(order("9", [("MLB1", 1, 1)])), token=s.token,
                                     headers=LINES),
    "ingestVisits": lambda s: s.call("POST", "/api/v1/ingest/visits", ndjson({"listingId": 7, "date": "2026-02-01", "visits": None}),
                                     token=s.token, headers=LINES),
    "ingestListings": lambda s: s.call("POST", "/api/v1/ingest/listings", "listing_id,status\nMLB1,active\n", token=s.token,
                                       headers={"Content-Type": "text/csv; charset=utf-8"}),
    "health": lambda s: s.call("GET", "/health"),
    "apiHealth": lambda s: s.call("GET", "/api/v1/health"),
    "ready": lambda s: s.call("GET", "/ready"),
    "prometheus": lambda s: s.call("GET", "/metrics"),
    "openapi": lambda s: s.call("GET", "/openapi.json"),
    "docs": lambda s: s.call("GET", "/docs"),
}


@pytest.mark.parametrize("operation", [o for _, _, o in contract.operations()], ids=lambda o: o["operationId"])
def test_every_documented_operation_answers_as_documented(shop, operation):
    good = 404 if operation["operationId"] == "authDemo" else int(min(operation["responses"]))
    assert GOOD[operation["operationId"]](shop).status == good


def test_ids_may_be_written_in_upper_case(shop):
    listing = GOOD["listListings"](shop).json["listings"][0]["id"]
    user = shop.visitor.get("auth/me").json["user"]["id"]
    for path in (f"listings/{listing.upper()}", f"metrics/explain?listing={listing.upper()}&date=2026-02-01",
                 f"metrics/overview?listing={listing.upper()}", f"jobs/{shop.job['jobId'].upper()}",
                 f"schedules/{shop.schedule().json['id'].upper()}"):
        assert shop.call("GET", f"/api/v1/{path}", token=shop.token).status == 200, path
    assert shop.visitor.call("PATCH", f"users/{user.upper()}", {"role": "owner"}).status == 200


def test_the_answers_show_every_documented_part_filled(shop):
    overview = GOOD["metricsOverview"](shop).json
    for part in ("byMarketplace", "topListings", "otherCurrencies", "salesSeries"):
        assert overview[part], part
    assert GOOD["jobsStats"](shop).json["recentErrors"][0]["id"] == NOBODY
    assert GOOD["showJob"](shop).json["log"][0]["id"] == GOOD["showJob"](shop).json["jobLogId"] == shop.job["jobLogId"]
    assert GOOD["listJobs"](shop).json["total"] >= 2 and GOOD["jobsStatus"](shop).json["lastSuccessful"]
    explained = GOOD["metricsExplain"](shop).json
    assert explained["lines"] and explained["writtenBy"] and explained["stored"] and explained["previous"]


def test_routes_and_document_name_each_other():
    source = (REPOSITORY / "src/onda/api/routes.cc").read_text()
    routes = re.findall(r'\{"([A-Z]+)",\s*"(/[^"]*)",\s*Access::(k\w+)', source)
    assert len(routes) == source.count("Access::")
    security = {"kPublic": [], "kInternalKey": [{"internalKey": []}], "kSession": [{"session": []}],
                "kTenant": [{"bearer": []}, {"session": []}], "kEither": [{"bearer": []}, {"session": []}, {"internalKey": []}]}
    documented = {(method, path): operation["security"] for method, path, operation in contract.operations()}
    assert {(method, path): security[access] for method, path, access in routes} == documented


def test_the_server_serves_this_document(shop):
    assert shop.call("GET", "/openapi.json").json == contract.DOCUMENT


def test_the_document_is_sound():
    ids = [operation["operationId"] for _, _, operation in contract.operations()]
    assert len(ids) == len(set(ids)) and set(ids) == set(GOOD)
    for schema in contract.DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for _, path, operation in contract.operations():
        assert "\n" not in operation["summary"] and operation["tags"]
        in_path = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        for response in operation["responses"].values():
            assert contract.resolved(response)["description"]
    used = set(re.findall(r'"#/components/(\w+/\w+)"', str(contract.DOCUMENT).replace("'", '"')))
    defined = {f"{kind}/{name}" for kind in ("schemas", "responses") for name in contract.DOCUMENT["components"][kind]}
    assert used == defined


def test_the_schemas_can_refuse():
    """The judge itself: a missing field, a wrong type and an unknown field are found."""
    schema = {"$ref": "#/components/schemas/Ready"}
    assert contract.errors_of(schema, {"status": "ready"}) == []
    assert contract.errors_of(schema, {}) and contract.errors_of(schema, {"status": 1})
    assert contract.undocumented(schema, {"status": "ready", "also": 1}) == ["$.also"]


def test_the_dashboard_is_at_the_root(shop):
    answer = shop.server.call("GET", "/")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"] or "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("method,path", [("GET", "/api/v1/nope"), ("POST", "/api/v1/jobs/a/b"),
                                         ("GET", "/api/v1/metrics"), ("GET", "/api/v1/metrics/overview/"), ("GET", "//health")])
def test_unknown_routes(shop, method, path):
    answer = shop.server.call(method, path)
    assert (answer.status, answer.json["error"], answer.json["message"]) == (404, "Not Found", f"Route {method}:{path} not found")
    assert contract.errors_of({"$ref": "#/components/schemas/Error"}, answer.json) == []


@pytest.mark.parametrize("method,path,allowed", [("PUT", "/health", "GET"), ("DELETE", "/api/v1/jobs/ping", "GET"),
                                                 ("GET", "/api/v1/ingest/orders", "POST")])
def test_known_routes_with_another_method(shop, method, path, allowed):
    answer = shop.server.call(method, path)
    assert (answer.status, answer.headers["Allow"], answer.json["error"]) == (405, allowed, "Method Not Allowed")


def test_head_is_get_without_a_body(shop):
    answer = shop.server.call("HEAD", "/health")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "15")


# --- the error table of the jobs API ------------------------------------------------------------------------------

DATE = "Formato deve ser YYYY-MM-DD"
TABLE = [  # the body's fields besides the tenant, the message, what details must say about which field
    ({"from": "2026-02-31", "to": "2026-03-01"}, "Invalid request data", {"from": DATE}),
    ({"from": "2026-02-01", "to": "01/02/2026"}, "Invalid request data", {"to": DATE}),
    ({"from": "2026-02-01T00:00:00Z", "to": "2026-02-02"}, "Invalid request data", {"from": DATE}),
    ({"from": "", "to": ""}, "Invalid request data", {"from": DATE, "to": DATE}),
    ({"from": 20260201, "to": "2026-02-02"}, "Invalid request data", {"from": "Expected string, received number"}),
    ({"from": "2026-02-01"}, "Invalid request data", {"to": "Required"}),
    ({"to": "2026-02-01"}, "Invalid request data", {"from": "Required"}),
    ({"tenantId": None}, "Invalid request data", {"tenantId": "Required"}),
    ({"tenantId": "Loja"}, "Invalid request data", {"tenantId": "Invalid uuid"}),
    ({"tenantId": 5, "from": []}, "Invalid request data",
     {"tenantId": "Expected string, received number", "from": "Expected string, received array", "to": "Required"}),
    ({"lastDays": 91}, "Invalid request data", {"lastDays": "Expected a whole number from 1 to 90"}),
    ({"lastDays": "7"}, "Invalid request data", {"lastDays": "Expected a whole number from 1 to 90"}),
    ({"lastDays": 7, "from": "2026-02-01", "to": "2026-02-01"}, "Invalid request data", {"lastDays": "Not together with from and to"}),
    ({"scheduledTime": "soon"}, "Invalid request data", {"scheduledTime": 'Not a date and time: "soon" (written like 2026-02-01T14:30:00-03:00)'}),
    ({"from": "2026-02-02", "to": "2026-02-01"}, 'Data "from" deve ser anterior ou igual a "to"', {}),
    ({"from": "2025-11-01", "to": "2026-01-30"}, "Intervalo máximo é de 90 dias", {}),
]


@pytest.mark.parametrize("fields,message,details", TABLE)
def test_bad_requests(shop, fields, message, details):
    answer = shop.rebuild({"tenantId": shop.tenant, **fields})
    assert (answer.status, answer.json["error"], answer.json["message"]) == (400, "Bad Request", message)
    assert {d["path"][0]: d["message"] for d in answer.json.get("details", [])} == details


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', "tenantId=1", "{'tenantId': 1}", "\0", "[" * 30000, '{"a":1}}'])
def test_bodies_that_are_not_a_json_object(shop, body):
    answer = shop.rebuild(body)
    assert (answer.status, answer.json["error"], answer.json["message"]) == (400, "Bad Request", "Invalid request data")
    assert answer.json["details"]


def test_ninety_days_pass(shop):
    answer = shop.rebuild({"tenantId": shop.tenant, "from": "2025-11-01", "to": "2026-01-29"})
    assert answer.status == 200
    assert answer.json["dateRange"] == {"from": "2025-11-01", "to": "2026-01-29", "maxDateAfterRebuild": "2026-02-10"}


def test_last_days_and_nothing_are_ranges_too(shop):
    answer = shop.rebuild({"tenantId": shop.tenant.upper(), "lastDays": 7})
    assert (answer.status, answer.json["dateRange"]["from"], answer.json["dateRange"]["to"]) == (200, "2026-02-04", "2026-02-10")
    assert answer.json["daysProcessed"] == 7
    assert shop.rebuild({"tenantId": shop.tenant}).status == 200


def test_the_shape_of_a_good_answer(shop):
    body = shop.rebuild({"tenantId": shop.tenant, "from": "2026-02-01", "to": "2026-02-07"}).json
    receipt = body["receipt"]
    assert body["rowsUpserted"] == receipt["inserted"] + receipt["updated"]
    assert receipt["examined"] == sum(receipt[part] for part in ("inserted", "updated", "deleted", "unchanged"))
    job = shop.call("GET", f"/api/v1/jobs/{body['jobId']}", key=KEY).json
    assert (job["id"], job["status"], job["jobType"], job["source"], job["daysDone"]) == (body["jobId"], "success", "rebuild", "http", 7)
    log, = job["log"]
    assert (log["id"], log["status"], log["jobType"], log["metadata"]["source"]) == (body["jobLogId"], "success", "metrics_aggregation", "http")


def test_unknown_tenant(shop):
    answer = shop.rebuild({"tenantId": NOBODY})
    assert (answer.status, answer.json["error"], answer.json["message"]) == (404, "Not Found", f"Tenant {NOBODY} not found")


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + "x", KEY[:-1], KEY.upper()])
def test_wrong_key(shop, key):
    answer = shop.rebuild({"tenantId": shop.tenant}, key=None, headers={} if key is None else {"X-Internal-Key": key})
    assert (answer.status, answer.json["error"], answer.json["message"]) == (
        401, "Unauthorized", "Invalid or missing X-Internal-Key header")


def test_key_not_configured(shop):
    with harness.serving(shop.onda, key=None) as server:
        answer = server.rebuild({"tenantId": shop.tenant}, key=KEY)
    assert (answer.status, answer.json["error"], answer.json["message"]) == (
        401, "Unauthorized", "Internal jobs authentication not configured")


def test_oversized_body(shop):
    answer = shop.rebuild('{"tenantId":"' + "x" * 70000 + '"}')
    assert (answer.status, answer.json["error"]) == (413, "Payload Too Large")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_other_content_types(shop, kind):
    answer = shop.rebuild('{"tenantId":1}', headers={"Content-Type": kind})
    assert (answer.status, answer.json["error"]) == (415, "Unsupported Media Type") and kind in answer.json["message"]


def test_idempotency(shop):
    week = {"tenantId": shop.tenant, "from": "2026-02-01", "to": "2026-02-07"}
    headers = {"Idempotency-Key": "monday"}
    first = shop.rebuild(week, headers=headers).json
    again = shop.rebuild(dict(reversed(week.items())), headers=headers).json
    assert (again["jobId"], again["jobLogId"], again["receipt"]) == (first["jobId"], first["jobLogId"], first["receipt"])
    other = shop.rebuild({**week, "to": "2026-02-06"}, headers=headers)
    assert (other.status, other.json["error"]) == (409, "Conflict")
    assert shop.rebuild(week).json["jobId"] != first["jobId"]
    assert shop.rebuild(week, headers={"Idempotency-Key": ""}).status == 400
    assert shop.rebuild(week, headers={"Idempotency-Key": "k" * 201}).status == 400


def test_scheduled_time_is_an_idempotency_key(shop):
    slot = {"tenantId": shop.tenant, "scheduledTime": "2026-02-10T06:00:00Z"}
    first = shop.rebuild(slot).json["jobId"]
    assert shop.rebuild({**slot, "scheduledTime": "2026-02-10T03:00:00-03:00"}).json["jobId"] == first
    assert shop.rebuild({**slot, "scheduledTime": "2026-02-11T06:00:00Z"}).json["jobId"] != first


@pytest.mark.parametrize("path", ["overview?days=0", "overview?days=366", "summary?days=7.5", "sales?days=", "detailed?days=-1",
                                  "overview?asOf=2027-01-01T00:00:00Z", "overview?asOf=x", f"overview?marketplace={'m' * 33}",
                                  "explain?date=2026-02-01", "explain?listing=MLB1", "explain?listing=MLB1&date=2026-02-30"])
def test_bad_questions_about_metrics(shop, path):
    answer = shop.call("GET", f"/api/v1/metrics/{path}", token=shop.token)
    assert (answer.status, answer.json["message"]) == (400, "Invalid request data") and answer.json["details"]


@pytest.mark.parametrize("query", ["status=done", "limit=0", "limit=501", "offset=-1", "limit=x"])
def test_bad_questions_about_jobs(shop, query):
    assert shop.call("GET", f"/api/v1/jobs?{query}", key=KEY).status == 400


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer onda_1_x"},
                                     {"Authorization": f"Basic {KEY}"}, {"Authorization": f"Bearer {KEY}"}, {"X-Internal-Key": KEY}])
def test_metrics_want_a_token(shop, headers):
    answer = shop.call("GET", "/api/v1/metrics/overview", headers=headers)
    assert (answer.status, answer.json["error"]) == (401, "Unauthorized") and answer.headers["WWW-Authenticate"] == "Bearer"
