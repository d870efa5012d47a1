"""A small invented release: nine square municipalities around Athens with every kind of figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Point, box

from geo.releases.release import (
    SERVICE_COLUMNS,
    VALUE_COLUMNS,
    ZONE_COLUMNS,
    Indicator,
    Pocket,
    Release,
    SourceNote,
)

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x","y")'
TEMPLATE = "{{ 7*7 }} & {% raw %}"

NAMES = [
    ("9101", "Athens", "Αθήνα"),
    ("9102", "Nea Smyrni", "Νέα Σμύρνη"),
    ("9103", SCRIPT, SCRIPT),
    ("9104", FORMULA, FORMULA),
    ("9105", TEMPLATE, TEMPLATE),
    ("9106", "Piraeus", "Πειραιάς"),
    ("9107", "Vari-Voula-Vouliagmeni", "Βάρη-Βούλα-Βουλιαγμένη"),
    ("9108", "Hydra", "Ύδρα"),
    ("9109", "Agkistri", None),
]
CODES = [code for code, _, _ in NAMES]
WITHHELD_TRUTH = 7.0
"""The number behind every withheld cell: it must never come out anywhere."""


def _indicator(code: str, kind: str, unit: tuple[str, str], **more: Any) -> Indicator:
    return Indicator(
        code=code,
        names={"en": code, "el": code},
        unit={"en": unit[0], "el": unit[1]},
        decimals=more.get("decimals", 0),
        kind=kind,  # type: ignore[arg-type]
        sensitive=more.get("sensitive", False),
        formula={"en": f"formula of {code} in words", "el": f"τύπος του {code} με λόγια"},
        parameters=more.get("parameters", {}),
        sources=more.get("sources", ("register",)),
    )


PERSONS = ("persons", "άτομα")
INDICATORS = (
    _indicator("population", "count", PERSONS, sources=("census",)),
    _indicator("staff_norm", "category", ("class", "κατηγορία"), sources=("census", "register")),
    _indicator("staff_required", "count", ("posts", "θέσεις εργασίας")),
    _indicator("staff_actual", "count", ("posts", "θέσεις εργασίας")),
    _indicator("staff_shortfall", "count", ("posts", "θέσεις εργασίας")),
    _indicator("mandatory_services", "share", ("%", "%")),
    _indicator(
        "reach",
        "share",
        ("%", "%"),
        decimals=1,
        parameters={"threshold_minutes": 30, "detour_factor": 1.3},
        sources=("census", "register"),
    ),
    _indicator("access", "ratio", ("ratio to the mean", "λόγος προς τον μέσο όρο"), decimals=2),
    _indicator("capacity", "count", ("places", "θέσεις")),
    _indicator("open_needs", "count", PERSONS, sensitive=True),
    _indicator("capacity_gap", "count", PERSONS, sensitive=True),
    _indicator("beneficiaries", "count", PERSONS, sensitive=True),
    _indicator(
        "beneficiary_rate_smoothed",
        "rate",
        ("per 1,000 residents", "ανά 1.000 κατοίκους"),
        decimals=1,
        sensitive=True,
    ),
    _indicator("rate_pattern", "category", ("class", "κατηγορία"), sensitive=True),
    _indicator("observations", "count", ("reports", "αναφορές"), sensitive=True),
    _indicator("round_minutes", "count", ("minutes", "λεπτά")),
)

SOURCES = (
    SourceNote(
        "census",
        "Population census 2021",
        "National statistics office",
        "CC BY 4.0",
        "Census 2021, national statistics office",
        date(2021, 10, 22),
        official=True,
        derived=False,
        synthetic=False,
    ),
    SourceNote(
        "register",
        "Synthetic registers",
        "needsmap",
        "CC0 1.0",
        "Synthetic registers, needsmap",
        date(2026, 10, 1),
        official=False,
        derived=False,
        synthetic=True,
    ),
    SourceNote(
        "outline",
        "Derived municipality areas",
        "needsmap",
        "CC BY 4.0",
        "Areas derived from postcode points",
        None,
        official=False,
        derived=True,
        synthetic=False,
    ),
)


def _zones() -> gpd.GeoDataFrame:
    rows: list[dict[str, Any]] = []
    for at, (code, english, greek) in enumerate(NAMES):
        west, south = 23.5 + 0.12 * (at % 3), 37.8 + 0.09 * (at // 3)
        square = MultiPolygon([box(west, south, west + 0.12, south + 0.09)])
        rows.append(_zone(code, "municipality", english, greek, square))
    region = MultiPolygon([box(23.5, 37.8, 23.86, 38.07)])
    rows.append(_zone("R9", "region", "Attica", "Αττική", region))
    return gpd.GeoDataFrame(pd.DataFrame(rows)[list(ZONE_COLUMNS)], geometry="geometry", crs=4326)


def _zone(code: str, level: str, english: str, greek: str | None, shape: Any) -> dict[str, Any]:
    return {
        "code": code,
        "level": level,
        "parent_code": None if level == "region" else "R9",
        "name_en": english,
        "name_el": greek,
        "geometry_kind": "derived",
        "geometry": shape,
    }


def _rows(indicator: str, breakdown: str, figures: list[Any], **more: Any) -> list[dict[str, Any]]:
    """One row an area, in the order of CODES and then the region.

    A figure is a number, a class as text, (number, class), or a status in capitals.
    """
    rows = []
    for code, figure in zip([*CODES, "R9"], figures, strict=True):
        value, category, status = None, None, "shown"
        if isinstance(figure, str) and figure.isupper():
            status = figure.lower()
            value = WITHHELD_TRUTH if status == "withheld" else None
        elif isinstance(figure, str):
            category = figure
        elif isinstance(figure, tuple):
            value, category = figure
        else:
            value = figure
        spread = more.get("spread")
        rows.append(
            {
                "indicator": indicator,
                "breakdown": breakdown,
                "area_code": code,
                "value": value,
                "low": None if spread is None or value is None else value - spread,
                "high": None if spread is None or value is None else value + spread,
                "category": category,
                "status": status,
                "period": more.get("period", "2026-10"),
            }
        )
    return rows


W, N, A, Z = "WITHHELD", "NO_DATA", "NOT_APPLICABLE", "STRUCTURAL_ZERO"


def _values() -> pd.DataFrame:
    people = [643452, 73090, 12000, 40001, 9999, 168151, 48399, 1966, 1131, 998189]
    rows = [
        *_rows("population", "", people, period="2021"),
        *_rows(
            "staff_norm",
            "",
            ["met", "short", "short", "met", "no_norm", "met", "met", "no_norm", N, A],
        ),
        *_rows("staff_required", "", [4, 3, 2, 3, A, 4, 3, A, N, 19]),
        *_rows("staff_actual", "", [5, 2, 0, 3, 1, 4, 3, 0, N, 18]),
        *_rows("staff_shortfall", "", [0, 1, 2, 0, A, 0, 0, A, N, 3]),
        *_rows(
            "mandatory_services",
            "",
            [
                (100.0, "full"),
                (66.67, "partial"),
                (0.0, "none"),
                (100.0, "full"),
                A,
                (83.33, "partial"),
                (100.0, "full"),
                A,
                N,
                (78.5, "partial"),
            ],
        ),
        *_rows(
            "reach", "community_centre", [98.4, 91.0, 0.0, 55.5, 12.25, 100.0, 71.0, 0.04, N, 93.7]
        ),
        *_rows("access", "home_help", [1.1, 0.8, 0.0, 0.45, 0.79, 1.3, 2.6, A, N, 1.0]),
        *_rows("capacity", "home_help", [150, 40, 0, 25, 0, 80, 30, Z, N, 325]),
        *_rows("open_needs", "home_help", [230, 45, W, 60, W, 85, 30, Z, N, 480], spread=None),
        *_rows("capacity_gap", "home_help", [80, 5, W, 35, W, 5, Z, Z, N, 155]),
        *_rows("beneficiaries", "", [21450, 1310, W, 1045, W, 5025, 640, 25, N, 29595]),
        *_rows(
            "beneficiary_rate_smoothed",
            "",
            [33.34, 17.9, W, 26.1, W, 29.9, 13.2, 12.7, N, 29.6],
            spread=1.25,
        ),
        *_rows(
            "rate_pattern",
            "",
            [
                "high_high",
                "not_significant",
                W,
                "high_low",
                W,
                "high_high",
                "low_low",
                "isolate",
                "no_data",
                A,
            ],
        ),
        *_rows("observations", "", [310, 15, W, 40, N, 95, N, N, N, 480]),
        *_rows("round_minutes", "", [5400, 240, 60, 480, 0, 1320, 0, 0, 0, 7500]),
    ]
    return pd.DataFrame(rows)[list(VALUE_COLUMNS)].astype(
        {"value": "float64", "low": "float64", "high": "float64"}
    )


def _services() -> gpd.GeoDataFrame:
    rows = [
        [
            "s1",
            "community_centre",
            "Centre of Athens",
            "City of Athens",
            "9101",
            400,
            "address",
            15.0,
        ],
        ["s2", "home_help", SCRIPT, FORMULA, "9103", None, "postcode", 800.0],
        ["s3", "night_shelter", TEMPLATE, "Aid", "9106", 60, "street", 120.0],
    ]
    points = [Point(23.55, 37.84), Point(23.8, 37.84), Point(23.56, 38.02)]
    frame = pd.DataFrame(
        rows, columns=[c for c in SERVICE_COLUMNS if c not in ("synthetic", "geometry")]
    )
    frame["capacity"] = frame["capacity"].astype("Int64")
    frame["synthetic"] = True
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)[list(SERVICE_COLUMNS)]


def build_release(**changes: Any) -> Release:
    """The planner's release; `changes` replace its fields."""
    release = Release(
        id="2026-11-planner-1",
        tier="planner",
        region_code="R9",
        region_names={"en": "Attica", "el": "Αττική"},
        created_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        snapshot_id="5f0c2a",
        k=5,
        rounded_to=None,
        rule_version="1",
        demo=True,
        indicators=INDICATORS,
        sources=SOURCES,
        zones=_zones(),
        values=_values(),
        services=_services(),
        pockets=(
            Pocket(
                "p1",
                ("9101", "9106"),
                {
                    "en": "Rates are high among high neighbours beyond chance.",
                    "el": "Τα ποσοστά είναι υψηλά ανάμεσα σε υψηλά, πέρα από το τυχαίο.",
                },
            ),
        ),
        explanations={},
    )
    return replace(release, **changes)


@pytest.fixture(scope="session")
def release() -> Release:
    return build_release()


@pytest.fixture(scope="session")
def public_release() -> Release:
    return build_release(id="2026-11-public-1", tier="public", k=10, rounded_to=5)


@pytest.fixture
def make_release() -> Callable[..., Release]:
    return build_release
