"""All routes of the registers and of places as one; fixed paths come before those with a key in them."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import assignments, duplicates, people
from api.routes.imports import routes as imports
from api.routes.locations import finding, queue, runs, spots
from api.routes.registers import conflicts, files, overview, records

router = APIRouter()
for part in (overview, files, records, conflicts, people, duplicates, assignments, imports):
    router.include_router(part.router)
for place in (finding, queue, runs, spots):
    router.include_router(place.router)
