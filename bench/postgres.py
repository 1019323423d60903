"""A private PostgreSQL cluster for the time of the run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType

from common import Finished, run

# The same for ours and for the peer; everything else is the server's default. Durable: what commits is on the disk.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "jit": "off",  # it would compile the peer's statements for longer than they run
    "autovacuum": "off",  # the bench vacuums between measurements instead
}


def _binary(name: str) -> str:
    """PostgreSQL's own programs, which distributions keep off the PATH; newest version first."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} not found: install PostgreSQL's server package")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """Started on entering, stopped and deleted on leaving, also when something failed in between."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._data = folder / "data"
        # The server refuses to run as root.
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self) -> Cluster:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self._as_user:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with (self._data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
            # A socket's path may have about 100 characters: connections go over TCP, for ours and for the peer.
            conf.write(f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n")
        self._run("pg_ctl", "-D", self._data, "-l", self.folder / "log", "-w", "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def psql(self, database: str, sql: str) -> Finished:
        """Runs statements in one psql, each its own transaction; prints bare rows."""
        return run([*self.psql_argv(database), "-f", "-"], stdin=sql)

    def psql_argv(self, database: str) -> list[str]:
        return ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]

    def create(self, database: str, template: str = "template0") -> None:
        self.psql("postgres", f"DROP DATABASE IF EXISTS {database}")
        # Copied file by file, not through the log.
        self.psql("postgres", f"CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY")

    def wal_of(self, database: str, table: str, begin: str, end: str) -> int:
        """Bytes of log records about `table` between two positions."""
        place = f"SELECT pg_relation_filenode('{table}'), oid FROM pg_database WHERE datname='{database}'"
        filenode, oid = self.psql(database, place).out.strip().split("|")
        # 1663 is pg_default, the tablespace of everything that was not put elsewhere.
        dump = subprocess.run(
            [*self._as_user, _binary("pg_waldump"), "-p", str(self._data / "pg_wal"), "-s", begin, "-e", end,
             "-R", f"1663/{oid}/{filenode}"],
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        if dump.returncode != 0:
            raise RuntimeError(f"pg_waldump: {dump.stderr}")
        total = 0
        for line in dump.stdout.splitlines():
            # "rmgr: Heap  len (rec/tot):  59/ 8251, tx: …"
            total += int(line.split("len (rec/tot):", 1)[1].split(",", 1)[0].split("/")[1])
        return total

    def lsn(self) -> str:
        """How far the log has come. All of it is on disk then, where pg_waldump reads: the message's commit sees to that."""
        flushed = "SELECT FROM pg_logical_emit_message(true, 'bench', '')"
        return self.psql("postgres", f"SELECT pg_current_wal_insert_lsn();\n{flushed};").out.strip()

    def _run(self, name: str, *args: str | Path) -> None:
        argv = [*self._as_user, _binary(name), *map(str, args)]
        # Not captured: the server inherits these descriptors and would keep a pipe open for ever.
        log = self.folder / "setup.log"
        with log.open("a") as out:
            done = subprocess.run(argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False, cwd="/")
        if done.returncode != 0:
            raise RuntimeError(f"{name} failed: {log.read_text()[-2000:]}")
