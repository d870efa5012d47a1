"""The audit log and the end of records: verify the chain, print who saw a person, erase in time."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from api.auth import store as auth
from api.cli.console import AsJson, emit, out, show_rows
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput, NotFound
from geo.registers.audit import store
from geo.registers.audit.store import Head, Verdict
from geo.registers.looks.store import acts

LANGUAGES = ("en", "el")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    audit = typer.Typer(help="The audit log.", no_args_is_help=True)
    audit.command("verify")(verify)
    audit.command("person")(person)
    app.add_typer(audit, name="audit")
    erase = typer.Typer(help="Records that may not be kept.", no_args_is_help=True)
    erase.command("due")(due)
    erase.command("reapply")(reapply)
    app.add_typer(erase, name="erase")


def verify(
    head: Annotated[
        str | None,
        typer.Option(help="PLACE:HASH as this command or a backup printed it earlier."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Reckon the chain of events anew; exit code 1 when it does not hold."""
    kept = _head(head)
    with database() as (_, engine), transaction(engine, "job") as connection:
        verdict = store.verify(connection, kept)
    if json:
        emit({**vars(verdict), "head": str(verdict.head), "whole": verdict.whole})
    else:
        _tell(verdict)
    if not verdict.whole:
        raise typer.Exit(1)


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
    if not found:
        raise InvalidInput("This is no head of an audit log.", hint="It looks like 123:9f86d0…")
    return Head(int(found[1]), found[2])


def _tell(verdict: Verdict) -> None:
    for what, numbers in (
        ("do not follow from the one before", verdict.broken),
        ("are gone", verdict.missing),
        ("were put in beside the chain", verdict.extra),
    ):
        if numbers:
            listed = ", ".join(map(str, numbers[:20])) + (" …" if len(numbers) > 20 else "")
            out.print(f"Events that {what}: {listed}", style="bold red", highlight=False)
    if verdict.cut:
        out.print(
            "The log no longer holds the head you kept: it was cut or made anew.", style="red"
        )
    state = "whole" if verdict.whole else "BROKEN"
    out.print(f"{verdict.events} events, {state}. Head: {verdict.head or 'none'}", highlight=False)
    if verdict.whole:
        out.print("Keep the head elsewhere: compared later (--head), it shows a log that was cut.")


def person(
    person_id: UUID,
    lang: Annotated[str, typer.Option("--lang", help="en or el")] = "en",
    json: AsJson = False,
) -> None:
    """Print who looked at a person's record, exported or changed it, when and why."""
    from api.routes.registers.looks_page import WORDS

    if lang not in LANGUAGES:
        raise InvalidInput(f"There is no language {lang!r} here.", hint=", ".join(LANGUAGES))
    with database() as (_, engine):
        with transaction(engine, "job") as connection:
            found = acts(connection, person_id)
        names = {str(row.id): row.display_name for row in auth.users(engine)}
    if not found:
        raise NotFound("Nothing is noted of such a record.", hint="Check the record's key.")
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    heads = {name: texts[lang] for name, texts in words["page"].items()}
    rows = [_row(entry, names, words, heads, lang) for entry in found]
    show_rows(heads["title"], rows, as_json=json, whole=())


def _row(
    entry: dict[str, Any],
    names: dict[str, str],
    words: dict[str, dict[str, dict[str, str]]],
    heads: dict[str, str],
    lang: str,
) -> dict[str, str]:
    """One line of the list; a word without translation stands as it is in the log."""

    def told(kind: str, code: str | None) -> str:
        return "–" if code is None else words[kind].get(code, {}).get(lang, code)

    who = names.get(str(entry["actor_id"]), "")
    role = told("roles", entry["role"])
    return {
        heads["when"]: _when(entry["at"]),
        heads["who"]: f"{who} ({role})" if who else role,
        heads["where"]: entry["territory"] or "–",
        heads["what"]: told("actions", entry["action"]),
        heads["record"]: told("records", entry["subject"]),
        heads["why"]: told("purposes", entry["purpose"]),
    }


def _when(at: str | None) -> str:
    if at is None:
        return "–"
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def due(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them only.")] = False,
    json: AsJson = False,
) -> None:
    """Erase the records whose retention is over, and files of refused rows after 30 days; to be run
    once a day."""
    from geo.importing.rejects import sweep

    today = datetime.now(UTC).date()
    with database() as (settings, engine), transaction(engine, "job") as connection:
        count = (
            store.count_due(connection, today) if dry_run else store.erase_due(connection, today)
        )
    if not dry_run:
        sweep(settings, today)
    if json:
        emit({"erased": 0 if dry_run else count, "due": count})
    else:
        out.print(f"{count} records are due." if dry_run else f"{count} records erased.")


def reapply(json: AsJson = False) -> None:
    """Erase again whoever was erased before and came back, by whatever way."""
    with database() as (_, engine), transaction(engine, "job") as connection:
        count = store.reapply_erasures(connection)
    if json:
        emit({"erased": count})
    else:
        out.print(f"{count} records erased again.")
