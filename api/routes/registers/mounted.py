"""All routes of the registers as one; fixed paths come before those with a key in them."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import assignments, duplicates, people
from api.routes.imports import routes as imports
from api.routes.registers import conflicts, files, overview, records

router = APIRouter()
for part in (overview, files, records, conflicts, people, duplicates, assignments, imports):
    router.include_router(part.router)
