"""A database that goes away, and a disk that is full: a clear error, nothing lost, and all is well as soon as it can be."""
import subprocess
import threading

import pytest

import conftest
import harness
from harness import Server, ndjson, order, serving, until
from proxy import Proxy

NOW = "2026-02-10T15:30:00Z"


class Outage:
    """A shop whose server reaches PostgreSQL through a proxy."""

    def __init__(self, database, folder):
        self.database = database
        self.proxy = Proxy(database.url)
        self.onda = harness.Onda(database.url, NOW, folder)
        self.onda.run("init")
        self.tenant, self.token = self.onda.tenant()["id"], self.onda.token()
        self.server = Server(harness.Onda(self.proxy.url, NOW, folder))

    def ask_everything(self):
        """The answers of one route of each kind."""
        ingest = self.server.ingest("orders", ndjson(order("1", [("MLB1", 1, 1)])), self.token)
        return [ingest, self.server.get("/ready"), self.server.get("/api/v1/metrics/overview", token=self.token),
                self.server.get("/api/v1/jobs/ping", key=self.server.key), self.server.get("/api/v1/jobs", token=self.token),
                self.server.rebuild({"tenantId": self.tenant})]


@pytest.fixture
def outage(tmp_path):
    conftest.require("postgres")
    with harness.fresh_database("postgres") as database:
        shop = Outage(database, tmp_path)
        yield shop
        shop.server.stop(9)
        shop.proxy.cut()


def test_away_and_back(outage):
    for _ in range(2):
        assert [a.status for a in outage.ask_everything()] == [200] * 6
        outage.proxy.cut()
        for answer in outage.ask_everything():
            assert (answer.status, answer.json["error"]) == (503, "Service Unavailable")
            assert int(answer.headers["Retry-After"]) > 0 and "not available" in answer.json["message"]
        assert outage.server.get("/health").status == outage.server.get("/api/v1/health").status == 200
        assert "onda_database_up 0" in outage.server.get("/metrics").text
        outage.proxy.mend()
    assert [a.status for a in outage.ask_everything()] == [200] * 6, "the very next requests"
    assert "onda_database_up 1" in outage.server.get("/metrics").text
    outage.onda.run("refresh", "-t", "Loja")
    assert outage.onda.verify()["clean"]


def test_a_restart_between_two_requests_is_not_noticed(outage):
    """Connections kept open die with the old server; nobody asked anything meanwhile."""
    outage.ask_everything()
    outage.proxy.cut()
    outage.proxy.mend()
    assert [a.status for a in outage.ask_everything()] == [200] * 6


def test_cut_in_the_middle_of_a_rebuild(outage):
    listings = "listing_id,status,created_at\n" + "".join(f"L{i},active,2025-04-20T12:00:00Z\n" for i in range(1000))
    outage.onda.run("import", "listings", "-", "-t", "Loja", stdin=listings)
    answers = []
    client = threading.Thread(target=lambda: answers.append(outage.server.rebuild({"tenantId": outage.tenant})))
    client.start()
    until("the rebuild's start", lambda: outage.database.sql("SELECT 1 FROM job_logs"))
    outage.proxy.cut()
    client.join()
    answer, = answers
    assert answer.status == 503 and "Retry-After" in answer.headers
    assert outage.onda.verify()["clean"], "what is not stale is true"
    outage.proxy.mend()
    # Nobody has to ask again: the job is still there, and its worker, or another one, comes back to it.
    job, = until("its end", lambda: (jobs := outage.onda.json("jobs", "list")["jobs"])[0]["status"] in ("success", "error") and jobs, 60)
    assert job["status"] == "success" and job["attempts"] >= 2
    assert [log["status"] for log in outage.onda.json("jobs", "show", job["id"])["log"]] == ["error"] * (job["attempts"] - 1) + ["success"]
    verified = outage.onda.verify()
    assert verified["clean"] and verified["staleDays"] == 0 and verified["rowsExamined"] == 297_000


def test_cut_in_the_middle_of_ingest(outage):
    lines = [ndjson(order(f"O{i}", [("MLB1", 1, 1)])).encode() for i in range(30_000)]

    def pieces():
        yield b"".join(lines[:25_000])
        # The first batch is committed; now the rest cannot be.
        until("the first batch", lambda: outage.database.sql("SELECT COUNT(*) FROM orders") != [("0",)])
        outage.proxy.cut()
        yield b"".join(lines[25_000:])
    answer = outage.server.ingest("orders", pieces(), outage.token)
    assert answer.status == 503 and "Retry-After" in answer.headers
    outage.proxy.mend()
    report = outage.server.ingest("orders", b"".join(lines), outage.token).json
    assert (report["unchanged"], report["created"]) == (20_000, 10_000)


@pytest.fixture
def small_disk(tmp_path):
    """8 MB that can be made larger; only root may mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"cannot mount a small disk, so nothing is shown about full ones: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_disk_full(small_disk, tmp_path):
    onda = harness.Onda(f"sqlite:{small_disk}/onda.db", NOW, tmp_path)
    onda.run("init")
    tenant, token = onda.tenant()["id"], onda.token()
    bodies = [ndjson(*[order(f"R{r}-{i}", [(f"MLB{i % 100}", 1, 1)], f"2026-01-{1 + i % 28:02}T12:00:00Z") for i in range(5000)])
              for r in range(20)]
    with serving(onda) as server:
        acknowledged = 0
        while (answer := server.ingest("orders", bodies[acknowledged], token)).status == 200:
            acknowledged += 1
        assert answer.status in (503, 507) and "full" in answer.json["message"].lower() and acknowledged > 0
        done = onda.run("import", "orders", "-", "-t", "Loja", stdin=bodies[-1], code=1)
        assert "full" in done.err
        assert server.rebuild({"tenantId": tenant}).status in (200, 503, 507)
        assert server.get("/api/v1/metrics/overview", token=token).status == 200, "what is there can be read"
        counted = "SELECT COUNT(*) FROM orders"
        assert harness.sqlite3.connect(small_disk / "onda.db").execute(counted).fetchone() == (5000 * acknowledged,)
        subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
        reports = [server.ingest("orders", body, token) for body in bodies]
        assert [r.status for r in reports] == [200] * 20
        assert [r.json["unchanged"] for r in reports[:acknowledged]] == [5000] * acknowledged
        assert server.rebuild({"tenantId": tenant}).status == 200
    assert onda.verify()["clean"]
