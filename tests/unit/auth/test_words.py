"""Every word of the access matrix can be told to an administrator, in both languages."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from api.auth import keys, limits, sees, user
from geo.db import access
from geo.db.tables.account import ROLES
from geo.errors import InvalidInput

GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")


def test_every_table_scope_and_verb_of_the_matrix_has_words() -> None:
    words = sees.words()
    assert set(words["tables"]) == set(access.matrix())
    assert set(words["scopes"]) == set(access.scopes())
    assert set(words["verbs"]) == set(access.VERBS)


def test_all_words_are_in_both_languages() -> None:
    for group in sees.words().values():
        for each in group.values():
            assert set(each) == {"en", "el"}
            assert not GREEK.search(each["en"])
            assert GREEK.search(each["el"])


def test_rights_are_told_as_sentences() -> None:
    rights = access.rights_of("agency")["registry.site"]
    told = sees._in_words(rights)
    assert told[0]["en"] == "see: those that are not sensitive and those of the own agency"
    assert told[1]["el"] == "προσθέτει: όσα ανήκουν στον δικό του φορέα"


@pytest.mark.parametrize(
    ("rows", "en", "el"),
    [
        (0, "fewer than 5", "λιγότερα από 5"),
        (4, "fewer than 5", "λιγότερα από 5"),
        (5, "5", "5"),
        (10_000, "10,000", "10.000"),
        (10_001, "more than 10,000", "περισσότερα από 10.000"),
    ],
)
def test_counts_say_no_more_than_they_may(rows: int, en: str, el: str) -> None:
    assert sees.counted(rows) == {"en": en, "el": el}


def test_the_roles_are_those_of_the_table() -> None:
    assert user.USER_ROLES == ROLES
    assert set(user.PERSON_ROLES) == {
        role
        for role in ROLES
        if "registry.person" in access.rights_of(role)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "A"}, "username"),
        ({"username": "όνομα"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "a\x07b"}, "display_name"),
        ({"role": "planner"}, "role"),
        ({"role": "team_lead", "territory_code": None}, "territory"),
        ({"role": "regional_planner", "territory_code": None}, "territory"),
        ({"role": "agency"}, "agency"),
        ({"agency_id": uuid4()}, "agency"),
    ],
)
def test_what_no_account_may_be_is_named_by_its_field(
    changes: dict[str, object], field: str
) -> None:
    given = {
        "username": "maria",
        "display_name": "Maria",
        "role": "centre_staff",
        "territory_code": "4501",
    }
    user.check_user(user.new_user(**given))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=f"^{field}: "):
        user.check_user(user.new_user(**given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_one_line_counts_as_one(address: str, house: str) -> None:
    assert limits.house_of(address) == house


def test_waiting_times_are_spoken_and_rounded_up() -> None:
    assert limits.spoken(61) == "61 seconds"
    assert limits.spoken(121) == "3 minutes"


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, None),
        ("", None),
        ("Basic nmk_abc", None),
        ("Bearer abc", None),
        ("Bearer nmk_abc", "nmk_abc"),
        ("bearer  nmk_abc ", "nmk_abc"),
    ],
)
def test_only_a_key_of_ours_is_a_key(header: str | None, key: str | None) -> None:
    assert keys.shown(header) == key
