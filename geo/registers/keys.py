"""Keys of register rows: the same source and external id are always the same row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    import pandas as pd

NAMESPACE = UUID("6f5cbf7e-3c1c-4a0c-9a5b-6d2f6f1c7a10")


def row_key(register: str, source_id: str, external_id: str) -> UUID:
    """The key of one row; loading a file again meets the same rows."""
    return uuid5(NAMESPACE, f"{register}\n{source_id}\n{external_id}")


def row_keys(register: str, source_id: str, external_ids: pd.Series) -> pd.Series:
    """The keys of a column of external ids; a missing id has no key."""
    # Only now: imports need keys too, and do without the memory that frames take.
    import pandas as pd

    keys = [
        None if pd.isna(value) else row_key(register, source_id, str(value))
        for value in external_ids
    ]
    return pd.Series(keys, index=external_ids.index, dtype=object)


def key_digits(register: str, source_id: str, external_ids: Sequence[str]) -> list[str]:
    """The same keys as hexadecimal digits, for many rows at a time (RFC 9562, section 5.5)."""
    start = hashlib.sha1(NAMESPACE.bytes, usedforsecurity=False)
    start.update(f"{register}\n{source_id}\n".encode())
    found = []
    for external_id in external_ids:
        digest = start.copy()
        digest.update(external_id.encode())
        digits = digest.hexdigest()
        variant = "89ab"[int(digits[16], 16) & 3]
        found.append(f"{digits[:12]}5{digits[13:16]}{variant}{digits[17:32]}")
    return found
