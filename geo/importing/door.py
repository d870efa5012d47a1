"""The way of rows into the registers, piece by piece: beside, references found, settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.registers.incoming import store as incoming
from geo.registers.incoming.store import Settled, Unwritable
from geo.registers.incoming.target import Target

MOST_NAMED = 200
"""Rows of one import that the database may refuse one by one; a file with more is refused whole."""


@dataclass(frozen=True)
class Refusal:
    """A row that only the registers can refuse: it names nobody, a person who was erased, or what
    is not its reader's. `rule` is the name of a rule of the database that it breaks.
    """

    row: int
    field: str | None
    code: str
    register: str
    rule: str = ""


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
    _named: int = 0

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
        """Take rows in; returns those refused. Without `settle` they are only looked at.

        Raises Unwritable where the database refuses more rows than can be found one by one.
        """
        incoming.put_rows(self.connection, aim, self.source, numbers, columns)
        refusals = self._refusals(aim)
        if refusals:
            incoming.drop_rows(self.connection, aim, [one.row for one in refusals])
        if settle:
            try:
                self._settle(aim)
            except Unwritable:
                refusals += self._settle_others(aim)
        return refusals

    def _settle(self, aim: Target) -> None:
        self.settled[aim.register] += incoming.settle(
            self.connection, aim, self.source, self.run_id, fresh=self._fresh[aim.register]
        )

    def _settle_others(self, aim: Target) -> list[Refusal]:
        """Settle the waiting rows without those that the database refuses, which are returned.

        It does not say which it refuses: rows are tried by halves until each of them is alone.
        """
        refusals = []
        waiting = [incoming.lay_aside(self.connection, aim)]
        while waiting:
            numbers = waiting.pop()
            incoming.take_up(self.connection, aim, numbers[0], numbers[-1])
            try:
                self._settle(aim)
            except Unwritable as why:
                if len(numbers) > 1:
                    middle = len(numbers) // 2
                    waiting += [numbers[middle:], numbers[:middle]]
                    continue
                self._named += 1
                if self._named > MOST_NAMED:
                    raise
                refusals.append(_refusal(numbers[0], aim, why))
        incoming.drop_rows(self.connection, aim, [one.row for one in refusals])
        return refusals

    def _refusals(self, aim: Target) -> list[Refusal]:
        gone = incoming.erased_rows(self.connection, aim, self.source, all_known=self.erased_known)
        found = [Refusal(row, "external_id", "erased", aim.register) for row in gone]
        for one in incoming.resolve(self.connection, aim, self.source):
            code = "several_rows" if one.several else "no_such_row"
            found.append(Refusal(one.row, str(one.column.field), code, str(one.column.register)))
        return found


def _refusal(row: int, aim: Target, why: Unwritable) -> Refusal:
    field = "external_id" if why.code == "kept_elsewhere" else None
    return Refusal(row, field, why.code, aim.register, why.rule)
