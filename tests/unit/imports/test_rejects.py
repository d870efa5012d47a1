"""Files of refused rows do not outlive their use."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from geo.importing.rejects import sweep
from geo.settings import read_settings

TODAY = date(2026, 11, 22)


def lay(path: Path, days: int) -> Path:
    """A file last written so many days before today."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    written = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC) - timedelta(days=days)
    os.utime(path, (written.timestamp(), written.timestamp()))
    return path


def test_refused_rows_go_after_thirty_days(tmp_path: Path) -> None:
    settings = replace(read_settings(), var=tmp_path)
    assert sweep(settings, TODAY) == 0
    folder = tmp_path / "rejects"
    elsewhere = lay(tmp_path / "other" / "kept.csv", 400)
    old = [
        lay(folder / "people.rejected-1.csv", 31),
        lay(folder / "people.rejected-2.csv.part", 31),
        lay(folder / "handed-in" / "a.csv", 365),
    ]
    new = [lay(folder / "people.csv", 30), lay(folder / "handed-in" / "b.csv", 0)]
    (folder / "link.csv").symlink_to(elsewhere)
    assert sweep(settings, TODAY) == 3
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in [*new, elsewhere])
    assert sweep(settings, TODAY) == 0
