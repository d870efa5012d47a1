"""The same results have the same name and the same bytes; any other result has another name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.errors import InvalidInput
from geo.ids import canonical_json
from geo.snapshots.freeze import Content, code_version, freeze


def content(**changes: Any) -> Content:
    values = pd.DataFrame(
        {
            "indicator": ["population", "population", "reach"],
            "breakdown": ["", "", "home_help"],
            "area_code": ["A", "B", "A"],
            "value": [100.0, 0.1 + 0.2, np.nan],
            "category": [None, None, None],
            "status": ["shown", "shown", "no_data"],
            "explanation": [{}, {"en": "x", "el": "χ"}, {}],
        }
    )
    made = Content(
        region_code="R",
        demo=True,
        zones=gpd.GeoDataFrame(
            {"code": ["B", "A"]}, geometry=[box(1, 0, 2, 1), box(0, 0, 1, 1)], crs=4326
        ),
        values=values,
        services=gpd.GeoDataFrame(
            {"code": ["s1"], "capacity": [pd.NA]}, geometry=[Point(0.5, 0.5)], crs=4326
        ),
        pockets=pd.DataFrame({"id": ["p"], "members": [["A"]], "evidence": [{"en": "e"}]}),
        manifest={"parameters": {"seed": 1}},
    )
    return replace(made, **changes)


def with_value(value: float) -> Content:
    values = content().values.copy()
    values.loc[1, "value"] = value
    return content(values=values)


def test_the_same_results_have_the_same_id_and_bytes() -> None:
    (first, one), (second, two) = freeze(content(), "v1"), freeze(content(), "v1")
    assert first == second
    assert canonical_json(one.manifest) == canonical_json(two.manifest)
    assert first.startswith("snap-")


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    mixed = content()
    mixed = content(
        values=mixed.values.iloc[::-1][mixed.values.columns[::-1]], zones=mixed.zones.iloc[::-1]
    )
    assert freeze(mixed, "v1")[0] == freeze(content(), "v1")[0]


def test_the_order_of_summation_does_not_matter() -> None:
    assert 0.1 + 0.2 != 0.3
    assert freeze(with_value(0.3), "v1")[0] == freeze(with_value(0.1 + 0.2), "v1")[0]


@pytest.mark.parametrize("value", [0.300001, 0.3000000001, 0.0, -0.3, np.nan])
def test_another_figure_has_another_id(value: float) -> None:
    assert freeze(with_value(value), "v1")[0] != freeze(content(), "v1")[0]


@pytest.mark.parametrize(
    "changed",
    [
        {"manifest": {"parameters": {"seed": 2}}},
        {"region_code": "S"},
        {"zones": content().zones.set_geometry(content().zones.translate(1e-9))},
        {"pockets": content().pockets.assign(members=[["A", "B"]])},
        {"services": content().services.assign(capacity=0)},
        {"values": content().values.assign(status="no_data")},
        {"values": content().values.assign(explanation=[{}, {"en": "y"}, {}])},
    ],
    ids=["parameter", "region", "shape", "pocket", "zero for unknown", "status", "reason"],
)
def test_any_other_content_has_another_id(changed: dict[str, Any]) -> None:
    assert freeze(content(**changed), "v1")[0] != freeze(content(), "v1")[0]


def test_other_code_makes_another_snapshot() -> None:
    assert freeze(content(), "v2")[0] != freeze(content(), "v1")[0]


def test_the_manifest_is_json_without_nan() -> None:
    manifest = freeze(content(), "v1")[1].manifest
    text = json.dumps(manifest, allow_nan=False)
    assert "NaN" not in text and "Infinity" not in text
    assert manifest["rows"] == {"zones": 2, "values": 3, "services": 1, "pockets": 1}


@pytest.mark.parametrize("value", [np.nan, float("inf"), -float("inf")])
def test_a_manifest_with_nan_is_refused(value: float) -> None:
    with pytest.raises(InvalidInput, match="canonical JSON"):
        freeze(content(manifest={"mean": {"deep": [value]}}), "v1")


def test_code_version_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    first = code_version(tmp_path)
    (tmp_path / "notes.md").write_text("not code")
    assert code_version(tmp_path) == first
    (tmp_path / "a.py").write_text("x = 2")
    second = code_version(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, code_version(tmp_path)}) == 3
