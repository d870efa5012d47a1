"""What goes in and out of each register over HTTP, made from the registers' fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    Numeric,
    SmallInteger,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from api.routes.registers.answers import Answer
from api.routes.registers.examples import EDITS, EXAMPLES
from api.routes.registers.kinds import incoming, incoming_named
from api.schemas import Strict
from geo.fields import reading
from geo.registers.records.catalogue import Register
from geo.registers.records.reader import Purpose
from geo.registers.records.workflow import StageReason

MOST = 200
"""The longest page of a list."""
STAGED = ("needs", "observations")


@dataclass(frozen=True)
class Models:
    """The request and answer models of one register."""

    new: type[BaseModel]
    change: type[BaseModel]
    filters: type[BaseModel]
    export_filters: type[BaseModel]
    record: type[BaseModel]
    page: type[BaseModel]


@cache
def models_of(name: str) -> Models:
    """The models of the register of that name."""
    from geo.registers.records import catalogue

    register = catalogue.load(name)
    word = name.title()
    record = create_model(f"{word}Record", __base__=Answer, **_shown(register, register.shown))
    item = create_model(f"{word}Item", __base__=Answer, **_shown(register, register.listed))
    page = create_model(
        f"{word}Page",
        __base__=Answer,
        items=(list[item], ...),  # type: ignore[valid-type]
        next=(str | None, Field(description="cursor of the next page; null: this is the last")),
    )
    narrowing = _narrowing(register)
    return Models(
        new=create_model(
            f"{word}New", __base__=_with_example(EXAMPLES[name]), **_new(register), **_beside(name)
        ),
        change=create_model(
            f"{word}Change",
            __base__=_with_example(EDITS[name]),
            **_change(register),
            **_beside(name, change=True),
        ),
        filters=create_model(f"{word}Filters", __base__=Strict, **narrowing, **_paging()),
        export_filters=create_model(f"{word}ExportFilters", __base__=Strict, **narrowing),
        record=record,
        page=page,
    )


def _with_example(example: dict[str, Any]) -> type[Strict]:
    class Shown(Strict):
        model_config = ConfigDict(json_schema_extra={"examples": [example]})

    return Shown


# -- what comes in -----------------------------------------------------------------------------


def _new(register: Register) -> dict[str, Any]:
    """Required where neither the database nor the house knows what to put."""
    made: dict[str, Any] = {}
    for name, described in register.written.items():
        column = register.table.columns[name]
        kind = incoming_named(name, described)
        known = name in _GIVEN.get(register.name, ()) or (
            described.default is not None and not described.words_from
        )
        told = Field(description=described.names["en"])
        if _is_free(column) or known:
            made[name] = (Annotated[kind | None, told], None)
        else:
            made[name] = (Annotated[kind, told], ...)
    return made


_GIVEN = {
    "people": ("pseudonym", "address"),
    "referrals": ("sent_at",),
}
"""Columns that the house fills where the writer does not."""


def _change(register: Register) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, described in register.written.items():
        kind = incoming_named(name, described)
        kind = kind | None if register.table.columns[name].nullable else kind
        made[name] = (Annotated[kind, Field(description=described.names["en"])], None)
    return made


def _is_free(column: Column[Any]) -> bool:
    return bool(column.nullable) or column.server_default is not None


def _beside(name: str, *, change: bool = False) -> dict[str, Any]:
    """Fields that no column of the register holds."""
    made: dict[str, Any] = {}
    if name == "people":
        fields = reading.load(name).fields
        told = "with the other it makes the key by which doubles are found; not kept"
        for one in ("name", "birth_date"):
            made[one] = (
                Annotated[incoming(fields[one]) | None, Field(description=told)],
                None,
            )
    if name == "agreements":
        parties = incoming(reading.load(name).fields["parties"])
        told = "further agencies that take part"
        made["parties"] = (Annotated[parties, Field(description=told)], None if change else [])
    if name in STAGED and change:
        told = "why the stage goes back; needed for that only"
        made["stage_reason"] = (Annotated[StageReason | None, Field(description=told)], None)
    return made


def _narrowing(register: Register) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in register.filters:
        described = register.written.get(name)
        kind = incoming(described) if described else _type(register.table.columns[name])
        told = Field(description=f"only rows whose {name} is this")
        made[name] = (Annotated[kind | None, told], None)
    for name in register.ranged:
        kind = incoming(register.written[name])
        for end, told in (("from", "not before this"), ("to", "not after this")):
            about = Field(description=f"only rows whose {name} is {told}")
            made[f"{name}_{end}"] = (Annotated[kind | None, about], None)
    about = Field(description="only rows that changed since then")
    made["updated_since"] = (Annotated[AwareDatetime | None, about], None)
    if register.searched:
        told = Field(max_length=100, min_length=2, description=f"words in the {register.searched}")
        made["q"] = (Annotated[str | None, told], None)
    if register.personal:
        told = Field(description="why you look; noted with every person you see")
        made["purpose"] = (Annotated[Purpose, told], ...)
    return made


def _paging() -> dict[str, Any]:
    return {
        "limit": (Annotated[int, Field(ge=1, le=MOST, description="rows of a page")], 50),
        "cursor": (
            Annotated[
                str | None,
                Field(pattern="^[A-Za-z0-9_-]{22}$", description="`next` of the page before"),
            ],
            None,
        ),
    }


# -- what goes out -----------------------------------------------------------------------------


def _shown(register: Register, names: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in names:
        if name in ("lat", "lon"):
            made[name] = (float | None, ...)
        elif name == "parties":
            made[name] = (list[UUID], ...)
        elif name == "service_area":
            made[name] = (dict[str, Any] | None, ...)
        else:
            column = register.table.columns[name]
            kind = _type(column)
            made[name] = (kind | None if column.nullable else kind, ...)
    return made


_TYPES: tuple[tuple[Any, Any], ...] = (
    (Uuid, UUID),
    (Boolean, bool),
    ((Integer, SmallInteger), int),
    ((Numeric, Double), float),
    (DateTime, datetime),
    (Date, date),
    (ARRAY, list[str]),
    (JSONB, Any),
)


def _type(column: Column[Any]) -> Any:
    for kinds, found in _TYPES:
        if isinstance(column.type, kinds):
            return found
    return str
