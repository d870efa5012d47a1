"""Radii on real houses: left out of Liechtenstein's gazetteer, then asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.geocode.index.extents import metric
from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate
from geo.geocode.location import Location
from geo.profiles.addresses import read_addresses
from geo.profiles.strict import read as read_toml
from geo.sources.osm_extract.read import read
from geo.sources.source import load as load_source
from tests.conftest import shared_data

EXTRACT = ("osm", "liechtenstein_nominatim_apidb_test.osm.pbf")
PROFILE = Path(__file__).parents[2] / "bench" / "geocode" / "li.toml"
SEED, LEFT_OUT = 20261122, 400

Town = tuple[pd.DataFrame, Gazetteer]


@pytest.fixture(scope="module")
def held_out() -> Town:
    """Houses with street and postcode, and the gazetteer of all the others."""
    found = read(shared_data(*EXTRACT), load_source("osm_extract").of_country("li")).frames
    names = ("streets", "houses", "postcodes", "settlements", "spots", "areas")
    frames: dict[str, Any] = {name: found[name] for name in names}
    areas = frames["areas"].set_index("code")["name_de"]
    houses = frames["houses"].reset_index(drop=True)
    whole = houses["street"].notna() & houses["postcode"].notna() & houses["area_code"].notna()
    asked = houses[whole].sample(LEFT_OUT, random_state=SEED)
    asked = asked.assign(town=asked["area_code"].map(areas))
    frames["houses"] = houses.drop(asked.index)
    addresses = read_addresses(read_toml(PROFILE).table("addresses"))
    return asked, Gazetteer.from_frames(Frames.of(**frames), addresses, version="held out")


def true_share(asked: pd.DataFrame, answers: list[Location], class_: str) -> tuple[float, int]:
    """The share of a class's answers whose radius reaches the house, and how many there are."""
    kept = [at for at, answer in enumerate(answers) if answer.class_ == class_]
    there = metric(asked["lat"].to_numpy()[kept], asked["lon"].to_numpy()[kept])
    found = metric([answers[at].lat or 0.0 for at in kept], [answers[at].lon or 0.0 for at in kept])
    radii = np.array([answers[at].radius_m for at in kept], dtype=float)
    return float(np.mean(np.hypot(*(there - found).T) <= radii)), len(kept)


@pytest.mark.parametrize(
    ("ask", "class_", "widest"),
    [
        (lambda row: f"{row.street} {row.number}, {row.postcode} {row.town}", "street", 150),
        (lambda row: f"{row.street}, {row.postcode} {row.town}", "street", 300),
        (lambda row: str(row.postcode), "postcode", 2_500),
        (lambda row: str(row.town), "settlement", 2_500),
        (lambda row: f"Gemeinde {row.town}", "municipality", 2_500),
    ],
    ids=["number left out", "no number", "postcode", "settlement", "municipality"],
)
def test_nine_of_ten_radii_are_true(
    held_out: Town, ask: Callable[[Any], str], class_: str, widest: float
) -> None:
    asked, gazetteer = held_out
    answers = [locate(ask(row), gazetteer) for row in asked.itertuples()]
    share, count = true_share(asked, answers, class_)
    assert count >= 0.9 * len(asked)
    assert share >= 0.9
    # And no wider than they need be: the middle one.
    radii = [answer.radius_m for answer in answers if answer.class_ == class_]
    assert np.median(np.array(radii, dtype=float)) <= widest


def test_a_house_left_out_is_an_address_only_where_it_is_surveyed_twice(held_out: Town) -> None:
    asked, gazetteer = held_out
    answers = [
        locate(f"{row.street} {row.number}, {row.postcode} {row.town}", gazetteer)
        for row in asked.itertuples()
    ]
    share, count = true_share(asked, answers, "address")
    assert 0 < count < 0.1 * len(asked)
    assert share >= 0.8  # a few houses only: see [house] radius in weights.toml
