"""What would close a gap at least cost, and what today's money could do elsewhere.

As with scenarios, answers hold exact counts and are for the operator at this terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import chosen
from api.cli.console import AsJson, emit, err, out, show_rows, steps
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput

if TYPE_CHECKING:
    from geo.frozen_inputs import Start
    from geo.plans.proposal import Proposal, Terms
    from geo.proposing import Ground

EXACT = "Exact counts, for the operator only: do not pass them on."
LEFT_OUT = {
    "outside": "outside every municipality",
    "too_far_from_structure": "too far from any service",
    "would_not_work": "where a new service would not work as it must",
}
STATES = {
    "optimal": "proven",
    "time_limit": "the best found in the time given",
    "heuristic": "good, not proven to be the best",
}

SnapshotId = Annotated[
    str, typer.Argument(metavar="SNAPSHOT", help="See `snapshot list`, or latest:EL30.")
]
Service = Annotated[str, typer.Option(help="The type of service, community_centre for example.")]
PlaceCost = Annotated[
    int | None,
    typer.Option("--cost-per-place", help="Cents of the budget's period; none: fewest places."),
]
SiteCost = Annotated[
    int | None,
    typer.Option("--cost-per-site", help="Cents that a service costs besides its places."),
]
Largest = Annotated[
    int | None,
    typer.Option(help="Places a service may have at most; else those of the largest today."),
]
Candidates = Annotated[
    str,
    typer.Option(
        help="Where one may open: municipalities (the fullest cell of each), cells, none."
    ),
]
Near = Annotated[
    float | None,
    typer.Option("--near", help="Minutes to an existing service that a new one may be away."),
]
OwnArea = Annotated[
    bool | None,
    typer.Option(
        "--own-area/--every-area",
        help="Whom a new one serves: its municipality or everybody; else as those of today.",
    ),
]
Working = Annotated[
    bool, typer.Option("--working", help="Count only services not known to fail what they must.")
]
Seconds = Annotated[float, typer.Option(help="How long each question may be thought about.")]
Write = Annotated[
    Path | None, typer.Option("--write", help="Write the answer as a scenario (TOML) here.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to those of scenarios."""
    app.command("close")(close)
    app.command("reallocate")(reallocate)


def close(
    snapshot: SnapshotId,
    service: Service,
    area: Annotated[
        str | None, typer.Option(help="Code of a municipality; else the whole region.")
    ] = None,
    share: Annotated[
        float, typer.Option(help="Of the people in need, to be served within the threshold.")
    ] = 0.8,
    cost_per_place: PlaceCost = None,
    cost_per_site: SiteCost = None,
    largest: Largest = None,
    candidates: Candidates = "municipalities",
    near: Near = None,
    own_area: OwnArea = None,
    working: Working = False,
    seconds: Seconds = 60.0,
    write: Write = None,
    json: AsJson = False,
) -> None:
    """What would close the gap of a type of service at least cost: what to open and to grow."""
    from geo.proposing import close_gap

    terms = _terms(
        service,
        (cost_per_place, cost_per_site, largest),
        (candidates, near, own_area, working, seconds),
    )

    def asked(ground: Ground, start: Start) -> Proposal:
        return close_gap(ground, terms, share, start.inputs.region, area)

    _answer(snapshot, terms, asked, f"Closing the gap of {service}", write, json)


def reallocate(
    snapshot: SnapshotId,
    service: Service,
    floor: Annotated[
        float | None,
        typer.Option(help="Share of each municipality's need that must be served at least."),
    ] = None,
    cost_per_place: PlaceCost = None,
    cost_per_site: SiteCost = None,
    largest: Largest = None,
    candidates: Candidates = "none",
    near: Near = None,
    own_area: OwnArea = None,
    working: Working = False,
    seconds: Seconds = 60.0,
    write: Write = None,
    json: AsJson = False,
) -> None:
    """What the money spent today could do elsewhere: places moved between services."""
    from geo.proposing import shift_places

    terms = _terms(
        service,
        (cost_per_place, cost_per_site, largest),
        (candidates, near, own_area, working, seconds),
    )

    def asked(ground: Ground, start: Start) -> Proposal:
        return shift_places(ground, terms, start.inputs.region, floor)

    _answer(snapshot, terms, asked, f"Reallocating the places of {service}", write, json)


def _terms(
    service: str,
    numbers: tuple[int | None, int | None, int | None],
    rules: tuple[str, float | None, bool | None, bool, float],
) -> Terms:
    from geo.plans.proposal import Terms

    candidates, near, own_area, working, seconds = rules
    return Terms(service, *numbers, candidates, near, own_area, working, seconds)  # type: ignore[arg-type]


def _answer(
    snapshot: str,
    terms: Terms,
    asked: Callable[[Ground, Start], Proposal],
    title: str,
    write: Path | None,
    json: bool,
) -> None:
    from geo.plans.proposal import scenario_of
    from geo.plans.writing import toml_of
    from geo.proposing import ground_of

    if write is not None and write.exists():
        raise InvalidInput(f"{write} exists already.", hint="Name another file.")
    with database() as (settings, engine), transaction(engine, "job") as connection:
        snapshot_id = chosen.snapshot_named(connection, snapshot, "The snapshot")
        start = chosen.start_of(connection, settings, snapshot_id)
    with steps() as step:
        step("Journeys")
        inputs = start.inputs
        ground = ground_of(inputs, start.profile, start.parameters, start.travel, terms)
        step("Sites and places")
        proposal = asked(ground, start)
    whole = f"{title} in {proposal.area_code}"
    if write is not None:
        scenario = scenario_of(proposal, whole, snapshot_id, inputs.as_of)
        write.write_text(toml_of(scenario), encoding="utf-8")
    if json:
        emit(_document(proposal, snapshot_id))
        return
    names = dict(zip(inputs.codes, inputs.municipalities["name_en"], strict=True))
    _tell(proposal, whole, names)
    if write is not None:
        err.print(f"Scenario written to {write}", markup=False, highlight=False)
    err.print(EXACT)


def _document(proposal: Proposal, snapshot_id: str) -> dict[str, Any]:
    people = {"need": proposal.need, "before": proposal.before, "after": proposal.after}
    return {"snapshot": snapshot_id, **people, **asdict(proposal)}


def _tell(proposal: Proposal, title: str, names: Mapping[str, str]) -> None:
    rows = [
        {
            "what": _what(step.service, step.before, step.after),
            "service": step.service or f"new at {step.lon:.5f}, {step.lat:.5f}",
            "municipality": f"{step.area_code} {names.get(step.area_code, '')}",
            "places before": f"{step.before:,}",
            "after": f"{step.after:,}",
            "more": f"{step.after - step.before:+,}",
        }
        for step in proposal.steps
    ]
    if rows:
        show_rows(title, rows, as_json=False, whole=("what", "service"))
    else:
        out.print(f"{title}: nothing needs to change.", markup=False, highlight=False)
    for line in (*_served(proposal), *_proof(proposal), *_limits(proposal)):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _what(service: str | None, before: int, after: int) -> str:
    if service is None:
        return "open"
    if after == 0:
        return "close"
    return "grow" if after > before else "make smaller"


def _served(proposal: Proposal) -> list[str]:
    minutes = proposal.room.threshold_minutes
    counted = "in services not known to fail, " if proposal.terms.working else ""
    wanted = "" if proposal.wanted is None else f" ({proposal.wanted:,} wanted)"
    lines = [
        f"People with a place {counted}within {minutes:g} minutes: {proposal.before:,} of"
        f" {proposal.need:,} today, {proposal.after:,} after{wanted}."
    ]
    if not proposal.terms.working:
        lines.append(
            f"Of these in services not known to fail what they must: {proposal.working_before:,}"
            f" today, {proposal.working_after:,} after."
        )
    if not proposal.met:
        lines.append("People elsewhere would take places: the share is not reached here.")
    losing = [row.area_code for row in proposal.served if row.after < row.before]
    if losing:
        lines.append(f"Fewer people than today are served in {', '.join(losing)}.")
    return lines


def _proof(proposal: Proposal) -> list[str]:
    costs, gap = proposal.cents is not None, f"{100 * proposal.gap:.2g} %"
    said = STATES[proposal.state]
    if proposal.unit == "persons":
        lines = [
            f"At the same {'cost' if costs else 'number of places'} no answer serves more than"
            f" {proposal.bound:,} people in the region (gap {gap}: {said})."
        ]
    else:
        amount, least = proposal.objective, proposal.bound
        number = _money(amount) if costs else f"{amount:,} places more, cost not known"
        bound = _money(least) if costs else f"{least:,}"
        lines = [f"Cost: {number}; no answer needs less than {bound} (gap {gap}: {said})."]
    floor = proposal.floor
    if floor is not None:
        proven = "" if floor.proven else ", not proven"
        lines.append(
            f"The floor of {100 * floor.share:g} % in every municipality costs {floor.price:,}"
            f" people served: {floor.without:,} without it{proven}."
        )
        if floor.below:
            lines.append(
                "It can be kept, but where places go to whoever is nearest, these stay below it:"
                f" {', '.join(floor.below)}."
            )
    return lines


def _limits(proposal: Proposal) -> list[str]:
    room = proposal.room
    left_out = "".join(f"; left out {LEFT_OUT[why]}: {n:,}" for why, n in room.left_out.items())
    lines = [
        "What limits it: people of the region in reach of no service and no candidate:"
        f" {room.out_of_reach:,}; served if all had {room.largest:,} places: {room.at_most:,}.",
        f"Candidates: {room.candidates:,}{left_out}; services as large as they may be:"
        f" {room.at_largest:,}.",
    ]
    if proposal.one_more is not None:
        costs = proposal.cents is not None
        price = _money(proposal.one_more) if costs else f"{proposal.one_more:,} places"
        lines.append(f"One person more would cost {price}.")
    if room.silent:
        lines.append(
            "Services of the type that do not say how many places they have or where they stand,"
            f" left as they are: {room.silent:,}."
        )
    if room.unplaced:
        lines.append(f"People in need where no populated cell is known: {room.unplaced:,}.")
    return lines


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}"
