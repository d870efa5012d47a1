"""No address of a person goes to another host: not with the network off, not when watched."""

from __future__ import annotations

import ast
import csv
import ipaddress
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.db.caller import Caller
from geo.geocode.locate import locate, locate_many
from geo.geocode.reverse import reverse
from geo.locating.serving import Gazetteers
from geo.settings import ROOT
from tests.integration.locating.conftest import Places, wait_for

ELSEWHERE = "192.0.2.1"
"""An address that nobody has (RFC 5737); the tests make sure that nothing is sent even there."""
UNSHARE_SECONDS, COMMAND_SECONDS = 20, 180

# ------------------------------------------------------------------ with the network switched off


@pytest.fixture(scope="module")
def switched_off() -> list[str]:
    """How a command is run where there is no network at all; skips where that is not permitted."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("the program unshare is not installed")
    # Whoever is not root becomes root of a name space of their own, and keeps their own files.
    words = [unshare, "--net"] if os.geteuid() == 0 else [unshare, "--net", "--map-root-user"]
    tried = subprocess.run([*words, "true"], timeout=UNSHARE_SECONDS, capture_output=True)
    if tried.returncode != 0:
        pytest.skip("this machine does not permit a network name space of one's own")
    return words


ALL = """
import json, sys
from api.cli import app
for arguments in json.loads(sys.argv[1]):
    app(arguments, standalone_mode=False)
"""


def run_off(words: list[str], places: Places, *commands: list[str]) -> list[Any]:
    """What commands of needsmap print as JSON without any network; the database is a file to them."""
    environment = {
        **os.environ,
        "NEEDSMAP_DATABASE_URL": places.url,
        "NEEDSMAP_SECRET_FILE": str(places.settings.secret_file),
    }
    asked = json.dumps([[*command, "--json"] for command in commands])
    done = subprocess.run(
        [*words, sys.executable, "-c", ALL, asked],
        env=environment,
        timeout=COMMAND_SECONDS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(done.stdout.rstrip()):
        value, at = decoder.raw_decode(done.stdout, at)
        found.append(value)
        at += len(done.stdout[at:]) - len(done.stdout[at:].lstrip())
    return found


def test_it_is_really_off(switched_off: list[str]) -> None:
    script = (
        "import errno, socket\n"
        "assert [name for _, name in socket.if_nameindex()] == ['lo']\n"
        f"try: socket.create_connection(('{ELSEWHERE}', 80), 5)\n"
        "except OSError as error: assert error.errno == errno.ENETUNREACH\n"
        "else: raise SystemExit('there is a network')\n"
    )
    subprocess.run([*switched_off, sys.executable, "-c", script], check=True, timeout=60)


def test_everything_is_located_without_a_network(
    switched_off: list[str], places: Places, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,address\n1,Ερμού 12 Αθήνα\n2,Σκουφά 3 Αθήνα\n", encoding="utf-8")
    person = places.person("Σκουφά 9", postcode="10671")
    one, there, file, _ = run_off(
        switched_off,
        places,
        ["locate", "Ερμού 12, Αθήνα"],
        ["reverse", "37.976", "23.730"],
        ["locate", "--batch", str(source), str(target), "--country", "gr"],
        ["geocode", "people", "--country", "gr"],
    )
    assert (one["class"], one["postcode"]) == ("street", "10563")
    assert there["class"] != "none" and file["rows"] == 2
    with target.open(encoding="utf-8", newline="") as stream:
        assert [row["class"] for row in csv.DictReader(stream)] == ["street", "street"]
    assert places.row(person)["location_class"] == "street"


# --------------------------------------------------------------------------------- while watched

_left: list[str] = []
_watching = False
CONNECTS = {"socket.connect": 1, "socket.sendto": 1, "http.client.connect": 1}
LOOKS_UP = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}
"""Events of Python's own audit, and which of their values says who is meant."""


class LeftTheHouse(RuntimeError):
    """Something was about to ask another host."""


def _watch(event: str, values: tuple[Any, ...]) -> None:
    at = CONNECTS.get(event, LOOKS_UP.get(event))
    if not _watching or at is None or _is_here(values[at]):
        return
    _left.append(f"{event} {values[at]}")
    raise LeftTheHouse(event)


def _is_here(whom: Any) -> bool:
    """A file of this machine, no one, or loopback."""
    host = whom[0] if isinstance(whom, tuple) else whom
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost") or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="module", autouse=True)
def _hooked() -> None:
    # A hook stays for the life of the process, so it sleeps unless it is wanted.
    sys.addaudithook(_watch)


@contextmanager
def watched() -> Iterator[None]:
    """Fails when anything in this process, in whatever thread, turns to another host."""
    global _watching
    _left.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
    assert _left == []


@pytest.mark.parametrize("whom", [ELSEWHERE, "::ffff:192.0.2.1", "geocoder.example"])
def test_the_watch_would_notice(whom: str) -> None:
    with pytest.raises(AssertionError), watched(), pytest.raises(LeftTheHouse):
        socket.create_connection((whom, 80), 1)


def test_the_watch_would_notice_a_single_packet() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line,
        pytest.raises(AssertionError),
        watched(),
        pytest.raises(LeftTheHouse),
    ):
        line.sendto(b"x", (ELSEWHERE, 53))


def test_locating_asks_nobody(places: Places) -> None:
    with watched():
        gazetteer = Gazetteers(places.office.owner).get("gr", Caller())
        one = locate("Ερμού 12, Αθήνα", gazetteer)
        many = locate_many(pd.DataFrame({"address": ["Σκουφά 1", "nowhere", ""]}), gazetteer)
        there = reverse(37.976, 23.730, gazetteer, accuracy_m=10.0)
    assert one.class_ == "street" and len(many) == 3 and there.class_ != "none"


def test_the_job_asks_nobody(places: Places) -> None:
    for number in range(3):
        places.person(f"Ερμού {number}", postcode="10563")
    places.site("Σόλωνος 5", postcode="10671")
    with watched():
        assert places.locate("people", everything=True) == {"street": 3}
        assert places.locate("sites", everything=True) == {"street": 1}


def test_the_service_asks_nobody(places: Places) -> None:
    places.person("Κολοκοτρώνη 5")
    staff = places.client("centre_staff")
    with watched():
        found = staff.post("/locate", text="Ερμού 12", country="gr")
        there = staff.post("/reverse", lat=37.976, lon=23.730, country="gr")
        job = staff.post("/locations/jobs", register="people", country="gr")
        ended = wait_for(staff, job.json()["id"])
        item = places.item("Κολοκοτρώνη 5")
        decided = places.decide(key=item["key"], alternative=item["alternatives"][0]["key"])
    assert (found.status_code, there.status_code, ended["state"]) == (200, 200, "done")
    assert decided.status_code == 201, decided.text


# ------------------------------------------------------------------------------- as it is written

NETWORK = {
    "aiohttp", "asyncio", "ftplib", "geopy", "grpc", "http.client", "httpx", "imaplib", "paramiko",
    "poplib", "pycurl", "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib",
    "urllib.request", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip
MAY = {
    "geo/geocode/outside/private_http.py": {"geopy", "http.client", "socket", "ssl"},
    "geo/geocode/outside/providers.py": {"geopy"},
    "api/auth/provider.py": {"httpx", "ssl"},
    # Only where the operator names a scheduler: --dask ADDRESS.
    "geo/dask_scheduler.py": {"asyncio", "socket"},
}
"""Who may import what a connection can be made with, and nothing but that."""


def imported(path: Path) -> set[str]:
    """Every module that a file imports anywhere in it, by its full name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def of_the_network(names: set[str]) -> set[str]:
    return {tool for tool in NETWORK for name in names if f"{name}.".startswith(f"{tool}.")}


def code() -> Iterator[tuple[str, Path]]:
    for part in ("geo", "layers", "api"):
        for path in sorted((ROOT / part).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path


def test_only_these_files_can_open_a_connection() -> None:
    found = {name: tools for name, path in code() if (tools := of_the_network(imported(path)))}
    assert found == MAY


def test_connections_are_made_for_the_provider_alone() -> None:
    door = "geo.geocode.outside.private_http"
    users = {name for name, path in code() if any(one.startswith(door) for one in imported(path))}
    assert users == {"geo/geocode/outside/providers.py"}


@pytest.mark.parametrize(
    "line",
    [
        "import urllib.request",
        "from urllib import request",
        "from http import client",
        "import geopy.geocoders",
        "def later():\n    import socket",
    ],
)
def test_a_planted_import_would_be_seen(line: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(line)
    assert of_the_network(imported(planted))
