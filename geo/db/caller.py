"""As whom a piece of work is done: one reader of the database, for all of its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import Connection, Engine

from geo.db.engine import Role, transaction


@dataclass(frozen=True)
class Caller:
    """As whom the database is asked: its own role and territory hold for every row."""

    role: Role = "job"
    user_id: UUID | None = None
    territory: str | None = None
    agency: UUID | None = None

    @contextmanager
    def begin(self, engine: Engine) -> Iterator[Connection]:
        """One transaction as this reader."""
        with transaction(
            engine, self.role, user_id=self.user_id, territory=self.territory, agency=self.agency
        ) as connection:
            yield connection

    @property
    def owns_sources(self) -> bool:
        """Whether sources belong to the caller's house; loads of the operator share theirs."""
        return self.role != "job"
