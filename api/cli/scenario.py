"""What if: run scenarios on a snapshot, keep them, compare and replay them.

Results hold exact counts. They are for the operator at this terminal: no route of the service gives
them out, and no role of a person reads them in the database.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import chosen, proposals
from api.cli.console import AsJson, emit, err, out, show_rows, when
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from geo.frozen_inputs import Start
    from geo.planning import Evaluation
    from geo.plans.scenario import Scenario
    from geo.plans.store import Kept
    from geo.settings import Settings

EXACT = "Exact counts, for the operator only: do not pass them on."

ScenarioId = Annotated[str, typer.Argument(metavar="SCENARIO", help="See `scenario list`.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    scenario = typer.Typer(
        help="What changes of services would do. Exact counts, for the operator only.",
        no_args_is_help=True,
    )
    scenario.command("run")(run_scenario)
    scenario.command("list")(list_scenarios)
    scenario.command("show")(show_scenario)
    scenario.command("compare")(compare_scenarios)
    scenario.command("replay")(replay_scenario)
    proposals.register(scenario)
    app.add_typer(scenario, name="scenario")


def run_scenario(
    file: Annotated[Path, typer.Argument(help="The scenario (TOML), see docs/scenarios.md.")],
    json: AsJson = False,
) -> None:
    """Compute what a scenario would do, and keep it. The same scenario again is kept once."""
    from geo.plans import store as plans

    with database() as (settings, engine), transaction(engine, "job") as connection:
        asked, start = _asked(connection, settings, file)
        made = _evaluated(asked, start)
        new = plans.put(connection, made.canonical, getpass.getuser())
        kept = plans.get(connection, made.id)
    _show(kept, json, {"new": new})


def list_scenarios(json: AsJson = False) -> None:
    """Scenarios, newest first."""
    from geo.plans import store as plans

    with database() as (_, engine), transaction(engine, "job") as connection:
        rows = [
            {
                "scenario": row.id,
                "name": row.name,
                "snapshot": row.snapshot_id,
                "made": row.made_at,
                "by": row.made_by,
            }
            for row in plans.listed(connection)
        ]
    show_rows("Scenarios", rows, as_json=json)


def show_scenario(
    scenario_id: ScenarioId,
    tier: Annotated[
        str | None, typer.Option(help="As this tier may see it: planner, committee, public.")
    ] = None,
    json: AsJson = False,
) -> None:
    """What a scenario asked and which figures it would change."""
    if tier is None:
        _show(_kept(scenario_id), json, {})
        return
    kept, rows = _released(scenario_id, tier)
    if json:
        emit({"scenario": kept.id, "tier": tier, "figures": rows})
        return
    changed = [row for row in rows if row["before"] != row["after"]]
    title = f"{kept.name}, as tier {tier} may see it: {len(changed)} of {len(rows)} figures change"
    told = _told(changed, ("before", "after"))
    show_rows(title, told, as_json=False, whole=("indicator", "area"))


def compare_scenarios(
    first: Annotated[str, typer.Argument(metavar="SCENARIO")],
    second: Annotated[str, typer.Argument(metavar="SCENARIO")],
    json: AsJson = False,
) -> None:
    """The figures in which two scenarios of one snapshot differ."""
    from geo.planning import held_against

    one, other = _kept(first), _kept(second)
    rows = held_against(one.content, other.content)
    if json:
        emit({"first": first, "second": second, "figures": rows})
        return
    sides = ("before", "first", "second")
    title = f"{one.name} (first) against {other.name} (second): {len(rows)} figures differ"
    show_rows(title, _told(rows, sides), as_json=False, whole=("indicator", "area"))
    err.print(EXACT)


def replay_scenario(scenario_id: ScenarioId, json: AsJson = False) -> None:
    """Compute a kept scenario again; exit code 1 where its bytes are not the same."""
    from geo.planning import replayed
    from geo.plans import store as plans
    from geo.plans.scenario import from_kept

    with database() as (settings, engine), transaction(engine, "job") as connection:
        kept = plans.get(connection, scenario_id)
        start = chosen.start_of(connection, settings, kept.snapshot_id)
        made = _evaluated(from_kept(kept.content["scenario"]), start)
    verdict = replayed(kept.result, made, kept.code_version)
    answer = {
        "scenario": kept.id,
        **verdict,
        "code_then": kept.code_version,
        "code_now": made.content["code_version"],
        "same_figures": made.content["figures"] == kept.content["figures"],
    }
    show_rows("Replay", [answer], as_json=json)
    if not verdict["same_bytes"]:
        raise typer.Exit(1)


def _asked(connection: Connection, settings: Settings, file: Path) -> tuple[Scenario, Start]:
    """The scenario of a file and what its snapshot was computed from.

    The snapshot decides the country, whose profile the file is read by.
    """
    from geo.plans.scenario import from_file, snapshot_named

    named = chosen.snapshot_named(connection, snapshot_named(file), f"{file}: key 'snapshot'")
    start = chosen.start_of(connection, settings, named)
    # What is kept names the snapshot itself: the latest one is another one tomorrow.
    return replace(from_file(file, start.profile), snapshot=named), start


def _evaluated(asked: Scenario, start: Start) -> Evaluation:
    import geo
    from geo.planning import evaluate
    from geo.snapshots.freeze import code_version

    version = code_version(Path(geo.__file__).parent)
    return evaluate(
        asked,
        start.inputs,
        start.profile,
        start.parameters,
        version,
        start.travel,
        # What other code made is no measure of what this code makes.
        frozen=start.values if start.code_version == version else None,
    )


def _kept(scenario_id: str) -> Kept:
    from geo.plans import store as plans

    with database() as (_, engine), transaction(engine, "job") as connection:
        return plans.get(connection, scenario_id)


def _released(scenario_id: str, tier: str) -> tuple[Kept, list[dict[str, Any]]]:
    """A kept scenario and its figures through the release rules of a tier."""
    from geo.planning import Evaluation
    from geo.plans import store as plans
    from geo.plans.scenario import from_kept
    from geo.plans_released import released_scenario
    from geo.releases.publish import indicators_of
    from geo.releases.tiers import RULES
    from geo.snapshots import store as snapshots

    rules = {str(name): rule for name, rule in RULES.items()}
    if tier not in rules:
        raise InvalidInput(f"There is no tier {tier!r}.", hint=f"There are: {', '.join(rules)}.")
    with database() as (settings, engine), transaction(engine, "job") as connection:
        kept = plans.get(connection, scenario_id)
        manifest = snapshots.get(connection, kept.snapshot_id).manifest
        start = chosen.start_of(connection, settings, kept.snapshot_id)
    made = Evaluation(kept.id, kept.content)
    asked = from_kept(kept.content["scenario"])
    return kept, released_scenario(asked, made, start, indicators_of(manifest), rules[tier])


def _show(kept: Kept, as_json: bool, more: Mapping[str, Any]) -> None:
    content = kept.content
    if as_json:
        emit({"id": kept.id, "made_at": kept.made_at, "made_by": kept.made_by, **more, **content})
        return
    out.print(f"{kept.id}: {kept.name}", highlight=False, markup=False)
    if kept.description:
        out.print(kept.description, highlight=False, markup=False)
    made = f"Snapshot {kept.snapshot_id}, horizon {content['scenario']['horizon']}"
    made += f", made {when(kept.made_at)} UTC by {kept.made_by}, code {kept.code_version}"
    out.print(made, highlight=False, markup=False, soft_wrap=True)
    out.print(_money(content["budget"]), highlight=False, markup=False)
    changed = [row for row in content["figures"] if row["before"] != row["after"]]
    title = f"{len(changed)} of {len(content['figures'])} figures change"
    rows = _told(changed, ("before", "after"))
    show_rows(title, rows, as_json=False, whole=("indicator", "area"))
    err.print(EXACT)


def _money(budget: Mapping[str, Any]) -> str:
    if budget["said"]:
        return str(budget["said"])
    cents = budget["total_cents"]
    if cents is None:
        return "Cost: not known, since a change has no cost."
    return f"Cost: {'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def _told(rows: Iterable[Mapping[str, Any]], sides: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "indicator": row["indicator"],
            "of": row["breakdown"],
            "area": row["area_code"],
            **{side: _figure(row[side]) for side in sides},
            "difference": "" if row["difference"] is None else f"{row['difference']:+,.10g}",
        }
        for row in rows
    ]


def _figure(side: Mapping[str, Any]) -> str:
    """A figure, its word where it has no number, or why there is none."""
    if side["value"] is not None:
        number = f"{side['value']:,.10g}"
        return f"{number} ({side['category']})" if side["category"] else number
    return str(side["category"] or side["status"].replace("_", " "))
