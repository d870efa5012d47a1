"""Reads the settlements of Poland: PRNG from its package, other names and quarters from GeoNames."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import Problem, SourceRejected
from geo.names import fold
from geo.sources.batch import Batch
from geo.sources.geonames import dump
from geo.sources.guard import check_file, point_problem
from geo.sources.installed import npm_file
from geo.sources.rows import Rows
from geo.sources.settling import ByName, Gathered, Settlement, frame_of
from geo.sources.source import Source, checksum
from geo.sources.tables import missing_columns

KINDS = {"city": "town", "village": "village"}
"""The package calls every town (miasto) a city."""

_COMMUNE = re.compile(r"(?P<name>.+?)-(?P<kind>(?:gmina|obszar wiejski w gminie) [\w-]+)")

Commune = tuple[str, str, str, str]
"""Voivodeship, county, name and kind: what tells a commune from all others."""


def read(path: Path | None, source: Source) -> Batch:
    """Frame `settlements` of Poland (EPSG:4326); `path`: the package's data.json.

    `area_code` is the TERYT code of the commune in six digits, by the reviewed table gminas.csv;
    `parent` is the commune's name and `unit` the county's and voivodeship's, as PRNG has them. Raises SourceRejected
    where the file has another shape.
    """
    file = path or npm_file(source.package or "", source.file or "")
    found = gather(file, source)
    rows = found.rows
    return Batch(
        source_id=source.id,
        frames={"settlements": frame_of(found.settlements)},
        counts={
            "settlements": len(rows.frame),
            "communes": len({commune for commune in _communes(rows) if commune}),
            "geonames": found.places,
        },
        notes=tuple(rows.notes),
        rejected=(*rows.found(), *found.problems),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(file),
    )


def gather(file: Path, source: Source) -> Gathered:
    """The settlements of the package's file, joined with those of GeoNames."""
    rows = _rows(file, source)
    settlements = _settlements(rows, communes(source))
    names = dump.names_file()
    places = dump.places(names, source)
    good, problems = dump.split(places, source, names.name)
    _join(settlements, good, dump.codes(dump.codes_file(), source), rows)
    return Gathered(settlements, rows, tuple(problems), len(places))


def communes(source: Source) -> dict[Commune, str | None]:
    """The reviewed table: commune -> TERYT code in six digits, None for one abolished since.

    Made from GeoNames' third-level codes by the settlements of the same name in both; where
    GeoNames has no settlement of a commune, from its place in the county's list, which runs by
    kind and alphabet; all compared with the official list.
    """
    with source.path("gminas.csv").open(encoding="utf-8", newline="") as stream:
        return {
            (row["voivodeship"], row["powiat"], row["gmina"], row["kind"]): row["code"] or None
            for row in csv.DictReader(stream)
        }


def commune(voivodeship: str, powiat: str, text: str) -> Commune | None:
    """The commune that a row names, or None: "Żerków-obszar wiejski w gminie miejsko-wiejskiej"."""
    match = _COMMUNE.fullmatch(text)
    if match is None:
        return None
    kind = match["kind"]
    return voivodeship, powiat, match["name"], MIXED if kind.startswith("obszar") else kind


MIXED = "gmina miejsko-wiejska"


def _rows(file: Path, source: Source) -> Rows:
    """The records as text, numbered from 1, with what is wrong with each."""
    check_file(file, source)
    try:
        records = json.loads(file.read_text(encoding="utf-8"))
        frame = pd.DataFrame.from_records(records, index=range(1, len(records) + 1))
    except (ValueError, TypeError, AttributeError) as error:
        problem = f"not the JSON this source reads ({error})"
        remedy = "Install the pinned package again."
        raise SourceRejected(source.id, [Problem(file.name, problem, remedy)]) from None
    missing_columns(list(frame.columns), source, file.name)
    rows = Rows(file.name, frame.astype(object).where(frame.notna(), ""), source)
    rows.fix()
    rows.check_unique("external_id", rows.texts("external_id"))
    return rows


def _communes(rows: Rows) -> list[Commune | None]:
    named = (rows.texts(name) for name in ("voivodeship", "powiat", "gmina"))
    return [commune(*texts) for texts in zip(*named, strict=True)]


def _settlements(rows: Rows, codes: Mapping[Commune, str | None]) -> list[Settlement]:
    found: list[Settlement] = []
    texts = {name: rows.texts(name) for name in ("external_id", "name", "kind")}
    where = [pd.to_numeric(rows.texts(name), errors="coerce") for name in ("lon", "lat")]
    columns = zip(rows.frame.index, _communes(rows), *texts.values(), *where, strict=True)
    for number, place, identifier, name, kind, longitude, latitude in columns:
        _check(rows, int(number), place, codes, name, kind)
        problem, remedy = point_problem(longitude, latitude, rows.source.bounds)
        if problem:
            rows.reject(int(number), "lon", problem, remedy)
        if place is None or rows.refused(int(number)):
            continue
        point = (float(longitude), float(latitude))
        area, parent, unit = codes[place], place[2], place[1]
        found.append(
            Settlement(identifier, name, KINDS[kind], area, parent, unit, point, region=place[0])
        )
    without = sum(each.area_code is None for each in found)
    rows.notes.append(f"{without:,} settlements without a code: their commune was abolished")
    return found


def _check(
    rows: Rows,
    number: int,
    place: Commune | None,
    codes: Mapping[Commune, str | None],
    name: str,
    kind: str,
) -> None:
    if not name:
        rows.reject(number, "name", "the name is missing", "Give the settlement's name.")
    if kind not in KINDS:
        rows.reject(number, "kind", "neither city nor village", f"Write one of {', '.join(KINDS)}.")
    if place not in codes:
        problem = "this commune stands in no row of gminas.csv"
        remedy = "Add it there with its TERYT code, after looking it up."
        rows.reject(number, "gmina", problem, remedy)


def _join(
    settlements: list[Settlement],
    places: list[dict[str, Any]],
    codes: Mapping[str, dump.Codes],
    rows: Rows,
) -> None:
    """Give the settlements GeoNames' names and residents; append the places PRNG does not list."""
    if not settlements:
        return
    near, municipal = _Near(settlements), ByName()
    for each in settlements:
        municipal.add(each.area_code, each, [each.name])
    joined, added = 0, 0
    for place in places:
        code = codes.get(str(place["geonameid"]))
        same = near.called(place, rows.source.parameters["same_place_m"])
        if same is None and code is not None:
            only = municipal.find(code.third, [place["name"]])
            same = only[0] if len(only) == 1 else None
        if same is None:
            same = _quarter(place, code, near.by_code.get(code.third) if code else None)
            settlements.append(same)
            added += 1
        else:
            joined += 1
            same.called([place["name"]])
        same.called(dump.other_names(place))
        same.peopled(int(place["population"]))
        if same.kind == "town" and (same.population or 0) >= dump.CITY_RESIDENTS:
            same.kind = "city"
    rows.notes.append(
        f"GeoNames: {joined:,} places joined by name, {added:,} more added as quarters and localities"
    )


def _quarter(
    place: Mapping[str, Any], code: dump.Codes | None, neighbour: Settlement | None
) -> Settlement:
    """A place of GeoNames that PRNG does not list; commune and county are a neighbour's of its code.

    A place of the newer dump only has no code, and no commune: the nearest settlement's would be
    wrong at the edge of every city, which is one point.
    """
    kind = "quarter" if code and code.feature == "PPLX" else "locality"
    point = (float(place["longitude"]), float(place["latitude"]))
    identifier = f"geonames-{place['geonameid']}"
    if neighbour is None:
        return Settlement(identifier, place["name"], kind, None, None, None, point)
    area, parent, unit = neighbour.area_code, neighbour.parent, neighbour.unit
    region = neighbour.region
    return Settlement(identifier, place["name"], kind, area, parent, unit, point, region=region)


class _Near:
    """Settlements by where they are."""

    def __init__(self, settlements: list[Settlement]) -> None:
        self._settlements = list(settlements)
        self._metric = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)
        points = np.array([each.point for each in settlements], dtype=float)
        self._points = np.column_stack(self._metric.transform(points[:, 0], points[:, 1]))
        self._tree = cKDTree(self._points)
        self._names = [fold(each.name) for each in settlements]
        self.by_code = {each.area_code: each for each in settlements if each.area_code}

    def called(self, place: Mapping[str, Any], metres: float) -> Settlement | None:
        """The nearest settlement of the place's name, else of another of its names, within so far."""
        at = self._at(place)
        close = np.array(self._tree.query_ball_point(at, metres), dtype=int)
        others = {fold(name) for name in dump.other_names(place)}
        for wanted in ({fold(place["name"])}, others):
            same = np.array([n for n in close if self._names[n] in wanted], dtype=int)
            if len(same):
                distances = np.hypot(*(self._points[same] - at).T)
                return self._settlements[int(same[distances.argmin()])]
        return None

    def _at(self, place: Mapping[str, Any]) -> tuple[float, float]:
        x, y = self._metric.transform(place["longitude"], place["latitude"])
        return float(x), float(y)
