"""Freeze results: the same inputs give the same bytes, and the bytes give the name."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.ids import canonical_json, content_id

SIGNIFICANT_DIGITS = 12
"""Results are frozen to this precision; beyond it lies only the order of summation."""

KEYS = {
    "zones": ["code"],
    "values": ["indicator", "breakdown", "area_code"],
    "services": ["code"],
    "pockets": ["id"],
}


@dataclass(frozen=True)
class Content:
    """What a snapshot holds: zones and services in EPSG:4326, values, pockets, and its history."""

    region_code: str
    demo: bool
    zones: gpd.GeoDataFrame
    values: pd.DataFrame
    services: gpd.GeoDataFrame
    pockets: pd.DataFrame
    manifest: dict[str, Any]

    def tables(self) -> dict[str, pd.DataFrame]:
        return {
            "zones": self.zones,
            "values": self.values,
            "services": self.services,
            "pockets": self.pockets,
        }


def freeze(
    content: Content, code_version: str, inputs: Mapping[str, str] | None = None
) -> tuple[str, Content]:
    """The snapshot's id and its content, sorted, rounded and with checksums in the manifest.

    `inputs`: checksum by name of what the analysis started from (geo.snapshots.inputs).
    """
    frozen = {name: _settled(frame, KEYS[name]) for name, frame in content.tables().items()}
    manifest = {
        **content.manifest,
        "region": content.region_code,
        "code_version": code_version,
        "rows": {name: len(frame) for name, frame in frozen.items()},
        "checksums": {name: checksum(frame) for name, frame in frozen.items()},
    }
    if inputs:
        manifest["inputs"] = dict(inputs)
    made = Content(content.region_code, content.demo, manifest=manifest, **frozen)
    return content_id("snap", canonical_json(manifest)), made


def checksum(frame: pd.DataFrame) -> str:
    """SHA-256 of a frame's rows in canonical form; geometry as WKB in hexadecimal."""
    rows = [
        [plain(value) for value in row]
        for row in frame[sorted(frame.columns)].astype(object).itertuples(index=False, name=None)
    ]
    return hashlib.sha256(canonical_json(rows)).hexdigest()


def code_version(package: Path) -> str:
    """Hash of the domain's code and data files: the version that made a figure."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".toml", ".sql", ".csv", ".geojson"}:
            digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _settled(frame: pd.DataFrame, keys: list[str]) -> Any:
    settled = frame.sort_values(keys).reset_index(drop=True)
    for name in settled.select_dtypes("float").columns:
        settled[name] = settled[name].map(rounded)
    return settled


def rounded(value: float) -> float:
    """A number to the digits that are kept."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else value


def plain(value: Any) -> Any:
    """A value as JSON can say it; geometry as WKB in hexadecimal, anything else as its text."""
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkb(value, hex=True)
    if isinstance(value, dict | list | tuple | str | bool):
        return value
    if value is None or pd.isna(value):
        return None
    if hasattr(value, "item"):
        return value.item()
    return value if isinstance(value, int | float) else str(value)
