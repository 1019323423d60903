"""The program under test, its databases and its server, as seen from outside: processes, sockets and SQL."""
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse
import zoneinfo

BINARY = os.environ.get("ONDA_BIN", "")
POSTGRES = os.environ.get("ONDA_TEST_POSTGRES_URL", "")
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
KEY = "e2e-key-0123456789abcdefghijklmnopqrstuvwxyz"
# Of all that is random in the tests; processes that share them have one.
SEED = int(os.environ.setdefault("ONDA_E2E_SEED", str(random.SystemRandom().randrange(10**6))))
# SQLite files lie in memory where there is plenty: no waiting for a disk.
FAST_FOLDER = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2 << 30 else None
ENGINES = ("sqlite", "postgres")
# Where it is day: twelve hours apart, so no midnight comes in the middle of a test that has the real clock.
ZONE = next(name for name in ("America/Sao_Paulo", "Asia/Tokyo") if 6 <= datetime.datetime.now(zoneinfo.ZoneInfo(name)).hour < 18)


def until(what, condition, seconds=20):
    """Polls until `condition` gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.01)
    return found


class Database:
    """A fresh database of one engine; `url` is what Onda gets, `sql` looks into it from outside."""

    _count = 0

    def __init__(self, engine):
        Database._count += 1
        self.engine = engine
        self.name = f"onda_e2e_{os.getpid()}_{Database._count}"
        if engine == "sqlite":
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix=self.name, dir=FAST_FOLDER))
            self.file = self.folder / "onda.db"
            self.url = f"sqlite:{self.file}"
        else:
            self.url = with_search_path(POSTGRES, self.name)
            psql(POSTGRES, f"CREATE SCHEMA {self.name}")

    def sql(self, query):
        """Rows of texts; NULL is ''."""
        if self.engine == "postgres":
            out = psql(self.url, query)
            return [tuple(line.split("\x1f")) for line in out.splitlines()]
        with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            return [tuple("" if v is None else str(v) for v in row) for row in connection.execute(query)]

    def drop(self):
        if self.engine == "sqlite":
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            psql(POSTGRES, f"SET client_min_messages=error; DROP SCHEMA {self.name} CASCADE")


def with_search_path(url, schema):
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"


def psql(url, query):
    done = subprocess.run(["psql", "-XqAt", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", url, "-c", query],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def fresh_database(engine):
    database = Database(engine)
    try:
        yield database
    finally:
        database.drop()


class Finished:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit code {self.code}\n{self.out}\n{self.err}"


class Onda:
    """The command line program on one database. `now` fixes its clock."""

    def __init__(self, url, now=None, folder=None):
        assert BINARY, "say in ONDA_BIN which binary to test"
        self.url, self.now = url, now
        self.folder = pathlib.Path(folder) if folder else None

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ONDA_", "INTERNAL_JOBS_", "XDG_"))}
        kept["ONDA_DATABASE_URL"] = self.url
        kept["ONDA_NO_SCHEDULES"] = "1"  # nothing runs by itself but where a test is about that
        if self.now:
            kept["ONDA_NOW"] = self.now
        kept.update(more)
        return kept

    def command(self, *args):
        return [BINARY, *map(str, args)]

    def run(self, *args, stdin=None, env=None, code=0):
        """Runs it to its end; `code` is the exit code it must have (None: any)."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(self.command(*args), input=data if data is not None else b"", capture_output=True,
                              env=self.environment(**(env or {})), cwd=self.folder, timeout=120)
        finished = Finished(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert code is None or finished.code == code, f"onda {' '.join(map(str, args))}: {finished}"
        return finished

    def json(self, *args, **options):
        return self.run("--json", *args, **options).json

    def spawn(self, *args, **env):
        return subprocess.Popen(self.command(*args), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.environment(**env), cwd=self.folder)

    def tenant(self, name="Loja", *options):
        """With the real clock it is where it is day, unless `options` say where."""
        if not self.now and "--time-zone" not in options:
            options = ("--time-zone", ZONE, *options)
        return self.json("tenant", "add", name, *options)

    def token(self, tenant="Loja"):
        return self.json("token", "add", "-t", tenant)["token"]

    def user(self, email, *options, tenant="Loja", role="owner", password=None):
        options = [*(["-t", tenant, "--role", role] if tenant else []), *options]
        return self.json("user", "add", email, "--password-stdin", *options, stdin=(password or PASSWORD) + "\n")

    def verify(self, tenant="Loja"):
        return self.json("verify", "-t", tenant, code=None)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:1000]!r}"


class Daemon:
    """A process of ours that runs until it is stopped. Its log is kept line by line."""

    def __init__(self, onda, *args, started, **env):
        self.lines = []
        self.process = subprocess.Popen(onda.command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, cwd=onda.folder, env=onda.environment(**env))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._started = started
        until("its start", lambda: self.started() or self.process.poll() is not None)
        assert self.started(), "it ended: " + "".join(self.lines)

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.decode("utf-8", "surrogateescape"))

    def started(self):
        return next((m for m in (re.match(self._started, line) for line in self.lines) if m), None)

    def stop(self, signal_number=signal.SIGTERM, seconds=30):
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def log(self):
        """The lines that are events, decoded."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def events(self):
        return [event["event"] for event in self.log()]


class Worker(Daemon):
    """`onda work`."""

    def __init__(self, onda, *args, **env):
        super().__init__(onda, "work", *args, started="onda works for ", **env)


class Server(Daemon):
    """`onda serve` on a free port."""

    def __init__(self, onda, *args, key=KEY, **env):
        if key is not None:
            env.setdefault("INTERNAL_JOBS_KEY", key)
        self.key = key
        super().__init__(onda, "serve", "--port", "0", *args, started=r"onda serves http://[^:]+:(\d+)/", **env)
        self.port = int(self.started().group(1))
        self.url = f"http://127.0.0.1:{self.port}"

    def setup_token(self):
        """Of the link that makes the first user, as printed at the start; None if none was."""
        until("the server's log", lambda: any("server.started" in line for line in self.lines))
        return next((m.group(1) for m in (re.search(r"/setup#token=(\S+)", line) for line in self.lines) if m), None)

    def call(self, method, path, body=None, headers=None, token=None, key=None, timeout=60):
        """One request on a connection of its own. `body` may be an iterable of pieces: then it is sent in chunks."""
        sent = {"Connection": "close", **({"Authorization": f"Bearer {token}"} if token else {}),
                **({"X-Internal-Key": key} if key else {}), **(headers or {})}
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, sent, encode_chunked=not isinstance(body, (bytes, type(None))))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path, query=None, **options):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""), **options)

    def rebuild(self, body, **options):
        return self.call("POST", "/api/v1/jobs/rebuild-daily-metrics", body, key=options.pop("key", self.key), **options)

    def ingest(self, kind, body, token, content_type="application/x-ndjson", **options):
        return self.call("POST", f"/api/v1/ingest/{kind}", body, token=token,
                         headers={"Content-Type": content_type, **options.pop("headers", {})}, **options)

    def raw(self, data, timeout=10):
        """Bytes as they are, and all that comes back until the server closes or is silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            received = b""
            with contextlib.suppress(ConnectionError, TimeoutError, socket.timeout):
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError, TimeoutError, socket.timeout):
                while piece := connection.recv(65536):
                    received += piece
            return received


@contextlib.contextmanager
def serving(onda, *args, **options):
    server = Server(onda, *args, **options)
    try:
        yield server
    finally:
        server.stop(signal.SIGKILL)


@contextlib.contextmanager
def working(onda, *args, **options):
    worker = Worker(onda, *args, **options)
    try:
        yield worker
    finally:
        worker.stop(signal.SIGKILL)


PASSWORD = "uma frase bem comprida"


class Browser:
    """Somebody in front of a server: keeps the cookie and the CSRF token, and sends both."""

    def __init__(self, server, address=None):
        self.server, self.cookie, self.csrf, self.address = server, None, None, address

    def headers(self):
        return {**({"Cookie": f"onda_session={self.cookie}"} if self.cookie else {}), **({"X-CSRF-Token": self.csrf} if self.csrf else {}),
                **({"X-Forwarded-For": self.address} if self.address else {})}

    def call(self, method, path, body=None, headers=None, **options):
        answer = self.server.call(method, f"/api/v1/{path}", body, headers={**self.headers(), **(headers or {})}, **options)
        if found := re.match(r"onda_session=([^;]*);", answer.headers.get("Set-Cookie", "")):
            self.cookie = found.group(1) or None
        if answer.status == 200 and answer.headers.get("Content-Type", "").startswith("application/json"):
            self.csrf = answer.json.get("csrfToken", self.csrf)
        return answer

    def get(self, path, **query):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path, body=None, **options):
        return self.call("POST", path, {} if body is None else body, **options)

    def sign_in(self, email, password=PASSWORD):
        return self.post("auth/login", {"email": email, "password": password})


def order(order_id, lines, paid="2026-02-01T12:00:00Z", status="paid", **more):
    """An order as ingest takes it; `lines` are (listing, quantity, unit price)."""
    return {"orderId": order_id, "status": status, "orderedAt": more.pop("ordered", paid), "paidAt": paid,
            "lines": [{"listingId": l, "quantity": q, "unitPrice": p, "title": f"Title of {l}"} for l, q, p in lines],
            **more}


def ndjson(*records):
    return "".join(json.dumps(record) + "\n" for record in records)
