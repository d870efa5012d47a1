"""Settings are read once, and refused where they could only fail later."""

from __future__ import annotations

import pytest

from geo.errors import SettingsError
from geo.settings import read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEEDSMAP_PORT", "99999"),
        ("NEEDSMAP_PORT", "eight"),
        ("NEEDSMAP_POOL_SIZE", "0"),
        ("NEEDSMAP_SESSION_HOURS", "-3"),
        ("NEEDSMAP_ALLOWED_HOSTS", ","),
        ("NEEDSMAP_DATABASE_URL", "mysql://a/b"),
    ],
)
def test_a_setting_that_cannot_be_used_names_itself(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}).port == 8000
    assert read_settings({"NEEDSMAP_PORT": "8001"}).port == 8001
