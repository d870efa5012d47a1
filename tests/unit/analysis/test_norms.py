"""The staffing norm and the mandatory services of a community centre (golden values of the docs)."""

from datetime import date

import pytest

from geo.analysis.norms import evaluate, mandatory_services, staff_facts
from geo.errors import InvalidInput
from geo.profiles.profile import load

NORM = load("gr").norm("community_centre_staff")
CHECKLIST = load("gr").checklist("community_centre")
MANDATORY = {item.code for item in CHECKLIST.with_status("mandatory")}


def _centre(staff, head="social_worker"):
    return {"staff": staff, "head": head}


@pytest.mark.parametrize(
    ("population", "required"),
    [
        (0, None),
        (9_999, None),
        (10_000, 2),
        (39_999, 2),
        (40_000, 2),
        (40_001, 3),
        (100_000, 3),
        (100_001, 4),
        (643_452, 4),
    ],
)
def test_bands(population, required):
    result = evaluate(NORM, population, _centre(0))
    assert result.required == required
    assert result.state == ("no_norm" if required is None else "short")
    assert result.shortfall == required
    assert ("boundary_ambiguous" in result.flags) == (population == 40_000)


def test_vari_voula_vouliagmeni_with_three_staff_is_met():
    result = evaluate(NORM, 50_585, _centre(3))
    assert (result.state, result.required, result.actual, result.shortfall) == ("met", 3, 3, 0)
    assert result.flags == ()
    assert result.reason["en"].startswith(
        "3 posts required for a population of 50,585 registered citizens, 3 filled: "
        "the number is met. Source: Law 4368/2016, article 4 "
    )
    assert "50.585 (δημότες)" in result.reason["el"]


def test_more_staff_than_required_is_no_surplus():
    assert evaluate(NORM, 12_000, _centre(5)).shortfall == 0


def test_a_place_without_a_register_is_not_assessable_but_one_below_the_minimum_has_no_norm():
    unknown = evaluate(NORM, 50_585, None)
    assert (unknown.state, unknown.required, unknown.actual) == ("not_assessable", 3, None)
    assert unknown.shortfall is None
    assert evaluate(NORM, None, _centre(3)).state == "not_assessable"
    below = evaluate(NORM, 9_999, None)
    assert (below.state, below.required, below.shortfall) == ("no_norm", None, None)
    assert "not a norm of zero" in below.reason["en"]


def test_the_head_is_a_clause_of_its_own():
    wrong = evaluate(NORM, 50_585, _centre(3, "psychologist"))
    assert (wrong.state, wrong.flags) == ("met", ("composition_fail",))
    assert "social worker" in wrong.reason["en"]
    assert "κοινωνικός λειτουργός" in wrong.reason["el"]
    assert evaluate(NORM, 50_585, _centre(3, None)).flags == ("composition_fail",)
    assert evaluate(NORM, 50_585, {"staff": 3}).flags == ("composition_unknown",)
    assert evaluate(NORM, 9_999, _centre(1, None)).flags == ()


def test_residents_may_stand_in_and_it_is_said():
    result = evaluate(NORM, 50_585, _centre(2), base="residents")
    assert (result.state, result.shortfall) == ("short", 1)
    assert result.flags == ("base_substituted",)
    assert "residents were used" in result.reason["en"]
    assert "λείπει 1 θέση" in result.reason["el"]
    with pytest.raises(InvalidInput):
        evaluate(NORM, 50_585, _centre(2), base="voters")


@pytest.mark.parametrize("staff", [-1, 2.5, None, "3"])
def test_broken_staff_numbers_are_refused(staff):
    with pytest.raises(InvalidInput, match="staff"):
        evaluate(NORM, 50_585, _centre(staff))


def test_staff_counts_allowed_specialties_with_a_running_contract():
    today = date(2026, 3, 31)
    staff = [
        {"specialty": "social_worker", "head": True, "contract_end": date(2026, 3, 31)},
        {"specialty": "psychologist", "head": False, "contract_end": None},
        {"specialty": "nurse", "head": False, "contract_end": date(2026, 3, 30)},
        {"specialty": "gardener", "head": False, "contract_end": None},
    ]
    assert staff_facts(NORM, staff, today) == {"staff": 2, "head": "social_worker"}
    assert staff_facts(NORM, staff[1:], today) == {"staff": 1, "head": None}
    assert staff_facts(NORM, [], today) == {"staff": 0, "head": None}


@pytest.mark.parametrize("said", [None, False, float("nan"), 0])
def test_a_head_that_is_not_said_is_none(said):
    post = {"specialty": "social_worker", "head": said, "contract_end": None}
    assert staff_facts(NORM, [post], date(2026, 1, 1)) == {"staff": 1, "head": None}


def test_an_expired_head_is_no_head():
    gone = [{"specialty": "social_worker", "head": True, "contract_end": date(2025, 1, 1)}]
    assert staff_facts(NORM, gone, date(2026, 1, 1))["head"] is None


@pytest.mark.parametrize(
    ("offered", "share", "category"),
    [
        (set(), 0.0, "none"),
        ({"volunteers"}, 0.0, "none"),
        ({"information", "referral_structures", "volunteers"}, 2 / 6, "partial"),
        (MANDATORY, 1.0, "full"),
        (None, None, "not_assessable"),
    ],
)
def test_share_of_mandatory_services(offered, share, category):
    result = mandatory_services(CHECKLIST, offered, active_types=())
    assert result.share == share
    assert result.category == category


def test_basic_goods_apply_only_without_a_social_grocery_and_never_enter_the_share():
    alone = mandatory_services(CHECKLIST, MANDATORY, active_types=())
    beside = mandatory_services(CHECKLIST, MANDATORY, active_types={"social_grocery"})
    assert "basic_goods" in alone.optional_applicable
    assert "basic_goods" not in beside.optional_applicable
    assert alone.share == beside.share == 1.0


def test_missing_services_are_named():
    result = mandatory_services(CHECKLIST, MANDATORY - {"information"}, active_types=())
    assert result.missing == ("information",)
    assert result.reason["en"].startswith("5 of 6 mandatory services are offered. Missing: Info")
    with pytest.raises(InvalidInput, match="dancing"):
        mandatory_services(CHECKLIST, {"dancing"}, active_types=())
