"""Give the directory of services out as Open Referral HSDS 3.0."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.auth.store import note_event
from api.cli.console import AsJson, emit, out
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput
from geo.profiles import profile

if TYPE_CHECKING:
    from geo.hsds.write import Written


def register(app: typer.Typer) -> None:
    """Add these commands."""
    hsds = typer.Typer(help="Agencies and services as HSDS 3.0.", no_args_is_help=True)
    hsds.command("export")(export)
    app.add_typer(hsds, name="hsds")


def export(
    target: Annotated[Path, typer.Argument(help="FILE.json, or a folder for CSV files.")],
    sensitive: Annotated[
        bool, typer.Option("--with-sensitive", help="With places that are kept secret.")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="Language of the names of codes.")] = "en",
    json: AsJson = False,
) -> None:
    """Write agencies, sites, services and programmes as HSDS 3.0."""
    from geo.hsds.labels import labels_of
    from geo.hsds.write import write
    from geo.registers.agencies.directory import directory

    if target.suffix not in {".json", ""}:
        raise InvalidInput(f"{target.name}: HSDS is JSON or CSV.", hint="FILE.json, or a folder")
    with database() as (_, engine), transaction(engine, "job") as connection:
        frames = directory(connection, sensitive=sensitive)
        subject = "the directory, with sensitive places" if sensitive else "the directory"
        note_event(connection, None, "export", f"{subject}, as HSDS")
    profiles = [profile.load(country) for country in profile.countries()]
    written = write(frames, labels=labels_of(profiles, lang), sensitive=sensitive)
    if target.suffix:
        _write_document(written, target)
    else:
        _write_folder(written, target)
    counts = {
        name: len(written.tables.of(name)) for name in ("organization", "location", "service")
    }
    counts["program"] = len(written.tables.of("program"))
    if json:
        emit({"target": str(target), "written": counts, "left_out": dict(written.left_out)})
        return
    said = ", ".join(f"{count:,} {name}s" for name, count in counts.items())
    out.print(f"{target}: {said}", highlight=False)
    for what, count in written.left_out.items():
        out.print(f"left out: {count:,} {what.replace('_', ' ')}", highlight=False)


def _write_document(written: Written, file: Path) -> None:
    from geo.hsds.write import page

    documents = written.documents("organization")
    whole = page(documents, len(documents), 1, max(len(documents), 1))
    with file.open("w", encoding="utf-8") as stream:
        json_module.dump(whole, stream, ensure_ascii=False, allow_nan=False)


def _write_folder(written: Written, folder: Path) -> None:
    from geo.hsds.package import write_package

    folder.mkdir(exist_ok=True)
    old = [path.name for path in folder.iterdir()]
    if old:
        raise InvalidInput(
            f"{folder.name}: the folder is not empty.", hint="Name a new one; nothing was written."
        )
    for name, text in write_package(written.tables).items():
        # As CSV says it: the writer has put the ends of lines already.
        (folder / name).write_text(text, encoding="utf-8", newline="")
