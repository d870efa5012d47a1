"""A hundred thousand people from CSV, against what COPY alone reaches, and the memory it takes."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.engine import make_engine
from tests.bench.measure import Measured, own_database

PEOPLE = 100_000
ROWS_A_SECOND = 15_000
SHARE_OF_COPY = 0.4
MOST_MEGABYTES = 300
ROUNDS = 3
"""The best of each counts: whatever else the machine does only makes a round slower."""


def measure() -> list[Measured]:
    """Speed and peak memory of the import, and the time of COPY alone into the same table."""
    with own_database("imports") as (_, url), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        write_people(path)
        engine = make_engine(url)
        rounds = [(_import(url, path), _copy_alone(engine, Path(folder))) for _ in range(ROUNDS)]
        engine.dispose()
    seconds = min(found["seconds"] for found, _ in rounds)
    copy = min(alone for _, alone in rounds)
    megabytes = max(found["megabytes"] for found, _ in rounds)
    return [
        Measured(
            "import of 100,000 people from CSV, end to end",
            f"{PEOPLE / seconds:,.0f} rows/s",
            f"{ROWS_A_SECOND:,} rows/s",
            ROWS_A_SECOND * seconds / PEOPLE,
            1.0,
        ),
        Measured(
            "the same against COPY alone into the same table",
            f"{seconds:.2f} s",
            f"{copy:.2f} s",
            seconds / copy,
            1 / SHARE_OF_COPY,
        ),
        Measured(
            "the same, peak memory with its reading process",
            f"{megabytes:.0f} MB",
            f"{MOST_MEGABYTES} MB",
            megabytes / MOST_MEGABYTES,
            1.0,
        ),
    ]


def write_people(path: Path) -> None:
    """A register as a municipality would export it, invented by a seed."""
    draw = random.Random(20261122)
    streets = [f"Οδός {chr(913 + n % 17)}{n}" for n in range(900)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(
            ["Κωδικός", "Έτος γέννησης", "Φύλο", "Ομάδα στόχου", "Γλώσσες", "Διεύθυνση", "Τ.Κ.",
             "Δήμος", "ΚΕΑ", "Συγκατάθεση", "Ψευδώνυμο"]
        )  # fmt: skip
        for number in range(PEOPLE):
            writer.writerow(
                [
                    f"B-{number:07d}",
                    draw.randint(1930, 2015),
                    draw.choice(["Άνδρας", "Γυναίκα"]),
                    draw.choice(["older", "homeless", "disabled"]),
                    "el;ar" if number % 7 == 0 else "el",
                    f"{draw.choice(streets)} {draw.randint(1, 220)}",
                    f"1{draw.randint(10, 99)} {draw.randint(10, 99)}",
                    draw.choice(["Αθηναίων", "Πειραιώς", "Περιστερίου"]),
                    draw.choice(["ναι", "όχι"]),
                    "12/03/2025",
                    f"Φ{number}",
                ]
            )


def _import(url: str, path: Path) -> dict[str, float]:
    """One import in a process of its own: its seconds, and its peak memory with its child."""
    engine = make_engine(url)
    _empty(engine)
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.imports", url, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE registry.person, intake.import_run CASCADE"))


def _copy_alone(engine: Engine, folder: Path) -> float:
    """Seconds of COPY of the same rows into the same table, emptied, as its owner."""
    file = folder / "person.copy"
    with engine.begin() as connection:
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        cursor.execute("SET LOCAL ROLE needsmap_job")
        with file.open("wb") as out, cursor.copy("COPY registry.person TO STDOUT") as rows:
            for block in rows:
                out.write(block)
    _empty(engine)
    began = time.perf_counter()
    with engine.begin() as connection:
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        cursor.execute("ALTER TABLE registry.person NO FORCE ROW LEVEL SECURITY")
        with file.open("rb") as source, cursor.copy("COPY registry.person FROM STDIN") as rows:
            while block := source.read(1 << 18):
                rows.write(block)
        seconds = time.perf_counter() - began
        cursor.execute("ALTER TABLE registry.person FORCE ROW LEVEL SECURITY")
    return seconds


class _Peak(threading.Thread):
    """The most memory that this process and its children held at one moment."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.kilobytes = 0

    def run(self) -> None:
        own = os.getpid()
        while True:
            children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
            held = sum(_resident(each) for each in [str(own), *children])
            self.kilobytes = max(self.kilobytes, held)
            time.sleep(0.01)


def _resident(process: str) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:  # it has just ended
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(line.split()[1])


def work(url: str, path: Path) -> None:
    """The measured import itself."""
    from geo.importing import runs
    from geo.importing.request import Request
    from geo.settings import read_settings

    peak = _Peak()
    peak.start()
    engine = make_engine(url)
    began = time.perf_counter()
    request = Request("people", path, country="gr", source="bench")
    report = runs.run(engine, read_settings(), request)
    seconds = time.perf_counter() - began
    assert report.written["people"]["inserted"] == PEOPLE
    print(json.dumps({"seconds": seconds, "megabytes": peak.kilobytes / 1024}))


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]))
