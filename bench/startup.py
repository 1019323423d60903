"""P8: from the start of a server to its first answer, and the memory it then sits on."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from pathlib import Path

from common import Row, alternate, clean_environment, median, require, seconds
from serving import free_port, serve_argv
from workload import Workshop

_ASK = b"GET /health HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"


def _resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError(f"no VmRSS of {pid}")


def _start(argv: list[str], port: int, settle: float, memory: list[float]) -> float:
    """Seconds until /health answers 200, asked every 0.2 ms; adds the resident memory a moment later."""
    began = time.perf_counter()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=clean_environment())  # fmt: skip
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(_ASK)
                if b" 200 " in connection.recv(4096).split(b"\r\n", 1)[0]:
                    break
            require(process.poll() is None and time.perf_counter() - began < 10, f"{argv[0]} does not answer")
            time.sleep(0.0002)
        took = time.perf_counter() - began
        time.sleep(settle)
        memory.append(_resident_kb(process.pid) / 1024)
        return took
    finally:
        process.terminate()
        process.wait(10)


def p8(shop: Workshop) -> list[Row]:
    url = shop.sqlite_url("main")
    node = shutil.which("node")
    require(node is not None, "node is not installed")
    script = Path(__file__).with_name("health.js")
    our_memory: list[float] = []
    peer_memory: list[float] = []

    def ours() -> float:
        port = free_port()
        return _start(serve_argv(shop, url, port), port, 0.5, our_memory)

    def peer() -> float:
        port = free_port()
        return _start([node, str(script), str(port)], port, 0.5, peer_memory)

    mine, theirs = alternate(shop.times(15), ours, peer)
    time_ratio = median(mine) / median(theirs)
    memory_ratio = median(our_memory) / median(peer_memory)
    return [
        Row(
            id="P8a",
            what="start of `onda serve` until /health answers",
            ours=seconds(median(mine)),
            peer=f"Node {seconds(median(theirs))}",
            ratio=f"{time_ratio:.2f}×",
            bar="≤ 0.2×",
            met=time_ratio <= 0.2,
            commands=[shop.shown(serve_argv(shop, url, 8080)), "node bench/health.js 8081"],
            samples={"ours_s": mine, "peer_s": theirs},
        ),
        Row(
            id="P8b",
            what="its resident memory, idle",
            ours=f"{median(our_memory):.1f} MB",
            peer=f"Node {median(peer_memory):.1f} MB",
            ratio=f"{memory_ratio:.2f}×",
            bar="≤ 0.25×",
            met=memory_ratio <= 0.25,
            samples={"ours_mb": our_memory, "peer_mb": peer_memory},
        ),
    ]
