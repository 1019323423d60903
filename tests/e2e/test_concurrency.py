"""Many callers at once: each gets a right answer, and together they leave the right numbers behind."""
import concurrent.futures
import random

from harness import KEY, SEED, ndjson, order, serving

NOW = "2026-02-10T15:30:00Z"
WRITERS, READERS, ROUNDS = 4, 3, 8


def test_writers_readers_and_rebuilds_together(onda):
    print(f"ONDA_E2E_SEED={SEED}")
    onda.now = NOW
    onda.run("init")
    tenant, token = onda.tenant()["id"], onda.token()
    numbers = list(range(600))

    def write(writer):
        """All orders, in an order of its own: four writers bring each of them."""
        chance = random.Random(f"{SEED} {writer}")
        mine = chance.sample(numbers, len(numbers))
        reports = []
        for r in range(ROUNDS):
            part = mine[r::ROUNDS]
            body = ndjson(*[order(f"O{i}", [(f"MLB{i % 7}", 1 + i % 3, 1.25)], f"2026-02-{1 + i % 10:02}T12:00:00Z") for i in part])
            answer = server.ingest("orders", body, token)
            assert answer.status == 200, answer
            reports.append(answer.json)
        return reports

    def read():
        revisions = []
        for _ in range(ROUNDS * 4):
            answer = server.get("/api/v1/metrics/overview", {"days": 30}, token=token)
            assert answer.status == 200, answer
            overview = answer.json
            assert overview["totalOrders"] == sum(day["orders"] for day in overview["salesSeries"])
            assert round(overview["totalRevenue"] * 100) == sum(round(day["revenue"] * 100) for day in overview["salesSeries"])
            revisions.append(overview["revision"])
        assert revisions == sorted(revisions), "what was seen once is not unseen"

    def rebuild(key):
        answers = [server.rebuild({"tenantId": tenant}, headers={"Idempotency-Key": key} if key else {}) for _ in range(ROUNDS)]
        assert {a.status for a in answers} == {200}, answers
        return [a.json["jobId"] for a in answers]

    with serving(onda) as server, concurrent.futures.ThreadPoolExecutor(20) as pool:
        writers = [pool.submit(write, w) for w in range(WRITERS)]
        others = [pool.submit(read) for _ in range(READERS)]
        rebuilds = [pool.submit(rebuild, key) for key in (None, None, "same", "same")]
        reports = [report for writer in writers for report in writer.result()]
        for other in others:
            other.result()
        jobs = [rebuild.result() for rebuild in rebuilds]
        assert sum(r["created"] for r in reports) == len(numbers)
        assert sum(r["unchanged"] for r in reports) == len(numbers) * (WRITERS - 1)
        assert len(set(jobs[2] + jobs[3])) == 1, "one key, one run"
        done = server.get("/api/v1/jobs?limit=100", key=KEY).json
        assert {job["id"] for job in done["jobs"]} == {job for each in jobs for job in each} and done["total"] <= 2 * ROUNDS + 1
        assert {(job["status"], job["attempts"]) for job in done["jobs"]} == {("success", 1)}
        assert server.rebuild({"tenantId": tenant}).status == 200
        overview = server.get("/api/v1/metrics/overview", token=token).json
    assert (overview["totalOrders"], overview["totalUnits"]) == (len(numbers), sum(1 + i % 3 for i in numbers))
    assert overview["freshness"]["fresh"] and onda.verify()["clean"]


def test_two_processes_on_one_database(onda):
    """A server and the command line take turns; nobody is told that the database is busy."""
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    token = onda.token()
    with serving(onda) as server, concurrent.futures.ThreadPoolExecutor(4) as pool:
        def by_http(i):
            return server.ingest("orders", ndjson(*[order(f"H{i}-{n}", [("MLB1", 1, 1)]) for n in range(200)]), token).status

        def by_hand(i):
            onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(*[order(f"C{i}-{n}", [("MLB1", 1, 1)]) for n in range(200)]))
            return onda.run("refresh", "-t", "Loja").code
        assert set(pool.map(by_http, range(20))) == {200} and set(pool.map(by_hand, range(6))) == {0}
        mixed = [pool.submit(work, 100 + i) for i in range(8) for work in (by_http, by_hand)]
        assert {future.result() for future in mixed} == {200, 0}
    onda.run("refresh", "-t", "Loja")
    assert onda.json("overview", "-t", "Loja")["totalOrders"] == 200 * (20 + 6 + 16) and onda.verify()["clean"]


def test_of_many_who_want_one_name_one_gets_it(onda):
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    token = onda.token()
    with serving(onda) as server, concurrent.futures.ThreadPoolExecutor(8) as pool:
        def make(name):
            return server.call("POST", "/api/v1/schedules", {"name": name, "expression": "0 4 * * *"}, token=token)

        def rename(schedule):
            return server.call("PATCH", f"/api/v1/schedules/{schedule['id']}", {"name": "the one"}, token=token).status

        for round in range(10):
            made = list(pool.map(make, [f"night {round}"] * 8))
            assert sorted(answer.status for answer in made) == [201] + [409] * 7, made
        others = [make(f"other {n}").json for n in range(8)]
        assert sorted(pool.map(rename, others)) == [200] + [409] * 7
    for n in range(8):
        onda.tenant(f"Loja {n}")
    renamed = [onda.spawn("tenant", "set", f"Loja {n}", "--name", "A Loja") for n in range(8)]
    assert sorted(process.wait() for process in renamed) == [0] + [1] * 7
