"""Import files into the registers; see, undo and resume imports."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from api.cli.console import AsJson, emit, err, out, show, when
from api.cli.context import database
from geo.db.caller import Caller
from geo.errors import InvalidInput
from geo.fields import reading
from geo.files.words import LANGUAGES
from geo.importing.request import Progress as Tell
from geo.importing.request import Request
from geo.imports import store
from geo.imports.mapping import as_toml, read_mapping

if TYPE_CHECKING:
    from geo.importing.looking import Looked
    from geo.imports.report import Report

SHOWN_ROWS = 20
COLUMNS = ("column", "field", "first value")
SURE = {"sure": "", "likely": " ?", "unsure": " ??"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_file)
    imports = typer.Typer(help="Imports so far.", no_args_is_help=True)
    imports.command("list")(list_imports)
    imports.command("show")(show_import)
    imports.command("undo")(undo_import)
    imports.command("resume")(resume_import)
    app.add_typer(imports, name="imports")


Language = Annotated[str, typer.Option("--lang", help="Language of problems: en or el.")]


def import_file(
    register_name: Annotated[str, typer.Argument(metavar="REGISTER", help="people, services, ...")],
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    mapping: Annotated[
        Path | None, typer.Option(help="Which column is which field (TOML); else it is guessed.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Write the mapping to this file, to be edited.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Whose rows these are; the same name knows rows again.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="gr, pl, ro or bg; else it is guessed.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Worksheet or layer; else the first.")] = None,
    areas: Annotated[
        Path | None, typer.Option(help="Polygons with names to hold points against.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, write nothing.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take the good rows; the others come back as a file.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take the guessed columns unseen.")] = False,
    lang: Language = "en",
    json: AsJson = False,
) -> None:
    """Import a file into a register: all of it, or nothing and why."""
    from geo.importing import runs
    from geo.importing.looking import look

    if lang not in LANGUAGES:
        raise InvalidInput(f"There is no language {lang!r} here.", hint=", ".join(LANGUAGES))
    given = read_mapping(mapping, reading.load(register_name)) if mapping else None
    request = Request(
        register_name, path, given, source, country, sheet, areas, partial, dry_run, lang
    )
    looked = look(request)
    if save_mapping is not None:
        _save(save_mapping, looked)
    if given is None and not dry_run and not yes:
        _confirm(looked)
    with database() as (settings, engine), _bar(quiet=json) as tell:
        report = runs.run(engine, settings, request, progress=tell)
    _tell(report, lang, as_json=json)


def list_imports(json: AsJson = False) -> None:
    """Imports, the newest first."""
    with database() as (_, engine), Caller().begin(engine) as connection:
        rows = [
            {
                "import": row.id,
                "register": row.register,
                "source": row.source_id,
                "file": row.file_name,
                "state": row.state,
                "rows": row.rows_done,
                "rejected": row.counts.get("rejected"),
                "begun": row.created_at,
            }
            for row in store.listed(connection)
        ]
    if json:
        emit(rows)
        return
    # An identifier leaves little room beside it in a narrow terminal.
    show(
        "Imports",
        ("import, file, source", "register, state", "begun (UTC)", "rows, rejected"),
        [
            (
                f"{one['import']}\n{one['file']}\n{one['source']}",
                f"{one['register']}\n{one['state']}",
                when(one["begun"]),
                f"{one['rows']:,}\n{one['rejected'] or 0:,}",
            )
            for one in rows
        ],
        whole=("register, state",),
    )


def show_import(import_id: Annotated[UUID, typer.Argument(metavar="IMPORT")]) -> None:
    """One import: its mapping and what became of it, as JSON."""
    with database() as (_, engine), Caller().begin(engine) as connection:
        emit(dict(store.get(connection, import_id)._mapping))


def undo_import(
    import_id: Annotated[UUID, typer.Argument(metavar="IMPORT")], json: AsJson = False
) -> None:
    """Take an import back: what it brought goes, what it changed is as before."""
    from geo.importing import runs

    with database() as (_, engine):
        taken = runs.undo(engine, import_id)
    if json:
        emit(asdict(taken))
        return
    out.print(f"Removed {taken.removed:,} rows, restored {taken.restored:,}.", highlight=False)
    if taken.kept:
        out.print(
            f"{len(taken.kept):,} rows stay as they are: somebody changed them since, or other"
            f" rows hang on them. The first: {', '.join(taken.kept[:10])}",
            markup=False,
            highlight=False,
        )


def resume_import(
    import_id: Annotated[UUID, typer.Argument(metavar="IMPORT")],
    lang: Language = "en",
    json: AsJson = False,
) -> None:
    """Do an import again that was cut off; its file was kept for that."""
    from geo.importing import runs

    with database() as (settings, engine), _bar(quiet=json) as tell:
        report = runs.resume(engine, settings, import_id, progress=tell)
    _tell(report, lang, as_json=json)


def _save(path: Path, looked: Looked) -> None:
    if path.exists():
        raise InvalidInput(f"{path} exists already.", hint="Name another file.")
    text = as_toml(looked.prepared.mapping, looked.prepared.unused)
    path.write_text(text, encoding="utf-8")
    err.print(f"Mapping written to {path}", markup=False, highlight=False)


def _confirm(looked: Looked) -> None:
    """Show the guessed columns and ask; without anybody to ask, say how to go on."""
    if not sys.stdin.isatty():
        raise InvalidInput(
            "The columns are guessed, and nobody is here to look at them.",
            hint="Look with --dry-run, then give --mapping FILE (see --save-mapping) or --yes.",
        )
    _show_columns(looked.prepared.guesses, looked.prepared.mapping.constants)
    if not typer.confirm("Are these the right columns?"):
        raise InvalidInput(
            "Nothing was imported.", hint="Write them down with --save-mapping FILE and edit them."
        )


def _show_columns(guesses: Any, constants: Any) -> None:
    rows = [
        (one.column, f"{one.field or '(not used)'}{SURE.get(one.word, '')}", one.sample)
        for one in guesses
    ]
    rows += [("(all rows)", field, value) for field, value in constants.items()]
    show("Columns", COLUMNS, rows, whole=("field",), cut=("column", "first value"))


def _tell(report: Report, lang: str, *, as_json: bool) -> None:
    """The report, for people or machines; exit code 1 where nothing was written."""
    if as_json:
        emit(report.as_content(lang))
    else:
        _tell_people(report, lang)
    if report.refused and not report.dry_run:
        raise typer.Exit(1)


def _tell_people(report: Report, lang: str) -> None:
    form = ", ".join(
        filter(None, (report.opened.format, report.opened.encoding, report.opened.sheet))
    )
    said = f"{report.file} ({form}) into {report.register}, source {report.source}"
    out.print(said, highlight=False, markup=False, soft_wrap=True)
    if report.guesses:
        _show_columns(report.guesses, report.mapping.constants)
    elif report.unused:
        out.print(f"Columns not used: {', '.join(report.unused)}", markup=False, highlight=False)
    for note in report.notes(lang):
        out.print(f"  {note}", highlight=False, markup=False, soft_wrap=True)
    tally = report.tally
    out.print(
        f"{tally.total:,} rows: {tally.accepted:,} accepted ({tally.warned:,} with warnings),"
        f" {tally.rejected:,} rejected, {tally.skipped:,} skipped",
        highlight=False,
    )
    reasons = [
        (r["rows"], r["level"], r["column"] or "", r["problem"], r["first_row"])
        for r in report.reasons(lang)
    ]
    if reasons:
        columns = ("rows", "level", "column", "problem", "first row")
        show("What was found", columns, reasons, whole=("level",))
    rows = [r for r in report.rows(lang) if r["level"] != "skipped"][:SHOWN_ROWS]
    if rows:
        show(
            "The first of them",
            ("row", "column", "value", "problem", "what to do"),
            [
                (r["row"], r["column"] or r["field"], r["value"], r["problem"], r["remedy"])
                for r in rows
            ],
        )
    out.print(_outcome(report), highlight=False, markup=False, soft_wrap=True)


def _outcome(report: Report) -> str:
    done = ", ".join(
        f"{name}: {one['inserted']:,} new, {one['updated']:,} changed, {one['unchanged']:,} unchanged"
        for name, one in report.written.items()
    )
    rate = report.tally.total / report.seconds if report.seconds else 0
    took = f"({report.seconds:.1f} s, {rate:,.0f} rows/s)"
    if report.dry_run and report.refused:
        return f"Dry run. As it stands nothing would be written; with --partial: {done} {took}"
    if report.dry_run:
        return f"Dry run, nothing written. It would be {done} {took}"
    lines = []
    if report.refused:
        lines.append("Nothing was written: some rows cannot be taken. Mend them, or use --partial.")
    else:
        lines.append(f"Imported as {report.run_id}: {done} {took}")
    if report.duplicates:
        lines.append(f"{report.duplicates:,} pairs may be one person; a person decides.")
    if report.rejects:
        lines.append(f"Rejected rows, to mend and import again: {report.rejects}")
    return "\n".join(lines)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Tell]:
    """A bar with the rows, their rate and the time left."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=err, transient=True, disable=quiet) as progress:
        task = progress.add_task("Importing", total=1.0, rate="")

        def tell(rows: int, share: float) -> None:
            speed = rows / max(time.monotonic() - began, 0.001)
            progress.update(task, completed=share, rate=f"{rows:,} rows, {speed:,.0f}/s")

        yield tell
