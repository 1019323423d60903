"""The system under chaos: processes of the unmodified program, a clock that jumps, and a database that isn't always there."""
import contextlib
import http.client
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402
from proxy import Proxy  # noqa: E402

import model  # noqa: E402

PATIENCE = 2  # seconds a caller waits for an answer
FAKETIME = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class Clock:
    """What every process believes the time to be: a file that libfaketime reads each time it is asked."""

    def __init__(self, folder):
        assert FAKETIME, "the clock can't be moved: install faketime"
        self.file = folder / "clock"
        self.began = time.time()
        self.jump(0)

    def jump(self, seconds):
        """So many seconds away from where it would be without any jump."""
        self.offset = seconds
        new = self.file.with_suffix(".new")
        new.write_text(f"{model.START.timestamp() - self.began + seconds:+.0f}s\n")
        new.rename(self.file)

    def environment(self):
        # Only the calendar's clock: nobody can set the monotonic ones on a real machine either.
        return {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "FAKETIME_DISABLE_SHM": "1"}

    @staticmethod
    def sweep():
        """What libfaketime leaves in memory of each process that was killed, some versions also where it is told not to share."""
        for left in pathlib.Path("/dev/shm").glob("*faketime_s*_*"):
            process = left.name.rpartition("_")[2]
            if process.isdigit() and not pathlib.Path("/proc", process).exists():
                left.unlink(missing_ok=True)


class Program(harness.Onda):
    """The program on that database and by that clock."""

    def __init__(self, url, clock, folder):
        super().__init__(url, folder=folder)
        self.clock = clock

    def environment(self, **more):
        return super().environment(**self.clock.environment(), **more)


class Slot:
    """A place where a process runs, or lies dead, or stands still."""

    def __init__(self, world, name, is_server):
        self.world, self.name, self.is_server = world, name, is_server
        self.proxy = Proxy(world.database.url) if world.database.engine == "postgres" else None
        self.program = Program(self.proxy.url if self.proxy else world.database.url, world.clock, world.folder)
        self.process = self.server = None
        self.frozen = self.avoided = False
        self.log = (world.folder / f"{name}.log").open("ab")

    @property
    def runs(self):
        return self.process is not None

    def start(self):
        if self.runs:
            return
        self.avoided = False
        self.log_begins = os.path.getsize(self.log.name)
        if self.proxy and self.proxy.is_cut:
            self.proxy.mend()  # without a database it wouldn't start, and say so
        if self.is_server:
            with self.world.nobody_in_the_way():
                self.server = harness.Server(self.program)
            self.process = self.server.process
        else:
            self.process = subprocess.Popen(self.program.command("work"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                            stderr=self.log, env=self.program.environment(), cwd=self.world.folder)

    def stop(self, signal_number=signal.SIGKILL):
        if not self.runs:
            return
        self.thaw()
        self.check()
        if not self.runs:
            return
        self.process.send_signal(signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        if self.process.poll() is None:  # its database is away: it waits for that, and is killed in the end
            self.process.kill()
        code = self.process.wait(5)
        # One that was only starting may not have come to listen to it, or was just giving up for want of its database.
        starting = not self.server and "work.started" not in self.said()
        assert code in (0, -signal.SIGKILL) or (starting and code in (1, -signal_number)), f"{self.name} ended with {code}"
        if self.server:
            self.server.stop()
            self.log.write("".join(self.server.lines[-2000:]).encode("utf-8", "replace"))
        self.process = self.server = None

    def freeze(self):
        if self.runs and not self.frozen:
            self.process.send_signal(signal.SIGSTOP)
            self.frozen = True

    def thaw(self):
        if self.frozen:
            self.process.send_signal(signal.SIGCONT)
            self.frozen = False

    def check(self):
        """Nobody but us ends it; only while it starts it may say that the database is away, for whoever starts it to try again."""
        if not self.runs or self.process.poll() in (None, -signal.SIGKILL):
            return
        said = "".join(self.server.lines[-20:]) if self.server else self.said()
        assert self.process.returncode == 1 and not self.server and "work.started" not in said, (
            f"{self.name} ended by itself with {self.process.returncode}\n{said[-3000:]}")
        self.process = None

    def said(self):
        """By a worker, since it was started."""
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            log.seek(self.log_begins)
            return log.read()


class World:
    def __init__(self, engine, folder):
        self.folder = pathlib.Path(folder)
        self.database = harness.Database(engine)
        self.clock = Clock(self.folder)
        self.program = Program(self.database.url, self.clock, self.folder)
        self.program.run("init")
        self.tenants = []
        for name, zone in enumerate(model.ZONES):
            made = self.program.json("tenant", "add", f"T{name}", "--time-zone", zone)
            self.tenants.append({"name": f"T{name}", "id": made["id"], "token": self.program.token(f"T{name}")})
        self.slots = [Slot(self, "serve-0", True), Slot(self, "serve-1", True), Slot(self, "work-0", False), Slot(self, "work-1", False)]
        for slot in self.slots:
            slot.start()

    def close(self):
        for slot in self.slots:
            with contextlib.suppress(AssertionError):
                slot.stop()
            if slot.proxy:
                slot.proxy.cut()
        self.database.drop()
        self.clock.sweep()

    def calm(self):
        """Everything runs and reaches its database."""
        for slot in self.slots:
            slot.thaw()
            self.mend(slot)
            slot.check()
            slot.start()

    def mend(self, slot):
        slot.avoided = False
        if slot.proxy:
            slot.proxy.resume()
            slot.proxy.end_half_open()
            if slot.proxy.is_cut:
                slot.proxy.mend()

    def a_server(self, wanted):
        """The wanted one if it is well, else the other; if there is none, the wanted one is brought back."""
        servers = self.slots[:2]
        for slot in (servers[wanted % 2], servers[1 - wanted % 2]):
            slot.check()
            if slot.runs and not slot.frozen and not slot.avoided:
                return slot
        slot = servers[wanted % 2]
        slot.thaw()
        self.mend(slot)
        slot.start()
        return slot

    def call(self, slot, *args, **options):
        """The answer, or None if there was none in time."""
        slot.check()
        try:
            return slot.server.call(*args, timeout=PATIENCE, **options)
        except (OSError, http.client.HTTPException):
            slot.avoided = True  # until its trouble is over, as whoever shares out requests would do
            self.thaw_writers()
            return None

    def thaw_writers(self):
        """Whoever stands still may hold SQLite's only write lock: then nobody can go on before it does."""
        if self.database.engine == "sqlite":
            for slot in self.slots:
                slot.thaw()

    @contextlib.contextmanager
    def nobody_in_the_way(self):
        """For what waits for its turn longer than a caller would."""
        timer = threading.Timer(PATIENCE, self.thaw_writers)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def hold_database(self, seconds):
        """Nobody else gets anything written for so long."""
        if self.database.engine == "sqlite":
            other = sqlite3.connect(self.database.file, timeout=5, isolation_level=None)
            with contextlib.closing(other), contextlib.suppress(sqlite3.OperationalError):
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.execute("ROLLBACK")
            return
        for slot in self.slots:
            slot.proxy.pause()
        time.sleep(seconds)
        for slot in self.slots:
            slot.proxy.resume()

    def run_cli(self, *args, stdin="", kill_after=None):
        """Its exit code and output; None if it was killed."""
        process = subprocess.Popen(self.program.command("--json", *args), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.program.environment(), cwd=self.folder)
        try:
            with self.nobody_in_the_way():
                out, err = process.communicate(stdin.encode(), timeout=kill_after or 120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            assert kill_after, f"onda {' '.join(map(str, args))} hangs"
            return None
        assert process.returncode in (0, 1), f"onda {' '.join(map(str, args))}: {process.returncode} {err.decode()}"
        return process.returncode, out.decode(), err.decode()


@contextlib.contextmanager
def kill_soon(slot, seconds):
    """Kills its process so many seconds into what is done meanwhile."""
    if seconds is None:
        yield
        return
    process = slot.process
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    try:
        yield
    finally:
        killer.join()
        slot.stop()


def temporary_folder():
    return tempfile.mkdtemp(prefix="onda-chaos-", dir=harness.FAST_FOLDER)
