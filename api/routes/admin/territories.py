"""Territories an account may work in: of the administration, and of agencies."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.auth import places
from api.deps import AdminOrAuditor, EngineOf, as_user

router = APIRouter(prefix="/territories")


@router.get("")
def list_territories(
    engine: EngineOf,
    reader: AdminOrAuditor,
    q: Annotated[str, Query(max_length=100, description="part of a code or a name")] = "",
    cursor: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Territories of both hierarchies by code; `level` says of which kind each is."""
    with as_user(engine, reader) as connection:
        found = places.territories(connection, q.strip(), after=cursor, most=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return {
        "items": [vars(one) for one in found[:limit]],
        "next": None if last is None else f"{last.code} {last.level}",
    }
