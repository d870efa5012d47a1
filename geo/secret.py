"""The installation's secret: one file of 32 random bytes, and the keys that are derived from it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from geo.errors import SettingsError
from geo.settings import Settings

BYTES = 32
READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keyed_hash(settings: Settings, purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 of the parts under a key of its own for the purpose; 32 bytes.

    Parts are length-prefixed: ("ab", "c") and ("a", "bc") differ. Raises SettingsError when the
    secret's file cannot be used.
    """
    keyed = hmac.new(derived_key(settings, purpose), digestmod=hashlib.sha256)
    for part in parts:
        encoded = part.encode()
        keyed.update(len(encoded).to_bytes(8, "big") + encoded)
    return keyed.digest()


def derived_key(settings: Settings, purpose: str) -> bytes:
    """A key of 32 bytes that serves one purpose only; raises SettingsError."""
    return hmac.digest(_secret(settings.secret_file), b"needsmap:" + purpose.encode(), "sha256")


def private_bytes(path: Path) -> bytes:
    """What a file holds that only its owner may read; raises SettingsError otherwise."""
    try:
        if path.stat().st_mode & READABLE_BY_OTHERS:
            raise SettingsError(
                f"Others than its owner may read or change {path.name}, which holds a secret.",
                hint=f"Nothing was read. Run `chmod 600` on {path.name}, and think about who may"
                " have read it.",
            )
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The secret in {path.name} cannot be read: {error.strerror}.",
            hint="The file must belong to the account that runs the service.",
        ) from None


@lru_cache(maxsize=8)
def _secret(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    content = private_bytes(path)
    if len(content) != BYTES:
        raise SettingsError(
            f"{path.name} does not hold {BYTES} bytes: it is no secret of this installation.",
            hint="Restore the file from its backup; nothing was changed.",
        )
    return content


def _make(path: Path) -> None:
    """Written aside and then linked: of two processes that begin together one wins, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
