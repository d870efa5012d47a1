"""How commands speak: tables for people, one JSON document for machines, one way to fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from geo.errors import NeedsmapError

out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")]


def emit(document: Any) -> None:
    """One JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, allow_nan=False, default=str)
    sys.stdout.write("\n")


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table for people."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for place, column in enumerate(columns):
        # The first column is what people copy into the next command.
        table.add_column(column, no_wrap=place == 0, overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    out.print(table)


def show_rows(title: str, rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Rows of the same keys, as a table or as JSON."""
    if as_json:
        emit(list(rows))
        return
    columns = list(rows[0]) if rows else []
    show(title, columns, ([row[name] for name in columns] for row in rows))


@contextmanager
def progress_bar(title: str) -> Iterator[Any]:
    """A function (done, total) that draws a bar with the time left."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def fail(error: NeedsmapError, *, as_json: bool = False) -> None:
    """What happened and what to do; exit code 1."""
    if as_json:
        emit({"error": error.message, "hint": error.hint})
    else:
        err.print(error.message, style="bold red", markup=False, highlight=False, soft_wrap=True)
        if error.hint:
            err.print(error.hint, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
