"""The geocoder, measured: against Nominatim on one extract, on Attica, and in four countries."""

from __future__ import annotations

from tests.bench.geocode import against, attica, countries, table
from tests.bench.measure import Measured


def measure() -> list[Measured]:
    """All lines; what was measured also goes into the table of docs/geocoding.md."""
    more = [*attica.measure(), *countries.measure()]
    compared = against.compare()
    if compared is None:
        return more
    table.write(compared, more)
    return [*against.lines(compared), *more]
