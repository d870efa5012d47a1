"""Two days of a small region: each cause alone, worked by hand, and all of them against figures."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import CODES, GOLDEN, posts, region, service, services, squares, states

from geo.accounting import CORRECTION, FACTORS, Mixtures, account
from geo.analysis import parameters
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.services import straight_line
from geo.errors import InvalidInput
from geo.frozen_inputs import Start
from geo.planning import figures_of
from geo.profiles.profile import load

HELP = "home_help"
GREECE = load("gr")
# Only home help: no norm asks anything of it, so that places and roads alone decide.
NARROW = replace(
    GREECE,
    service_types=tuple(replace(one, demand=one.code == HELP) for one in GREECE.service_types),
)
CHOSEN = parameters.load()
NO_VALUES = pd.DataFrame(columns=["indicator", "breakdown", "area_code", "value"])


def needs(**persons: int) -> pd.DataFrame:
    columns = {"area_code": list(persons), "persons": list(persons.values())}
    return pd.DataFrame(columns).assign(service_type=HELP)


def help_at(**places: int | None) -> gpd.GeoDataFrame:
    """One service in the middle of each municipality named."""
    rows = [
        service(f"in {area}", area, service_type=HELP, capacity=number)
        for area, number in places.items()
    ]
    return services(*rows)


def start(inputs: Inputs, **changes: Any) -> Start:
    given: dict[str, Any] = {
        "inputs": inputs,
        "profile": NARROW,
        "parameters": CHOSEN,
        "travel": TRAVEL,
        "values": NO_VALUES,
        "code_version": "v1",
    }
    return Start(**{**given, **changes})


TRAVEL = straight_line(CHOSEN)


def told(older: Start, newer: Start) -> dict[str, dict[str, Any]]:
    """By measure the account of home help."""
    made = account(older, newer).told()
    assert {one["service_type"] for one in made["accounts"]} == {HELP}
    return {one["measure"]: one for one in made["accounts"]}


def row(one: Mapping[str, Any], code: str) -> dict[str, Any]:
    (found,) = (row for row in one["municipalities"] if row["area_code"] == code)
    return found  # type: ignore[no-any-return]


def effects(**known: int) -> dict[str, int | None]:
    return {**dict.fromkeys(FACTORS, 0), CORRECTION: None, **known}


def here(**changes: Any) -> Inputs:
    """10 places in M2, where 15 people need help; 5 in M3. M2 lies nearer, so its people go first:
    5 are left over in each."""
    return region(**{"needs": needs(M2=15, M3=5), "services": help_at(M2=10)} | changes)


def test_the_same_snapshot_twice_changes_nothing() -> None:
    made = told(start(here()), start(here()))
    for one, before in ((made["capacity_gap"], 10), (made["unmet_need"], 10)):
        assert one["region"]["before"] == one["region"]["after"] == before
        assert one["region"]["change"] == 0
        assert one["region"]["effects"] == effects()
        assert one["region"]["municipalities"] == 6


def test_need_alone() -> None:
    made = told(start(here()), start(here(needs=needs(M2=18, M3=5))))
    for one in made.values():
        assert (row(one, "M2")["before"], row(one, "M2")["after"]) == (5, 8)
        assert row(one, "M2")["effects"] == effects(need=3)
        assert one["region"]["effects"] == effects(need=3)


def test_capacity_alone_larger_and_opened() -> None:
    made = told(start(here()), start(here(services=help_at(M2=12, M3=1))))
    for one in made.values():
        assert row(one, "M2")["effects"] == effects(capacity=-2)
        assert row(one, "M3")["effects"] == effects(capacity=-1)
        assert one["region"]["change"] == -3


def test_staff_who_left_are_capacity_and_residents_who_came_are_access() -> None:
    # The centre of M2 (10,000 people) works with two posts, as the norm asks there. With one it is
    # short, and so are two for 120,000 people: its 5 people are stopped at fit, with 50 places.
    centre = "community_centre"
    only = replace(
        GREECE,
        service_types=tuple(
            replace(one, demand=one.code == centre) for one in GREECE.service_types
        ),
    )
    known = {"id": "a", "area_code": "M2", "service_type": centre, "active": True}
    given: dict[str, Any] = {
        "services": services(service("a", "M2")),
        "service_states": states({**known, "verified_on": None, "capacity": 50}),
        "needs": needs(M2=5).assign(service_type=centre),
    }
    full, short = (pd.DataFrame(posts("a", number)) for number in (2, 1))
    older = start(region(staff=full, **given), profile=only)
    left = start(region(staff=short, **given), profile=only)
    grown = older.inputs.population.assign(persons=[GOLDEN[0], 120_000, *GOLDEN[2:]])
    came = start(replace(older.inputs, population=grown), profile=only)
    for newer, cause in ((left, "capacity"), (came, "access")):
        gap, unmet = (one.told() for one in account(older, newer).accounts)
        assert gap["region"]["effects"] == effects()
        assert (row(unmet, "M2")["before"], row(unmet, "M2")["after"]) == (0, 5)
        assert row(unmet, "M2")["effects"] == effects(**{cause: 5})


def test_access_alone_is_no_matter_of_the_capacity_gap() -> None:
    # 5 and 5 need help and 10 places are in M2: all of M3 travel there, 4.4 km x 1.4 at 25 km/h,
    # about 15 minutes. At 5 km/h it takes 74, and nobody arrives.
    before = here(needs=needs(M2=5, M3=5))
    slow = straight_line(replace(CHOSEN, speed_kmh=5.0))
    made = told(start(before), start(before, travel=slow))
    assert made["capacity_gap"]["region"]["effects"] == effects()
    unmet = made["unmet_need"]
    assert (row(unmet, "M3")["before"], row(unmet, "M3")["after"]) == (0, 5)
    assert row(unmet, "M3")["effects"] == effects(access=5)
    assert row(unmet, "M2")["effects"] == effects()


def test_people_who_moved_into_other_cells_are_access() -> None:
    # A second cell of M3, 13 km away in M6's square: half of its people live there in the end.
    points = [shape.centroid for shape in squares().geometry]
    points.append(points[5])
    cells = {"code": [*CODES, "M3b"], "area_code": [*CODES, "M3"]}
    people = [100.0] * 6
    both = [
        gpd.GeoDataFrame({**cells, "population": [*people, there]}, geometry=points, crs=4326)
        for there in (0.0, 100.0)
    ]
    given = {"needs": needs(M3=4), "services": help_at(M2=10)}
    made = told(*(start(region(cells=one, **given)) for one in both))
    assert row(made["unmet_need"], "M3")["effects"] == effects(access=2)


def test_municipalities_that_became_one() -> None:
    # M5: 8 people and 2 places, M6: 10 places and nobody. Together there is no gap, and nobody
    # was ever stopped.
    given = {"needs": needs(M5=8), "services": help_at(M5=2, M6=10)}
    older = region(**given)
    made = told(start(older), start(merged(older)))
    gap = made["capacity_gap"]
    assert (row(gap, "M7")["before"], row(gap, "M7")["after"]) == (6, 0)
    assert row(gap, "M7")["effects"] == effects(boundary=-6)
    assert gap["region"]["effects"] == effects(boundary=-6)
    assert made["unmet_need"]["region"]["effects"] == effects()
    # And parted again: 6 of M5's people are beyond its places.
    back = told(start(merged(older)), start(older))
    assert row(back["capacity_gap"], "M5")["effects"] == effects(boundary=6)
    assert back["capacity_gap"]["region"]["effects"] == effects(boundary=6)
    assert back["unmet_need"]["region"]["effects"] == effects()


def merged(older: Inputs) -> Inputs:
    """The same with M5 and M6 as one municipality, M7."""
    now = {code: code for code in CODES} | {"M5": "M7", "M6": "M7"}
    areas = older.municipalities.assign(
        code=older.municipalities["code"].map(now), name_en="", name_el=""
    ).dissolve("code", as_index=False)
    people = older.population.assign(code=older.population["code"].map(now))
    open_now = older.needs.assign(area_code=older.needs["area_code"].map(now))
    return replace(
        older,
        municipalities=areas,
        population=people.groupby("code", as_index=False).agg(
            {"persons": "sum", "reference_date": "max"}
        ),
        cells=older.cells.assign(area_code=older.cells["area_code"].map(now)),
        services=older.services.assign(area_code=older.services["area_code"].map(now)),
        service_states=older.service_states.assign(
            area_code=older.service_states["area_code"].map(now)
        ),
        needs=open_now.groupby(["area_code", "service_type"], as_index=False).sum(),
        covered=frozenset(now[code] for code in older.covered),
    )


def test_two_causes_share_what_they_do_together() -> None:
    # 12 people and 10 places, then 15 and 20: need alone +3, places alone -2, both together the gap
    # of 2 is gone. need: (3 + 0) / 2 = 3/2, capacity: (-2 - 5) / 2 = -7/2.
    older = region(needs=needs(M2=12), services=help_at(M2=10))
    newer = region(needs=needs(M2=15), services=help_at(M2=20))
    found = row(told(start(older), start(newer))["capacity_gap"], "M2")
    assert found["change"] == -2
    assert found["exact"] == {
        "need": "3/2",
        "capacity": "-7/2",
        "access": "0",
        "boundary": "0",
        CORRECTION: None,
    }
    assert sum(found["effects"][name] for name in FACTORS) == -2
    assert abs(found["effects"]["need"] - 1.5) == 0.5


def test_a_correction_is_not_assessed_and_why() -> None:
    made = account(start(here()), start(here())).told()
    assert "cannot be told" in made["not_assessed"][CORRECTION]
    assert all(one["region"]["effects"][CORRECTION] is None for one in made["accounts"])


def test_what_is_unknown_on_one_day_has_no_account_and_no_part_in_sums() -> None:
    older = here(covered=frozenset(CODES) - {"M2"}, needs=needs(M3=5))
    gap = told(start(older), start(here()))["capacity_gap"]
    found = row(gap, "M2")
    assert (found["before"], found["after"], found["change"]) == (None, 5, None)
    assert found["reason"] == "no_data_before"
    assert set(found["effects"].values()) == {None}
    assert gap["region"]["without_account"] == {"no_data_before": 1}
    assert (gap["region"]["before"], gap["region"]["after"]) == (5, 5)

    silent = here(services=help_at(M2=None))
    found = row(told(start(here()), start(silent))["capacity_gap"], "M2")
    assert (found["before"], found["after"], found["reason"]) == (5, None, "no_data_after")

    nothing = region(covered=frozenset())
    for one in told(start(nothing), start(nothing)).values():
        assert one["region"]["change"] is None
        assert set(one["region"]["effects"].values()) == {None}


def test_what_was_kept_is_held_against_what_is_computed() -> None:
    inputs = here()
    values = figures_of(inputs, NARROW, CHOSEN, [HELP], TRAVEL)
    older = start(inputs, values=values)
    assert account(older, older).recomputed_otherwise == {"older": 0, "newer": 0}
    other = values.copy()
    at = (other["indicator"] == "stair_covered") & (other["area_code"] == "M2")
    other.loc[at, "value"] += 1
    found = account(replace(older, values=other), older).recomputed_otherwise
    assert found == {"older": 1, "newer": 0}
    newer = start(merged(inputs))
    assert account(older, newer).recomputed_otherwise["older"] is None


def test_what_cannot_be_compared_is_refused() -> None:
    one = start(here())
    with pytest.raises(InvalidInput, match="two regions: R and S"):
        account(one, start(replace(here(), region="S")))
    with pytest.raises(InvalidInput, match="two country profiles"):
        account(one, start(here(), profile=GREECE))
    with pytest.raises(InvalidInput, match="an earlier day, 2025-01-01"):
        account(one, start(here(as_of=date(2025, 1, 1))))


PERSONS = st.integers(0, 12)


@st.composite
def days(draw: st.DrawFn) -> Start:
    """A day with needs, places, people in cells, roads and boundaries drawn at random."""
    areas = ("M1", "M2", "M3", "M5", "M6")
    open_now = {area: draw(PERSONS) for area in areas}
    places = {area: draw(PERSONS) for area in draw(st.lists(st.sampled_from(areas), unique=True))}
    there = help_at(**places)
    known = states(
        *(
            {"id": one["id"], "area_code": one["area_code"], "service_type": HELP}
            | {"active": True, "verified_on": None, "capacity": one["capacity"]}
            for _, one in there.iterrows()
        )
    )
    made = region(needs=needs(**open_now), services=there, service_states=known)
    people = [float(draw(st.integers(1, 1000))) for _ in CODES]
    made = replace(made, cells=made.cells.assign(population=people))
    speed = draw(st.sampled_from([5.0, 25.0, 60.0]))
    travel = straight_line(replace(CHOSEN, speed_kmh=speed))
    return start(merged(made) if draw(st.booleans()) else made, travel=travel)


@settings(deadline=None, max_examples=5)
@given(older=days(), newer=days())
def test_the_effects_sum_to_the_change(older: Start, newer: Start) -> None:
    for one in account(older, newer).accounts:
        for at in range(len(one.codes)):
            found = one.municipality(at)
            parts = [found["effects"][name] for name in FACTORS]
            exact = [Fraction(found["exact"][name]) for name in FACTORS]
            assert sum(parts) == sum(exact) == found["after"] - found["before"]
            assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))
        whole = one.region()
        assert sum(whole["effects"][name] for name in FACTORS) == whole["change"]
        assert whole["municipalities"] == len(one.codes)


@settings(deadline=None, max_examples=1)
@given(older=days(), newer=days())
def test_the_effects_are_the_mean_over_all_orders_of_the_figures(
    older: Start, newer: Start
) -> None:
    mixtures = Mixtures(older, newer)
    known: dict[tuple[bool, ...], dict[str, np.ndarray]] = {}
    for one in account(older, newer).accounts:
        expected = {name: np.zeros(len(one.codes), dtype=object) for name in FACTORS}
        for order in permutations(range(len(FACTORS))):
            switched = [False] * len(FACTORS)
            before = by_figures(mixtures, tuple(switched), known)[one.measure]
            for factor in order:
                switched[factor] = True
                after = by_figures(mixtures, tuple(switched), known)[one.measure]
                expected[FACTORS[factor]] += (after - before).astype(int)
                before = after
        for name in FACTORS:
            shares = [Fraction(int(total), 24) for total in expected[name]]
            assert [one.change.exact(name, at) for at in range(len(one.codes))] == shares, name


def by_figures(
    mixtures: Mixtures, switched: tuple[bool, ...], known: dict[tuple[bool, ...], Any]
) -> dict[str, np.ndarray]:
    """Both measures of a mixture as the figures of a region have them, by the newer codes."""
    if switched not in known:
        inputs = mixtures.inputs(switched)
        side = mixtures.newer if switched[2] else mixtures.older
        rows = figures_of(inputs, NARROW, CHOSEN, [HELP], side.travel)
        rows = rows[(rows["breakdown"] == HELP) & (rows["area_code"] != "R")]
        table = rows.pivot(index="area_code", columns="indicator", values="value")
        table = table.reindex(inputs.codes).astype(float)
        made = {
            "capacity_gap": table["capacity_gap"].to_numpy(),
            "unmet_need": (table["open_needs"] - table["stair_covered"]).to_numpy(),
        }
        if mixtures.carry is not None and not switched[3]:
            made = {name: mixtures.carry.carry(values) for name, values in made.items()}
        known[switched] = made
    return known[switched]
