"""Clients that dawdle, stop half way or only sit there: everybody else is served (R7)."""
import contextlib
import resource
import socket
import time

import pytest

import harness
from harness import ndjson, order, serving

IDLE, HALF_HEADS, HALF_BODIES = 1000, 100, 20


@pytest.fixture
def connect():
    """Opens connections to a server; all are closed at the end."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with contextlib.ExitStack() as stack:
        def connect(server, data=b""):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            connection.sendall(data)
            return connection
        yield connect
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_others_are_served(onda, connect):
    onda.run("init")
    onda.tenant()
    token = onda.token()
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(order("1", [("MLB1", 1, 1)])))
    onda.run("refresh", "-t", "Loja")
    with serving(onda, "--workers", "2") as server:
        def hundred():
            started = time.monotonic()
            for _ in range(100):
                assert server.get("/api/v1/metrics/overview", token=token).status == 200
            return time.monotonic() - started
        alone = min(hundred() for _ in range(3))
        for _ in range(IDLE):
            connect(server)
        for i in range(HALF_HEADS):
            connect(server, b"GET /api/v1/metrics/overview HTTP/1.1\r\nHost: x\r\nX-Half: "[:20 + i % 40])
        head = f"POST /api/v1/ingest/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 100000\r\n\r\n"
        halves = [connect(server, head.encode() + b'{"orderId":') for _ in range(HALF_BODIES)]
        crowded = min(hundred() for _ in range(3))
        print(f"100 requests alone {alone:.3f} s, beside {IDLE} idle and {HALF_HEADS + HALF_BODIES} half ones {crowded:.3f} s")
        assert crowded < alone * 3 + 1, "a blocked worker would cost seconds, not noise"
        assert server.ingest("orders", ndjson(order("2", [("MLB1", 1, 1)])), token).json["created"] == 1
        # Whoever stops half way gets no answer out of half a body, and leaves nothing behind.
        for connection in halves:
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(1000)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer
    assert onda.verify()["clean"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_more_connections_than_allowed_are_told_so(onda, connect):
    with serving(onda, "--max-connections", "10") as server:
        kept = [connect(server) for _ in range(10)]
        harness.until("the limit", lambda: server_says(connect(server), b"HTTP/1.1 503 "))
        for connection in kept[:5]:
            connection.close()
        harness.until("room again", lambda: server_says(connect(server, b"GET /health HTTP/1.0\r\n\r\n"), b"HTTP/1.1 200 "))


def server_says(connection, wanted):
    """Whether the first bytes that come are these; a silent server has said nothing."""
    connection.settimeout(0.5)
    with contextlib.suppress(OSError):
        return connection.recv(1000).startswith(wanted)
    return False
