"""Registers as files: CSV and XLSX of the rows a reader may see, noted, limited, nothing in them runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.auth import limits
from api.auth.user import User
from api.deps import EngineOf, as_user
from api.routes.registers.described import problems, typed
from api.routes.registers.models import models_of
from api.routes.registers.permission import may, reader_of
from api.routes.registers.records import wanted_of
from geo.errors import InvalidInput
from geo.registers.records import catalogue, spreadsheet, store
from geo.registers.records.catalogue import Register

router = APIRouter(prefix="/api/v1/registers", tags=["registers"])

MOST_ROWS = 50_000
MOST_PERSONS = 5_000
EXPORTS = limits.Limit("exports", 60, 60)
"""Files a person may take in an hour."""

LEADS = frozenset({"team_lead"})
"""Who takes rows about persons out of the house."""


def _add(register: Register) -> None:
    roles = register.roles("select") & (LEADS if register.personal else register.roles("select"))
    who = Annotated[User, Depends(may(roles))]

    def rows_for(engine: EngineOf, user: User, filters: Any) -> list[dict[str, Any]]:
        limits.check(engine, EXPORTS, str(user.id))
        most = MOST_PERSONS if register.personal else MOST_ROWS
        wanted = wanted_of(filters)
        reader = reader_of(user, getattr(filters, "purpose", None))
        with as_user(engine, user) as connection:
            rows = store.export(connection, register, wanted.upto(most + 1), reader)
            if len(rows) > most:
                raise InvalidInput(
                    f"limit: a file holds at most {most} rows, and this would be more.",
                    hint="Narrow it with filters.",
                )
        return rows

    def export_csv(engine: EngineOf, user: Any, filters: Any) -> Response:
        """The rows as CSV, UTF-8; cells a spreadsheet could run begin with an apostrophe."""
        content = spreadsheet.csv_of(register, rows_for(engine, user, filters))
        return _file(content, register, "csv", "text/csv; charset=utf-8")

    def export_xlsx(engine: EngineOf, user: Any, filters: Any) -> Response:
        """The rows as a spreadsheet; every cell of text is text and nothing else."""
        content = spreadsheet.xlsx_of(register, rows_for(engine, user, filters))
        return _file(content, register, "xlsx", XLSX)

    for function, kind, media in ((export_csv, "csv", "text/csv"), (export_xlsx, "xlsx", XLSX)):
        router.get(
            f"/{register.name}.{kind}",
            name=f"{kind}_of_{register.name}",
            response_class=Response,
            responses={
                **problems(429),
                200: {
                    "content": {media: {"schema": {"type": "string", "format": "binary"}}},
                    "description": "the file",
                },
            },
        )(
            typed(
                function,
                user=who,
                filters=Annotated[models_of(register.name).export_filters, Query()],
            )
        )


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(content: bytes, register: Register, kind: str, media: str) -> Response:
    day = datetime.now(UTC).date().isoformat()
    name = f"needsmap-{register.name}-{day}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media, headers=headers)


for _name in catalogue.ORDER:
    _add(catalogue.load(_name))
