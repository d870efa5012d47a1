"""The database is killed in the middle of a load: what was begun is gone, the same load succeeds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.cluster import Cluster, private_cluster
from geo.db.engine import make_engine
from geo.sources.source import load

pytestmark = pytest.mark.drill
TABLES = ("base.postcode", "base.street")


@dataclass(frozen=True)
class Installation:
    """A private cluster under its own var folder, and the command that works on it."""

    var: Path
    cluster: Cluster
    streets: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [Path(sys.executable).with_name("needsmap"), *arguments],
            env={**os.environ, "NEEDSMAP_VAR": str(self.var), "NEEDSMAP_DATABASE_URL": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        started = self.start(*arguments)
        said, _ = started.communicate(timeout=120)
        assert started.returncode == 0, said
        return said

    def load(self) -> str:
        return self.run("source", "load", "gr_postcodes", str(self.streets))

    def counts(self) -> list[int]:
        engine = self.engine()
        with engine.connect() as connection:
            found = [connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in TABLES]
        engine.dispose()
        return [int(count or 0) for count in found]

    def engine(self) -> Engine:
        return make_engine(self.cluster.url("needsmap"))

    def kill(self) -> None:
        """kill -9 for the postmaster and all its children, and for nobody else."""
        postmaster = int((self.cluster.data / "postmaster.pid").read_text().splitlines()[0])
        for pid in [postmaster, *_children(postmaster)]:
            os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


@pytest.fixture
def installation(packages: Path) -> Iterator[Installation]:
    # The database's account must be able to enter it, so not pytest's own folder.
    var = Path(tempfile.mkdtemp(prefix="needsmap-drill-"))
    var.chmod(0o755)
    made = Installation(var, private_cluster(var), load("gr_postcodes").package_file(packages))
    yield made
    made.cluster.down()
    shutil.rmtree(var)
    shutil.rmtree(made.cluster.home, ignore_errors=True)


def test_kill_9_during_a_load(installation: Installation) -> None:
    assert "The database runs." in installation.run("up")
    engine = installation.engine()
    with engine.connect() as blocker:
        # The load waits for this lock when it has written its first table and not its last.
        blocker.execute(sa.text("LOCK TABLE base.street IN ACCESS EXCLUSIVE MODE"))
        cut_off = installation.start("source", "load", "gr_postcodes", str(installation.streets))
        _wait_until_blocked(engine)
        installation.kill()
        said, _ = cut_off.communicate(timeout=60)
        assert cut_off.returncode != 0, said
        blocker.invalidate()
    engine.dispose()
    assert (installation.cluster.data / "postmaster.pid").exists()

    assert "The database runs." in installation.run("up")
    assert installation.counts() == [0, 0]
    assert "running already" in installation.run("up")

    said = installation.load()
    whole = installation.counts()
    assert whole[0] == 1328 and whole[1] > 60_000
    assert f"{whole[0]:,} postcodes" in said and f"{whole[1]:,} streets" in said
    installation.load()
    assert installation.counts() == whole


def test_a_pid_file_of_a_process_that_is_no_database(installation: Installation) -> None:
    """After a power cut the number in the file may belong to somebody else's process."""
    installation.run("up")
    pid_file = installation.cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    installation.kill()
    account = installation.cluster.account if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=account) as stranger:
        try:
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
            assert "The database runs." in installation.run("up")
            assert installation.counts() == [0, 0]
            assert stranger.poll() is None
        finally:
            stranger.kill()


def _wait_until_blocked(engine: Engine) -> None:
    statement = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = 'needsmap'"
    )
    deadline = time.monotonic() + 60
    with engine.connect() as connection:
        while not connection.scalar(statement):
            connection.rollback()
            assert time.monotonic() < deadline, "the load never came to the locked table"
            time.sleep(0.1)
