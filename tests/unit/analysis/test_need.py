"""Need by hand: what is known, what is not, what is rounded, and what registers do not see."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.apportionment import half_up, largest_remainder, whole_parts
from geo.analysis.need import (
    COLUMNS,
    first_with_data,
    groups_of,
    hidden_need,
    prevalence_need,
    register_need,
    survey_need,
)
from geo.analysis.need.age_bands import people_of_band, read_band
from geo.analysis.need.tables import KEYS, Group, Source
from geo.errors import InvalidInput
from geo.profiles.profile import load
from geo.profiles.shape import SECTORS

AREAS = ["9101", "9102", "9103"]
OLDER = Group("home_help", "older", "65+")
ALL = Group("home_help")
COUNTED = Source("register", "Register of needs", date(2026, 10, 1))
SHARE = Source("prevalence", "Survey of health 2019; census 2021", date(2021, 10, 22))
ASKED = Source("survey", "Survey of households", date(2025, 5, 1))


def frame(columns, *rows):
    return pd.DataFrame(list(rows), columns=columns.split())


def counted(*rows):
    return frame("area_code service_type sector age_band persons", *rows)


def people(*rows):
    return frame("area_code age_band persons", *rows)


def rates(*rows):
    return frame("service_type sector age_band rate", *rows)


def estimates(*rows):
    return frame("area_code service_type sector age_band persons standard_error", *rows)


def register(*rows, areas=AREAS, groups=(OLDER,), covered=("9101", "9102")):
    return register_need(counted(*rows), areas, groups, covered=covered, source=COUNTED)


def prevalence(*rows, rate=0.1, areas=AREAS, groups=(OLDER,)):
    share = rates(("home_help", "older", "65+", rate))
    return prevalence_need(people(*rows), share, areas, groups, source=SHARE)


def shown(need):
    """Persons or None, and the status, of each row."""
    rows = need.rows
    persons = [None if pd.isna(value) else int(value) for value in rows["persons"]]
    return list(zip(persons, rows["status"], strict=True))


def test_a_register_is_silent_where_it_is_not_complete():
    found = register(
        ("9101", "home_help", "older", "65+", 7), ("9103", "home_help", "older", "65+", 4)
    )
    # None in 9102 is a count; in 9103 the register claims nothing, so its 4 are no figure.
    assert shown(found) == [(7, "shown"), (0, "shown"), (None, "no_data")]
    assert found.left_out == 1
    assert found.rows["standard_error"].isna().all()
    first = found.rows.iloc[0]
    assert (first["source_class"], first["source"], first["date"], first["unit"]) == (
        "register", "Register of needs", date(2026, 10, 1), "persons",
    )  # fmt: skip


def test_what_a_record_does_not_state_is_kept_apart_and_rows_not_asked_for_are_counted():
    unstated = Group("home_help", "not_stated", "not_stated")
    found = register(
        ("9101", "home_help", "older", "65+", 7),
        ("9101", "home_help", "not_stated", "not_stated", 3),
        ("9101", "home_help", "total", "total", 9),
        ("9101", "day_centre_older", "older", "65+", 2),
        groups=(OLDER, unstated, ALL),
    )
    # Nine people, one of whom needs help twice: once as older and once unstated.
    assert [value for value, _ in shown(found)] == [7, 0, None, 3, 0, None, 9, 0, None]
    assert found.left_out == 1


def test_prevalence_times_population_by_hand():
    found = prevalence(("9101", "65+", 1204), ("9102", "65+", 333), ("9102", "0-64", 2000))
    # 120.4 and 33.3 sum to 153.7, so 154: the larger remainder gets the one that is left.
    assert shown(found) == [(121, "shown"), (33, "shown"), (None, "no_population")]
    assert found.rows["low"].isna().all()


def test_a_share_with_an_error_gives_an_interval():
    share = rates(("home_help", "older", "65+", 0.1)).assign(standard_error=0.02)
    living = people(("9101", "65+", 1000), ("9102", "65+", 0), ("9103", "65+", 10))
    found = prevalence_need(living, share, AREAS, [OLDER], source=SHARE).rows
    assert found["standard_error"].tolist() == pytest.approx([20, 0, 0.2])
    assert found["low"].tolist() == pytest.approx([100 - 39.2, 0, 1 - 0.392], abs=0.01)
    assert found["high"].tolist() == pytest.approx([100 + 39.2, 0, 1 + 0.392], abs=0.01)
    # Nobody of that age is a fact, and so is nobody in need among them.
    assert found["persons"].tolist() == [100, 0, 1]


def test_a_group_without_a_rate_has_no_data_and_not_zero():
    families = Group("home_help", "families", "65+")
    found = prevalence(("9101", "65+", 100), groups=(OLDER, families))
    assert [status for _, status in shown(found)] == (
        ["shown", "no_population", "no_population"] + ["no_data"] * 3
    )


@given(
    st.lists(st.integers(0, 10**5), min_size=1, max_size=8),
    st.integers(0, 1000).map(lambda x: x / 1000),
    st.randoms(use_true_random=False),
)
def test_whole_persons_keep_the_total_and_do_not_depend_on_the_order(living, rate, random):
    areas = [f"{9000 + i}" for i in range(len(living))]
    rows = [(code, "65+", n) for code, n in zip(areas, living, strict=True)]
    found = prevalence(*rows, rate=rate, areas=areas).rows
    persons = found["persons"].to_numpy(dtype=float)
    expected = rate * np.array(living)
    assert abs(persons.sum() - expected.sum()) <= 0.5 + 1e-6
    assert (np.abs(persons - expected) < 1).all()
    random.shuffle(rows)
    shuffled = sorted(areas, key=lambda _: random.random())
    again = prevalence(*rows, rate=rate, areas=shuffled).rows
    assert dict(zip(again["area_code"], again["persons"], strict=True)) == dict(
        zip(found["area_code"], found["persons"], strict=True)
    )


def test_survey_estimates_keep_their_error_and_become_whole():
    found = survey_need(
        estimates(
            ("9101", "home_help", "older", "65+", 40.4, 10.0),
            ("9102", "home_help", "older", "65+", 8.3, 6.0),
        ),
        AREAS,
        [OLDER],
        source=ASKED,
    )
    # 48.7 is 49 in all.
    assert shown(found) == [(41, "shown"), (8, "shown"), (None, "no_data")]
    low, high = found.rows["low"], found.rows["high"]
    assert low[0] == pytest.approx(40.4 - 19.6, abs=0.01)
    assert high[0] == pytest.approx(40.4 + 19.6, abs=0.01)
    assert low[1] == 0
    assert pd.isna(low[2])
    assert pd.isna(high[2])
    modelled = Source("small_area", "Fay-Herriot on the survey", ASKED.date)
    again = survey_need(estimates(), AREAS, [OLDER], source=modelled)
    assert set(again.rows["source_class"]) == {"small_area"}


def test_hidden_need_is_never_negative_without_being_said_so():
    estimate = survey_need(
        estimates(
            ("9101", "home_help", "older", "65+", 40, 10.0),
            ("9102", "home_help", "older", "65+", 20, 2.0),
            ("9103", "home_help", "older", "65+", 20, 2.0),
        ),
        [*AREAS, "9104"],
        [OLDER],
        source=ASKED,
    )
    known = register(
        ("9101", "home_help", "older", "65+", 30),
        ("9102", "home_help", "older", "65+", 26),
        areas=[*AREAS, "9104"],
        covered=("9101", "9102", "9104"),
    )
    found = hidden_need(estimate, known).rows
    assert found["status"].tolist() == [
        "shown", "register_exceeds_estimate", "no_register", "no_estimate",
    ]  # fmt: skip
    assert found["hidden"].tolist() == [10, 0, pd.NA, pd.NA]
    assert found["excess"].tolist() == [0, 6, pd.NA, pd.NA]
    assert found["low"][0] == 0
    assert found["high"][0] == pytest.approx(10 + 19.6, abs=0.01)
    assert found["high"][1] == 0
    line = found.iloc[0]
    assert (line["estimate_class"], line["estimate_date"]) == ("survey", ASKED.date)
    assert (line["register_source"], line["register_date"]) == (COUNTED.name, COUNTED.date)
    with pytest.raises(InvalidInput, match="cannot estimate"):
        hidden_need(known, known)
    with pytest.raises(InvalidInput, match="second table"):
        hidden_need(estimate, estimate)
    with pytest.raises(InvalidInput, match="same areas"):
        hidden_need(estimate, register())


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=6))
def test_hidden_and_excess_always_account_for_the_difference(pairs):
    areas = [f"9{i}" for i in range(len(pairs))]
    key = ("home_help", "older", "65+")
    estimate = survey_need(
        estimates(*((a, *key, e, 1) for a, (e, _) in zip(areas, pairs, strict=True))),
        areas,
        [OLDER],
        source=ASKED,
    )
    known = register(
        *((a, *key, r) for a, (_, r) in zip(areas, pairs, strict=True)),
        areas=areas,
        covered=areas,
    )
    rows = hidden_need(estimate, known).rows
    assert (rows["estimate"] - rows["registered"] == rows["hidden"] - rows["excess"]).all()
    assert (rows["hidden"] >= 0).all()
    said = rows["status"] == "register_exceeds_estimate"
    assert (said == (rows["excess"] > 0)).all()


def test_the_first_source_with_data_is_taken_and_named():
    known = register(("9101", "home_help", "older", "65+", 30))
    likely = prevalence(("9102", "65+", 100), ("9103", "65+", 50))
    found = first_with_data([known, likely]).rows
    assert list(found.columns) == list(COLUMNS)
    assert found["persons"].tolist() == [30, 0, 5]
    assert found["source_class"].tolist() == ["register", "register", "prevalence"]
    assert found["date"].tolist() == [COUNTED.date, COUNTED.date, SHARE.date]
    with pytest.raises(InvalidInput, match="one table"):
        first_with_data([])


def test_groups_of_a_profile_have_its_sectors():
    profile = load("gr")
    groups = groups_of(profile.demand_types(), ("0-64", "65+"))
    assert Group("home_help", "older", "65+") in groups
    assert len(set(groups)) == len(groups)
    every = [kind for kind in profile.service_types if not kind.sectors]
    assert {group.sector for group in groups_of(every)} == set(SECTORS)


def test_age_bands_are_read_strictly():
    assert read_band("0-17") == (0, 18)
    assert read_band("65+")[0] == 65
    for wrong in ("", "17-0", "65 +", "old", "٦٥+", "not_stated"):
        with pytest.raises(InvalidInput, match="no age band"):
            read_band(wrong)


def test_a_band_is_put_together_only_where_finer_ones_fill_it():
    living = people(
        ("A", "0-64", 10), ("A", "65-79", 4), ("A", "80+", 3),
        ("B", "0-64", 10), ("B", "70+", 4), ("B", "total", 18),
        ("C", "total", 30),
    )  # fmt: skip
    assert people_of_band(living, "65+", ["A"]).tolist() == [7]
    assert people_of_band(living, "total", ["A", "B", "C"]).tolist() == [17, 18, 30]
    # 65 to 69 are missing in B; C has no ages at all; D has no row.
    assert np.isnan(people_of_band(living, "65+", ["B", "C", "D"])).all()
    with pytest.raises(InvalidInput, match="60-70 and 65\\+ overlap"):
        people_of_band(people(("A", "60-70", 1), ("A", "65+", 1)), "65+", ["A"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: register(("9101", "home_help", "older", "65+", -1)), "negative"),
        (lambda: register(("9101", "home_help", "older", "65+", np.nan)), "missing"),
        (lambda: register(("9101", "home_help", "older", "65+", 1.5)), "fraction"),
        (lambda: register(*[("9101", "home_help", "older", "65+", 1)] * 2), "given twice"),
        (lambda: register(("8888", "home_help", "older", "65+", 1)), "not asked for, such as 8888"),
        (lambda: register(("9101", "home_help", "old", "65+", 1)), "Unknown sector 'old'"),
        (lambda: register(("9101", "home_help", "older", "aged", 1)), "no age band"),
        (lambda: register(groups=(OLDER, OLDER)), "twice"),
        (lambda: prevalence(("9101", "65+", 1), rate=-0.1), "negative"),
        (lambda: prevalence(("9101", "65+", 1), rate=10), "above 1"),
        (lambda: prevalence(("9101", "65+", None)), "missing"),
        (lambda: prevalence(("9101", "65+", "many")), "no number"),
        (lambda: prevalence(*[("9101", "65+", 1)] * 2), "given twice"),
        (lambda: survey_need(counted(), AREAS, [OLDER], source=ASKED), "standard_error"),
        (lambda: survey_need(estimates(), AREAS, [OLDER], source=COUNTED), "must be"),
        (
            lambda: survey_need(
                estimates(("9101", "home_help", "older", "65+", 4, -1)), AREAS, [OLDER], source=ASKED
            ),
            "standard_error",
        ),
        (
            lambda: prevalence_need(
                people(), rates(*[("a", "older", "65+", 0.1)] * 2), AREAS, [OLDER], source=SHARE
            ),
            "given twice",
        ),
        (
            lambda: prevalence_need(people(), rates()[["rate"]], AREAS, [OLDER], source=SHARE),
            "lacks the column",
        ),
    ],
)  # fmt: skip
def test_broken_tables_are_refused(make, message):
    with pytest.raises(InvalidInput, match=message):
        make()


def test_no_areas_and_no_groups_give_no_rows():
    assert register(areas=[], covered=()).rows.empty
    assert list(register(groups=()).rows.columns) == list(COLUMNS)
    assert set(KEYS) < set(COLUMNS)


def test_largest_remainder_by_hand():
    assert largest_remainder(np.array([1.5, 1.25, 1.25]), 4).tolist() == [2, 1, 1]
    # Equal remainders: in the order given.
    assert largest_remainder(np.array([0.5, 0.5]), 1).tolist() == [1, 0]
    # 0.29 x 100 is a hair below 29, and 8.3 and 2.3 have one remainder: the first gets the one.
    assert largest_remainder(np.array([0.29 * 100, 0.4]), 29).tolist() == [29, 0]
    assert 8.3 - 8 > 2.3 - 2
    assert largest_remainder(np.array([2.3, 8.3]), 11).tolist() == [3, 8]
    assert [half_up(x) for x in (2.5, 3.5, 2.4999, 0.5 - 1e-12)] == [3, 4, 2, 1]
    with pytest.raises(InvalidInput, match="cannot sum"):
        largest_remainder(np.array([1.5]), 4)


def test_whole_parts_keep_the_sum_of_every_column_and_the_sign():
    numerators = np.array([[3, -3, 5], [3, -3, 1], [0, 12, -6]])
    made = whole_parts(numerators, 6)
    assert made.sum(axis=0).tolist() == [1, 1, 0]
    assert made[:, 0].tolist() == [1, 0, 0]
    assert made[:, 1].tolist() == [0, -1, 2]
    assert made[:, 2].tolist() == [1, 0, -1]
    assert (np.abs(made - numerators / 6) < 1).all()
