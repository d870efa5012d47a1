"""Write what people look at to files: layers, maps, reports; always from a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import AsJson, emit, out, show_rows
from api.cli.context import database
from geo.db.engine import transaction
from geo.errors import InvalidInput

if TYPE_CHECKING:
    from geo.releases.release import Release

TierOption = Annotated[
    str, typer.Option("--tier", help="Whose release: planner, committee, public.")
]
LangOption = Annotated[str, typer.Option("--lang", help="en or el")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    layer = typer.Typer(help="Layers of a release.", no_args_is_help=True)
    layer.command("list")(list_layers)
    layer.command("export")(export)
    layer.command("map")(draw_map)
    app.add_typer(layer, name="layer")
    app.command()(report)


def list_layers(tier: TierOption = "public", json: AsJson = False) -> None:
    """The layers of the newest release."""
    from layers.catalogue import layers_of

    release = _latest(tier)
    rows = [
        {"layer": layer.id, "kind": layer.kind, "title": layer.title["en"]}
        for layer in layers_of(release)
    ]
    show_rows(f"Layers of {release.id} ({tier})", rows, as_json=json)


def export(layer: str, file: Path, tier: TierOption = "public", json: AsJson = False) -> None:
    """Write a layer as GeoJSON."""
    from layers.catalogue import layer_of
    from layers.export import as_text, geojson

    if file.suffix not in {".geojson", ".json"}:
        raise InvalidInput(f"{file.name}: only GeoJSON can be written yet.", hint="FILE.geojson")
    release = _latest(tier)
    _write(file, as_text(geojson(release, layer_of(release, layer))).encode(), json)


def draw_map(
    layer: str,
    file: Path,
    tier: TierOption = "public",
    lang: LangOption = "en",
    json: AsJson = False,
) -> None:
    """Write a layer as one HTML map that opens without a network."""
    from layers.catalogue import layer_of
    from layers.maps.standalone import standalone_map

    release = _latest(tier)
    made = standalone_map(release, layer_of(release, layer), lang=lang)
    _write(file, made.html.encode(), json)


def report(
    area: Annotated[str, typer.Argument(help="Code of a municipality or the region.")],
    file: Annotated[Path | None, typer.Option("--out", help="Where to write it.")] = None,
    kind: Annotated[str, typer.Option(help="coverage")] = "coverage",
    format: Annotated[str, typer.Option(help="html or pdf")] = "pdf",
    lang: LangOption = "en",
    tier: TierOption = "committee",
    json: AsJson = False,
) -> None:
    """Write the planning summary of an area."""
    from layers.reports.document import render_html, render_pdf

    if kind != "coverage" or format not in {"html", "pdf"}:
        raise InvalidInput(
            f"A {kind} report as {format} cannot be written yet.",
            hint="--kind coverage --format html or pdf",
        )
    release = _latest(tier)
    if format == "pdf":
        content = render_pdf(release, area, lang=lang)
    else:
        content = render_html(release, area, lang=lang).encode()
    _write(file or Path(f"needsmap-{area}-{lang}.{format}"), content, json)


def _latest(tier: str) -> Release:
    from geo.releases import store as releases
    from geo.releases.release import TIERS, Tier

    if tier not in TIERS:
        raise InvalidInput(f"There is no tier {tier!r}.", hint=", ".join(TIERS))
    role: Tier = tier
    with database() as (_, engine), transaction(engine, role) as connection:
        return releases.get(connection, role, releases.latest(connection, role))


def _write(file: Path, content: bytes, as_json: bool) -> None:
    file.write_bytes(content)
    if as_json:
        emit({"file": str(file), "bytes": len(content)})
    else:
        out.print(f"{file}: {len(content):,} bytes", highlight=False)
