"""Reads the postcodes of Poland from GeoNames' table; their points are those of PRNG's settlements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geo.names import fold
from geo.sources.batch import Batch
from geo.sources.installed import npm_file
from geo.sources.pl_settlements.read import gather
from geo.sources.postcodes import postcodes_of
from geo.sources.rows import Rows
from geo.sources.settling import ByName, Settlement
from geo.sources.source import Source, load
from geo.sources.zipcodes import batch_of, check_postcode, read_zipcodes, table_file


def read(path: Path | None, source: Source) -> Batch:
    """Frame `postcodes` of Poland (EPSG:4326), placed by settlement; `path` None: the installed table.

    A town has many postcodes, all at its one point; a postcode of the country serves many
    villages. Settlements of the table that PRNG does not list under that name are left out.
    """
    file = path or table_file(source.country)
    prng = load("pl_settlements")
    settlements = gather(npm_file(prng.package or "", prng.file or ""), prng).settlements
    rows = read_zipcodes(file, source)
    served = served_by(rows, settlements)
    frame = postcodes_of(served, rows.notes)
    return batch_of(file, source, rows, frame)


def served_by(rows: Rows, settlements: list[Settlement]) -> dict[str, list[Settlement]]:
    """Postcode -> the settlements it serves; refuses malformed codes and unknown voivodeships."""
    voivodeships: Mapping[str, str] = rows.source.parameters["voivodeships"]
    index = ByName()
    for each in settlements:
        index.add((each.area_code or "")[:2], each, [each.name])
    codes = rows.texts("postcode")
    columns = [rows.texts(name) for name in ("voivodeship", "powiat", "gmina", "name")]
    found: dict[str, dict[str, Settlement]] = {}
    unknown = 0
    for number, code, voivodeship, powiat, gmina, name in zip(
        codes.index, codes, *columns, strict=True
    ):
        check_postcode(rows, int(number), code)
        if voivodeship not in voivodeships:
            problem, remedy = "no voivodeship has this number", "Add it to source.toml."
            rows.reject(int(number), "voivodeship", problem, remedy)
        if rows.refused(int(number)):
            continue
        same = choose(index.find(voivodeships[voivodeship], [name]), gmina, powiat)
        unknown += same is None
        if same is not None:
            found.setdefault(code, {})[same.external_id] = same
    rows.notes.append(f"{unknown:,} rows name a settlement that PRNG does not list there")
    return {code: list(places.values()) for code, places in found.items()}


def choose(candidates: list[Settlement], gmina: str, powiat: str) -> Settlement | None:
    """The settlement of the commune, else of the county, that the row names; None if not sure."""
    for wanted, named in ((gmina, "parent"), (powiat, "unit")):
        bare = fold(wanted.removeprefix("Gmina ").removeprefix("Powiat "))
        same = [each for each in candidates if fold(getattr(each, named) or "") == bare]
        if same:
            candidates = same
    return candidates[0] if len({each.area_code for each in candidates}) == 1 else None
