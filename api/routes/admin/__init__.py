"""For administrators and auditors: who may enter, what they see, what was done."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.admin import audit, keys, territories, users

router = APIRouter(prefix="/api/v1/admin", tags=["administration"])
for part in (users, keys, territories, audit):
    router.include_router(part.router)
