"""What an identifier looks like: time-ordered ones for rows, content ones for frozen things."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from typing import Any
from uuid import UUID

from geo.errors import InvalidInput

_CONTENT_BYTES = 10
_FRACTION_BITS = 12

_lock = threading.Lock()
_last_tick = 0


def new_id() -> UUID:
    """A new UUID version 7: sorts by the moment it was made, strictly within one process.

    48 bits Unix milliseconds, 12 bits fraction of the millisecond, 62 random bits
    (RFC 9562, section 5.7 and section 6.2, method 3).
    """
    tick = _next_tick()
    milliseconds, fraction = tick >> _FRACTION_BITS, tick & ((1 << _FRACTION_BITS) - 1)
    value = (
        (milliseconds & ((1 << 48) - 1)) << 80
        | 0x7 << 76
        | fraction << 64
        | 0b10 << 62
        | secrets.randbits(62)
    )
    return UUID(int=value)


def _next_tick() -> int:
    """The clock in 1/4096 ms, never the same twice even when the clock stands or goes back."""
    global _last_tick  # noqa: PLW0603 - the one place that remembers the last identifier
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    tick = milliseconds << _FRACTION_BITS | (rest << _FRACTION_BITS) // 1_000_000
    with _lock:
        _last_tick = max(tick, _last_tick + 1)
        return _last_tick


def canonical_json(obj: Any) -> bytes:
    """The one UTF-8 spelling of a JSON value: keys sorted, no spaces, no NaN or Infinity.

    Raises InvalidInput for what JSON cannot say: NaN, Infinity, keys that are not text, dates,
    sets, half surrogates.
    """
    _only_text_keys(obj, "$")
    try:
        text = json.dumps(
            obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(
            f"This value has no canonical JSON form: {error}",
            hint="Use text, numbers, true/false, null, lists and objects with text keys only.",
        ) from error


def _only_text_keys(value: Any, path: str, depth: int = 0) -> None:
    # json.dumps would turn the keys 1 and True into text: two contents, one spelling.
    if depth > 200:
        raise InvalidInput(f"{path[:80]}: nested deeper than 200 levels.")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InvalidInput(f"{path}: the key {key!r} is not text.")
            _only_text_keys(item, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _only_text_keys(item, f"{path}[{place}]", depth + 1)


def content_id(prefix: str, canonical: bytes) -> str:
    """`prefix-` and 16 letters and digits (80 bits of SHA-256): the same content, the same id."""
    digest = hashlib.sha256(canonical).digest()[:_CONTENT_BYTES]
    return f"{prefix}-{base64.b32encode(digest).decode('ascii').lower()}"
