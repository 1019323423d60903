"""Running commands, timing them, and keeping what came out."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

TENANT = "bench"


class CommandFailed(RuntimeError):
    """A command of ours or of a peer did not do what it was asked."""


@dataclasses.dataclass(frozen=True)
class Finished:
    """A command that succeeded: how long the whole process took, and what it printed."""

    seconds: float
    out: str
    peak_kb: int = 0


def say(text: str) -> None:
    print(text, flush=True)


def clean_environment() -> dict[str, str]:
    """The environment without what would quietly change what is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ONDA_", "PG", "INTERNAL_"))}


def run(
    argv: Sequence[str | Path],
    *,
    stdin: str | None = None,
    with_peak: bool = False,
) -> Finished:
    """Runs a command to its end and times the whole process. Raises CommandFailed on a non-zero exit."""
    command = [str(word) for word in argv]
    # Its own little parent: a child's peak memory is never reported below that of the process it was forked from.
    measured = ["/usr/bin/time", "-q", "-f", "peak_kb=%M", *command] if with_peak else command
    began = time.perf_counter()
    done = subprocess.run(
        measured,
        input=stdin,
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=False,
    )
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        said = done.stdout[-2000:] + done.stderr[-2000:]
        raise CommandFailed(f"{shlex.join(command)} exited {done.returncode}:\n{said}")
    peak = 0
    if with_peak:
        peak = int(done.stderr.rsplit("peak_kb=", 1)[1])
    return Finished(seconds, done.stdout, peak)


Measured = TypeVar("Measured")


def alternate(times: int, *measures: Callable[[], Measured]) -> list[list[Measured]]:
    """Calls each of `measures` in turn, `times` rounds, so that a noisy minute hits all of them alike."""
    results: list[list[Measured]] = [[] for _ in measures]
    for _ in range(times):
        for values, measure in zip(results, measures):
            values.append(measure())
    return results


median = statistics.median


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, int(-(-share * len(ranked) // 1)) - 1))]


@dataclasses.dataclass
class Row:
    """One line of the table: what was measured, beside what, and whether the bar is met (None: it has none)."""

    id: str
    what: str
    ours: str
    peer: str
    ratio: str
    bar: str
    met: bool | None
    commands: list[str] = dataclasses.field(default_factory=list)
    samples: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    note: str = ""

    def announce(self) -> None:
        verdict = {True: "met", False: "NOT MET", None: "no bar"}[self.met]
        say(f"{self.id:5} {self.what}")
        say(f"      ours {self.ours} | peer {self.peer} | {self.ratio} | bar {self.bar} | {verdict}")
        if self.note:
            say(f"      {self.note}")
        for command in self.commands:
            say(f"      $ {command}")


def seconds(value: float) -> str:
    if value < 0.001:
        return f"{value * 1e6:.0f} µs"
    if value < 1:
        return f"{value * 1e3:.1f} ms" if value < 0.1 else f"{value * 1e3:.0f} ms"
    return f"{value:.2f} s"


def parse(text: str) -> dict:
    """The JSON object that a command printed."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CommandFailed(f"not JSON: {text[:500]}") from error


def require(condition: bool, message: str) -> None:
    """A measurement of something that did not happen is worth nothing: stop it."""
    if not condition:
        raise CommandFailed(message)


def warn(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
