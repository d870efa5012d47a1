"""The installation's secret: made once, for its owner only, and different for each purpose."""

from __future__ import annotations

import hashlib
import hmac
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from geo import secret
from geo.errors import SettingsError
from geo.settings import Settings, read_settings


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    return replace(Settings(), secret_file=tmp_path / "deep" / "secret")


def test_it_is_made_when_first_needed_for_its_owner_only(own: Settings) -> None:
    secret.keyed_hash(own, "match key", "a")
    assert own.secret_file.stat().st_mode & 0o777 == 0o600
    assert len(own.secret_file.read_bytes()) == 32
    assert list(own.secret_file.parent.iterdir()) == [own.secret_file]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_one_that_others_can_read_is_refused(own: Settings, mode: int) -> None:
    secret._make(own.secret_file)
    own.secret_file.chmod(mode)
    with pytest.raises(SettingsError, match="Others than its owner") as caught:
        secret.keyed_hash(own, "match key", "a")
    assert "chmod 600" in caught.value.hint
    assert str(own.secret_file.parent) not in caught.value.message


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_one_of_another_length_is_refused(own: Settings, content: bytes) -> None:
    own.secret_file.parent.mkdir()
    own.secret_file.write_bytes(content)
    own.secret_file.chmod(0o600)
    with pytest.raises(SettingsError, match="32 bytes"):
        secret.keyed_hash(own, "match key", "a")


def test_a_folder_in_its_place_is_named(own: Settings) -> None:
    own.secret_file.mkdir(parents=True, mode=0o700)
    with pytest.raises(SettingsError, match="cannot be read"):
        secret.keyed_hash(own, "match key", "a")


def test_many_that_begin_together_have_one_secret(own: Settings) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: secret._make(own.secret_file), range(64)))
    assert len(own.secret_file.read_bytes()) == 32
    assert os.listdir(own.secret_file.parent) == ["secret"]


def test_the_hash_is_hmac_sha256_under_a_key_of_its_purpose(own: Settings) -> None:
    made = secret.keyed_hash(own, "match key", "Άννα", "1980-01-01")
    key = hmac.digest(own.secret_file.read_bytes(), b"needsmap:match key", "sha256")
    parts = ["Άννα".encode(), b"1980-01-01"]
    text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert made == hmac.new(key, text, hashlib.sha256).digest()
    assert made != secret.keyed_hash(own, "another purpose", "Άννα", "1980-01-01")
    assert secret.keyed_hash(own, "p", "ab", "c") != secret.keyed_hash(own, "p", "a", "bc")


def test_it_lies_beside_everything_else_that_is_kept() -> None:
    assert read_settings({"NEEDSMAP_VAR": "/srv/var"}).secret_file == Path("/srv/var/secret")
    chosen = {"NEEDSMAP_VAR": "/srv/var", "NEEDSMAP_SECRET_FILE": "/etc/needsmap/secret"}
    assert read_settings(chosen).secret_file == Path("/etc/needsmap/secret")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"NEEDSMAP_OIDC_ISSUER": "http://idp.example"}, "NEEDSMAP_OIDC_ISSUER"),
        ({"NEEDSMAP_OIDC_ISSUER": "https://"}, "NEEDSMAP_OIDC_ISSUER"),
        ({"NEEDSMAP_OIDC_ISSUER": "https://idp.example?x=1"}, "NEEDSMAP_OIDC_ISSUER"),
        ({"NEEDSMAP_OIDC_REDIRECT_URL": "http://here.example/r"}, "NEEDSMAP_OIDC_REDIRECT_URL"),
        ({"NEEDSMAP_OIDC_CLIENT_ID": ""}, "NEEDSMAP_OIDC_CLIENT_ID"),
    ],
)
def test_half_a_provider_is_refused(changed: dict[str, str], named: str) -> None:
    whole = {
        "NEEDSMAP_OIDC_ISSUER": "https://idp.example",
        "NEEDSMAP_OIDC_CLIENT_ID": "needsmap",
        "NEEDSMAP_OIDC_REDIRECT_URL": "https://here.example/api/v1/session/oidc/return",
    }
    assert read_settings(whole).oidc_client_id == "needsmap"
    with pytest.raises(SettingsError, match=named):
        read_settings(whole | changed)
