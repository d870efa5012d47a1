"""For administrators: who may enter."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.auth import store as auth
from api.deps import Admin, EngineOf
from geo.db.engine import transaction
from geo.registers.areas import store as areas

router = APIRouter(prefix="/api/v1/admin", tags=["administration"])


@router.get("/users")
def list_users(engine: EngineOf, admin: Admin) -> dict[str, Any]:
    """All users with role and territory."""
    rows = auth.users(engine)
    codes = sorted({row.territory_code for row in rows if row.territory_code})
    with transaction(engine, "case", user_id=admin.id) as connection:
        names = areas.names_of(connection, codes)
    return {
        "items": [
            {
                "username": row.username,
                "display_name": row.display_name,
                "role": row.role,
                "territory": None
                if row.territory_code is None
                else {
                    "code": row.territory_code,
                    "names": names.get(row.territory_code, {}),
                },
                "disabled": row.disabled,
            }
            for row in rows
        ]
    }
