"""What an analysis started from comes back as it was, in one spelling."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import Point

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import counted, posts, region, service, services, states

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.analysis.figures.inputs import Inputs
from geo.errors import InvalidInput
from geo.frozen_inputs import FRAMES, frozen_inputs, inputs_from
from geo.profiles.profile import load
from geo.snapshots.inputs import frame_bytes, frame_of

CENTRE = "community_centre"
GREECE = load("gr")


def full() -> Inputs:
    """Centres in M2 and M4, a refuge in M5, posts, needs in three municipalities."""
    known = [
        {"id": i, "area_code": a, "service_type": CENTRE, "active": True, "capacity": 50}
        | {"verified_on": day}
        for i, a, day in (("a", "M2", date(2026, 9, 1)), ("b", "M4", None))
    ]
    here = services(service("b", "M4"), service("a", "M2", capacity=20))
    return region(
        services=here.assign(
            external_id=["S-2", "S-1"], sensitive=False, name="Centre", agency="A"
        ),
        service_states=states(*known),
        staff=pd.DataFrame([*posts("a", 2), *posts("elsewhere", 3)]),
        needs=counted("persons", M2=60, M3=7, M5=11).assign(service_type=CENTRE),
        people=counted("persons", M1=3, M2=9),
    )


def mixed() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "code": ["b", "a", "c"],
            "day": [date(2026, 1, 2), None, date(2025, 1, 2)],
            "number": [0.1 + 0.2, np.nan, -0.0],
            "places": pd.array([3, None, 0], dtype="Int64"),
            "offers": [["x"], [], ["y", "z"]],
            "open": [True, False, True],
            "said": ["α", None, ""],
        },
        geometry=[Point(23.1, 38.0), None, Point(23.123456789012345, 37.9)],
        crs=4326,
    )


def test_a_frame_comes_back_in_its_order_with_its_kinds() -> None:
    back = frame_of(frame_bytes(mixed()))
    assert list(back["code"]) == ["a", "b", "c"]
    assert back.dtypes.astype(str).to_dict() == mixed().dtypes.astype(str).to_dict()
    assert back["day"].tolist() == [None, date(2026, 1, 2), date(2025, 1, 2)]
    assert back["number"].tolist()[1:] == [0.3, 0.0] and np.isnan(back["number"][0])
    assert back["places"].isna().tolist() == [True, False, False]
    assert back["offers"].tolist() == [[], ["x"], ["y", "z"]]
    # Nothing of a place is rounded: a cell and a site at the same point stay at the same point.
    assert back.geometry[2] == Point(23.123456789012345, 37.9) and back.geometry[0] is None
    assert isinstance(back, gpd.GeoDataFrame) and back.crs.to_epsg() == 4326


def test_the_bytes_do_not_depend_on_the_order_of_rows_and_columns() -> None:
    turned = mixed().iloc[::-1]
    assert frame_bytes(turned[turned.columns[::-1]]) == frame_bytes(mixed())
    assert frame_bytes(frame_of(frame_bytes(mixed()))) == frame_bytes(mixed())


@pytest.mark.parametrize(
    "changed",
    [
        {"number": [0.3, np.nan, 1e-9]},
        {"places": pd.array([3, 0, 0], dtype="Int64")},
        {"said": ["α", "", ""]},
        {"open": [1, 0, 1]},
    ],
    ids=["number", "zero for unknown", "nothing for unknown", "kind"],
)
def test_another_frame_has_other_bytes(changed: dict[str, Any]) -> None:
    assert frame_bytes(mixed().assign(**changed)) != frame_bytes(mixed())


@pytest.mark.parametrize(
    "bad",
    [
        pd.DataFrame({"a": [np.inf]}),
        pd.DataFrame({"a": [Decimal("1.5")]}),
        pd.DataFrame({"a": pd.to_datetime(["2026-01-01"])}),
        pd.DataFrame({"a": [{1, 2}]}),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=3035),
        gpd.GeoDataFrame(geometry=[Point(0, 0)]),
    ],
    ids=["infinity", "decimal", "moment", "set", "twice", "metres", "no system"],
)
def test_what_would_come_back_as_another_thing_is_refused(bad: pd.DataFrame) -> None:
    with pytest.raises(InvalidInput):
        frame_bytes(bad)


def test_an_empty_frame_keeps_its_columns() -> None:
    back = frame_of(frame_bytes(mixed().iloc[:0]))
    assert len(back) == 0 and set(back.columns) == set(mixed().columns)
    assert isinstance(back, gpd.GeoDataFrame)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=False, width=64), max_size=8))
def test_numbers_come_back_to_twelve_digits(numbers: list[float]) -> None:
    frame = pd.DataFrame({"code": [f"{at:03}" for at in range(len(numbers))]})
    back = frame_of(frame_bytes(frame.assign(number=np.array(numbers, dtype=float))))
    np.testing.assert_allclose(back["number"], np.array(numbers, dtype=float), rtol=1e-11)


def test_the_figures_of_frozen_inputs_are_those_of_the_inputs() -> None:
    given_in = full()
    frozen = frozen_inputs(given_in, "gr")
    chosen = parameters.load()
    before = coverage(given_in, GREECE, chosen)
    after = coverage(inputs_from(frozen), GREECE, chosen)
    assert (before["indicator"] == "stair_capacity").any() and before["value"].notna().sum() > 50
    assert_frame_equal(before, after, rtol=1e-12)
    assert frozen_inputs(inputs_from(frozen), "gr") == frozen
    assert inputs_from(frozen).as_of == given_in.as_of
    assert inputs_from(frozen).covered == given_in.covered


def test_neither_names_nor_posts_of_other_regions_are_frozen() -> None:
    frozen = frozen_inputs(full(), "gr")
    assert set(frozen) == {*FRAMES, "facts"}
    kept = json.loads(frozen["services"])
    assert not {"name", "agency", "legal_form"} & {name for name, _ in kept["columns"]}
    assert b"elsewhere" not in frozen["staff"] and b'"a"' in frozen["staff"]
