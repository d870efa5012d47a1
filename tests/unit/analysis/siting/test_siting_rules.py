import numpy as np
import pytest
from every_set import stored

from geo.analysis.siting import SitingRules, candidates, p_median
from geo.errors import InvalidInput

RULES = SitingRules(within_minutes=15, accessible=True, not_owned_vacant=50)


def test_each_rule_gives_its_reason():
    found = candidates(
        RULES,
        [15, 15.1, 5, 5, np.inf],
        [True, True, False, None, None],
        [True, True, True, True, True],
    )
    assert found.reasons == (
        (),
        ("too_far_from_structure",),
        ("not_accessible",),
        ("accessibility_unknown",),
        ("too_far_from_structure", "accessibility_unknown"),
    )
    assert found.allowed.tolist() == [True, False, False, False, False]
    assert found.barred == [1, 2, 3, 4]


def test_premises_are_a_weight_and_no_filter():
    found = candidates(RULES, [5, 5, 5], [True] * 3, [True, False, None])
    assert found.allowed.all() and found.penalty.tolist() == [0.0, 50.0, 50.0]


def test_sites_of_today_are_neither_barred_nor_charged():
    found = candidates(RULES, [99], [None], [False], today=[0])
    assert found.barred == [] and found.penalty.tolist() == [0.0]


def test_owned_premises_win_unless_the_others_are_much_nearer():
    cost = stored(np.array([[4.0, 1.0]]), np.ones((1, 2), bool))
    held = candidates(RULES, [0, 0], [True, True], [True, False])
    few = p_median(cost, [10], 1, barred=held.barred, penalty=held.penalty)
    many = p_median(cost, [20], 1, barred=held.barred, penalty=held.penalty)
    assert few.open.tolist() == [0] and many.open.tolist() == [1] and many.penalty == 50.0


def test_no_rules_bar_nobody():
    free = SitingRules(accessible=False)
    assert candidates(free, [np.inf], [None], [None]).allowed.all()


@pytest.mark.parametrize(
    ("away", "access", "rules", "today"),
    [
        ([-1], [True], RULES, ()),
        ([np.nan], [True], RULES, ()),
        ([1, 2], [True], RULES, ()),
        ([1], [True], SitingRules(not_owned_vacant=-1), ()),
        ([1], [True], SitingRules(within_minutes=-1), ()),
        ([1], [True], RULES, (1,)),
    ],
)
def test_broken_input_is_refused(away, access, rules, today):
    with pytest.raises(InvalidInput):
        candidates(rules, away, access, access, today=today)
