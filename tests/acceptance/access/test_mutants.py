"""The matrix against worse databases: it must turn red for each of them, or there is a reason."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from tests.acceptance.access import equivalent, mutants
from tests.acceptance.access.attempts import undone
from tests.acceptance.access.conftest import Planted
from tests.acceptance.access.mutants import Mutant
from tests.acceptance.access.owner import fails, hand_over

SAMPLE = 9


def _survivors(planted: Planted, made: list[Mutant]) -> set[str]:
    return {
        mutant.name for mutant in made if mutants.survives(planted.world, planted.cursor, mutant)
    }


def test_a_sample_of_worse_policies_is_noticed(planted: Planted) -> None:
    made = mutants.mutants(planted.cursor)[::SAMPLE]
    assert _survivors(planted, made) == set(equivalent.names()) & {one.name for one in made}


def test_a_sample_of_other_holes_is_noticed(planted: Planted) -> None:
    assert _survivors(planted, mutants.others(planted.cursor)[:: 3 * SAMPLE]) == set()


@pytest.mark.drill
def test_every_worse_policy_is_noticed(
    planted: Planted, capsys: pytest.CaptureFixture[str]
) -> None:
    made = mutants.mutants(planted.cursor)
    alive = _survivors(planted, made)
    with capsys.disabled():
        _tell("policies", made, alive, set(equivalent.names()))
    assert alive == set(equivalent.names())


@pytest.mark.drill
def test_every_other_hole_is_noticed(planted: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    made = mutants.others(planted.cursor)
    alive = _survivors(planted, made)
    with capsys.disabled():
        _tell("triggers, row security, functions, rights", made, alive, set())
    assert alive == set()


def _tell(what: str, made: list[Mutant], alive: set[str], known: set[str]) -> None:
    worth = len(made) - len(known)
    killed = worth - len(alive - known)
    kinds = ", ".join(f"{n} {how}" for how, n in Counter(one.how for one in made).items())
    sys.stdout.write(
        f"\nmutants of {what}: {killed} of {worth} noticed ({killed / worth:.1%}), beside"
        f" {len(known)} that change nothing, each with its reason\n  {kinds}\n"
    )


def test_the_rules_work_for_an_owner_who_is_no_superuser(planted: Planted) -> None:
    with undone(planted.cursor):
        hand_over(planted.cursor)
        assert list(fails(planted.world, planted.cursor)) == []
