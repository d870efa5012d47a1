"""Which figures a tier sees: examples worked by hand (trust rules R2, R3, R6, R7)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cities import REGION, Row, frame, random_city, rows

from geo.analysis.figures.poverty import smoothed_per_thousand
from geo.indicators import indicators
from geo.releases.redraw import Released
from geo.releases.suppress import protected, suppress, withheld_cells
from geo.releases.tiers import RULES

ABC = ["A", "B", "C", "D", "E"]


def smoothed(released: Released) -> np.ndarray:
    return smoothed_per_thousand(*released.with_rest())[:, : len(released.codes)]


REDRAW = {"beneficiary_rate_smoothed": smoothed}


def released(tier: str, *parts: list[Row]) -> pd.DataFrame:
    made = suppress(frame(*parts), indicators(), RULES[tier], REGION, REDRAW)
    return made.set_index(["indicator", "area_code"])


def statuses(table: pd.DataFrame, indicator: str) -> str:
    """One letter an area: s(hown), w(ithheld), n(o data or not applicable)."""
    return "".join(status[0] for status in table.loc[indicator, "status"])


@pytest.mark.parametrize(
    ("counts", "k", "hidden"),
    [
        # Nothing is small: nothing is withheld.
        ([5, 6, 70], 5, "..."),
        # 3 alone is the rest of the total; 8 goes with it: 11 left, 3 in 0-4, 8 in 7-11.
        ([3, 8, 20], 5, "XX."),
        # 3 + 4 = 7: an insider knows 3 <= x <= 4 for both; 9 joins.
        ([3, 4, 9, 30], 5, "XXX."),
        # 0 + 1 = 1 < k although two are hidden; 6 joins: then 0-1 each, still too narrow; 30 too.
        ([0, 1, 6, 30, 40], 5, "XXXX."),
        # 2 + 3 = 5: 1 to 4 each is 3 wide, which is ceil(5/2).
        ([2, 3, 9, 30], 5, "XX.."),
        # k = 10: 6 + 7 = 13, an insider knows 4 <= x <= 9, 5 wide, which is ceil(10/2).
        ([6, 7, 20, 30], 10, "XX.."),
        # 7 + 7 = 14: 5 <= x <= 9, 4 wide; 20 joins.
        ([7, 7, 20, 30], 10, "XXX."),
        # 4 + 5 = 9 with none above the shown 5: the 4 would be certain; so the next goes too.
        ([4, 5, 5, 60, 80], 5, "XXX.."),
        # The smallest shown one is taken wherever it stands.
        ([50, 3, 40, 9], 5, ".X.X"),
        # Nothing protects 4 + 4 + 4 = 12: all go, and then the total.
        ([4, 4, 4], 5, "XXX"),
    ],
)
def test_withheld_cells_by_hand(counts: list[int], k: int, hidden: str) -> None:
    made = withheld_cells(np.array(counts, dtype=float), k)
    assert "".join("X" if cell else "." for cell in made) == hidden


def test_without_a_total_only_small_cells_are_withheld() -> None:
    assert withheld_cells(np.array([3.0, 8, 20]), 5, total_shown=False).tolist() == [1, 0, 0]


def test_what_a_finer_tier_withholds_stays_withheld() -> None:
    already = np.array([False, False, True, False])
    made = withheld_cells(np.array([50.0, 60, 70, 80]), 10, already=already)
    # 70 alone would be the rest of the total: 50 joins; then 60, since 120 in two cells of which
    # none exceeds 60 would be 60 each.
    assert made.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("counts", "hidden", "k", "is_protected"),
    [
        ([1, 2, 30], "...", 5, True),  # nothing is hidden
        ([3, 30, 40], "X..", 5, False),  # one alone
        ([1, 3, 40], "XX.", 5, False),  # 4 in all is less than k
        ([2, 3, 40], "XX.", 5, True),
        ([4, 4, 40], "XX.", 5, False),  # 8 of at most 4 each
        ([0, 5, 40], "XX.", 5, False),  # 5 of which one is at least 5
        ([0, 9, 40], "XX.", 5, True),  # 0-4 and 5-9
        ([0, 7, 40], "XX.", 5, False),  # 0-2 and 5-7: 2 wide, 3 wanted
        ([5, 6, 40], "XX.", 5, False),  # both known to be >= 5: 5-6 each
    ],
)
def test_protected_by_hand(counts: list[int], hidden: str, k: int, is_protected: bool) -> None:
    mask = np.array([mark == "X" for mark in hidden])
    assert protected(np.array(counts, dtype=float), mask, k) == is_protected


def test_zeros_are_withheld_where_people_in_need_are_counted() -> None:
    made = released("committee", rows("beneficiaries", ABC, [0, 30, 40, 50, 60]))
    assert statuses(made, "beneficiaries") == "wwssss"
    assert made.loc[("beneficiaries", "A"), ["value", "low", "high"]].isna().all()
    posts = released("public", rows("staff_shortfall", ABC, [0, 1, 2, 3, 4]))
    assert statuses(posts, "staff_shortfall") == "ssssss"
    assert posts.loc[("staff_shortfall", "A"), "value"] == 0


def test_a_total_goes_when_nothing_protects() -> None:
    made = released("committee", rows("beneficiaries", ABC[:3], [4, 4, 4]))
    assert statuses(made, "beneficiaries") == "wwww"


def test_a_small_total_goes() -> None:
    made = released("committee", rows("beneficiaries", ABC[:3], [0, 1, 2]))
    assert statuses(made, "beneficiaries") == "wwww"


def test_a_lower_tier_does_not_show_what_a_higher_one_withholds() -> None:
    """4 + 4 + 4 of at most 4 each: for k = 5 a fourth must go, for k = 10 it need not."""
    counts = rows("beneficiaries", ABC, [4, 4, 4, 50, 60])
    assert statuses(released("committee", counts), "beneficiaries") == "wwwwss"
    assert statuses(released("public", counts), "beneficiaries") == "wwwwss"


def test_a_lower_tier_does_not_show_a_total_that_a_higher_one_withholds() -> None:
    counts = rows("beneficiaries", ABC[:3], [4, 4, 4])
    assert statuses(released("public", counts), "beneficiaries") == "wwww"


def test_no_data_and_not_applicable_pass() -> None:
    table = frame(rows("beneficiaries", ABC, [np.nan, 3, 20, 30, 40]))
    table.loc[4, ["status", "value"]] = ["not_applicable", np.nan]
    made = suppress(table, indicators(), RULES["committee"], REGION, {})
    expected = ["no_data", "withheld", "withheld", "shown", "not_applicable", "shown"]
    assert made["status"].tolist() == expected


def test_a_follower_is_withheld_with_its_leader_and_its_total_goes() -> None:
    made = released(
        "committee",
        rows("open_needs", ABC, [3, 8, 20, 30, 40], "home_help"),
        rows("capacity_gap", ABC, [0, 2, 5, 10, 15], "home_help"),
    )
    assert statuses(made, "open_needs") == "wwssss"
    assert statuses(made, "capacity_gap") == "wwsssw"
    # Beyond places is arithmetic on shown figures there; below k it may stand.
    assert made.loc[("capacity_gap", "C"), "value"] == 5


def test_a_follower_of_another_service_is_left_alone() -> None:
    made = released(
        "committee",
        rows("open_needs", ABC, [3, 8, 20, 30, 40], "home_help"),
        rows("open_needs", ABC, [10, 11, 12, 13, 14], "community_centre"),
        rows("capacity_gap", ABC, [1, 2, 3, 4, 5], "community_centre"),
    )
    assert statuses(made, "capacity_gap") == "ssssss"


def test_a_follower_whose_leader_has_no_figure_is_not_shown() -> None:
    made = released(
        "committee",
        rows("beneficiaries", ABC[:3], [np.nan, 20, 30]),
        rows("rate_pattern", ABC[:3], [1, 1, 1], total=False),
    )
    assert statuses(made, "rate_pattern") == "wss"


def test_the_public_sees_rounded_counts_and_rates_made_from_them() -> None:
    made = released(
        "public",
        rows("population", ABC[:3], [1000, 2000, 5000]),
        rows("beneficiaries", ABC[:3], [12, 13, 48]),
        rows("beneficiary_rate", [*ABC[:3], REGION], [12.0, 6.5, 9.6, 9.125], total=False),
    )
    assert made.loc["beneficiaries", "value"].tolist() == [10, 15, 50, 75]
    # 10 of 1,000; 15 of 2,000; 50 of 5,000; 75 of 8,000.
    assert made.loc["beneficiary_rate", "value"].tolist() == [10.0, 7.5, 10.0, 9.4]


def test_gaps_are_rounded_for_the_public_and_exact_for_others() -> None:
    parts = (
        rows("open_needs", ABC[:3], [12, 33, 48], "home_help"),
        rows("capacity", ABC[:3], [10, 20, 50], "home_help"),
        rows("capacity_gap", ABC[:3], [2, 13, 0], "home_help"),
    )
    # From about 10, 35 and 50 persons: the gap tells nothing that the rounded count does not.
    assert released("public", *parts).loc["capacity_gap", "value"].tolist() == [0, 15, 0, 15]
    assert released("planner", *parts).loc["capacity_gap", "value"].tolist() == [2, 13, 0, 15]


def test_explanations_of_people_are_dropped_and_others_kept() -> None:
    made = released(
        "committee",
        rows("population", ABC, [900, 800, 700, 600, 500]),
        rows("beneficiaries", ABC, [9, 20, 30, 40, 50]),
    )
    assert all(text == {} for text in made.loc["beneficiaries", "explanation"])
    assert made.loc[("population", "A"), "explanation"] == {"en": "It is 900.", "el": ""}


def test_nothing_is_left_of_what_is_not_shown() -> None:
    table = frame(rows("beneficiaries", ABC, [0, 9, 30, 40, 50]))
    table[["low", "high", "category"]] = [1.0, 2.0, "word"]
    made = suppress(table, indicators(), RULES["public"], REGION, {}).set_index("status")
    assert made.loc[["withheld"], ["value", "low", "high", "category"]].isna().all(axis=None)
    assert made.loc["shown", "category"].eq("word").all()


RESIDENTS = np.array([150, 2500, 8000, 9000, 4000, 6000, 5000, 9000])
SPLITS = [(1, 4), (2, 3), (3, 2), (4, 1)]


def events(split: tuple[int, int]) -> np.ndarray:
    """Eight areas of which the first two share five persons in some way."""
    return np.array([*split, 50, 40, 20, 30, 30, 45], dtype=float)


def test_exact_smoothed_rates_would_tell_how_the_withheld_share_their_rest() -> None:
    exact = [smoothed_per_thousand(events(split), RESIDENTS)[0, 2:] for split in SPLITS]
    seen = {tuple(np.round(rates, 1)) for rates in exact}
    assert len(seen) == len(SPLITS), "whoever tries all splits finds the right one"


@pytest.mark.parametrize("tier", ["committee", "public"])
def test_released_smoothed_rates_do_not(tier: str) -> None:
    codes = [*"ABCDEFGH"]
    seen = []
    for split in SPLITS:
        counts = events(split)
        exact = smoothed_per_thousand(counts, RESIDENTS)[0]
        made = released(
            tier,
            rows("population", codes, RESIDENTS),
            rows("beneficiaries", codes, counts),
            rows("beneficiary_rate_smoothed", codes, exact, total=False),
        ).loc["beneficiary_rate_smoothed"]
        seen.append(made[["value", "low", "high", "status"]])
    assert (seen[0]["status"] == "shown").sum() >= 5
    assert all(one.equals(seen[0]) for one in seen)


def test_a_smoothed_rate_that_nobody_can_draw_anew_is_withheld() -> None:
    city = random_city(1)
    rates = rows("beneficiary_rate_smoothed", city.codes, np.ones(len(city.codes)), total=False)
    table = pd.concat([city.values(), frame(rates)], ignore_index=True)
    made = suppress(table, indicators(), RULES["planner"], REGION, {})
    found = made.loc[made["indicator"] == "beneficiary_rate_smoothed", "status"]
    assert set(found) == {"withheld"}


@pytest.mark.parametrize("tier", list(RULES))
def test_no_count_of_people_below_k_is_in_any_release(tier: str) -> None:
    k = RULES[tier].k
    for seed in range(40):
        values = random_city(seed).values()
        made = suppress(values, indicators(), RULES[tier], REGION, {})
        counts = made[made["indicator"].isin(["open_needs", "beneficiaries"])]
        assert not (counts["value"] < k).any()
        shown = (counts["status"] == "shown").to_numpy()
        true = values.loc[counts.index, "value"].to_numpy()
        assert (true[shown] >= k).all()
        assert counts.loc[~shown, ["value", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("tier", "seen"),
    [
        # 4 and a rest of 4 are below 5; so is the rest of 0 of 30 out of 30, and 0 itself.
        ("planner", [None, 8, None, None, None]),
        # Below 10 on either side as well: 8 of 40.
        ("public", [None, None, None, None, None]),
    ],
)
def test_a_part_is_shown_where_it_and_the_rest_are_large(tier: str, seen: list[float]) -> None:
    whole, part = [50, 40, 34, 30, 60], [4, 8, 30, 30, 0]
    parts = rows("needs_out_of_reach", ABC, part, "home_help")
    table = released(tier, rows("open_needs", ABC, whole, "home_help"), parts)
    found = table.loc["needs_out_of_reach"].loc[ABC, "value"]
    assert [None if np.isnan(one) else one for one in found] == seen
    # Subtracting the shown from the total would give the withheld away.
    assert statuses(table, "needs_out_of_reach")[-1] == "w"


def test_a_part_has_its_total_where_all_of_it_is_shown_and_is_rounded_for_the_public() -> None:
    whole, part = [50, 40, 44, 70, 60], [13, 18, 12, 20, 31]
    parts = [
        (*row[:4], row[3] - 1.0, row[3] + 2.0, *row[6:])  # type: ignore[operator]
        for row in rows("needs_out_of_reach", ABC, part, "home_help")
    ]
    table = released("public", rows("open_needs", ABC, whole, "home_help"), parts)
    found = table.loc["needs_out_of_reach"]
    assert found["value"].tolist() == [15, 20, 10, 20, 30, 95]
    assert (found[["low", "high"]] % 5 == 0).all(axis=None)
    exact = released("planner", rows("open_needs", ABC, whole, "home_help"), parts)
    assert exact.loc["needs_out_of_reach", "value"].tolist() == [*part, sum(part)]
    assert exact.loc["needs_out_of_reach", "low"].tolist()[:2] == [12, 17]


def test_a_part_is_withheld_with_its_whole() -> None:
    whole, part = [3, 40, 44, 70, 60], [1, 18, 12, 20, 31]
    parts = rows("needs_out_of_reach", ABC, part, "home_help")
    table = released("planner", rows("open_needs", ABC, whole, "home_help"), parts)
    leader = statuses(table, "open_needs")
    followed = statuses(table, "needs_out_of_reach")
    assert all(one == "w" for one, led in zip(followed, leader, strict=True) if led == "w")
    assert leader.count("w") == 2 and followed[-1] == "w"


def test_the_interval_of_a_part_is_held_to_the_same_least() -> None:
    parts = [
        (*row[:4], low, high, *row[6:])
        for row, low, high in zip(
            rows("needs_out_of_reach", ABC, [30, 30, 30, 30, 30], "home_help"),
            [20.0, 4, 20, 20, 20, 84],
            [40.0, 40, 56, 40, 40, 216],
            strict=True,
        )
    ]
    table = released("planner", rows("open_needs", ABC, [60] * 5, "home_help"), parts)
    found = table.loc["needs_out_of_reach"]
    assert (found["status"] == "shown").all()
    # 4 is below 5, and so is the rest of 56 out of 60; the sums would give them away.
    assert found["low"].notna().tolist() == [True, False, False, True, True, False]
    assert found["high"].notna().tolist() == [True, False, False, True, True, False]
