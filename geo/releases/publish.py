"""Build a tier's release from a snapshot's frames: figures, places and pockets it may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.ids import canonical_json, content_id
from geo.indicators import Indicator
from geo.location_classes import POINT_CLASSES
from geo.releases.redraw import Redraw
from geo.releases.release import Pocket, Release, SourceNote
from geo.releases.suppress import suppress
from geo.releases.tiers import HIDDEN_SERVICE_TYPES, RULE_VERSION, TierRule

SERVICE_ID_LENGTH = 12


def build_release(
    snapshot_id: str,
    manifest: Mapping[str, Any],
    tables: Mapping[str, Any],
    rule: TierRule,
    redraw: Mapping[str, Redraw],
) -> Release:
    """The release of one tier; the same snapshot and rules give the same release id.

    `tables` holds the snapshot's zones, values, services and pockets; `manifest` its indicators,
    sources, region and the moment it was made; `redraw` see geo.releases.redraw.
    """
    definitions = indicators_of(manifest)
    region = str(manifest["region"])
    values = suppress(tables["values"], definitions, rule, region, redraw)
    release_id = content_id(
        "rel", canonical_json([snapshot_id, rule.tier, rule.k, rule.rounded_to, RULE_VERSION])
    )
    return Release(
        id=release_id,
        tier=rule.tier,
        region_code=region,
        region_names=dict(manifest["region_names"]),
        created_at=manifest["created_at"],
        snapshot_id=snapshot_id,
        k=rule.k,
        rounded_to=rule.rounded_to,
        rule_version=RULE_VERSION,
        demo=bool(manifest["demo"]),
        indicators=tuple(definitions.values()),
        sources=sources_of(manifest),
        zones=tables["zones"],
        values=values.drop(columns="explanation"),
        services=_public_places(tables["services"], release_id),
        pockets=_visible_pockets(tables["pockets"], values),
        explanations=explanations_of(values),
    )


def indicators_of(manifest: Mapping[str, Any]) -> dict[str, Indicator]:
    """The indicators as the snapshot's manifest carries them."""
    return {
        entry["code"]: replace(Indicator(**entry), sources=tuple(entry["sources"]))
        for entry in manifest["indicators"]
    }


def sources_of(manifest: Mapping[str, Any]) -> tuple[SourceNote, ...]:
    """The sources as the snapshot's manifest carries them."""
    names = SourceNote.__dataclass_fields__
    return tuple(
        SourceNote(
            **{name: entry[name] for name in names if name != "reference_date"},
            reference_date=None
            if entry["reference_date"] is None
            else datetime.fromisoformat(entry["reference_date"]).date(),
        )
        for entry in manifest["sources"]
    )


def explanations_of(values: pd.DataFrame) -> dict[tuple[str, str, str], dict[str, str]]:
    """The sentences "why this number" by indicator, breakdown and area, where there is one."""
    rows: Any = values.itertuples()
    return {
        (row.indicator, row.breakdown, row.area_code): row.explanation
        for row in rows
        if row.explanation
    }


def public_manifest(release: Release) -> dict[str, Any]:
    """What a release says of itself: indicators, sources, and how much is withheld."""
    statuses = release.values["status"].value_counts()
    return {
        "indicators": [asdict(indicator) for indicator in release.indicators],
        "sources": [
            {**asdict(note), "reference_date": str(note.reference_date or "") or None}
            for note in release.sources
        ],
        "statuses": {str(status): int(count) for status, count in statuses.sort_index().items()},
    }


def _public_places(services: gpd.GeoDataFrame, release_id: str) -> gpd.GeoDataFrame:
    """Services that may be points, under names that mean nothing outside this release."""
    shown = services[
        ~services["service_type"].isin(HIDDEN_SERVICE_TYPES)
        & services["location_class"].isin(POINT_CLASSES)
    ]
    codes = [
        content_id("s", canonical_json([release_id, code]))[: SERVICE_ID_LENGTH + 2]
        for code in shown["code"]
    ]
    return shown.assign(code=codes).sort_values("code").reset_index(drop=True)


def _visible_pockets(pockets: pd.DataFrame, values: pd.DataFrame) -> tuple[Pocket, ...]:
    """Pockets whose every member's pattern is shown; a hidden member would be named by the rest."""
    patterns = values[values["indicator"] == "rate_pattern"]
    shown = set(patterns.loc[patterns["status"] == "shown", "area_code"])
    rows: Any = pockets.itertuples()
    return tuple(
        Pocket(id=row.id, members=tuple(row.members), evidence=dict(row.evidence))
        for row in rows
        if set(row.members) <= shown
    )
