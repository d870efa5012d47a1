"""The way of rows into the registers, piece by piece: beside, references found, settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.registers.incoming import store as incoming
from geo.registers.incoming.store import Settled
from geo.registers.incoming.target import Target


@dataclass(frozen=True)
class Refusal:
    """A row that only the registers can refuse: it names nobody, or a person who was erased."""

    row: int
    field: str
    code: str
    register: str


@dataclass
class Door:
    """Where an import's rows go in; `settled` counts them by register, in the order of writing.

    `erased_known`: the reader may know whether anybody was erased at all.
    """

    connection: Connection
    source: str
    run_id: UUID
    erased_known: bool
    targets: dict[str, Target] = field(default_factory=dict)
    settled: dict[str, Settled] = field(default_factory=dict)
    _fresh: dict[str, bool] = field(default_factory=dict)

    def open(self, aim: Target) -> None:
        """Make ready for rows of a register."""
        incoming.open_passing(self.connection, aim)
        self.targets[aim.register] = aim
        self.settled[aim.register] = Settled()
        self._fresh[aim.register] = incoming.is_fresh(self.connection, aim, self.source)

    def put(
        self,
        aim: Target,
        numbers: Sequence[int],
        columns: Mapping[str, Sequence[Any]],
        *,
        settle: bool,
    ) -> list[Refusal]:
        """Take rows in; returns those refused. Without `settle` they are only looked at."""
        incoming.put_rows(self.connection, aim, self.source, numbers, columns)
        refusals = self._refusals(aim)
        if refusals:
            incoming.drop_rows(self.connection, aim, [one.row for one in refusals])
        if settle:
            settled = incoming.settle(
                self.connection, aim, self.source, self.run_id, fresh=self._fresh[aim.register]
            )
            self.settled[aim.register] += settled
        return refusals

    def _refusals(self, aim: Target) -> list[Refusal]:
        gone = incoming.erased_rows(self.connection, aim, self.source, all_known=self.erased_known)
        found = [Refusal(row, "external_id", "erased", aim.register) for row in gone]
        for one in incoming.resolve(self.connection, aim, self.source):
            code = "several_rows" if one.several else "no_such_row"
            found.append(Refusal(one.row, str(one.column.field), code, str(one.column.register)))
        return found
