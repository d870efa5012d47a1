"""From sources into registers: one transaction a source, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy.engine import Connection, Engine

from geo.db.engine import transaction
from geo.db.reload import Reload
from geo.errors import InvalidInput, NotFound, Problem, SourceRejected
from geo.profiles import profile
from geo.registers.agencies import store as agencies
from geo.registers.areas import store as areas
from geo.registers.areas.hierarchy import with_parents
from geo.registers.gazetteer import store as gazetteer
from geo.registers.people import store as people
from geo.registers.roads import store as roads
from geo.registers.streetwork import store as streetwork
from geo.settings import Settings
from geo.sources.batch import Batch, read_with, write_rejects
from geo.sources.containment import COAST_M, Municipalities, placed
from geo.sources.eu_population_grid.read import within
from geo.sources.official_addresses.mapping import mapped
from geo.sources.source import ANY_COUNTRY, Source
from geo.sources.source import load as load_facts

Put = Callable[[Connection, Any, str], int]
PutEntries = Callable[[Connection, Any, str, str], Reload]

WRITERS: Mapping[str, Put] = {
    "areas": areas.put_areas,
    "population": areas.put_population,
    "cells": areas.put_cells,
    "need_estimates": areas.put_need_estimates,
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

GAZETTEER: Mapping[str, PutEntries] = {
    "postcodes": gazetteer.put_postcodes,
    "streets": gazetteer.put_streets,
    "houses": gazetteer.put_houses,
    "settlements": gazetteer.put_settlements,
    "spots": gazetteer.put_spots,
}
"""Frames of the gazetteer, of which only the rows that changed are written."""

NAMES_PLACES = frozenset({"areas", "area_names", *GAZETTEER})
"""Frames after which the gazetteer of a country is another one."""

REGISTER_FRAMES = frozenset({"agencies", "people", "rounds"})


@dataclass(frozen=True)
class Loaded:
    """What one source brought: rows by frame, notes, what changed, and the file of refused rows."""

    source_id: str
    rows: dict[str, int]
    notes: tuple[str, ...]
    rejects: Path | None = None
    changes: dict[str, Reload] = field(default_factory=dict)


def load(
    engine: Engine,
    settings: Settings,
    source_id: str,
    path: Path | None = None,
    *,
    fixes: bool | None = None,
    partial: bool = False,
    country: str | None = None,
    mapping: Path | None = None,
    smaller: bool = False,
    said: Callable[[str], object] = str,
) -> Loaded:
    """Read one source and write it; raises SourceRejected with nothing written.

    With `partial` the good rows are written and the refused ones returned as a file under
    var/rejects. `country` names the country where the source is of any; `mapping` the file that
    says which column is which where the source takes one; `smaller` allows an edition with less
    than half of the last one's rows; `said` hears what is being done.
    """
    facts = chosen(source_id, fixes=fixes, country=country, mapping=mapping)
    if path is None and facts.package:
        path = facts.package_file(settings.packages)
    known = _known_codes(engine, facts)
    facts = facts if known is None else facts.knowing(known)
    said(f"Reading {path.name if path else facts.id}")
    batch = read_with(facts, path, partial=partial)
    said(f"Writing {sum(len(frame) for frame in batch.frames.values()):,} rows")
    loaded = write(engine, batch, facts, smaller=smaller or partial)
    if not batch.rejected_count:
        return loaded
    file = settings.var / "rejects" / f"{facts.id}-{batch.sha256[:8] or 'rows'}.csv"
    if not file.exists():
        write_rejects(batch, file)
    return replace(loaded, rejects=file)


def chosen(
    source_id: str,
    *,
    fixes: bool | None = None,
    country: str | None = None,
    mapping: Path | None = None,
) -> Source:
    """The facts of a source as it is to be loaded now; raises InvalidInput where one is missing."""
    facts = load_facts(source_id, fixes=fixes)
    if mapping is not None:
        facts = mapped(facts, mapping)
    if country is not None:
        facts = facts.of_country(country)
    if facts.country == ANY_COUNTRY:
        raise InvalidInput(
            f"{source_id} can be of any country.", hint="Say which: --country pl, for example."
        )
    return facts


def write(engine: Engine, batch: Batch, facts: Source, *, smaller: bool = False) -> Loaded:
    """Write a batch whole: its source's facts, then every frame."""
    with transaction(engine, "job") as connection:
        areas.lock_loads(connection)
        frames, notes = _placed(connection, batch, facts)
        areas.put_source(connection, _facts_row(facts, batch, notes))
        for store in (people, streetwork, agencies):
            if REGISTER_FRAMES & frames.keys():
                store.clear(connection, facts.id)
        if facts.parameters.get("areas") == "where_none":
            areas.drop_vanished(connection, frames["areas"], facts.id, facts.country)
        rows = {
            name: put(connection, frames[name], facts.id)
            for name, put in WRITERS.items()
            if name in frames
        }
        changes = {
            name: put(connection, frames[name], facts.id, facts.country)
            for name, put in GAZETTEER.items()
            if name in frames
        }
        if frames.keys() >= roads.FRAMES:
            changes["road_pieces"] = roads.put_roads(connection, frames, facts.id, facts.country)
        if not smaller:
            _check_kept(batch, changes)
        if "area_names" in batch.frames:
            areas.put_area_names(connection, batch.frames["area_names"], facts.country, facts.id)
        if NAMES_PLACES & frames.keys():
            gazetteer.refresh(connection, facts.country)
    rows |= {name: change.rows for name, change in changes.items()}
    return Loaded(facts.id, rows, notes, changes=changes)


SHOWN_CODES = 6
"""Codes that a refusal spells out."""

FEWEST_TO_COMPARE = 500
"""Rows of the last load from which on it is told whether a new one is much shorter."""


def _check_kept(batch: Batch, changes: Mapping[str, Reload]) -> None:
    """Refuse an edition with less than half of the rows of the last one: it may be cut off.

    A file that ends between two of its blocks looks whole.
    """
    for name, change in changes.items():
        before = change.changed + change.removed + change.unchanged
        if before >= FEWEST_TO_COMPARE and change.rows * 2 < before:
            problem = f"it has {change.rows:,} {name}, the edition loaded last had {before:,}"
            remedy = "Check that the file is whole. If it is, load it with --smaller."
            raise SourceRejected(batch.source_id, [Problem(batch.source_id, problem, remedy)])


def _known_codes(engine: Engine, facts: Source) -> frozenset[str] | None:
    """Codes that figures may stand under; None where no official areas are loaded to say so."""
    if not {"residents", "service_type"} & facts.columns.keys():
        return None
    with transaction(engine, "job") as connection:
        return areas.official_codes(connection, facts.country) or None


def _placed(
    connection: Connection, batch: Batch, facts: Source
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Frames with what only the loaded areas can tell: parents of areas, municipality of cells."""
    frames, notes = dict(batch.frames), batch.notes
    if facts.parameters.get("place_by") == "areas":
        return _by_areas(connection, frames, notes, facts)
    given = frames.get("areas")
    if given is not None:
        _refuse_codes_of_others(connection, given, facts)
        frames["areas"] = with_parents(
            gpd.GeoDataFrame(given),
            profile.load(facts.country),
            areas.municipalities(connection, facts.country),
        )
    cells = frames.get("cells")
    if cells is not None and cells["area_code"].isna().all():
        municipalities = areas.municipalities(connection, facts.country)
        if municipalities.empty:
            raise NotFound(
                f"{facts.id}: cells are assigned to municipalities, and none are loaded.",
                hint=f"Load the municipalities of {facts.country} first:"
                " `needsmap source list` says which sources have them.",
            )
        assigned = within(gpd.GeoDataFrame(cells), municipalities)
        frames["cells"] = assigned.cells
        notes = (*notes, *assigned.notes())
    return frames, notes


def _refuse_codes_of_others(connection: Connection, given: pd.DataFrame, facts: Source) -> None:
    """Refuse municipalities whose codes another country's have too.

    Figures stand under the code alone, so one country's would be taken for the other's: 5103 is
    Korydallos in ELSTAT's list and Jidvei in SIRUTA.
    """
    codes = given.loc[given["level"] == "municipality", "code"].tolist()
    taken = areas.codes_of_others(connection, facts.country, codes)
    if taken:
        problem = f"municipalities of another country have the codes {_listed_codes(taken)} too"
        remedy = "Keep the countries in databases of their own."
        raise SourceRejected(facts.id, [Problem(facts.id, problem, remedy)])


def _listed_codes(codes: list[str]) -> str:
    """The first few codes, and how many more there are."""
    shown = ", ".join(codes[:SHOWN_CODES])
    more = len(codes) - SHOWN_CODES
    return shown if more <= 0 else f"{shown} and {more:,} more"


def _by_areas(
    connection: Connection,
    frames: dict[str, pd.DataFrame],
    notes: tuple[str, ...],
    facts: Source,
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Rows of the gazetteer in the municipalities of other sources, where there are any.

    A source's own areas stand only where no other source has brought any: two sets of
    municipalities with different codes would be two countries in one.
    """
    others = areas.areas_of_others(connection, facts.country, facts.id)
    official = others[others["level"] == "municipality"]
    if official.empty:
        own = frames.get("areas")
        if own is not None:
            known = set(zip(others["level"], others["code"], strict=True))
            new = [pair not in known for pair in zip(own["level"], own["code"], strict=True)]
            # No bare list: of a file without areas an empty one would take the columns away.
            frames["areas"] = own[pd.Series(new, index=own.index, dtype=bool)]
        return frames, notes
    lie = Municipalities(official, reach_m=COAST_M)
    for name in GAZETTEER.keys() & frames.keys():
        frames[name] = placed(frames[name], lie)
    if "areas" in frames:
        frames["areas"] = frames["areas"].iloc[:0]
        notes = (*notes, f"placed in the {len(lie):,} municipalities that other sources brought")
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
