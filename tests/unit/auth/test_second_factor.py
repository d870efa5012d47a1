"""Codes of the second factor against the values of RFC 6238, and the secret as it is kept."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from api.auth import second_factor
from geo.errors import SettingsError
from geo.settings import Settings

SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B, SHA1; the last six of its eight figures.
RFC = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


@pytest.mark.parametrize(("seconds", "code"), RFC)
def test_codes_of_the_standard_are_right_now_and_one_step_off(
    monkeypatch: pytest.MonkeyPatch, seconds: int, code: str
) -> None:
    step = seconds // 30
    for off, expected in ((-60, None), (-30, step), (0, step), (30, step), (60, None)):
        if seconds + off < 60 and off < 0:
            continue  # before there was time
        monkeypatch.setattr(time, "time", lambda off=off: seconds + off)
        assert second_factor._step_of(SECRET, code) == expected


def test_a_kept_secret_opens_for_its_account_and_installation_only(tmp_path: Path) -> None:
    own = replace(Settings(), secret_file=tmp_path / "secret")
    other = replace(Settings(), secret_file=tmp_path / "other")
    user_id = uuid4()
    sealed = second_factor.seal(own, user_id, SECRET)
    assert SECRET.encode() not in sealed
    assert sealed != second_factor.seal(own, user_id, SECRET)
    assert second_factor.unseal(own, user_id, sealed) == SECRET
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for settings, who, what in ((own, uuid4(), sealed), (other, user_id, sealed),
                                (own, user_id, flipped)):  # fmt: skip
        with pytest.raises(SettingsError, match="cannot be read"):
            second_factor.unseal(settings, who, what)
