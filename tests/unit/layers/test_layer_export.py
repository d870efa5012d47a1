"""GeoJSON and table rows: allowed properties only, strict JSON, no hidden numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

from geo.releases.release import Release
from layers.catalogue import layer_of, layers_of
from layers.credits import attribution, notices, sources_of
from layers.export import AREA_PROPERTIES, SERVICE_PROPERTIES, as_text, geojson, period_of, table


def test_an_area_feature_has_the_allowed_properties_and_no_other(release: Release) -> None:
    for layer in layers_of(release):
        allowed = SERVICE_PROPERTIES if layer.kind == "points" else AREA_PROPERTIES
        for feature in geojson(release, layer)["features"]:
            assert tuple(feature["properties"]) == allowed


def test_a_choropleth_has_municipalities_only(release: Release) -> None:
    document = geojson(release, layer_of(release, "population"))
    codes = [feature["id"] for feature in document["features"]]
    assert len(codes) == 9
    assert "R9" not in codes


def test_figures_that_are_not_shown_are_null_with_a_status(release: Release) -> None:
    document = geojson(release, layer_of(release, "capacity_gap.home_help"))
    own = {feature["id"]: feature["properties"] for feature in document["features"]}
    assert (own["9103"]["value"], own["9103"]["status"]) == (None, "withheld")
    assert (own["9109"]["value"], own["9109"]["status"]) == (None, "no_data")
    assert (own["9107"]["value"], own["9107"]["status"]) == (0, "structural_zero")
    assert (own["9101"]["value"], own["9101"]["status"]) == (80, "shown")
    na = geojson(release, layer_of(release, "access.home_help"))["features"]
    statuses = {feature["id"]: feature["properties"] for feature in na}
    assert (statuses["9108"]["value"], statuses["9108"]["status"]) == (None, "not_applicable")
    assert (statuses["9103"]["value"], statuses["9103"]["text_el"]) == (0, "0")


def test_every_layer_is_strict_json(release: Release) -> None:
    for layer in layers_of(release):
        read = json.loads(as_text(geojson(release, layer)), parse_constant=pytest.fail)
        assert read["type"] == "FeatureCollection"


def test_nan_never_becomes_text() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_text({"value": float("nan")})


def test_gdal_reads_the_file(release: Release, tmp_path: Path) -> None:
    path = tmp_path / "population.geojson"
    path.write_text(as_text(geojson(release, layer_of(release, "population"))), encoding="utf-8")
    frame = gpd.read_file(path)
    assert (
        frame["value"].sum()
        == release.values.query("indicator == 'population' and area_code != 'R9'")["value"].sum()
    )
    assert frame.total_bounds == pytest.approx([23.5, 37.8, 23.86, 38.07])


def test_the_number_behind_a_withheld_figure_is_in_no_file(
    make_release: Callable[..., Release],
) -> None:
    release = make_release()
    values = release.values.copy()
    values.loc[values["status"] == "withheld", ["value", "low", "high"]] = 987654.321
    planted = make_release(values=values)
    for layer in layers_of(planted):
        assert "987654" not in as_text(geojson(planted, layer))
        if layer.kind == "choropleth":
            assert "987654" not in as_text({"rows": table(planted, layer)})


def test_a_service_point_tells_kind_places_and_accuracy(release: Release) -> None:
    document = geojson(release, layer_of(release, "services"))
    first, second, _ = (feature["properties"] for feature in document["features"])
    assert first["text_en"] == (
        "community centres · 400 places · located to within 15 m · synthetic"
    )
    assert second["capacity"] is None
    assert "άγνωστη δυναμικότητα" in second["text_el"]


def test_the_table_has_the_region_and_every_municipality(release: Release) -> None:
    rows = table(release, layer_of(release, "beneficiary_rate_smoothed"))
    assert rows[0]["code"] == "R9"
    assert len(rows) == 10
    assert set(rows[0]) == {
        "code",
        "level",
        "names",
        "value",
        "low",
        "high",
        "category",
        "status",
        "text",
    }
    athens = next(row for row in rows if row["code"] == "9101")
    assert (athens["low"], athens["high"]) == (pytest.approx(32.09), pytest.approx(34.59))


def test_the_period_is_that_of_the_figures(release: Release) -> None:
    assert period_of(release, layer_of(release, "population")) == "2021"
    assert period_of(release, layer_of(release, "beneficiaries")) == "2026-10"


def test_derived_synthetic_and_withheld_are_told(release: Release) -> None:
    assert [notice.code for notice in notices(release)] == [
        "derived_areas",
        "synthetic",
        "withheld",
    ]
    population = layer_of(release, "population")
    assert [notice.code for notice in notices(release, population)] == ["derived_areas"]
    beneficiaries = layer_of(release, "beneficiaries")
    assert "withheld" in [notice.code for notice in notices(release, beneficiaries)]


def test_rounding_is_told_where_the_tier_rounds(public_release: Release) -> None:
    told = {
        notice.code: notice.text
        for notice in notices(public_release, layer_of(public_release, "beneficiaries"))
    }
    assert told["rounded"]["en"] == "Counts of people in need are rounded to the nearest 5."
    population = notices(public_release, layer_of(public_release, "population"))
    assert "rounded" not in [notice.code for notice in population]


def test_official_areas_bring_no_notice(make_release: Callable[..., Release]) -> None:
    release = make_release()
    official = make_release(zones=release.zones.assign(geometry_kind="official"))
    assert "derived_areas" not in [notice.code for notice in notices(official)]


def test_attribution_names_the_sources_of_the_layer(release: Release) -> None:
    assert attribution(release, layer_of(release, "population"))["en"] == (
        "Census 2021, national statistics office"
    )
    reach = attribution(release, layer_of(release, "reach.community_centre"))
    assert reach["el"] == "Census 2021, national statistics office· Synthetic registers, needsmap"
    assert len(sources_of(release, layer_of(release, "services"))) == 3
