"""P6 and P7: the overview over HTTP, beside nginx, and the first answer after a change."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from common import TENANT, Row, alternate, clean_environment, median, percentile, require, seconds
from workload import Workshop

PATH = "/api/v1/metrics/overview?days=30"
_LISTINGS = "/api/v1/listings?days=30&sort="
_PAGES = [_LISTINGS + order for order in ("-revenue", "-orders", "-units", "-visits", "-conversion", "title", "price", "stock",
                                          "-visits&offset=5000", "-revenue&q=mesa")]  # fmt: skip
_NGINX = """\
worker_processes 1;
worker_cpu_affinity 01;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 10000000;
  default_type application/json;
  {extra}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(argv: list[str], port: int) -> Iterator[subprocess.Popen]:
    """A server from the moment it accepts connections until the end of the block."""
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=clean_environment())  # fmt: skip
    try:
        deadline = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            require(process.poll() is None and time.monotonic() < deadline, f"{argv} does not listen on {port}")
            time.sleep(0.01)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve_argv(shop: Workshop, database: str, port: int) -> list[str]:
    return [str(shop.onda), "--database", database, "--log-level", "off", "serve", "--port", str(port)]


def get(port: int, path: str, token: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    require(answer.status == 200, f"GET {path} answered {answer.status}: {body[:300]!r}")
    return body


_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


def wrk(port: int, path: str, token: str, length: int) -> tuple[float, float]:
    """Requests per second and the 99th percentile of the latency in seconds, from core 1."""
    done = subprocess.run(wrk_argv(port, path, token, length), capture_output=True, text=True, check=True)
    require("Non-2xx" not in done.stdout and "Socket errors" not in done.stdout, done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    require(rate is not None and slow is not None, done.stdout)
    return float(rate[1]), float(slow[1]) * _UNITS[slow[2]]


def wrk_argv(port: int | str, path: str, token: str, length: int) -> list[str]:
    return ["taskset", "-c", "1", "wrk", "-t1", "-c32", f"-d{length}s", "--latency",
            "-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{port}{path}"]  # fmt: skip


@contextlib.contextmanager
def nginx(shop: Workshop, body: bytes, extra: str = "") -> Iterator[int]:
    folder = shop.work / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "www").mkdir(parents=True)
    (folder / "www" / "overview").write_bytes(body)
    for path in (folder, folder / "www", folder / "www" / "overview"):
        path.chmod(0o755)  # its worker runs as another user
    port = free_port()
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port, extra=extra))
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    with running([binary, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")], port):
        yield port


def p6(shop: Workshop) -> list[Row]:
    require((os.cpu_count() or 1) >= 2, "P6 needs two cores: one for the server, one for the client")
    url, token, port = shop.sqlite_url("main"), shop.token(), free_port()
    argv = ["taskset", "-c", "0", *serve_argv(shop, url, port)]
    with running(argv, port):
        body = get(port, PATH, token)
        rows = [
            _beside_nginx(shop, port, body, "", 5),
            _beside_nginx(shop, port, body, "open_file_cache max=16;", 2),
        ]
    rows[0].commands = [
        shop.shown(["taskset", "-c", "0", *serve_argv(shop, url, 8080)]),
        shop.shown(wrk_argv("PORT", PATH, "TOKEN", 5)),
    ]
    return rows


def _beside_nginx(shop: Workshop, port: int, body: bytes, extra: str, length: int) -> Row:
    """`extra`: a directive beyond those of the peer that the bar is about; such a row has no bar."""
    token, length = shop.token(), 1 if shop.quick else length
    with nginx(shop, body, extra) as peer_port:
        ours, peer = alternate(
            shop.times(5),
            lambda: wrk(port, PATH, token, length),
            lambda: wrk(peer_port, "/overview?days=30", token, length),
        )
    our_rate, our_p99 = median([rate for rate, _ in ours]), median([slow for _, slow in ours])
    peer_rate, peer_p99 = median([rate for rate, _ in peer]), median([slow for _, slow in peer])
    rate, slower = our_rate / peer_rate, our_p99 / peer_p99
    return Row(
        id="P6b" if extra else "P6",
        what=f"overview of 30 days, {len(body):,} bytes, 32 connections, one core"
        + (f"; nginx with {extra.rstrip(';')}" if extra else ""),
        ours=f"{our_rate:,.0f}/s, p99 {seconds(our_p99)}",
        peer=f"nginx {peer_rate:,.0f}/s, p99 {seconds(peer_p99)}",
        ratio=f"{rate:.2f}× requests/s, {slower:.2f}× p99",
        bar="—" if extra else "≥ 0.7×, p99 ≤ 2×",
        met=None if extra else rate >= 0.7 and slower <= 2,
        samples={
            "ours_per_s": [one[0] for one in ours],
            "peer_per_s": [one[0] for one in peer],
            "ours_p99_s": [one[1] for one in ours],
            "peer_p99_s": [one[1] for one in peer],
        },
    )


class Connection:
    """One kept-alive connection with as little of Python in the measured time as can be."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[float, bytes]:
        """Seconds until the last byte of the answer, and the answer."""
        began = time.perf_counter()
        self._socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        missing = length - len(body)
        while missing > 0:
            missing -= len(self._receive())
        took = time.perf_counter() - began
        require(answer.startswith(b"HTTP/1.1 200"), answer[:500].decode(errors="replace"))
        return took, answer

    def _receive(self) -> bytes:
        piece = self._socket.recv(262_144)
        require(bool(piece), "the server closed the connection")
        return piece


def _post(kind: str, record: str, token: str) -> bytes:
    return (
        f"POST /api/v1/ingest/{kind} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(record) + 1}\r\n\r\n{record}\n"
    ).encode()


def _changes(place: int, token: str, with_listing: bool) -> list[bytes]:
    """A new order and, if wanted, another listing's new price."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    listing = f"MLB{1_000_000_001 + place}"
    order = (
        f'{{"order_id":"9{place:015}","status":"paid","ordered_at":"{now}","paid_at":"{now}","currency":"BRL",'
        f'"lines":[{{"line":1,"listing_id":"{listing}","quantity":1,"unit_price":10.00}}]}}'
    )
    price = f'{{"listing_id":"{listing}","status":"active","price":{place + 1000}.01,"currency":"BRL"}}'
    return [_post("orders", order, token), *([_post("listings", price, token)] if with_listing else [])]


def _first_answers(
    shop: Workshop, database: str, token: str, paths: list[str], with_listing: bool
) -> tuple[list[float], list[float]]:
    """Seconds of the first answer after each of some hundred changes, each to the next of `paths`, and of the same
    asked again."""
    port, times = free_port(), 30 if shop.quick else 400
    reads = [f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode() for path in paths]
    firsts, cached = [], []
    with running(serve_argv(shop, database, port), port):
        connection = Connection(port)
        for read in reads:
            connection.ask(read)
        for place in range(times):
            read = reads[place % len(reads)]
            for change in _changes(place, token, with_listing):
                _, stored = connection.ask(change)
                require(b'"created":1' in stored or b'"updated":1' in stored, stored.decode())
            firsts.append(connection.ask(read)[0])
            cached.append(connection.ask(read)[0])
    return firsts, cached


def p7(shop: Workshop) -> list[Row]:
    big = dataclasses.replace(shop.plan, listings=2 * shop.plan.listings, days=120, lines=shop.plan.lines // 2)
    listings = f"{big.listings:,} listings"
    rows = []
    one_of_all = PATH + "&marketplace=mercadolivre"
    for id_, plan, paths, with_listing, what in (
        ("P7", shop.plan, [PATH], False, "the same request, first time after a change"),
        ("P7b", big, [PATH], False, f"P7 with {listings}"),
        ("P7c", big, [one_of_all], False, f"P7 with {listings}, of one marketplace"),
        ("P7d", big, _PAGES, False, f"P7 with {listings}: a page of them in each of its orders, and searched"),
        ("P7e", big, [PATH, one_of_all, *_PAGES], True, "P7b to P7d, when a listing has changed, too"),
    ):
        if plan is shop.plan:
            database, token = shop.sqlite_copy("main", "first"), shop.token()
        else:
            shop.drop_sqlite("first")
            database = shop.sqlite_url("first", plan)
            token = shop.new_token(database)
        firsts, cached = _first_answers(shop, database, token, paths, with_listing)
        slow = percentile(firsts, 0.99)
        rows.append(
            Row(
                id=id_,
                what=f"{what} ({len(firsts)} changes, each one new order{' and one new price' * with_listing} over HTTP)",
                ours=f"p99 {seconds(slow)}, median {seconds(median(firsts))}",
                peer=f"the same, nothing changed: p99 {seconds(percentile(cached, 0.99))}",
                ratio="—",
                bar="p99 ≤ 5 ms",
                met=slow <= 0.005,
                commands=[shop.shown(serve_argv(shop, database, 8080))],
                samples={"first_s": firsts, "again_s": cached},
                note=f"tenant {TENANT}, {plan.listings:,} listings",
            )
        )
    shop.drop_sqlite("first")
    return rows
