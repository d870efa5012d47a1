"""Which passwords are taken, how they are kept, and that checking takes the same work for all."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from api.auth import passwords
from geo.errors import Busy, InvalidInput

GOOD = "quiet-river-green-lamp"


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short-one", "12 characters"),
        ("            ", "12 characters"),
        ("aaaaaaaaaaaaaaaa", "guess"),
        ("password1234", "guess"),
        ("qwertyuiop123", "guess"),
        ("maria.papadopoulou", "guess"),
        ("x" * 201, "200"),
    ],
)
def test_weak_passwords_are_refused_with_a_way_out(password: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word) as caught:
        passwords.check_strength(password, "maria.papadopoulou", "Maria Papadopoulou")
    assert caught.value.message.startswith("password: ")
    assert "nothing was changed" in caught.value.message
    assert caught.value.hint
    assert password.strip() == "" or password not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("password", [GOOD, "ήρεμο ποτάμι πράσινη λάμπα", "8f1c-aa02-93be-77d1"])
def test_long_unrelated_words_are_taken(password: str) -> None:
    passwords.check_strength(password, "maria")


def test_a_name_alone_makes_a_password_weak() -> None:
    passwords.check_strength("zanthoriphelumex")
    with pytest.raises(InvalidInput):
        passwords.check_strength("zanthoriphelumex", "zanthoriphelumex")


def test_kept_with_argon2id_of_rfc_9106() -> None:
    found = extract_parameters(passwords.hashed(GOOD))
    assert found.type.name == "ID"
    assert (found.memory_cost, found.time_cost, found.parallelism) == (65536, 3, 4)


def test_what_was_kept_with_other_parameters_is_outdated() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD)
    assert passwords.matches(weaker, GOOD)
    assert passwords.is_outdated(weaker)
    assert not passwords.is_outdated(passwords.hashed(GOOD))


def test_an_account_without_a_password_is_opened_by_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "UNKNOWN_USER_HASH", passwords.HASHER.hash(GOOD))
    assert not passwords.matches(None, GOOD)


def test_unknown_and_known_users_cost_one_check_of_the_same_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Watched())
    stored = passwords.hashed(GOOD)
    assert passwords.matches(stored, GOOD)
    assert not passwords.matches(stored, "wrong")
    assert not passwords.matches(None, "wrong")
    assert len(checked) == 3
    parameters = {str(extract_parameters(each)) for each in checked}
    assert len(parameters) == 1


def test_a_crowd_waits_and_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(Busy) as caught:
        passwords.matches(None, "wrong")
    assert "again" in caught.value.hint
