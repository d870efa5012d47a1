"""The document beside a layer's tiles."""

from __future__ import annotations

import json

import pytest

from geo.errors import InvalidInput
from geo.releases.release import Release
from layers.catalogue import layer_of
from layers.tiles.tilejson import bounds, tilejson

URL = "/tiles/2026-11-planner-1/population/{z}/{x}/{y}.mvt"


def test_an_area_layer_is_described(release: Release) -> None:
    document = tilejson(release, layer_of(release, "population"), URL, lang="el")
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == [URL]
    assert document["name"] == "Κάτοικοι"
    assert (document["minzoom"], document["maxzoom"]) == (5, 14)
    assert document["bounds"] == pytest.approx([23.5, 37.8, 23.86, 38.07])
    (areas,) = document["vector_layers"]
    assert areas["id"] == "areas"
    assert list(areas["fields"]) == ["code", "name_en", "name_el", "value", "category", "status"]
    json.dumps(document, allow_nan=False)


def test_a_point_layer_tells_no_more_than_kind_and_name(release: Release) -> None:
    (services,) = tilejson(release, layer_of(release, "services"), URL)["vector_layers"]
    assert (services["id"], list(services["fields"])) == ("services", ["id", "type", "name"])


def test_bounds_are_those_of_zones_whatever_the_points(release: Release) -> None:
    few = release.services.iloc[:1]
    assert bounds(release) == pytest.approx(tuple(release.zones.total_bounds))
    assert tuple(few.total_bounds) != bounds(release)


def test_a_language_without_documents_is_refused(release: Release) -> None:
    with pytest.raises(InvalidInput, match="'fr'"):
        tilejson(release, layer_of(release, "population"), URL, lang="fr")
