"""Which roles work with places: asked of the matrix of access, before the database is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from api.auth.user import User
from api.routes.registers.permission import REFUSED, REFUSED_HINT, may
from geo.db import access
from geo.errors import NotAllowed
from geo.registers.locations.store import TABLES, RegisterName


def _roles(table: str, verb: str) -> frozenset[str]:
    granted = access.matrix()[table].roles
    return frozenset(role for role, rights in granted.items() if verb in rights.verbs)


PLACERS = {name: _roles(table.fullname, "update") for name, table in TABLES.items()}
"""Register -> roles that say where its records are."""

LOOKERS = _roles("registry.person", "select").union(*PLACERS.values())
"""Roles that meet addresses in their work."""

Looker = Annotated[User, Depends(may(LOOKERS))]
Placer = Annotated[User, Depends(may(frozenset().union(*PLACERS.values())))]


def may_place(user: User, register: RegisterName) -> None:
    """Raises NotAllowed where the role places no records of that register."""
    if user.role not in PLACERS[register]:
        raise NotAllowed(REFUSED, hint=REFUSED_HINT)
