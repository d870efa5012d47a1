"""The whole of `coverage` against plain loops that share no code with it, on random regions.

Random: several cells in a municipality, some with nobody; services closed, full, silent about their
places, found only to the municipality, in municipalities without registers, for their own people.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow
from shapely.geometry import Point
from small_region import CODES, GOLDEN, counted, posts, region, service, services, states

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.analysis.figures.inputs import Inputs
from geo.errors import InvalidInput
from geo.profiles.profile import load

CENTRE, HELP = "community_centre", "home_help"
AS_OF = date(2026, 10, 1)
MINUTES_A_METRE = 1.4 * 60 / 25_000
EDGE = 20 / MINUTES_A_METRE
"""Metres that take exactly 20 minutes."""


def random_region(seed: int) -> Inputs:
    rng = np.random.default_rng(seed)
    number = int(rng.integers(4, 25))
    at = rng.integers(0, 6, number)
    cells = gpd.GeoDataFrame(
        {
            "code": [f"c{n}" for n in range(number)],
            "area_code": [CODES[n] for n in at],
            "population": rng.integers(0, 4, number) * rng.random(number) * 900,
        },
        geometry=[Point(23 + 0.05 * (a + rng.random()), 38 + 0.05 * rng.random()) for a in at],
        crs=4326,
    )
    rows, all_states, staff = [], [], []
    for n in range(int(rng.integers(0, 14))):
        home, kind = str(rng.choice(CODES)), str(rng.choice([CENTRE, HELP]))
        places = rng.choice([None, 0, 3, 20, 60])
        active = bool(rng.random() < 0.8)
        verified = AS_OF - timedelta(days=int(rng.choice([-3, 0, 180, 181])))
        found = str(rng.choice(["address", "street", "municipality"]))
        spot = Point(23 + 0.3 * rng.random(), 38 + 0.05 * rng.random())
        state = {"id": f"s{n}", "area_code": home, "service_type": kind, "active": active}
        all_states.append({**state, "verified_on": verified, "capacity": places})
        if active:
            known = {"service_type": kind, "capacity": places, "location_class": found}
            rows.append(service(f"s{n}", home, geometry=spot, **known))
            staff += posts(f"s{n}", int(rng.integers(0, 4)))
    open_services = services(*rows)
    own = rng.random(len(rows)) < rng.choice([0, 0.5])
    needs = [
        {"area_code": code, "service_type": kind, "persons": int(rng.integers(0, 60))}
        for code in CODES
        for kind in (CENTRE, HELP)
        if rng.random() < 0.7
    ]
    columns = {"staff": ["service_id", "specialty", "head"], "needs": list(needs[0])}
    return region(
        cells=cells,
        services=open_services.assign(own_area_only=own),
        service_states=states(*all_states),
        staff=pd.DataFrame(staff, columns=columns["staff"]),
        needs=pd.DataFrame(needs, columns=columns["needs"]),
        covered=frozenset(code for code in CODES if rng.random() < 0.8),
    )


def gaussian(minutes: float) -> float:
    if minutes > 20 + 1e-9:
        return 0.0
    t = min(minutes / 20, 1.0)
    return (math.exp(-t * t / 2) - math.exp(-0.5)) / (1 - math.exp(-0.5))


def in_cells(people: list[float], total: int) -> list[int]:
    """Whole persons by largest remainder."""
    exact = [total * p / sum(people) for p in people]
    whole = [math.floor(x) for x in exact]
    order = sorted(range(len(exact)), key=lambda n: -round(exact[n] - whole[n], 9))
    for n in order[: total - sum(whole)]:
        whole[n] += 1
    return whole


def most_held(need: list[int], places: list[int], pairs: set[tuple[int, int]]) -> int:
    """The most people that the places can hold at once, by SciPy's maximum flow."""
    n, m = len(need), len(places)
    room = np.zeros((n + m + 2, n + m + 2), dtype=np.int32)
    room[n + m, :n] = need
    room[n : n + m, n + m + 1] = places
    for i, j in pairs:
        room[i, n + j] = need[i]
    return int(maximum_flow(csr_array(room), n + m, n + m + 1).flow_value)


class Reference:
    """What the figures of one service type must be."""

    def __init__(self, inputs: Inputs, kind: str) -> None:
        self.kind, self.inputs = kind, inputs
        self.cells = [c for c in inputs.cells.itertuples() if c.area_code in inputs.covered]
        self.people = [c.population for c in self.cells]
        self.all = [s for s in inputs.services.itertuples() if s.service_type == kind]
        self.sites = [
            s
            for s in self.all
            if s.location_class != "municipality" and not pd.isna(s.capacity) and s.capacity > 0
        ]
        geod = Geod(ellps="WGS84")
        self.minutes = [
            [
                MINUTES_A_METRE
                * geod.inv(c.geometry.x, c.geometry.y, s.geometry.x, s.geometry.y)[2]
                if not s.own_area_only or s.area_code == c.area_code
                else math.inf
                for s in self.sites
            ]
            for c in self.cells
        ]

    def here(self, code: str) -> list[int]:
        return [n for n, c in enumerate(self.cells) if c.area_code == code]

    def reach(self, cells: list[int]) -> float | None:
        total = sum(self.people[n] for n in cells)
        if not total > 0:
            return None
        near = [n for n in cells if min(self.minutes[n], default=math.inf) <= 20 + 1e-9]
        return 100 * sum(self.people[n] for n in near) / total

    def access(self) -> dict[str, float | None]:
        """Balanced floating catchment (Paez 2019) to its mean, by municipality."""
        n, m = range(len(self.cells)), range(len(self.sites))
        w = [[gaussian(self.minutes[i][j]) for j in m] for i in n]
        of_cell = [sum(w[i]) for i in n]
        of_site = [sum(w[i][j] for i in n) for j in m]
        level = []
        for j in m:
            demand = sum(self.people[i] * w[i][j] / of_cell[i] for i in n if w[i][j] > 0)
            level.append(self.sites[j].capacity / demand if demand > 0 else 0.0)
        each = [sum(level[j] * w[i][j] / of_site[j] for j in m if w[i][j] > 0) for i in n]
        everybody = sum(self.people)
        mean = sum(p * a for p, a in zip(self.people, each, strict=True)) / (everybody or 1)
        found: dict[str, float | None] = {}
        for code in CODES:
            total = sum(self.people[i] for i in self.here(code))
            had = sum(self.people[i] * each[i] for i in self.here(code))
            found[code] = (had / total / mean if mean > 0 else 0.0) if total > 0 else None
        return found

    def works(self) -> dict[str, tuple[set[str], set[str]]]:
        """By municipality the services that work for certain, and those that may."""
        inputs, found = self.inputs, {}
        centre_at = {
            s.id: s.area_code for s in inputs.services.itertuples() if s.service_type == CENTRE
        }
        for code, residents in zip(CODES, GOLDEN, strict=True):
            heads = [
                p.head for p in inputs.staff.itertuples() if centre_at.get(p.service_id) == code
            ]
            asked = (
                0
                if residents < 10_000
                else 2
                if residents <= 40_000
                else 3
                if residents <= 100_000
                else 4
            )
            staffed: bool | None = asked == 0 or (len(heads) >= asked and any(heads))
            if asked and code not in inputs.covered:
                staffed = None
            if self.kind != CENTRE:
                staffed = True
            sure, maybe = set(), set()
            for s in inputs.service_states.itertuples():
                if s.area_code != code or s.service_type != self.kind:
                    continue
                age = (AS_OF - s.verified_on).days
                answers = [s.active, None if age < 0 else age <= 180, staffed]
                if False not in answers:
                    (maybe if None in answers else sure).add(s.id)
            found[code] = (sure, maybe)
        return found

    def stair(self) -> tuple[dict[str, int], dict[str, int]]:
        """Regional totals of the six steps, and existence by municipality."""
        rows = self.inputs.needs[self.inputs.needs["service_type"] == self.kind]
        asked = dict(zip(rows["area_code"], rows["persons"], strict=True))
        need = [0] * len(self.cells)
        for code in self.inputs.covered:
            cells = self.here(code)
            if sum(self.people[n] for n in cells) > 0:
                split = in_cells([self.people[n] for n in cells], int(asked.get(code, 0)))
                for n, persons in zip(cells, split, strict=True):
                    need[n] = persons
        places = [0 if pd.isna(s.capacity) else int(s.capacity) for s in self.all]
        serves = {
            (n, j)
            for n, c in enumerate(self.cells)
            for j, s in enumerate(self.all)
            if not s.own_area_only or s.area_code == c.area_code
        }
        # A site without places moves nobody beyond existence, so only the others are near.
        number = {s.id: j for j, s in enumerate(self.sites)}
        near = {
            (n, j)
            for n, j in serves
            if self.all[j].id in number and self.minutes[n][number[self.all[j].id]] <= 20 + 1e-9
        }
        may_work = set().union(*(a | b for a, b in self.works().values()))
        suited = {(n, j) for n, j in near if self.all[j].id in may_work}
        served = {n for n, _ in serves}
        exists = {code: sum(need[n] for n in self.here(code) if n not in served) for code in CODES}
        held, reached, fitted = (most_held(need, places, p) for p in (serves, near, suited))
        return {
            "existence": sum(exists.values()),
            "capacity": sum(need) - sum(exists.values()) - held,
            "reach": held - reached,
            "fit": reached - fitted,
            "covered": fitted,
        }, exists


@pytest.mark.parametrize("seed", range(12))
def test_coverage_is_what_plain_loops_find(seed: int) -> None:
    inputs = random_region(seed)
    rows = coverage(inputs, load("gr"), parameters.load())
    shown = rows["status"] == "shown"
    assert (shown == (rows["value"].notna() | rows["category"].notna())).all()
    keyed = rows.set_index(["indicator", "breakdown", "area_code"])
    assert keyed.index.is_unique
    for kind in (CENTRE, HELP):
        _compare(keyed, Reference(inputs, kind))


def _compare(rows: pd.DataFrame, expected: Reference) -> None:
    inputs, kind = expected.inputs, expected.kind

    def value(indicator: str, area: str, of: str = "value") -> Any:
        got = rows.at[(indicator, kind, area), of]
        return None if pd.isna(got) else pytest.approx(got, rel=1e-9, abs=1e-9)

    access, works = expected.access(), expected.works()
    totals, existence = expected.stair()
    assert expected.reach(list(range(len(expected.cells)))) == value("reach", "R")
    assert value("access", "R") is None
    for code in CODES:
        covered = code in inputs.covered
        assert expected.reach(expected.here(code)) == value("reach", code)
        assert access[code] == value("access", code)
        sure, maybe = works[code]
        registered = inputs.service_states[
            (inputs.service_states["area_code"] == code)
            & (inputs.service_states["service_type"] == kind)
        ]
        assert (len(registered) if covered else None) == value("services_registered", code)
        assert (len(sure) if covered else None) == value("services_working", code)
        assert (len(sure | maybe) if covered else None) == value("services_working", code, "high")
        own = [s.capacity for s in expected.all if s.area_code == code]
        silent = not covered or any(pd.isna(one) for one in own)
        assert (None if silent else sum(own)) == value("capacity", code)
        asked = rows.at[("open_needs", kind, code), "value"]
        assert pd.isna(asked) == (not covered)
        gap = None if silent else max(0.0, asked - sum(own))
        assert gap == value("capacity_gap", code)
        homeless = not sum(expected.people[n] for n in expected.here(code)) > 0
        parts = [value(f"stair_{part}", code) for part in totals]
        if not covered or (homeless and asked > 0):
            assert parts == [None] * 5
        else:
            assert sum(rows.at[(f"stair_{part}", kind, code), "value"] for part in totals) == asked
            assert existence[code] == value("stair_existence", code)
    unsure = any(pd.isna(s.capacity) or s.location_class == "municipality" for s in expected.all)
    for part in totals:
        low, high = (value(f"stair_{part}", "R", of) for of in ("low", "high"))
        assert (low is None) == (high is None)
        if not unsure:
            assert low is None
    if inputs.covered and rows.at[("stair_covered", kind, "R"), "status"] == "shown":
        assert {part: value(f"stair_{part}", "R") for part in totals} == totals
    if inputs.covered:
        sure_in_all = [works[code][0] for code in inputs.covered]
        may_in_all = [works[code][0] | works[code][1] for code in inputs.covered]
        assert sum(map(len, sure_in_all)) == value("services_working", "R")
        assert sum(map(len, sure_in_all)) == value("services_working", "R", "low")
        assert sum(map(len, may_in_all)) == value("services_working", "R", "high")


@pytest.mark.parametrize(("beyond", "reached"), [(0.0, 100.0), (0.01, 0.0)])
def test_a_service_exactly_twenty_minutes_away_is_reached(beyond: float, reached: float) -> None:
    centre = region().cells.geometry.iloc[2]
    east, north, _ = Geod(ellps="WGS84").fwd(centre.x, centre.y, 0, EDGE + beyond)
    far = service("a", "M3", geometry=Point(east, north))
    needs = counted("persons", M3=4).assign(service_type=CENTRE)
    rows = coverage(
        region(services=services(far), needs=needs), load("gr"), parameters.load()
    ).set_index(["indicator", "breakdown", "area_code"])["value"]
    assert rows["reach", CENTRE, "M3"] == reached
    in_reach = rows["stair_fit", CENTRE, "M3"] + rows["stair_covered", CENTRE, "M3"]
    assert in_reach == (4 if reached else 0)
    assert rows["stair_reach", CENTRE, "M3"] == (0 if reached else 4)


def test_cells_in_which_nobody_lives_give_no_data_and_no_crash() -> None:
    cells = region().cells.assign(population=0.0)
    needs = counted("persons", M1=4).assign(service_type=CENTRE)
    changed = region(cells=cells, needs=needs, services=services(service("a", "M1")))
    rows = coverage(changed, load("gr"), parameters.load())
    of_centre = rows[rows["breakdown"] == CENTRE].set_index(["indicator", "area_code"])
    assert (of_centre.loc["reach", "status"] == "no_data").all()
    assert of_centre.at[("stair_capacity", "M1"), "status"] == "no_data"
    assert of_centre.at[("stair_capacity", "M1"), "explanation"]["en"].startswith("There is no")


def test_places_that_are_not_stated_are_no_data_and_not_zero() -> None:
    needs = counted("persons", M1=4, M2=3).assign(service_type=CENTRE)
    mixed = [service("a", "M1", capacity=None), service("b", "M2", capacity=None)]
    given = services(*mixed, service("c", "M2", capacity=1), service("d", "M3", capacity=0))
    rows = coverage(region(services=given, needs=needs), load("gr"), parameters.load())
    keyed = rows[rows["breakdown"] == CENTRE].set_index(["indicator", "area_code"])
    for figure in ("capacity", "capacity_gap"):
        assert list(keyed.loc[figure, "status"][["M1", "M2", "M3"]]) == [*["no_data"] * 2, "shown"]
        assert "how many places" in keyed.at[(figure, "M1"), "explanation"]["en"]
    assert keyed.at[("capacity", "M3"), "value"] == 0


def broken_inputs() -> dict[str, dict[str, Any]]:
    whole = region()
    need = counted("persons", M1=4).assign(service_type=CENTRE)
    state = {"id": "a", "area_code": "M1", "service_type": CENTRE, "active": True}
    known = {**state, "verified_on": AS_OF, "capacity": 5}
    return {
        "services' holds a twice": {"services": services(service("a", "M1"), service("a", "M2"))},
        "needs' holds M1": {"needs": pd.concat([need, need])},
        "population' holds M1 twice": {"population": pd.concat([whole.population] * 2)},
        "needs.persons' is negative": {"needs": need.assign(persons=-4)},
        "needs.persons' has no number": {"needs": need.assign(persons=np.nan)},
        "needs.persons' must be whole": {"needs": need.assign(persons=2.5)},
        "needs' holds 1 rows of no municipality": {"needs": need.assign(area_code="X9")},
        "residents' holds M1 twice": {"residents": pd.concat([counted("persons", M1=2)] * 2)},
        "service_states' holds 1 rows": {"service_states": states({**known, "area_code": None})},
        "whether it is open": {"service_states": states({**known, "active": None})},
        "cells' holds 6 rows": {
            "cells": whole.cells.assign(area_code="X9"),
            "covered": frozenset([*CODES, "X9"]),
        },
        "has no municipality": {"municipalities": whole.municipalities.iloc[:0]},
        "municipalities' holds M1 twice": {"municipalities": pd.concat([whole.municipalities] * 2)},
    }


@pytest.mark.parametrize("says", list(broken_inputs()))
def test_broken_inputs_are_named_and_not_dropped(says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        coverage(region(**broken_inputs()[says]), load("gr"), parameters.load())


def test_the_norm_at_its_boundaries_and_out_of_force() -> None:
    """Below 10,000 none; 40,000 is where the source contradicts itself, and says so."""
    rows = coverage(region(), load("gr"), parameters.load())
    norm = rows[rows["indicator"] == "staff_norm"].set_index("area_code")
    required = rows[rows["indicator"] == "staff_required"].set_index("area_code")
    assert norm.at["M1", "category"] == "no_norm"
    assert required.at["M1", "status"] == "not_applicable"
    assert required.at["M3", "value"] == 2
    assert norm.at["M3", "explanation"] != norm.at["M2", "explanation"]
    early = coverage(region(as_of=date(1950, 1, 1)), load("gr"), parameters.load())
    then = early[(early["indicator"] == "staff_norm") & early["area_code"].isin(CODES)]
    assert set(then["category"]) == {"no_norm"}
    asked = early[(early["indicator"] == "staff_shortfall") & early["area_code"].isin(CODES)]
    assert set(asked["status"]) == {"not_applicable"}
