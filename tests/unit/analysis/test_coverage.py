"""Coverage figures of a small region, each worked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small_region import CODES, GOLDEN, counted, posts, region, service, services

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.errors import InvalidInput
from geo.profiles.profile import load

CENTRE = "community_centre"


def computed(**changes: Any) -> pd.DataFrame:
    rows = coverage(region(**changes), load("gr"), parameters.load())
    assert not rows.duplicated(["indicator", "breakdown", "area_code"]).any()
    known = rows["value"].notna() | rows["category"].notna()
    assert (known == (rows["status"] == "shown")).all()
    return rows.set_index(["indicator", "breakdown", "area_code"]).sort_index()


def column(rows: pd.DataFrame, indicator: str, of: str, breakdown: str = "") -> list[Any]:
    return [rows.at[(indicator, breakdown, code), of] for code in CODES]


def needs(**counts: int) -> pd.DataFrame:
    return counted("persons", **counts).assign(service_type=CENTRE)


def test_the_six_golden_populations() -> None:
    """Methods 5.3: none below 10,000; 2 to 40,000; 3 to 100,000; 4 above. Nobody is in post."""
    rows = computed()
    assert column(rows, "population", "value") == GOLDEN
    assert column(rows, "staff_norm", "category") == ["no_norm", *["short"] * 5]
    assert column(rows, "staff_required", "value")[1:] == [2, 2, 3, 3, 4]
    assert column(rows, "staff_shortfall", "value")[1:] == [2, 2, 3, 3, 4]
    assert column(rows, "staff_required", "status")[0] == "not_applicable"
    assert rows.at[("staff_required", "", "R"), "value"] == 14
    assert rows.at[("population", "", "R"), "value"] == 300_001


def test_posts_are_counted_where_their_service_stands() -> None:
    rows = computed(
        services=services(service("a", "M4"), service("b", "M4"), service("c", "M6")),
        staff=pd.DataFrame([*posts("a", 2), *posts("b", 1), *posts("c", 3)]),
    )
    assert column(rows, "staff_actual", "value") == [0, 0, 0, 3, 0, 3]
    assert column(rows, "staff_norm", "category")[3:] == ["met", "short", "short"]
    assert rows.at[("staff_shortfall", "", "M6"), "value"] == 1


def test_posts_of_other_services_do_not_count() -> None:
    rows = computed(
        services=services(service("a", "M2", service_type="home_help")),
        staff=pd.DataFrame(posts("a", 5)),
    )
    assert rows.at[("staff_actual", "", "M2"), "value"] == 0


def test_outside_of_the_registers_an_absence_is_no_fact() -> None:
    rows = computed(covered=frozenset())
    assert column(rows, "staff_norm", "category") == ["no_norm", *["not_assessable"] * 5]
    for name, breakdown in [("staff_actual", ""), ("open_needs", CENTRE), ("capacity", CENTRE)]:
        assert set(column(rows, name, "status", breakdown)) == {"no_data"}, name
        assert rows.at[(name, breakdown, "R"), "status"] == "no_data"
    assert set(column(rows, "reach", "status", CENTRE)) == {"no_data"}


def test_mandatory_services_are_those_of_the_active_centre() -> None:
    rows = computed(
        services=services(
            service("a", "M1", offers=["information", "programme_support", "psychosocial"]),
            service("b", "M1", offers=["information", "income_support_application"]),
            service("c", "M2", offers=["information"], service_type="home_help"),
        )
    )
    # Three of six; the optional one does not count, nor does what home help offers.
    assert rows.at[("mandatory_services", "", "M1"), "value"] == pytest.approx(50)
    assert rows.at[("mandatory_services", "", "M1"), "category"] == "partial"
    assert rows.at[("mandatory_services", "", "M2"), "value"] == 0
    assert rows.at[("mandatory_services", "", "M2"), "category"] == "none"
    # Of 6 x 6 that could be offered 3 are.
    assert rows.at[("mandatory_services", "", "R"), "value"] == pytest.approx(100 * 3 / 36)


def test_places_needs_and_gap() -> None:
    rows = computed(
        services=services(service("a", "M1", capacity=10), service("b", "M1", capacity=5)),
        needs=needs(M1=20, M2=7),
    )
    assert column(rows, "capacity", "value", CENTRE) == [15, 0, 0, 0, 0, 0]
    assert column(rows, "open_needs", "value", CENTRE) == [20, 7, 0, 0, 0, 0]
    assert column(rows, "capacity_gap", "value", CENTRE) == [5, 7, 0, 0, 0, 0]
    assert rows.at[("capacity_gap", CENTRE, "R"), "value"] == 12


def test_reach_counts_residents_within_twenty_minutes() -> None:
    """4.4 km x 1.4 at 25 km/h are 15 minutes, twice as far 29: the next one is reached."""
    rows = computed(services=services(service("a", "M2")))
    assert column(rows, "reach", "value", CENTRE) == [100, 100, 100, 0, 0, 0]
    reached = GOLDEN[0] + GOLDEN[1] + GOLDEN[2]
    assert rows.at[("reach", CENTRE, "R"), "value"] == pytest.approx(100 * reached / sum(GOLDEN))


def test_access_is_a_ratio_to_the_mean_of_the_region() -> None:
    rows = computed(services=services(service("a", "M2")))
    access = column(rows, "access", "value", CENTRE)
    assert access[1] > access[0] > 0 and access[3:] == [0, 0, 0]
    mean = sum(a * p for a, p in zip(access, GOLDEN, strict=True)) / sum(GOLDEN)
    assert mean == pytest.approx(1)


@pytest.mark.parametrize("change", [{"location_class": "municipality"}, {"capacity": pd.NA}])
def test_a_service_without_place_or_places_reaches_nobody(change: dict[str, Any]) -> None:
    rows = computed(services=services(service("a", "M2", **change)))
    assert set(column(rows, "reach", "value", CENTRE)) == {0}
    assert set(column(rows, "access", "value", CENTRE)) == {0}


def of_m2(rows: pd.DataFrame, indicator: str) -> list[float]:
    return [rows.at[(indicator, CENTRE, "M2"), name] for name in ("value", "low", "high")]


@pytest.mark.parametrize(
    ("change", "stops"),
    [({"capacity": pd.NA}, "stair_capacity"), ({"location_class": "municipality"}, "stair_reach")],
)
def test_a_service_that_does_not_state_all_exists_and_leaves_an_interval(
    change: dict[str, Any], stops: str
) -> None:
    rows = computed(
        services=services(service("a", "M2", **change)),
        needs=pd.DataFrame([{"area_code": "M2", "service_type": CENTRE, "persons": 7}]),
    )
    assert of_m2(rows, "stair_existence") == [0, 0, 0]
    assert of_m2(rows, stops) == [7, 0, 7]
    assert of_m2(rows, "stair_covered") == [0, 0, 7]
    assert "does not state" in rows.at[("stair_covered", CENTRE, "M2"), "explanation"]["en"]
    assert of_m2(rows, "reach") == [0, 0, 100]
    region = [rows.at[("stair_covered", CENTRE, "R"), name] for name in ("value", "low", "high")]
    assert region == [0, 0, 7]


def test_a_service_with_no_places_exists_and_has_none_for_anybody() -> None:
    rows = computed(
        services=services(service("a", "M2", capacity=0)),
        needs=pd.DataFrame([{"area_code": "M2", "service_type": CENTRE, "persons": 7}]),
    )
    assert rows.at[("stair_existence", CENTRE, "M2"), "value"] == 0
    assert rows.at[("stair_capacity", CENTRE, "M2"), "value"] == 7
    assert pd.isna(rows.at[("stair_capacity", CENTRE, "M2"), "low"])


def test_where_nobody_looked_there_is_no_data_and_not_a_zero() -> None:
    rows = computed(rounds=counted("minutes", M1=60, M2=30), observations=counted("reports", M1=4))
    assert column(rows, "observations", "status") == ["shown", "shown", *["no_data"] * 4]
    assert column(rows, "observations", "value")[:2] == [4, 0]
    assert column(rows, "round_minutes", "value") == [60, 30, 0, 0, 0, 0]
    assert rows.at[("observations", "", "R"), "value"] == 4


def test_a_municipality_without_residents_figure_has_no_data() -> None:
    known = region().population.iloc[1:]
    rows = computed(population=known)
    assert rows.at[("population", "", "M1"), "status"] == "no_data"
    assert rows.at[("population", "", "R"), "value"] == sum(GOLDEN[1:])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"area_code": "XX"}, "no municipality of the region, such as XX"),
        ({"geometry": None}, "said to be found to a point and without one, such as a"),
        ({"capacity": -3}, "negative"),
    ],
)
def test_a_broken_service_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        computed(services=services(service("a", "M1", **change)))


@pytest.mark.parametrize("population", [-5.0, float("nan"), float("inf")])
def test_a_broken_cell_is_refused(population: float) -> None:
    with pytest.raises(InvalidInput, match=r"cells\.population"):
        computed(cells=region().cells.assign(population=[population, *GOLDEN[1:]]))


@pytest.mark.parametrize(("too", "covered"), [([], [3, 0]), (["M2"], [3, 4]), (None, [3, 0])])
def test_a_municipal_service_serves_others_by_agreement_only(
    too: list[str] | None, covered: list[int]
) -> None:
    found = services(service("a", "M1")).assign(own_area_only=True, serves_too=[too])
    people = [{"area_code": "M1", "persons": 3}, {"area_code": "M2", "persons": 4}]
    rows = computed(services=found, needs=pd.DataFrame(people).assign(service_type=CENTRE))
    assert column(rows, "stair_covered", "value", CENTRE)[:2] == covered
    assert column(rows, "stair_existence", "value", CENTRE)[1] == 4 - covered[1]
    assert column(rows, "reach", "value", CENTRE)[:2] == [100, 100 if too else 0]
