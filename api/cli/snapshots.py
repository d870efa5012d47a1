"""Snapshots: frozen exact results, whether they are whole, and why two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import AsJson, emit, err, out, show, show_rows, when
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from geo.analysis.arrays import Floats
    from geo.analysis.figures.services import Journeys
    from geo.frozen_inputs import Start

EXACT = "Exact counts, for the operator only: do not pass them on."
LARGEST = 10
"""Municipalities listed for people; `--json` has all."""

MEASURE_WORDS = {"capacity_gap": "capacity gap", "unmet_need": "unmet need"}
REASON_WORDS = {
    "no_data_before": "no data in the older snapshot",
    "no_data_after": "no data in the newer snapshot",
    "no_data_between": "no data for a mixture of both",
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    snapshot = typer.Typer(help="Frozen exact results.", no_args_is_help=True)
    snapshot.command("list")(list_snapshots)
    snapshot.command("show")(show_snapshot)
    snapshot.command("verify")(verify_snapshot)
    snapshot.command("diff")(diff_snapshots)
    app.add_typer(snapshot, name="snapshot")


def list_snapshots(json: AsJson = False) -> None:
    """Snapshots, newest first."""
    from geo.snapshots import store as snapshots

    with database() as (_, engine), transaction(engine, "job") as connection:
        rows = [
            {"snapshot": row.id, "region": row.region_code, "made": row.created_at}
            for row in snapshots.listed(connection)
        ]
    show_rows("Snapshots", rows, as_json=json)


def show_snapshot(snapshot_id: Annotated[str, typer.Argument(metavar="SNAPSHOT")]) -> None:
    """A snapshot's manifest, as JSON."""
    from geo.snapshots import store as snapshots

    with database() as (_, engine), transaction(engine, "job") as connection:
        emit(snapshots.get(connection, snapshot_id).manifest)


def verify_snapshot(
    snapshot_id: Annotated[str, typer.Argument(metavar="SNAPSHOT")], json: AsJson = False
) -> None:
    """Compare a snapshot's rows with the checksums of its manifest; exit code 1 if they differ."""
    from geo.snapshots import store as snapshots

    with database() as (_, engine), transaction(engine, "job") as connection:
        verdicts = snapshots.verify(connection, snapshot_id)
    rows = [{"table": name, "same": same} for name, same in verdicts.items()]
    show_rows(snapshot_id, rows, as_json=json)
    if not all(verdicts.values()):
        raise typer.Exit(1)


def diff_snapshots(
    older: Annotated[str, typer.Argument(metavar="OLD", help="See `snapshot list`.")],
    newer: Annotated[str, typer.Argument(metavar="NEW", help="Of the same region.")],
    json: AsJson = False,
) -> None:
    """Why gaps and unmet need changed between two snapshots: need, capacity, access, boundary.

    Effects are whole persons and sum exactly to the change. Exact counts, for the operator only.
    """
    from geo.accounting import account
    from geo.snapshots import store as snapshots

    with database() as (settings, engine), transaction(engine, "job") as connection:
        folder = settings.var / "travel"
        starts = [_start(connection, one, folder) for one in (older, newer)]
        sides = [
            {
                "snapshot": name,
                "made_at": snapshots.created_at(connection, name),
                "as_of": start.inputs.as_of.isoformat(),
                "code_version": start.code_version,
            }
            for name, start in zip((older, newer), starts, strict=True)
        ]
        found = account(*starts).told()
    answer = {"older": sides[0], "newer": sides[1], **found}
    if json:
        emit(answer)
        return
    names = starts[1].inputs.municipalities.set_index("code")["name_en"]
    _show(answer, {str(code): str(name or code) for code, name in names.items()})


def _start(connection: Connection, snapshot_id: str, folder: Path) -> Start:
    """As `start_of`, with errors that say which of the two snapshots they are about."""
    from geo.frozen_inputs import start_of

    try:
        start = start_of(connection, snapshot_id, travel_folder=folder)
    except InvalidInput as error:
        raise _about(snapshot_id, error) from error

    def journeys(origins: Floats, sites: Floats, people: Floats) -> Journeys:
        try:
            return start.travel(origins, sites, people)
        except InvalidInput as error:
            raise _about(snapshot_id, error) from error

    return replace(start, travel=journeys)


def _about(snapshot_id: str, error: InvalidInput) -> InvalidInput:
    return InvalidInput(f"{snapshot_id}: {error.message}", hint=error.hint)


def _show(answer: Mapping[str, Any], names: Mapping[str, str]) -> None:
    accounts = answer["accounts"]
    for side in ("older", "newer"):
        one = answer[side]
        line = f"{side.capitalize()}: {one['snapshot']}, of {one['as_of']}, made"
        out.print(f"{line} {when(one['made_at'])} UTC", highlight=False, markup=False)
    effects = [name for name in answer["factors"] if name not in answer["not_assessed"]]
    for measure, words in MEASURE_WORDS.items():
        rows = [one for one in accounts if one["measure"] == measure]
        show(
            f"{words.capitalize()} of {answer['region']}, persons",
            ("service type", "old", "new", "change", *effects),
            [(one["service_type"], *_cells(one["region"], effects)) for one in rows],
        )
    _largest(accounts, effects, names)
    for sentence in _sentences(answer, effects):
        out.print(sentence, highlight=False, markup=False, soft_wrap=True)
    err.print(EXACT)


def _cells(row: Mapping[str, Any], effects: Sequence[str]) -> list[str]:
    whole = [_number(row["before"]), _number(row["after"]), _signed(row["change"])]
    return whole + [_signed(row["effects"][name]) for name in effects]


def _largest(
    accounts: Sequence[Mapping[str, Any]], effects: Sequence[str], names: Mapping[str, str]
) -> None:
    changed = [
        (row, one) for one in accounts for row in one["municipalities"] if _moved(row, effects)
    ]
    # A change of 0 may hide effects that cancel: those come after all that changed.
    changed.sort(key=lambda pair: (-abs(pair[0]["change"]), -_size(pair[0], effects)))
    if not changed:
        return
    rows = [
        (
            f"{row['area_code']} {names.get(row['area_code'], '')}".strip(),
            f"{one['service_type']}, {MEASURE_WORDS[one['measure']]}",
            _number(row["before"]),
            _number(row["after"]),
            _signed(row["change"]),
            _spelled(row, effects),
        )
        for row, one in changed[:LARGEST]
    ]
    title = f"Largest changes: {len(rows)} of {len(changed)}"
    show(title, ("municipality", "of", "old", "new", "change", "effects"), rows, whole=())


def _sentences(answer: Mapping[str, Any], effects: Sequence[str]) -> Iterator[str]:
    known = [one for one in answer["accounts"] if one["region"]["change"] is not None]
    most = max(known, key=lambda one: abs(one["region"]["change"]), default=None)
    if most is None:
        yield "Nothing can be accounted for: no municipality has data on both days."
    elif not any(_moved(row, effects) for one in known for row in one["municipalities"]):
        yield "Nothing changed in any municipality with data on both days."
    else:
        row = most["region"]
        of = f"{MEASURE_WORDS[most['measure']]}, {most['service_type']}"
        yield (
            f"The largest change: {of}, from {row['before']:,} to {row['after']:,} persons"
            f" ({_signed(row['change'])}): {_spelled(row, effects) or 'effects that cancel'}."
        )
    left_out: dict[str, int] = {}
    for one in answer["accounts"]:
        for reason, number in one["region"]["without_account"].items():
            left_out[reason] = max(left_out.get(reason, 0), number)
    for reason, number in sorted(left_out.items()):
        yield f"Left out of the sums: up to {number} municipalities, {REASON_WORDS[reason]}."
    for name, why in answer["not_assessed"].items():
        yield f"{name.capitalize()}: not assessed. {why}"
    yield from _recomputed(answer["recomputed_otherwise"])


def _recomputed(otherwise: Mapping[str, int | None]) -> Iterator[str]:
    for side, number in otherwise.items():
        if number is None:
            yield f"Figures of the {side} snapshot are on other municipalities and are not compared."
        elif number:
            yield (
                f"{number} figures come out otherwise than the {side} snapshot keeps them, since the"
                " code or the country's profile are others now. The account is of what is computed"
                " now."
            )


def _moved(row: Mapping[str, Any], effects: Sequence[str]) -> bool:
    return row["change"] is not None and _size(row, effects) > 0


def _size(row: Mapping[str, Any], effects: Sequence[str]) -> int:
    return sum(abs(row["effects"][name]) for name in effects)


def _spelled(row: Mapping[str, Any], effects: Sequence[str]) -> str:
    return ", ".join(
        f"{name} {_signed(row['effects'][name])}" for name in effects if row["effects"][name]
    )


def _number(value: int | None) -> str:
    return "no data" if value is None else f"{value:,}"


def _signed(value: int | None) -> str:
    return "no data" if value is None else f"{value:+,}" if value else "0"
