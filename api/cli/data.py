"""Load sources, analyse, freeze and publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import AsJson, emit, out, progress_bar, show, show_rows, steps
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput

if TYPE_CHECKING:
    from geo.loading import Loaded


def register(app: typer.Typer) -> None:
    """Add these commands."""
    source = typer.Typer(help="Sources of open data.", no_args_is_help=True)
    source.command("list")(list_sources)
    source.command("load")(load_source)
    app.add_typer(source, name="source")
    app.command()(gazetteer)
    app.command()(analyse)
    release = typer.Typer(help="What each tier may see.", no_args_is_help=True)
    release.command("list")(list_releases)
    release.command("build")(build_release)
    app.add_typer(release, name="release")


def list_sources(json: AsJson = False) -> None:
    """The sources that can be loaded."""
    from geo.sources.source import all_sources
    from geo.sources.source import load as load_facts

    rows = []
    for name in all_sources():
        facts = load_facts(name)
        rows.append(
            {
                "source": name,
                "title": facts.title,
                "publisher": facts.publisher,
                "licence": facts.licence,
                "of": facts.reference_date,
                "takes": "package" if facts.package else ", ".join(facts.formats) or "its own data",
            }
        )
    if json:
        emit(rows)
        return
    show(
        "Sources",
        ("source, takes", "title, of", "publisher", "licence"),
        [
            (
                f"{one['source']}\n{one['takes']}",
                f"{one['title']}\n{one['of'] or ''}".rstrip(),
                one["publisher"],
                one["licence"],
            )
            for one in rows
        ],
    )


def load_source(
    source: Annotated[str, typer.Argument(help="Identifier, see `needsmap source list`.")],
    path: Annotated[Path | None, typer.Argument(help="The file, if the source needs one.")] = None,
    partial: Annotated[
        bool, typer.Option(help="Load the good rows; the rejected ones come back as a file.")
    ] = False,
    fixes: Annotated[
        bool | None, typer.Option(help="Apply the source's reviewed corrections (fixes.toml).")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Of which country, where the source can be of any: li.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Which column is which (TOML), where the source takes one.")
    ] = None,
    smaller: Annotated[
        bool, typer.Option(help="Also where it has less than half of the rows loaded last.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Load one source: all of it, or nothing and why."""
    from geo import loading
    from geo.profiles import profile

    if country is not None or mapping is not None:
        # What is loaded for a country without a profile could not be searched afterwards.
        facts = loading.chosen(source, country=country, mapping=mapping)
        profile.load(facts.country)
    with database() as (settings, engine), steps() as said:
        loaded = loading.load(
            engine,
            settings,
            source,
            path,
            fixes=fixes,
            partial=partial,
            country=country,
            mapping=mapping,
            smaller=smaller,
            said=said,
        )
    if json:
        emit(asdict(loaded))
        return
    _show_loaded(loaded)


def _show_loaded(loaded: Loaded) -> None:
    rows = ", ".join(f"{count:,} {name}" for name, count in loaded.rows.items())
    out.print(f"Loaded {loaded.source_id}: {rows}", highlight=False)
    if loaded.changes:
        changes = [{"what": name, **asdict(change)} for name, change in loaded.changes.items()]
        show_rows("Since the last load", changes, as_json=False)
    for note in loaded.notes:
        out.print(f"  {note}", highlight=False, markup=False, soft_wrap=True)
    if loaded.rejects:
        out.print(f"Rejected rows, to mend and load again: {loaded.rejects}", markup=False)


def gazetteer(
    country: Annotated[str | None, typer.Option(help="Of one country only: gr.")] = None,
    json: AsJson = False,
) -> None:
    """The gazetteer of each country: its sources, their rows and when these last changed."""
    from geo.registers.gazetteer import store as gazetteers

    with database() as (_, engine), transaction(engine, "job") as connection:
        listed = gazetteers.listed(connection, country).to_dict("records")
        versions = {
            row["country"]: gazetteers.version(connection, row["country"]) for row in listed
        }
    rows = [
        {
            "country": row["country"],
            "source": row["source_id"],
            "rows": row["counts"] if json else _counted(row["counts"]),
            "changed": row["loaded_at"].isoformat(timespec="seconds"),
            "gazetteer": versions[row["country"]],
        }
        for row in listed
    ]
    show_rows("Gazetteers", rows, as_json=json)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


def analyse(
    area: Annotated[str, typer.Argument(help="Code of a region or country: EL30, gr.")],
    publish: Annotated[bool, typer.Option(help="Build the releases too.")] = True,
    workers: Annotated[
        int | None, typer.Option(help="Processes to share the work; 0 is one a core.")
    ] = None,
    dask: Annotated[
        str | None, typer.Option(help="Dask scheduler to share it with: tcp://HOST:PORT.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Compute all figures of a region, freeze them and build the releases."""
    from geo import pipeline
    from geo.executor import open_executor

    with (
        open_executor(workers, dask) as executor,
        database() as (settings, engine),
        progress_bar("Service types") as progress,
    ):
        analysis = pipeline.analyse(
            engine,
            area,
            travel_folder=settings.var / "travel",
            executor=executor,
            progress=lambda done, total, _: progress(done, total),
        )
        snapshot_id = pipeline.freeze_analysis(engine, analysis)
        travel_folder = settings.var / "travel"
        made = pipeline.publish(engine, snapshot_id, travel_folder=travel_folder) if publish else []
    norm = analysis.values[analysis.values["indicator"] == "staff_norm"]["category"]
    answer = {
        "area": area,
        "snapshot": snapshot_id,
        "municipalities": len(analysis.inputs.municipalities),
        "population": int(analysis.inputs.population["persons"].sum()),
        "staffing norm": {str(k): int(v) for k, v in norm.value_counts().items()},
        "pockets": len(analysis.poverty.pockets),
        "without a place": {why: n for why, n in analysis.not_placed.items() if n},
        "releases": {release.tier: release.id for release in made},
    }
    if json:
        emit(answer)
    else:
        rows = [{"what": name, "result": value} for name, value in answer.items()]
        show_rows(f"Analysis of {area}", rows, as_json=False)


def list_releases(json: AsJson = False) -> None:
    """Releases of every tier, newest first."""
    from geo.releases import store as releases
    from geo.releases.release import TIERS

    rows = []
    with database() as (_, engine), transaction(engine, "job") as connection:
        for tier in TIERS:
            rows += [
                {
                    "tier": tier,
                    "release": row.id,
                    "region": row.region_code,
                    "k": row.k,
                    "withheld": row.manifest["statuses"].get("withheld", 0),
                    "made": row.created_at,
                }
                for row in releases.listed(connection, tier)
            ]
    show_rows("Releases", rows, as_json=json)


def build_release(
    tier: Annotated[str, typer.Argument(help="planner, committee or public")],
    snapshot_id: Annotated[str, typer.Argument(metavar="SNAPSHOT")],
    json: AsJson = False,
) -> None:
    """Build one tier's release of a snapshot."""
    from geo import pipeline
    from geo.releases.release import TIERS, Tier

    if tier not in TIERS:
        raise InvalidInput(f"There is no tier {tier!r}.", hint=", ".join(TIERS))
    wanted: tuple[Tier, ...] = (tier,)
    with database() as (settings, engine):
        travel_folder = settings.var / "travel"
        made = pipeline.publish(engine, snapshot_id, wanted, travel_folder=travel_folder)[0]
    withheld = int((made.values["status"] == "withheld").sum())
    row = {"release": made.id, "figures": len(made.values), "withheld": withheld}
    show_rows("Release", [row], as_json=json)
