"""The direction of imports is held by a check that can fail: planted breaches break it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geo.settings import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code that may be spoiled."""
    for name in ("geo", "layers", "api"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_contracts_are_kept(checkout: Path) -> None:
    result = lint(checkout)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("geo/names.py", "import api.app", "Outer may use inner"),
        ("geo/analysis/rates.py", "import sqlalchemy", "Sums are pure"),
        ("geo/geocode/match/score.py", "import geo.registers.keys", "Inside geo"),
        ("layers/charts.py", "import geo.registers.people.store", "What is shown"),
        ("api/routes/areas.py", "import geo.db.tables", "Tables are named in stores only"),
        ("geo/unplaced.py", "", "Inside geo"),
    ],
)
def test_a_planted_import_breaks_its_contract(
    checkout: Path, file: str, planted: str, contract: str
) -> None:
    path = checkout / file
    lines = path.read_text().splitlines() if path.exists() else ['"""Planted."""']
    at = next((n for n, line in enumerate(lines) if line.startswith("from __future__")), 0) + 1
    path.write_text("\n".join([*lines[:at], planted, *lines[at:]]) + "\n")
    result = lint(checkout)
    assert result.returncode != 0
    told = " ".join((result.stdout + result.stderr).split())
    assert f"{contract}" in told
    assert "BROKEN" in told or "geo.unplaced" in told or "unplaced" in told
