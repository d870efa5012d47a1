"""A release as a whole: its name, its places, its pockets."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from cities import REGION, frame, rows
from shapely.geometry import Point

from geo.indicators import indicators
from geo.releases.publish import build_release
from geo.releases.release import Release
from geo.releases.tiers import RULES

CODES = ["A", "B", "C", "D"]
MANIFEST: dict[str, Any] = {
    "region": REGION,
    "region_names": {"en": "Region", "el": "Περιφέρεια"},
    "demo": True,
    "created_at": datetime(2026, 10, 1, tzinfo=UTC),
    "indicators": [asdict(one) for one in indicators().values()],
    "sources": [],
}


def snapshot_tables(counts: list[float]) -> dict[str, Any]:
    patterns = frame(rows("rate_pattern", CODES, [1, 1, 1, 1], total=False))
    patterns = patterns.assign(value=float("nan"), category="high_high")
    services = pd.DataFrame(
        {
            "code": ["s1", "s2", "s3"],
            "service_type": ["home_help", "night_shelter", "home_help"],
            "location_class": ["street", "street", "municipality"],
        }
    )
    return {
        "values": pd.concat([frame(rows("beneficiaries", CODES, counts)), patterns]),
        "zones": gpd.GeoDataFrame({"code": CODES}, geometry=[Point(0, 0)] * 4, crs=4326),
        "services": gpd.GeoDataFrame(services, geometry=[Point(0, 0)] * 3, crs=4326),
        "pockets": pd.DataFrame(
            {
                "id": ["pocket-A", "pocket-C"],
                "members": [["A", "B"], ["C", "D"]],
                "evidence": [{"en": "A and B", "el": "A και B"}, {"en": "C and D", "el": ""}],
            }
        ),
    }


def release(tier: str = "committee", counts: tuple[float, ...] = (3, 8, 20, 30)) -> Release:
    return build_release("snap-1", MANIFEST, snapshot_tables(list(counts)), RULES[tier], {})


def test_the_same_snapshot_has_the_same_release_id() -> None:
    assert release().id == release().id
    assert len({release(tier).id for tier in RULES}) == len(RULES)
    other = build_release("snap-2", MANIFEST, snapshot_tables([3, 8, 20, 30]), RULES["public"], {})
    assert other.id != release("public").id


def test_another_rule_makes_another_release(monkeypatch: pytest.MonkeyPatch) -> None:
    before = release().id
    monkeypatch.setattr("geo.releases.publish.RULE_VERSION", "other")
    assert release().id != before


def test_a_pocket_with_a_hidden_member_is_not_shown() -> None:
    assert [pocket.id for pocket in release().pockets] == ["pocket-C"]
    assert [pocket.id for pocket in release(counts=(30, 40, 50, 60)).pockets] == [
        "pocket-A",
        "pocket-C",
    ]


def test_shelters_and_places_not_found_are_no_points() -> None:
    (code,) = release().services["code"]
    assert release().services["service_type"].tolist() == ["home_help"]
    assert code.startswith("s-") and "s1" not in code
    # The name of a place means nothing outside of its release.
    assert release("public").services["code"].tolist() != [code]


def test_a_release_carries_explanations_of_shown_figures_only() -> None:
    assert release().explanations == {}
