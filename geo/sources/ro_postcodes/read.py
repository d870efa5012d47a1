"""Reads the postcodes of Romania from GeoNames' table; their points are those of settlements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geo.sources.batch import Batch
from geo.sources.installed import python_file
from geo.sources.postcodes import postcodes_of
from geo.sources.ro_settlements.read import Entry, entries, gather, spellings
from geo.sources.rows import Rows
from geo.sources.settling import ByName, Settlement
from geo.sources.source import Source, load
from geo.sources.tables import read_table
from geo.sources.zipcodes import batch_of, check_postcode, read_zipcodes, table_file


def read(path: Path | None, source: Source) -> Batch:
    """Frame `postcodes` of Romania (EPSG:4326), placed by settlement; `path` None: the installed table.

    SIRUTA says which settlement a postcode is of; those it does not know are of streets of a
    town, found by the town's name in its county, in Bucharest by the sector.
    """
    file = path or table_file(source.country)
    facts = load("ro_settlements")
    siruta = read_table(python_file("sirutalib", "siruta.csv"), facts)
    known = entries(siruta)
    settlements = gather(known, siruta).settlements
    rows = read_zipcodes(file, source)
    frame = postcodes_of(served_by(rows, settlements, known), rows.notes)
    return batch_of(file, source, rows, frame)


def served_by(
    rows: Rows, settlements: list[Settlement], known: Mapping[str, Entry]
) -> dict[str, list[Settlement]]:
    """Postcode -> the settlements it serves; refuses malformed codes."""
    of_siruta: dict[str, list[Settlement]] = {}
    by_name = ByName()
    for each in settlements:
        by_name.add(_county(each.unit or ""), each, spellings(each.name))
        if postcode := known[each.external_id].postcode:
            of_siruta.setdefault(postcode, []).append(each)
    codes = rows.texts("postcode")
    columns = [rows.texts(name) for name in ("county", "city", "sector", "name")]
    found: dict[str, list[Settlement]] = {}
    unknown = 0
    for number, code, county, city, sector, name in zip(codes.index, codes, *columns, strict=True):
        check_postcode(rows, int(number), code)
        if rows.refused(int(number)) or code in found:
            continue
        wanted = f"Sectorul {sector.removeprefix('Sector ')}" if sector else city or name
        towns = by_name.find(_county(county), spellings(wanted))
        places = of_siruta.get(code) or ([_seat(towns)] if towns else [])
        unknown += not places
        if places:
            found[code] = places
    rows.notes.append(f"{unknown:,} rows name a settlement that SIRUTA does not list there")
    return found


def _county(name: str) -> str:
    """A county as both tables write it: s and t with comma or cedilla are one."""
    return name.translate(CEDILLAS)


CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")


def _seat(places: list[Settlement]) -> Settlement:
    """Of settlements of one name in a county the town; streets have postcodes in towns only."""
    return max(places, key=lambda place: (place.kind != "village", place.population or 0))
