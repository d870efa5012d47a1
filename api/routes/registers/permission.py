"""Which role may use a route: asked of the matrix of access, before the database is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Query

from api.auth.user import User
from api.deps import LoggedIn
from geo.errors import NotAllowed
from geo.registers.records.reader import Purpose, Reader

REFUSED = "Your role does not allow this."
REFUSED_HINT = "Ask your administrator who does this."

PurposeOf = Annotated[Purpose, Query(description="why you look; noted with every person you see")]


def may(roles: frozenset[str]) -> Callable[[User], User]:
    """A dependency that lets in these roles; which rows are theirs the database decides."""

    def get_permitted(user: LoggedIn) -> User:
        if user.role not in roles:
            raise NotAllowed(REFUSED, hint=REFUSED_HINT)
        return user

    return get_permitted


def reader_of(user: User, purpose: Purpose | None = None) -> Reader:
    """Who asks, as the registers know them."""
    return Reader(user.id, user.role, user.territory_code, purpose)
