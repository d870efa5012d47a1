"""Well-formed rows of four countries: settlement, municipality and what is above, in their words."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pyproj import Geod

from geo.names import fold
from geo.profiles import profile

SEED = 20261122
Row = Mapping[str, Any]


def well_formed(country: str, settlements: pd.DataFrame, count: int) -> pd.DataFrame:
    """`count` seeded rows drawn from the settlements whose municipality is known.

    Columns: address (as the country writes it), names (all of the settlement's, folded),
    area_code, lat, lon (EPSG:4326; NaN where no package has the settlement's point).
    """
    known = settlements[settlements["area_code"].notna() & settlements["parent"].notna()]
    rows = known.sort_values("external_id").to_dict("records")
    drawn = random.Random(f"{SEED} {country}").sample(rows, min(count, len(rows)))
    towns = set(known.loc[known["kind"].isin(["city", "town"]), "area_code"])
    return pd.DataFrame(
        {
            "address": [WRITTEN[country](row, row["area_code"] in towns) for row in drawn],
            "names": [{fold(n) for n in (row["name"], *row["alternate_names"])} for row in drawn],
            "area_code": [row["area_code"] for row in drawn],
            "lat": [row["geometry"].y if row["geometry"] else math.nan for row in drawn],
            "lon": [row["geometry"].x if row["geometry"] else math.nan for row in drawn],
        }
    )


@dataclass(frozen=True)
class Shares:
    """Of the rows: those whose settlement was recognised; of these: those rightly placed."""

    recognised: float
    right: float


def judge(rows: pd.DataFrame, found: pd.DataFrame) -> Shares:
    """Compare answers of `locate_many` with the rows asked.

    A settlement is recognised where the answer is of class settlement or finer and either names
    it, by any of its names, or has it within its radius: Greek villages also stand in the list of
    streets, declined. Where no package has its point, its municipality with its name will do.
    """
    recognised = [
        _recognised(row, answer)
        for row, answer in zip(rows.to_dict("records"), found.to_dict("records"), strict=True)
    ]
    areas = found["area_code"].fillna("").to_numpy(dtype=object)
    same = (areas == rows["area_code"].to_numpy(dtype=object))[recognised]
    return Shares(sum(recognised) / len(rows), float(same.mean()) if len(same) else 0.0)


FINE = ("address", "street", "settlement")
EARTH = Geod(ellps="WGS84")


def _recognised(row: Row, answer: Row) -> bool:
    pointed = not math.isnan(row["lat"])
    if answer["class"] not in (FINE if pointed else (*FINE, "municipality")):
        return False
    if fold(str(answer["matched"]).split(",")[0]) in row["names"]:
        return True
    if not pointed:
        return False
    metres = EARTH.inv(row["lon"], row["lat"], answer["lon"], answer["lat"])[2]
    return bool(metres <= answer["radius_m"])


def _greek(row: Row, urban: bool) -> str:
    """Αναβρυτή, Δήμος Σπάρτης, Π.Ε. Λακωνία"""
    return f"{_own_name('gr', row)}, Δήμος {row['parent']}, Π.Ε. {row['unit']}"


def _polish(row: Row, urban: bool) -> str:
    """Adamki, gm. Zbójno, woj. kujawsko-pomorskie; every second one with its county instead."""
    region = profile.load("pl").region(row["area_code"][:2]).names["pl"]
    even = sum(map(ord, row["external_id"])) % 2 == 0
    above = f"woj. {region}" if even else f"pow. {row['unit']}"
    return f"{row['name']}, gm. {row['parent']}, {above}"


def _romanian(row: Row, urban: bool) -> str:
    """sat Băiești, com. Cliț, jud. Suceava; a town without its own name again."""
    if row["kind"] in ("city", "town"):
        return f"{row['name']}, jud. {row['unit']}"
    if row["kind"] == "quarter":
        return f"{row['name']}, {row['parent']}"
    return f"sat {row['name']}, {'or.' if urban else 'com.'} {row['parent']}, jud. {row['unit']}"


def _bulgarian(row: Row, urban: bool) -> str:
    """с. Аврен, общ. Крумовград, обл. Кърджали"""
    what = "гр." if row["kind"] in ("city", "town") else "с."
    return f"{what} {row['name']}, общ. {row['parent']}, обл. {row['unit']}"


WRITTEN: Mapping[str, Callable[[Row, bool], str]] = {
    "gr": _greek,
    "pl": _polish,
    "ro": _romanian,
    "bg": _bulgarian,
}


def _own_name(country: str, row: Row) -> str:
    """The name in the country's own letters: GeoNames has the Greek ones among the others."""
    if country != "gr":
        return str(row["name"])
    return next((n for n in row["alternate_names"] if _is_greek(n)), row["name"])


def _is_greek(name: str) -> bool:
    return any("\u0370" <= letter <= "\u03ff" for letter in name)
