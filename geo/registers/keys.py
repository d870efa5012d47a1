"""Keys of register rows: the same source and external id are always the same row."""

from __future__ import annotations

from uuid import UUID, uuid5

import pandas as pd

NAMESPACE = UUID("6f5cbf7e-3c1c-4a0c-9a5b-6d2f6f1c7a10")


def row_key(register: str, source_id: str, external_id: str) -> UUID:
    """The key of one row; loading a file again meets the same rows."""
    return uuid5(NAMESPACE, f"{register}\n{source_id}\n{external_id}")


def row_keys(register: str, source_id: str, external_ids: pd.Series) -> pd.Series:
    """The keys of a column of external ids; a missing id has no key."""
    keys = [
        None if pd.isna(value) else row_key(register, source_id, str(value))
        for value in external_ids
    ]
    return pd.Series(keys, index=external_ids.index, dtype=object)
