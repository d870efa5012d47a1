"""What a tier may see of a snapshot: the one shape that every map, table, file and report reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import geopandas as gpd
import pandas as pd

from geo.indicators import Indicator as Indicator

Tier = Literal["planner", "committee", "public"]
TIERS: tuple[Tier, ...] = ("planner", "committee", "public")

Status = Literal["shown", "withheld", "held", "no_data", "structural_zero", "not_applicable"]

ZONE_COLUMNS = (
    "code",  # LAU code of a municipality, or the region's code
    "level",  # 'region' | 'municipality'
    "parent_code",
    "name_en",
    "name_el",
    "geometry_kind",  # 'official' | 'derived'
    "geometry",  # MultiPolygon, EPSG:4326
)

VALUE_COLUMNS = (
    "indicator",
    "breakdown",  # '' or a service type
    "area_code",
    "value",  # float or NaN inside the frame; never shown unless status is 'shown' or 'held'
    "low",
    "high",  # credible or sensitivity interval where the indicator has one
    "category",  # word of a categorical indicator, or None
    "status",
    "period",  # '2021' or '2026-10'
)

SERVICE_COLUMNS = (
    "code",  # opaque identifier of the service within the release
    "service_type",
    "name",
    "agency",
    "area_code",
    "capacity",  # places, or NA
    "location_class",  # 'address' | 'street' | 'postcode' | 'settlement' | 'municipality'
    "radius_m",
    "synthetic",
    "geometry",  # point, EPSG:4326
)


@dataclass(frozen=True)
class SourceNote:
    """Where figures come from, as it stands on maps and reports."""

    id: str
    title: str
    publisher: str
    licence: str
    attribution: str
    reference_date: date | None
    official: bool
    derived: bool
    synthetic: bool


@dataclass(frozen=True)
class Pocket:
    """A group of neighbouring municipalities where the rate is high beyond chance."""

    id: str
    members: tuple[str, ...]  # area codes
    evidence: dict[str, str]  # language -> sentence


@dataclass(frozen=True)
class Release:
    """An immutable release of one tier.

    `explanations` holds the sentence "why this number" by (indicator, breakdown, area code),
    each as language -> text, for shown figures only.
    """

    id: str
    tier: Tier
    region_code: str
    region_names: dict[str, str]
    created_at: datetime
    snapshot_id: str
    k: int
    rounded_to: int | None
    rule_version: str
    demo: bool
    indicators: tuple[Indicator, ...]
    sources: tuple[SourceNote, ...]
    zones: gpd.GeoDataFrame
    values: pd.DataFrame
    services: gpd.GeoDataFrame
    pockets: tuple[Pocket, ...]
    explanations: dict[tuple[str, str, str], dict[str, str]]
