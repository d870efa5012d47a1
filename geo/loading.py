"""From sources into registers: one transaction a source, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy.engine import Connection, Engine

from geo.db.engine import transaction
from geo.errors import NotFound
from geo.profiles import profile
from geo.registers.agencies import store as agencies
from geo.registers.areas import store as areas
from geo.registers.areas.hierarchy import with_parents
from geo.registers.people import store as people
from geo.registers.streetwork import store as streetwork
from geo.settings import Settings
from geo.sources.batch import Batch, read_source, write_rejects
from geo.sources.eu_population_grid.read import within
from geo.sources.source import Source
from geo.sources.source import load as load_facts

Put = Callable[[Connection, Any, str], int]

WRITERS: Mapping[str, Put] = {
    "areas": areas.put_areas,
    "population": areas.put_population,
    "cells": areas.put_cells,
    "postcodes": areas.put_postcodes,
    "streets": areas.put_streets,
    "settlements": areas.put_settlements,
    "agencies": agencies.put_agencies,
    "sites": agencies.put_sites,
    "services": agencies.put_services,
    "programmes": agencies.put_programmes,
    "agreements": agencies.put_agreements,
    "people": people.put_people,
    "needs": people.put_needs,
    "referrals": people.put_referrals,
    "contacts": people.put_contacts,
    "residents": people.put_residents,
    "rounds": streetwork.put_rounds,
    "observations": streetwork.put_observations,
}
"""Which store writes which frame, in the order in which rows may refer to each other."""

REGISTER_FRAMES = frozenset({"agencies", "people", "rounds"})


@dataclass(frozen=True)
class Loaded:
    """What one source brought: rows written by frame, notes, and the file of refused rows."""

    source_id: str
    rows: dict[str, int]
    notes: tuple[str, ...]
    rejects: Path | None = None


def load(
    engine: Engine,
    settings: Settings,
    source_id: str,
    path: Path | None = None,
    *,
    fixes: bool | None = None,
    partial: bool = False,
) -> Loaded:
    """Read one source and write it; raises SourceRejected with nothing written.

    With `partial` the good rows are written and the refused ones returned as a file under
    var/rejects.
    """
    facts = load_facts(source_id, fixes=fixes)
    if path is None and facts.package:
        path = facts.package_file(settings.packages)
    known = _known_codes(engine, facts)
    batch = read_source(source_id, path, fixes=fixes, partial=partial, known_codes=known)
    loaded = write(engine, batch, facts)
    if not batch.rejected_count:
        return loaded
    file = settings.var / "rejects" / f"{source_id}-{batch.sha256[:8] or 'rows'}.csv"
    if not file.exists():
        write_rejects(batch, file)
    return Loaded(source_id, loaded.rows, loaded.notes, file)


def write(engine: Engine, batch: Batch, facts: Source) -> Loaded:
    """Write a batch whole: its source's facts, then every frame."""
    with transaction(engine, "job") as connection:
        areas.lock_loads(connection)
        frames, notes = _placed(connection, batch, facts)
        areas.put_source(connection, _facts_row(facts, batch, notes))
        for store in (people, streetwork, agencies):
            if REGISTER_FRAMES & frames.keys():
                store.clear(connection, facts.id)
        rows = {
            name: put(connection, frames[name], facts.id)
            for name, put in WRITERS.items()
            if name in frames
        }
        if "area_names" in batch.frames:
            areas.put_area_names(connection, batch.frames["area_names"], facts.country, facts.id)
    return Loaded(facts.id, rows, notes)


def _known_codes(engine: Engine, facts: Source) -> frozenset[str] | None:
    """Codes that figures may stand under; None where no official areas are loaded to say so."""
    if "residents" not in facts.columns:
        return None
    with transaction(engine, "job") as connection:
        return areas.official_codes(connection, facts.country) or None


def _placed(
    connection: Connection, batch: Batch, facts: Source
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Frames with what only the loaded areas can tell: parents of areas, municipality of cells."""
    frames, notes = dict(batch.frames), batch.notes
    given = frames.get("areas")
    if given is not None:
        frames["areas"] = with_parents(
            gpd.GeoDataFrame(given),
            profile.load(facts.country),
            areas.municipalities(connection, facts.country),
        )
    cells = frames.get("cells")
    if cells is not None and cells["area_code"].isna().all():
        municipalities = areas.municipalities(connection, "gr")
        if municipalities.empty:
            raise NotFound(
                f"{facts.id}: cells are assigned to municipalities, and none are loaded.",
                hint="Load the municipalities first: `needsmap source load gr_municipalities PATH`.",
            )
        assigned = within(gpd.GeoDataFrame(cells), municipalities)
        frames["cells"] = assigned.cells
        notes = (*notes, *assigned.notes())
    return frames, notes


def _facts_row(facts: Source, batch: Batch, notes: tuple[str, ...]) -> dict[str, Any]:
    registers = REGISTER_FRAMES & batch.frames.keys()
    return {
        "id": facts.id,
        "title": facts.title,
        "titles": dict(facts.titles),
        "notices": dict(facts.notices),
        "publisher": facts.publisher,
        "licence": facts.licence,
        "attribution": facts.attribution,
        "reference_date": facts.reference_date,
        "official": facts.official,
        "derived": facts.derived,
        "synthetic": facts.synthetic,
        "scope": facts.parameters.get("region") if registers else None,
        "counts": {name: int(count) for name, count in batch.counts.items()},
        "notes": list(notes),
        "sha256": batch.sha256,
    }
