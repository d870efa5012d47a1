"""The service's own PostgreSQL: made under var/, reached by a socket only, never run as root."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from geo.errors import ClusterError

SUPERUSER = "needsmap"
PORT = 54329
START_SECONDS = 60
INITDB = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
SOCKET_PATH_LIMIT = 90
"""Unix sockets allow 107 bytes for the whole path; the socket's own name needs the rest."""
SOCKET_PATH = re.compile(r"[\w./-]+", re.ASCII)
"""Commas and quotes mean something to PostgreSQL in the list of its sockets' folders."""

INSTALL_HINT = "Run `make setup`, or install postgresql with its PostGIS and pgrouting packages."


@dataclass(frozen=True)
class Cluster:
    """A private cluster: where its data and its socket are, and the account that runs it."""

    home: Path
    socket: Path
    account: str
    binaries: Path
    options: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgresql.log"

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """SQLAlchemy URL of a database of this cluster."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.socket}&port={PORT}"

    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists() and self._pg_ctl("status").returncode == 0

    def up(self) -> bool:
        """Make the cluster if needed and start it; False when it already ran.

        A cluster that was killed is recovered by PostgreSQL itself; until the last of its old
        processes has let go of the shared memory a start is refused, so it is tried again.
        """
        with self._locked():
            self._forget_stranger()
            if self.is_running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._create()
            self._start()
            return True

    def down(self) -> bool:
        """Stop the cluster; False when it did not run."""
        if not self.home.exists():
            return False
        with self._locked():
            if not self.is_running():
                return False
            result = self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(START_SECONDS))
            if result.returncode != 0:
                raise ClusterError(f"The database did not stop: {_last_line(result.stderr)}")
            return True

    def _forget_stranger(self) -> None:
        """Remove a pid file left by a crash whose number now belongs to another program.

        PostgreSQL itself only asks whether a process of that number lives, and would not start.
        """
        file = self.data / "postmaster.pid"
        try:
            number = file.read_text().split("\n", 1)[0]
            program = Path(f"/proc/{number}/comm").read_text().strip()
        except OSError:  # there is no such file, or no such process any more
            return
        if program != "postgres":
            file.unlink()

    def _create(self) -> None:
        for folder in (self.home, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            _give_to(folder, self.account)
        made = self.home / "data.new"
        if made.exists():  # a set-up that was cut off: its half-made folder is of no use
            self._run(["rm", "-rf", str(made)])
        self._check(
            self._run([str(self.binaries / "initdb"), "-D", str(made), "-U", SUPERUSER, *INITDB]),
            "The database cluster could not be made",
        )
        os.rename(made, self.data)

    def _start(self) -> None:
        self.socket.mkdir(parents=True, exist_ok=True)
        _give_to(self.socket, self.account)
        options = ["-p", str(PORT), "-k", str(self.socket), "-c", "listen_addresses="]
        for option in ("max_connections=80", "shared_buffers=256MB", *self.options):
            options += ["-c", option]
        deadline = time.monotonic() + START_SECONDS
        while True:
            result = self._pg_ctl(
                "start",
                "-w",
                "-t",
                str(START_SECONDS),
                "-l",
                str(self.log),
                "-o",
                shlex.join(options),
            )
            if result.returncode == 0:
                return
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"The database did not start: {_last_line(result.stderr)}",
                    hint=f"Its log is {self.log}.",
                )
            time.sleep(0.5)

    def _pg_ctl(self, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run([str(self.binaries / "pg_ctl"), action, "-D", str(self.data), *arguments])

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        # Output goes to files, not pipes: the server that pg_ctl starts would keep a pipe open.
        with tempfile.TemporaryFile("w+") as out:
            code = _run_as(self.account, command, out)
            out.seek(0)
            return subprocess.CompletedProcess(command, code, "", out.read())

    def _check(self, result: subprocess.CompletedProcess[str], message: str) -> None:
        if result.returncode != 0:
            raise ClusterError(f"{message}: {_last_line(result.stderr)}", hint=INSTALL_HINT)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def private_cluster(var: Path, name: str = "postgres", *options: str) -> Cluster:
    """The cluster that belongs to a `var` folder; nothing is started or written yet."""
    account = _account()
    home = var.resolve() / name
    key = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if not _reachable(var.resolve(), account):
        # Started as root in a folder that the database's account may not enter (root's home).
        home = Path("/var/lib/needsmap") / key
    socket = home / "socket"
    if len(str(socket).encode()) > SOCKET_PATH_LIMIT or not SOCKET_PATH.fullmatch(str(socket)):
        socket = Path(tempfile.gettempdir()) / f"needsmap-{account}-{key}"
    return Cluster(home, socket, account, find_binaries(), options)


def find_binaries(root: Path = Path("/usr/lib/postgresql")) -> Path:
    """The newest installed PostgreSQL that has PostGIS; raises ClusterError with the remedy."""
    found = [
        folder
        for folder in root.glob("*/bin")
        if (folder / "initdb").exists() and folder.parent.name.isdigit()
    ]
    if not found:
        raise ClusterError("PostgreSQL is not installed.", hint=INSTALL_HINT)
    with_postgis = [
        folder
        for folder in found
        if Path(f"/usr/share/postgresql/{folder.parent.name}/extension/postgis.control").exists()
    ]
    if not with_postgis:
        raise ClusterError("PostgreSQL is there but PostGIS is not.", hint=INSTALL_HINT)
    return max(with_postgis, key=lambda folder: int(folder.parent.name))


def _account() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise ClusterError(
            "PostgreSQL refuses to run as root and there is no account 'postgres'.",
            hint=INSTALL_HINT,
        ) from None


def _run_as(account: str, command: Sequence[str], out: IO[str] | None = None) -> int:
    """Exit code of a command run with the account's rights (root only gives rights away)."""
    identity = pwd.getpwnam(account) if os.geteuid() == 0 else None
    return subprocess.run(  # noqa: S603 - our own binaries and paths
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        cwd="/",
        check=False,
        user=identity.pw_uid if identity else None,
        group=identity.pw_gid if identity else None,
        extra_groups=[] if identity else None,
    ).returncode


def _give_to(folder: Path, account: str) -> None:
    """Only the database's account may enter: its socket trusts whoever reaches it."""
    if folder.is_symlink():
        raise ClusterError(f"{folder} is a link; refusing to use it for the database.")
    if os.geteuid() == 0:
        entry = pwd.getpwnam(account)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise ClusterError(f"{folder} belongs to somebody else.", hint="Remove it and try again.")
    folder.chmod(0o700)


def _reachable(folder: Path, account: str) -> bool:
    if os.geteuid() != 0:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    return _run_as(account, ["/usr/bin/test", "-x", str(folder)]) == 0


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fatal|could not", line, re.IGNORECASE)]
    return (telling or lines or ["no message"])[-1].strip()
