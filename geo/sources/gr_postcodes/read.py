"""Reads postcodes, their points and their streets from the package's SQLite file."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput, Problem, SourceRejected
from geo.files.drivers import allow_only_ours
from geo.sources.batch import Batch
from geo.sources.guard import check_file, point_problem
from geo.sources.rows import Rows
from geo.sources.source import Source, checksum

ATTICA = "Αττικής"
"""The region's name in the package, by which the expected counts were taken."""

TABLES = {
    "streets": ("postcode", "name", "odd_start", "odd_end", "even_start", "even_end"),
    "locations": ("postcode", "latitude", "longitude", "municipal_unit_id", "municipality_id"),
    "municipalities": ("name", "regional_unit_id", "official_code"),
    "municipal_units": ("name",),
    "regional_units": ("name", "region_id"),
    "regions": ("name",),
}
"""The tables read, and the columns read from them."""

HOUSE_NUMBER = re.compile(r"(\d{1,4})[ΑΒΓΔαβγδ]?,?", re.ASCII)
ORDINAL = re.compile(r"\d+η,?", re.ASCII)


def read(path: Path | None, source: Source) -> Batch:
    """Frames `postcodes` and `streets` of all Greece; `path` is the package's library.sqlite.

    Coordinates in EPSG:4326. `area_code` is the ELSTAT code by the municipality's name. In
    `streets`, `odd_to` missing while `odd_from` is given means "to the end of the street", both
    missing means that no range is known (likewise for even); lat and lon are the postcode's.
    """
    if path is None:
        raise InvalidInput(f"{source.id} needs the package's file.", hint="Run the set-up first.")
    check_file(path, source)
    rows = Rows(path.name, _locations(path, source), source)
    streets = _table(path, "streets", source)
    in_attica = rows.frame["region"] == ATTICA
    counts = {
        "postcodes": len(rows.frame),
        "streets": len(streets),
        "attica_postcodes": int(in_attica.sum()),
        "attica_streets": int(streets["postcode"].isin(rows.frame["postcode"][in_attica]).sum()),
    }
    rows.fix()
    postcodes = _postcodes(rows)
    rows.notes.extend(_strays(postcodes, source))
    frame = _streets(streets, postcodes, rows.notes)
    return Batch(
        source_id=source.id,
        frames={"postcodes": postcodes, "streets": frame},
        counts=counts,
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(path),
    )


def _table(path: Path, layer: str, source: Source) -> pd.DataFrame:
    """One table of the database by its row ids; raises SourceRejected if it is not as described."""
    allow_only_ours()
    try:
        frame = pyogrio.read_dataframe(path, layer=layer, read_geometry=False, fid_as_index=True)
    except (DataSourceError, DataLayerError) as error:
        problem = f"the table {layer} cannot be read ({error})"
        remedy = "Install the pinned package again."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)]) from None
    missing = [name for name in TABLES[layer] if name not in frame.columns]
    if missing:
        problem = f"the table {layer} lacks {', '.join(missing)}"
        remedy = "Install the pinned package, or review its new edition in read.py."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
    return pd.DataFrame(frame)


def _locations(path: Path, source: Source) -> pd.DataFrame:
    """One row a postcode with the names of its municipality and region, all as text."""
    places, municipalities, units, regions, named_parts = (
        _table(path, layer, source)
        for layer in ("locations", "municipalities", "regional_units", "regions", "municipal_units")
    )
    municipality = places["municipality_id"]
    unit = municipality.map(municipalities["regional_unit_id"])
    frame = pd.DataFrame(
        {
            "postcode": places["postcode"],
            "latitude": places["latitude"].map(repr),
            "longitude": places["longitude"].map(repr),
            "part": places["municipal_unit_id"].map(named_parts["name"]),
            "municipality": municipality.map(municipalities["name"]),
            "package_code": municipality.map(municipalities["official_code"]),
            "region": unit.map(units["region_id"]).map(regions["name"]),
        }
    )
    return frame.astype(object).where(frame.notna(), "")


def _postcodes(rows: Rows) -> gpd.GeoDataFrame:
    codes = area_codes(rows.source)
    rows.check_unique("postcode", rows.texts("postcode"))
    for number, row in rows.frame.iterrows():
        problem, remedy = point_problem(
            float(row["longitude"]), float(row["latitude"]), rows.source.bounds
        )
        if problem:
            rows.reject(int(str(number)), "longitude", problem, remedy)
        if row["municipality"] not in codes:
            rows.reject(
                int(str(number)),
                "municipality",
                "this spelling stands in no row of municipalities.csv",
                "Add it there with the municipality's ELSTAT code, after looking it up.",
            )
    _note_codes(rows, codes)
    good = rows.frame.loc[rows.good()]
    return gpd.GeoDataFrame(
        {
            "postcode": good["postcode"].to_numpy(),
            "area_code": good["municipality"].map(codes).to_numpy(),
            "name": good["part"].where(good["part"] != "", good["municipality"]).to_numpy(),
        },
        geometry=gpd.points_from_xy(
            good["longitude"].astype(float), good["latitude"].astype(float)
        ),
        crs=GEOGRAPHIC,
    )


def area_codes(source: Source) -> dict[str, str]:
    """The reviewed table: the package's spelling of a municipality -> its ELSTAT (LAU) code."""
    with source.path("municipalities.csv").open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row["code"] for row in csv.DictReader(stream)}


def _note_codes(rows: Rows, codes: dict[str, str]) -> None:
    seen = rows.frame.drop_duplicates("municipality")
    given = seen["package_code"]
    wrong = (given != "") & (given != seen["municipality"].map(codes))
    rows.notes.append(
        f"area codes by name, not by the package's codes: {int((given == '').sum())}"
        f" municipalities have none there, {int(wrong.sum())} another one's"
    )


def _strays(postcodes: gpd.GeoDataFrame, source: Source) -> list[str]:
    """Points that lie far from the rest of their municipality, listed and left as they are."""
    metric = postcodes.to_crs(METRIC)
    found: list[str] = []
    limits = source.parameters
    for code, group in metric.groupby("area_code"):
        points = np.column_stack([group.geometry.x, group.geometry.y])
        distance = np.hypot(*(points - np.median(points, axis=0)).T)
        if len(group) >= 4:
            far = distance > max(limits["stray_m"], limits["stray_ratio"] * np.median(distance))
        else:
            far = distance > limits["lone_m"]
        found += [
            f"{postcode} ({code}, {metres / 1000:.0f} km)"
            for postcode, metres in zip(group["postcode"][far], distance[far], strict=True)
        ]
    if not found:
        return []
    return [f"points far from the rest of their municipality, kept: {', '.join(sorted(found))}"]


def _streets(streets: pd.DataFrame, postcodes: gpd.GeoDataFrame, notes: list[str]) -> pd.DataFrame:
    place = postcodes.set_index("postcode")
    known = streets["postcode"].isin(place.index)
    if not known.all():
        lost = sorted(streets["postcode"][~known].unique())
        notes.append(
            f"{int((~known).sum()):,} street rows left out, their postcode has no point:"
            f" {', '.join(lost)}"
        )
    kept = streets[known]
    frame = pd.DataFrame(
        {
            "name": kept["name"].str.strip(),
            "postcode": kept["postcode"],
            "area_code": kept["postcode"].map(place["area_code"]),
            **_ranges(kept, notes),
            "lat": kept["postcode"].map(place.geometry.y),
            "lon": kept["postcode"].map(place.geometry.x),
        }
    )
    return frame.reset_index(drop=True)


def _ranges(streets: pd.DataFrame, notes: list[str]) -> dict[str, pd.Series[int]]:
    """House numbers by side; rows whose numbers are all of the other parity change sides."""
    ends = {
        f"{side}_{end}": streets[f"{side}_{word}"].map(_number).astype("Int64")
        for side in ("odd", "even")
        for end, word in (("from", "start"), ("to", "end"))
    }
    ordinals = streets["odd_start"].fillna("").str.fullmatch(ORDINAL.pattern)
    notes.append(
        f"{int(ordinals.sum()):,} rows give ordinals of side lanes, not house numbers: no range"
    )
    misfiled = ends["odd_from"].mod(2).eq(0).fillna(False) & ends["even_from"].isna()
    for end in ("from", "to"):
        ends[f"even_{end}"] = ends[f"even_{end}"].mask(misfiled, ends[f"odd_{end}"])
        ends[f"odd_{end}"] = ends[f"odd_{end}"].mask(misfiled, pd.NA)
    notes.append(f"{int(misfiled.sum()):,} ranges of even numbers stood as odd: changed sides")
    mixed = ends["odd_from"].mod(2).eq(0) | ends["even_from"].mod(2).eq(1)
    notes.append(f"{int(mixed.sum()):,} ranges begin with a number of the other side: kept")
    return ends


def _number(text: object) -> int | None:
    match = HOUSE_NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
    return int(match.group(1)) if match else None
