"""Nominatim in a house of its own under var/bench: packages, database, import, answers.

Made once for an extract and a version, and kept; whoever wants it anew removes var/bench/geocode.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geo.db.cluster import PORT, SUPERUSER, Cluster, private_cluster
from geo.settings import Settings
from tests.bench.geocode.sample import Sample

VERSION = "5.3.3"
PACKAGES = (f"nominatim-db=={VERSION}", f"nominatim-api=={VERSION}", "psycopg[binary]")
DATABASE, READER = "nominatim", "nominatim_reader"
PROGRAM = Path(__file__).with_name("nominatim.py")
IMPORT_SECONDS, ASK_SECONDS = 1800, 1800
# The import is thrown away if it is cut off, so it need not survive a crash.
CLUSTER_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def why_absent() -> str | None:
    """Why the peer cannot be measured here, or None if it can."""
    if shutil.which("osm2pgsql") is None:
        return "the program osm2pgsql is not installed: `make bench` does that on Debian and Ubuntu"
    return None


def ask(settings: Settings, extract: Path, sample: Sample) -> dict[str, Any]:
    """`found` (by variant and "invented"), `seconds` of single look-ups, `batch_seconds` for all.

    The texts of all variants come one after the other, after a hundred others to warm up; the
    batch is the different ones among them.
    """
    with _served(settings, extract) as (python, folder):
        lists = {**sample.variants, "invented": sample.invented}
        texts = [text for one in lists.values() for text in one]
        batch = list(dict.fromkeys(text for one in sample.variants.values() for text in one))
        asked = {"folder": str(folder), "warm": sample.warm, "texts": texts, "batch": batch}
        answers: dict[str, Any] = json.loads(
            _run([str(python), str(PROGRAM)], ASK_SECONDS, json.dumps(asked))
        )
    found = iter(answers["found"])
    answers["found"] = {name: [next(found) for _ in one] for name, one in lists.items()}
    answers["batch_rows"] = len(batch)
    return answers


@contextmanager
def _served(settings: Settings, extract: Path) -> Iterator[tuple[Path, Path]]:
    """The peer's Python and its project folder, its database running meanwhile."""
    home = settings.var / "bench" / "geocode"
    home.mkdir(parents=True, exist_ok=True)
    python = _environment(home)
    cluster = private_cluster(home, "peer", *CLUSTER_OPTIONS)
    cluster.up()
    try:
        yield python, _imported(home, python, cluster, extract)
    finally:
        cluster.down()


def _environment(home: Path) -> Path:
    """The peer's virtual environment, with its packages by name and version."""
    folder, wanted = home / "environment", "\n".join(PACKAGES)
    stamp, python = folder / "packages.txt", folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)], IMPORT_SECONDS)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--only-binary", ":all:", "--no-binary", "pyicu", *PACKAGES], IMPORT_SECONDS)
        stamp.write_text(wanted)
    return python


def _imported(home: Path, python: Path, cluster: Cluster, extract: Path) -> Path:
    """The peer's project folder, its database filled from the extract."""
    folder, stamp = home / "project", home / "imported.txt"
    content = f"{VERSION} {hashlib.sha256(extract.read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text() == content:
        return folder
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    where = f"dbname={DATABASE};host={cluster.socket};port={PORT};user={SUPERUSER}"
    settings = f'NOMINATIM_DATABASE_DSN="pgsql:{where}"\nNOMINATIM_DATABASE_WEBUSER={READER}\n'
    (folder / ".env").write_text(settings)
    _empty(cluster)
    command = [str(python.with_name("nominatim")), "import", "--osm-file", str(extract)]
    options = ["--project-dir", str(folder), "--offline", "--osm2pgsql-cache", "200"]
    print("Nominatim imports the extract: two minutes, once")
    _run([*command, *options], IMPORT_SECONDS)
    stamp.write_text(content)
    return folder


def _empty(cluster: Cluster) -> None:
    """No database of an import that was cut off, and the role that the peer wants to exist."""
    admin = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
        connection.execute(sa.text(f"DROP ROLE IF EXISTS {READER}"))
        connection.execute(sa.text(f"CREATE ROLE {READER} LOGIN"))
    admin.dispose()


def _run(command: list[str], seconds: int, given: str | None = None) -> str:
    """What a command of the peer prints; its last words when it fails."""
    # No environment of ours: PYTHONPATH and the like would mix the two houses.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command,
        input=given or "",
        env={**environment, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout
