"""How commands speak: tables for people, one JSON document for machines, one way to fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from api.cli.widths import widths, wish
from geo.errors import NeedsmapError

out = Console()
err = Console(stderr=True)

BORDER = 3
"""Characters between two columns of a table."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")]


def emit(document: Any) -> None:
    """One JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, allow_nan=False, default=str)
    sys.stdout.write("\n")


def show(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    whole: Collection[str] | None = None,
    cut: Collection[str] = (),
) -> None:
    """A table for people, as wide as the terminal.

    Cells of the columns `whole` are never broken: if none are named the first, which people copy
    into the next command. Those of `cut` end where there is no more room; all others go on in the
    next line.
    """
    kept = columns[:1] if whole is None else whole
    texts = [[_short(value) for value in row] for row in rows]
    wishes = [
        wish(column, [row[place] for row in texts], whole=column in kept, cut=column in cut)
        for place, column in enumerate(columns)
    ]
    shown = Text(_readable(title), style="table.title")
    table = Table(title=shown, title_justify="left", header_style="bold")
    room = out.width - BORDER * len(columns) - 1
    for column, width in zip(columns, widths(wishes, room), strict=True):
        table.add_column(Text(column), width=width, overflow="fold")
    for row in texts:
        table.add_row(*(_cell(text, name in cut) for name, text in zip(columns, row, strict=True)))
    out.print(table)


def _cell(text: str, cut: bool) -> Text:
    """A text as it stands: what is in brackets is no markup."""
    if cut:
        return Text(" ".join(text.split()), no_wrap=True, overflow="ellipsis")
    return Text(text)


def _short(value: Any) -> str:
    if value is None:
        return ""
    return when(value) if isinstance(value, datetime) else _readable(str(value))


def _readable(text: str) -> str:
    """Text that can be written: bytes of an argument that are no UTF-8 as marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def when(moment: datetime | None) -> str:
    """A moment to the minute, in UTC."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def show_rows(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    whole: Collection[str] | None = None,
    cut: Collection[str] = (),
) -> None:
    """Rows of the same keys, as a table or as JSON; `whole` and `cut` as in `show`."""
    if as_json:
        emit(list(rows))
        return
    columns = list(rows[0]) if rows else []
    cells = ([row[name] for name in columns] for row in rows)
    show(title, columns, cells, whole=whole, cut=cut)


@contextmanager
def progress_bar(title: str) -> Iterator[Any]:
    """A function (done, total) that draws a bar with the time left."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def steps() -> Iterator[Any]:
    """A function (step) that shows what is being done, and for how long, until the next one."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("Starting", total=None)
        yield lambda step: progress.update(task, description=step)


def fail(error: NeedsmapError, *, as_json: bool = False) -> None:
    """What happened and what to do; exit code 1."""
    if as_json:
        emit({"error": error.message, "hint": error.hint})
    else:
        err.print(error.message, style="bold red", markup=False, highlight=False, soft_wrap=True)
        if error.hint:
            err.print(error.hint, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
