"""The demo: one region from raw packages to a served map."""

from __future__ import annotations

import json as json_lib
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy.engine import Engine

from api.auth import places
from api.auth import store as auth
from api.auth.user import UserRole
from api.cli import server
from api.cli.console import AsJson, emit, err, out, progress_bar, show
from api.cli.context import database
from geo.settings import Settings

if TYPE_CHECKING:
    from geo.loading import Loaded
    from geo.pipeline import Analysis
    from geo.releases.release import Release

LOGINS: tuple[tuple[str, str, UserRole, str | None], ...] = (
    ("planner", "Demo regional planner", "regional_planner", "EL30"),
    ("municipal", "Demo municipal planner", "municipal_planner", "4501"),
    ("national", "Demo national office", "national", None),
    ("centre", "Demo community centre", "centre_staff", "4501"),
    ("lead", "Demo team lead", "team_lead", "4501"),
    ("street", "Demo street worker", "street_worker", "4501"),
    ("agency", "Demo agency", "agency", None),
    ("committee", "Demo committee member", "committee", None),
    ("auditor", "Demo auditor", "auditor", None),
    ("admin", "Demo administrator", "admin", None),
)
"""Name, name shown, role, territory; the agency is the one with most services in that place."""

AGENCY_OF = "4501"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(demo)


def demo(
    region: Annotated[str, typer.Argument(help="The demo region.")] = "attica",
    serve: Annotated[bool, typer.Option(help="Serve when done.")] = False,
    json: AsJson = False,
) -> None:
    """Load a demo region, compute it, publish it, and make the demo logins."""
    from geo import pipeline
    from geo.demo import load_demo

    began = time.monotonic()
    with database() as (settings, engine):
        code = load_demo(engine, settings, region, _said)
        classes = _locate(engine, settings)
        err.print("Analysing ...")
        analysis = pipeline.analyse(engine, code)
        snapshot_id = pipeline.freeze_analysis(engine, analysis)
        made = pipeline.publish(engine, snapshot_id)
        # The public release: these files may be passed on.
        files = _write_documents(settings.var / "demo", made[-1])
        logins = make_logins(settings, engine)
        counts = _counts(analysis, classes)
        counts |= {"snapshot": snapshot_id, "release (public)": made[-1].id}
        counts["files in var/demo"] = len(files)
        counts["seconds"] = round(time.monotonic() - began)
    url = f"http://{settings.host}:{settings.port}/"
    if json:
        emit({"counts": counts, "logins": logins, "url": url})
    else:
        show(f"Demo: {region}", ("what", "how many"), counts.items())
        show("Demo logins", ("name", "password", "role"), logins)
        out.print("People, services and reports are synthetic; areas are derived, not official.")
    if serve:
        server.serve()
    elif not json:
        out.print(f"Serve it with `needsmap serve` on {url}")


def _write_documents(folder: Path, release: Release) -> list[Path]:
    """The region's planning summary and a map of its rates, to open without the service."""
    from layers.catalogue import layer_of
    from layers.maps.standalone import standalone_map
    from layers.reports.document import render_pdf

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for lang in ("en", "el"):
        err.print(f"Writing the planning summary ({lang}) ...")
        report = folder / f"summary-{release.region_code}-{lang}.pdf"
        report.write_bytes(render_pdf(release, release.region_code, lang=lang))
        drawn = folder / f"rates-{lang}.html"
        layer = layer_of(release, "beneficiary_rate_smoothed")
        drawn.write_text(standalone_map(release, layer, lang=lang).html, encoding="utf-8")
        written += [report, drawn]
    return written


def make_logins(settings: Settings, engine: Engine) -> list[tuple[str, str, str]]:
    """Demo users with random passwords, kept in var/demo-logins.json for its owner only."""
    file = settings.var / "demo-logins.json"
    known: dict[str, str] = json_lib.loads(file.read_text()) if file.exists() else {}
    rows: list[tuple[str, str, str]] = []
    agency = places.largest_agency(engine, AGENCY_OF)
    for username, display_name, role, territory in LOGINS:
        password = known.get(username) or "-".join(secrets.token_hex(2) for _ in range(4))
        user = auth.new_user(
            username, display_name, role, territory, agency if role == "agency" else None
        )
        auth.put_user(engine, replace(user, demo=True), password)
        rows.append((username, password, role))
    _keep_secret(file, json_lib.dumps({name: password for name, password, _ in rows}))
    return rows


def _keep_secret(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text)


def _said(loaded: Loaded) -> None:
    rows = ", ".join(f"{count:,} {name}" for name, count in loaded.rows.items())
    err.print(f"Loaded {loaded.source_id}: {rows}", highlight=False, soft_wrap=True)


def _locate(engine: Engine, settings: Settings) -> dict[str, int]:
    from geo.locating import jobs
    from geo.locating.serving import Gazetteers

    gazetteers = Gazetteers(engine)
    jobs.locate_register(engine, settings, gazetteers, "sites", everything=True)
    with progress_bar("Locating addresses") as progress:
        return jobs.locate_register(
            engine, settings, gazetteers, "people", everything=True, progress=progress
        )


def _counts(analysis: Analysis, classes: dict[str, int]) -> dict[str, Any]:
    """The table at the end; people only as counts of the whole region."""
    import pandas as pd

    from geo.geocode.location import CLASSES

    inputs, values = analysis.inputs, analysis.values
    people = sum(classes.values())
    norm = values[values["indicator"] == "staff_norm"]["category"].value_counts()
    reports = inputs.observations["reports"].sum() if len(inputs.observations) else 0
    return {
        "areas": len(inputs.municipalities),
        "cells": len(inputs.cells),
        "population": f"{int(pd.to_numeric(inputs.population['persons']).sum()):,}",
        "services": len(inputs.services),
        "beneficiaries": f"{people:,}",
        "recipients without a municipality": analysis.not_placed["people"],
        "open needs without a municipality": analysis.not_placed["needs_without_municipality"],
        "street-work reports": int(reports),
        **{
            f"located to {name}": _share(classes[name], people)
            for name in CLASSES
            if name in classes
        },
        **{f"staffing norm: {name}": int(count) for name, count in norm.items()},
        "pockets": len(analysis.poverty.pockets),
    }


def _share(count: int, total: int) -> str:
    return f"{count:,} ({100 * count / total:.1f} %)"
