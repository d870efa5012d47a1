"""Versions of records as ETags, and places in lists as cursors."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Header, HTTPException, Query

from api.routes.registers.models import MOST
from geo.errors import InvalidInput

_TAG = re.compile(r'(?:W/)?"v([1-9]\d{0,8})"', re.ASCII)

IfMatch = Annotated[
    str | None, Header(description='the ETag of the version that was edited, as `"v3"`')
]

Limit = Annotated[int, Query(ge=1, le=MOST, description="rows of a page")]
Cursor = Annotated[
    str | None, Query(pattern="^[A-Za-z0-9_-]{22}$", description="`next` of the page before")
]


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"v{version}"'


def edited_version(if_match: str | None) -> int:
    """The version an editor read; 428 where they do not say, InvalidInput where it is no ETag."""
    if if_match is None:
        raise HTTPException(
            428, "Say which version you edited: send its ETag in the header If-Match."
        )
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise InvalidInput('If-Match: must be the ETag of a record, such as "v3".')
    return int(found[1])


def cursor_of(key: UUID) -> str:
    """The place after a row, without saying how it is found."""
    return base64.urlsafe_b64encode(key.bytes).decode("ascii").rstrip("=")


def next_after(keys: Sequence[UUID], limit: int) -> str | None:
    """Where the next page begins; None after a page that is not full."""
    return cursor_of(keys[-1]) if len(keys) == limit else None


def key_of(cursor: str | None) -> UUID | None:
    """The row a cursor stands after; raises InvalidInput."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(f"{cursor}=="))
    except (ValueError, binascii.Error):
        raise InvalidInput("cursor: is none of ours.", hint="Begin with the first page.") from None
