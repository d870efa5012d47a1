"""GeoNames' two dumps, written by hand and small, in the place of the packaged ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geo.sources.geonames import dump


def place(
    number: int, name: str, longitude: float, latitude: float, country: str, **facts: object
) -> dict[str, object]:
    """One place of the newer dump; `facts` are residents (population) and alternatenames."""
    return {
        "geonameid": number,
        "name": name,
        "latitude": latitude,
        "longitude": longitude,
        "countrycode": country,
        "population": facts.get("population", 0),
        "timezone": "Europe/Warsaw",
        "admin1code": facts.get("admin1code", "00"),
        "alternatenames": facts.get("alternatenames", [""]),
    }


def line(number: int, country: str, second: str, third: str, feature: str = "PPL") -> str:
    """One line of the older dump: only what is read of it is filled."""
    values = [""] * dump.COLUMNS
    values[0], values[7], values[8], values[11], values[12] = (
        str(number), feature, country, second, third,
    )  # fmt: skip
    return "\t".join(values)


def install(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    places: list[dict[str, object]],
    lines: list[str],
) -> None:
    """Let the readers find these dumps."""
    names, codes = folder / "cities500.json", folder / "cities500.txt"
    names.write_text(json.dumps({str(p["geonameid"]): p for p in places}), encoding="utf-8")
    codes.write_text("\n".join([line(0, "XX", "", ""), *lines]), encoding="utf-8")
    monkeypatch.setattr(dump, "names_file", lambda: names)
    monkeypatch.setattr(dump, "codes_file", lambda: codes)
