"""What registers there are, what their fields mean, and what the reader may do with each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.deps import LoggedIn
from api.routes.registers.answers import Overview
from api.routes.registers.described import KNOWN, problems
from geo.fields.shape import Field
from geo.registers.records import catalogue
from geo.registers.records.catalogue import Register
from geo.registers.records.reader import PURPOSES

router = APIRouter(prefix="/api/v1/registers", tags=["registers"])


@router.get("", response_model=Overview, responses={**problems(), **KNOWN})
def list_registers(user: LoggedIn) -> dict[str, Any]:
    """The registers with their fields and labels; `may` says which verbs the reader has where."""
    return {
        "items": [_described(catalogue.load(name), user.role) for name in catalogue.ORDER],
        "purposes": list(PURPOSES),
    }


def _described(register: Register, role: str) -> dict[str, Any]:
    return {
        "name": register.name,
        "names": register.names,
        "personal": register.personal,
        "may": register.verbs(role),
        "changeable": sorted(register.changeable(role)),
        "filters": [
            *register.filters,
            *(f"{name}_{end}" for name in register.ranged for end in ("from", "to")),
            "updated_since",
            *(["q"] if register.searched else []),
        ],
        "fields": [_field(name, one, register) for name, one in register.written.items()],
    }


def _field(name: str, described: Field, register: Register) -> dict[str, Any]:
    column = register.table.columns[name]
    target = register.references.get(name)
    return {
        "name": name,
        "kind": described.kind,
        "names": described.names,
        "empty": bool(column.nullable),
        "personal": described.personal,
        "least": described.least,
        "most": described.most,
        "pattern": described.pattern,
        "words": [{"code": word.code, "names": word.names} for word in described.words],
        "words_from": described.words_from,
        "refers_to": None if target is None else catalogue.of_table(target).name,
    }
