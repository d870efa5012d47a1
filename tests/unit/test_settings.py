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


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("google", "http://127.0.0.1:8080"),
        ("", "http://127.0.0.1:8080"),
        ("photon", ""),
        ("photon", "ftp://127.0.0.1"),
        ("photon", "http://me:secret@127.0.0.1"),
        ("photon", "http://127.0.0.1/?key=1"),
        ("photon", "http://127.0.0.1:port"),
        ("nominatim", "127.0.0.1:8080"),
        ("nominatim", "http://127.0.0.1:abc"),
        ("photon", "http://[::1"),
    ],
)
def test_a_geocoder_of_ones_own_is_named_whole_or_not_at_all(kind: str, url: str) -> None:
    given = {"NEEDSMAP_GEOCODER_KIND": kind, "NEEDSMAP_GEOCODER_URL": url}
    with pytest.raises(SettingsError, match="NEEDSMAP_GEOCODER") as refused:
        read_settings(given)
    assert "secret" not in str(refused.value)
    good = {"NEEDSMAP_GEOCODER_KIND": "photon", "NEEDSMAP_GEOCODER_URL": "http://10.0.0.7:2322"}
    assert read_settings(good).geocoder_kind == "photon"


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}).port == 8000
    assert read_settings({"NEEDSMAP_PORT": "8001"}).port == 8001
