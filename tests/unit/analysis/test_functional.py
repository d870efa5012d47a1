"""Nominal against functional services, clause by clause."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.norms import evaluate
from geo.analysis.norms.functional import (
    ACCESS_ITEMS,
    CLAUSES,
    COLUMNS,
    functional_services,
    norm_clauses,
    premises_accessible,
)
from geo.analysis.stair.gaps import capacity_gap
from geo.errors import InvalidInput
from geo.profiles.profile import load
from geo.registers.agencies.premises import ITEMS

DAY = date(2026, 6, 30)
GOOD = {
    "area_code": "M1",
    "status": "active",
    "assured_date": DAY,
    "staff_met": True,
    "head_met": True,
    "accessible": True,
    "capacity": 10,
}


def _services(*changes):
    rows = [{"id": f"s{n}", **GOOD, **change} for n, change in enumerate(changes)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _lost(found, code="M1"):
    rows = found.stair[found.stair["area_code"] == code]
    return {
        (row.clause, row.verdict): (row.services, row.places)
        for row in rows.itertuples()
        if row.services
    }


def _count(found, count, code="M1"):
    rows = found.areas
    row = rows[(rows["area_code"] == code) & (rows["count"] == count)].iloc[0]
    return tuple(row[["services", "places", "uncounted"]])


def test_each_clause_loses_its_services():
    found = functional_services(
        _services(
            {},
            {"status": "temporarily closed", "capacity": 1},
            {"assured_date": DAY - timedelta(days=181), "capacity": 2},
            {"staff_met": False, "capacity": 4},
            {"head_met": False, "capacity": 8},
            {"accessible": False, "capacity": 16},
        ),
        DAY,
        needs_access=True,
    )
    assert _lost(found) == {
        ("open", "failed"): (1, 1),
        ("verified", "failed"): (1, 2),
        ("staff", "failed"): (1, 4),
        ("head", "failed"): (1, 8),
        ("accessible", "failed"): (1, 16),
    }
    assert _count(found, "nominal") == (6, 41, 0)
    assert _count(found, "functional") == (1, 10, 0)
    assert found.worst_clause().to_dict() == {"M1": "accessible"}
    assert found.services["functional"].tolist() == [True] + [False] * 5


def test_access_is_asked_only_for_groups_that_need_it():
    services = _services({"accessible": False}, {"accessible": None})
    found = functional_services(services, DAY)
    assert found.clauses == CLAUSES[:-1]
    assert _count(found, "functional") == (2, 20, 0)
    asked = functional_services(services, DAY, needs_access=True)
    assert _count(asked, "functional") == (0, 0, 0)
    assert _count(asked, "not_known") == (1, 10, 0)
    # The answer itself is kept either way.
    assert found.services["accessible"].tolist() == [False, pd.NA]


def test_the_first_no_decides_and_the_unknown_is_told_apart():
    found = functional_services(
        _services(
            # Nobody knows when it was verified, but its staff is certainly short.
            {"assured_date": None, "staff_met": False},
            {"assured_date": None, "head_met": None},
            {"status": None},
            {"status": "inactive", "staff_met": False},
        ),
        DAY,
    )
    assert _lost(found) == {
        ("staff", "failed"): (1, 10),
        ("verified", "not_known"): (1, 10),
        ("open", "not_known"): (1, 10),
        ("open", "failed"): (1, 10),
    }
    assert found.services["functional"].isna().tolist() == [False, True, True, False]
    assert found.services["stopped_by"].tolist() == ["staff", "verified", "open", "open"]
    assert _count(found, "not_known") == (2, 20, 0)


@pytest.mark.parametrize(
    ("days_ago", "works"), [(0, True), (180, True), (181, False), (-1, None), (None, None)]
)
def test_a_verification_counts_up_to_its_last_day(days_ago, works):
    when = None if days_ago is None else DAY - timedelta(days=days_ago)
    found = functional_services(_services({"assured_date": when}), DAY)
    (answer,) = found.services["verified"]
    assert (None if answer is pd.NA else bool(answer)) == works


def test_days_are_configurable():
    services = _services({"assured_date": DAY - timedelta(days=31)})
    assert _count(functional_services(services, DAY, days=30), "functional")[0] == 0
    assert _count(functional_services(services, DAY, days=31), "functional")[0] == 1


def test_unknown_places_are_not_zero_places():
    found = functional_services(
        _services({"capacity": None}, {"capacity": None, "staff_met": False}, {"area_code": "M2"}),
        DAY,
        areas=["M1", "M2", "M3"],
    )
    assert _count(found, "functional") == (1, pd.NA, 1)
    assert _lost(found) == {("staff", "failed"): (1, pd.NA)}
    assert _count(found, "functional", "M3") == (0, 0, 0)
    places = found.places("functional")
    assert places.isna().tolist() == [True, False, False]
    assert places[["M2", "M3"]].tolist() == [10, 0]
    assert found.worst_clause().to_dict() == {"M1": "staff", "M2": None, "M3": None}
    partly = functional_services(_services({"capacity": None}, {}), DAY)
    assert _count(partly, "functional") == (2, 10, 1)
    assert partly.places("functional").isna().all()


def test_removing_the_head_lowers_functional_and_not_nominal_coverage():
    norm = load("gr").norm("community_centre_staff")
    need = [40, 40]

    def coverage(head):
        held = [
            evaluate(norm, 20_000, {"staff": 3, "head": head}),
            evaluate(norm, 20_000, {"staff": 3, "head": "social_worker"}),
        ]
        services = _services({"capacity": 30}, {"capacity": 20, "area_code": "M2"})
        answers = zip(*map(norm_clauses, held), strict=True)
        services["staff_met"], services["head_met"] = map(list, answers)
        found = functional_services(services, DAY)
        gaps = {
            count: capacity_gap(need, found.places(count)) for count in ("nominal", "functional")
        }
        return {count: gap.coverage.tolist() for count, gap in gaps.items()}, _lost(found)

    assert coverage("social_worker") == (
        {"nominal": [0.75, 0.5], "functional": [0.75, 0.5]},
        {},
    )
    assert coverage(None) == (
        {"nominal": [0.75, 0.5], "functional": [0.0, 0.5]},
        {("head", "failed"): (1, 30)},
    )


def test_what_a_norm_says_of_the_clauses():
    norm = load("gr").norm("community_centre_staff")
    assert norm_clauses(evaluate(norm, 20_000, {"staff": 1, "head": None})) == (False, False)
    assert norm_clauses(evaluate(norm, 20_000, {"staff": 3})) == (True, None)
    assert norm_clauses(evaluate(norm, 20_000, None)) == (None, None)
    assert norm_clauses(evaluate(norm, 500, None)) == (True, True)


def test_premises_are_accessible_when_each_item_was_seen():
    both = dict.fromkeys(ACCESS_ITEMS, True)
    assert set(ACCESS_ITEMS) <= set(ITEMS)
    assert premises_accessible({**both, "lift": False}) is True
    assert premises_accessible({ACCESS_ITEMS[0]: True}) is None
    assert premises_accessible({ACCESS_ITEMS[1]: False}) is False
    assert premises_accessible({}) is None
    with pytest.raises(InvalidInput, match="true or false"):
        premises_accessible({ACCESS_ITEMS[0]: "yes"})


def test_no_services_at_all():
    found = functional_services(_services(), DAY, areas=["M1"])
    assert _count(found, "nominal") == (0, 0, 0)
    assert found.stair["services"].sum() == 0
    assert len(functional_services(_services(), DAY).areas) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": "shut"}, "Unknown status"),
        ({"area_code": None}, "1 services have no area_code"),
        ({"id": "s0"}, "1 service ids occur twice"),
        ({"capacity": -1}, "'capacity' is negative"),
        ({"capacity": 1.5}, "'capacity' holds what is no"),
        ({"staff_met": "perhaps"}, "'staff_met' holds what is no"),
        ({"assured_date": "yesterday"}, "'assured_date' holds what is no"),
        ({"area_code": "M9"}, "outside of 'areas', in M9"),
    ],
)
def test_broken_rows_are_refused(change, says):
    with pytest.raises(InvalidInput, match=says):
        functional_services(_services({}, change), DAY, areas=["M1"])


def test_missing_columns_and_broken_choices_are_refused():
    with pytest.raises(InvalidInput, match="no column head_met, accessible"):
        functional_services(_services({}).drop(columns=["head_met", "accessible"]), DAY)
    with pytest.raises(InvalidInput, match="'days'"):
        functional_services(_services({}), DAY, days=-1)
    with pytest.raises(InvalidInput, match="a code twice"):
        functional_services(_services({}), DAY, areas=["M1", "M1"])
    with pytest.raises(InvalidInput, match="Unknown count"):
        functional_services(_services({}), DAY).places("all")


THREE = st.sampled_from([True, False, None])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "area_code": st.sampled_from(["M1", "M2", "M3"]),
            "status": st.sampled_from(["active", "active", "inactive", None]),
            "assured_date": st.sampled_from([DAY, DAY - timedelta(days=400), None]),
            "staff_met": THREE,
            "head_met": THREE,
            "accessible": THREE,
            "capacity": st.none() | st.integers(0, 50),
        }
    ),
    max_size=12,
)


@given(rows=ROWS, needs_access=st.booleans(), seed=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_the_stair_sums_to_the_nominal_in_any_order(rows, needs_access, seed):
    services = _services(*rows)
    codes = ["M1", "M2", "M3"]
    found = functional_services(services, DAY, needs_access=needs_access, areas=codes)
    lost = found.stair.groupby("area_code")[["services", "places", "uncounted"]].sum()
    counted = {
        count: part.set_index("area_code")[["services", "places", "uncounted"]].fillna(0)
        for count, part in found.areas.groupby("count")
    }
    assert (counted["functional"] + lost.fillna(0) == counted["nominal"]).all(axis=None)
    assert counted["nominal"]["services"].sum() == len(rows)
    unknown = found.stair[found.stair["verdict"] == "not_known"]
    assert unknown["services"].sum() == counted["not_known"]["services"].sum()

    order = np.random.default_rng(seed).permutation(len(rows))
    turned = functional_services(services.iloc[order], DAY, needs_access=needs_access, areas=codes)
    pd.testing.assert_frame_equal(turned.stair, found.stair)
    pd.testing.assert_frame_equal(turned.areas, found.areas)


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_each_verdict_is_the_three_valued_and_of_the_clauses(rows):
    found = functional_services(_services(*rows), DAY, needs_access=True)
    for row in found.services.itertuples():
        answers = [getattr(row, clause) for clause in CLAUSES]
        if any(answer is not pd.NA and not answer for answer in answers):
            expected = False
        else:
            expected = pd.NA if any(answer is pd.NA for answer in answers) else True
        assert (row.functional is pd.NA) == (expected is pd.NA)
        assert expected is pd.NA or row.functional == expected
