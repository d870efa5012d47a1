"""Reads the settlements of Bulgaria: GeoNames' postcode table, points and other names from GeoNames."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.names import fold
from geo.sources.batch import Batch
from geo.sources.geonames import dump
from geo.sources.postcodes import postcodes_of
from geo.sources.rows import Rows
from geo.sources.settling import ByName, Settlement, frame_of
from geo.sources.source import Source, checksum
from geo.sources.zipcodes import read_zipcodes, table_file

URBAN_RESIDENTS = 2000
"""No package says which settlements are towns by law; nearly all of this size are."""


def read(path: Path | None, source: Source) -> Batch:
    """Frames `settlements` and `postcodes` of Bulgaria (EPSG:4326); `path` None: the installed table.

    Names are Cyrillic, with the Latin ones among the others. `area_code` is the municipality's
    (obshtina's) EKATTE code by the reviewed table obshtini.csv; `parent` is its name and `unit`
    the province's. A settlement that GeoNames does not list has no geometry, and a postcode that
    serves none but such is left out.
    """
    file = path or table_file(source.country)
    rows = read_zipcodes(file, source)
    counts = {"rows": len(rows.frame)}
    pairs = served(rows)
    settlements = [each for _, each in pairs]
    names = dump.names_file()
    places = dump.places(names, source)
    good, problems = dump.split(places, source, names.name)
    _join(settlements, good, dump.codes(dump.codes_file(), source), rows)
    _place(settlements, rows)
    by_postcode: dict[str, list[Settlement]] = {}
    for postcode, each in pairs:
        by_postcode.setdefault(postcode, []).append(each)
    with_point = sum(each.point is not None for each in settlements)
    rows.notes.append(
        f"{len(settlements) - with_point:,} settlements have no point (GeoNames lists places from"
        " 500 residents on, not all): known by their municipality only"
    )
    postcodes = postcodes_of(by_postcode, rows.notes)
    return Batch(
        source_id=source.id,
        frames={"settlements": frame_of(settlements), "postcodes": postcodes},
        counts={
            **counts,
            "municipalities": len({each.area_code for each in settlements if each.area_code}),
            "settlements": len(settlements),
            "with_point": with_point,
            "postcodes": len(by_postcode),
            "geonames": len(places),
        },
        notes=tuple(rows.notes),
        rejected=(*rows.found(), *problems),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(file),
    )


def served(rows: Rows) -> list[tuple[str, Settlement]]:
    """Each settlement of the table with its postcode; refuses rows of unknown municipalities."""
    codes = obshtini(rows.source)
    names = {code: name for (_, _), (code, name) in codes.items()}
    around: Mapping[str, str] = rows.source.parameters["around"]
    columns = [rows.texts(name) for name in ("postcode", "oblast", "unit", "parent", "name")]
    found: dict[str, tuple[str, Settlement]] = {}
    twice = 0
    for number, *texts in zip(rows.frame.index, *columns, strict=True):
        postcode, oblast, unit, parent, name = texts
        own, latin = both(name)
        code, called = codes.get((oblast, fold(both(parent)[0])), (None, ""))
        if code is None or not own:
            _refuse(rows, int(number), own)
            continue
        if code in around and fold(own) != fold(called):
            code = around[code]
            called = names[code]
        key = f"{code}/{postcode}/{own}"
        twice += key in found
        place = Settlement(key, own, "village", code, called, both(unit)[0])
        place.called([latin] if latin else [])
        found.setdefault(key, (postcode, place))
    rows.notes.append(f"{twice:,} rows say what another row says: left out")
    return list(found.values())


def obshtini(source: Source) -> dict[tuple[str, str], tuple[str, str]]:
    """The reviewed table: province and folded name of a municipality -> its EKATTE code and name.

    Made from GeoNames' second-level codes by the settlement of the same name, the seat; where
    GeoNames has none, looked up; all compared with the official list.
    """
    with source.path("obshtini.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {(row["code"][:3], fold(row["name"])): (row["code"], row["name"]) for row in rows}


def both(text: str) -> tuple[str, str]:
    """The Cyrillic and the Latin form of "Айтос / Ajtos"; the second is empty where only one is."""
    own, _, latin = text.partition(" / ")
    return own.strip(), latin.strip()


def _refuse(rows: Rows, number: int, name: str) -> None:
    if not name:
        rows.reject(number, "name", "the name is missing", "Give the settlement's name.")
    else:
        problem = "this municipality stands in no row of obshtini.csv for this province"
        rows.reject(number, "parent", problem, "Correct it, or add it there with its EKATTE code.")


def _join(
    settlements: list[Settlement],
    places: list[dict[str, Any]],
    codes: Mapping[str, dump.Codes],
    rows: Rows,
) -> None:
    """Give settlements GeoNames' point, names and residents; append the places the table lacks."""
    municipal, provincial = ByName(), ByName()
    for each in settlements:
        names = [each.name, *each.alternate_names]
        municipal.add(each.area_code, each, names)
        provincial.add((each.area_code or "")[:3], each, names)
    parents = {each.area_code: each for each in settlements}
    provinces = _provinces(places, codes)
    joined, added = 0, 0
    for place in places:
        code = codes.get(str(place["geonameid"]))
        names = [place["name"], *dump.other_names(place)]
        same = _same(place, code, names, municipal, provincial, provinces)
        if same is None:
            neighbour = parents.get(code.second) if code else None
            same = _more(place, code, names, neighbour)
            settlements.append(same)
            added += 1
        else:
            joined += 1
        same.point = same.point or (float(place["longitude"]), float(place["latitude"]))
        same.called(names)
        same.peopled(int(place["population"]))
        same.kind = _kind(same)
    rows.notes.append(f"GeoNames: {joined:,} places joined by name, {added:,} more added")


def _place(settlements: list[Settlement], rows: Rows) -> None:
    """Give one settlement of each municipality that GeoNames has none of its point.

    The reviewed table points.csv: the seat, else a large village; degrees rounded to hundredths
    (some 500 m), so that no municipality is without any place.
    """
    by_id = {each.external_id: each for each in settlements}
    with rows.source.path("points.csv").open(encoding="utf-8", newline="") as stream:
        points = {
            row["settlement"]: (float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(stream)
        }
    placed = [key for key in points if key in by_id and by_id[key].point is None]
    for key in placed:
        by_id[key].point = points[key]
    rows.notes.append(f"{len(placed):,} points from the reviewed table, where GeoNames has none")


def _provinces(places: list[dict[str, Any]], codes: Mapping[str, dump.Codes]) -> dict[str, str]:
    """GeoNames' first-level code -> letters of the province, from places that have both."""
    return {
        place["admin1code"]: code.second[:3]
        for place in places
        if (code := codes.get(str(place["geonameid"]))) and code.second
    }


def _same(
    place: Mapping[str, Any],
    code: dump.Codes | None,
    names: list[str],
    municipal: ByName,
    provincial: ByName,
    provinces: Mapping[str, str],
) -> Settlement | None:
    """The settlement of a name in the municipality, else the only one of it in the province."""
    if code and code.second and (found := municipal.find(code.second, names)):
        return found[0]
    found = provincial.find(provinces.get(place["admin1code"]), names)
    return found[0] if len(found) == 1 else None


def _more(
    place: Mapping[str, Any],
    code: dump.Codes | None,
    names: list[str],
    neighbour: Settlement | None,
) -> Settlement:
    """A place of GeoNames that the table lacks; its municipality as far as GeoNames knows it."""
    cyrillic = next((name for name in names if _cyrillic(name)), place["name"])
    kind = "quarter" if code and code.feature == "PPLX" else "locality"
    area = neighbour.area_code if neighbour else None
    parent, unit = (neighbour.parent, neighbour.unit) if neighbour else (None, None)
    return Settlement(f"geonames-{place['geonameid']}", cyrillic, kind, area, parent, unit)


def _cyrillic(name: str) -> bool:
    return any("\u0400" <= letter <= "\u04ff" for letter in name)


def _kind(settlement: Settlement) -> str:
    residents = settlement.population or 0
    if settlement.kind != "village" or residents < URBAN_RESIDENTS:
        return settlement.kind
    return "city" if residents >= dump.CITY_RESIDENTS else "town"
