"""The layers of a release: what there is, and each as table, GeoJSON and standalone map."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.deps import ReleaseOf
from api.schemas import Language
from geo.errors import NotFound
from geo.releases.release import Release
from layers.catalogue import Layer, indicator_of, layer_of, layers_of
from layers.credits import attribution
from layers.export import as_text, geojson, period_of, table
from layers.maps.standalone import standalone_map
from layers.styles.legend import legend

router = APIRouter(prefix="/api/v1/layers", tags=["layers"])


@router.get("")
def list_layers(release: ReleaseOf) -> dict[str, Any]:
    """Every layer of the release that the reader may see, with its legend."""
    return {
        "release": release_facts(release),
        "layers": [_described(release, layer) for layer in layers_of(release)],
    }


@router.get("/{layer_id}/table")
def read_table(layer_id: str, release: ReleaseOf) -> dict[str, Any]:
    """The figures of a layer as rows; the same figures as on the map."""
    layer = _choropleth(release, layer_id)
    return {
        "layer": layer.id,
        "title": layer.title,
        "unit": layer.unit,
        "release": release.id,
        "rows": table(release, layer),
    }


@router.get("/{layer_id}/geojson")
def read_geojson(layer_id: str, release: ReleaseOf) -> Response:
    """A layer as GeoJSON."""
    text = as_text(geojson(release, layer_of(release, layer_id)))
    return Response(
        text,
        media_type="application/geo+json",
        headers={"Content-Disposition": f'attachment; filename="{layer_id}.geojson"'},
    )


@router.get("/{layer_id}/map.html")
def read_map(
    layer_id: str, release: ReleaseOf, lang: Annotated[Language, Query()] = "en"
) -> Response:
    """A layer as one map file that opens without a network."""
    made = standalone_map(release, layer_of(release, layer_id), lang=lang)
    return Response(
        made.html,
        media_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": made.policy,
            "Content-Disposition": f'inline; filename="{layer_id}.html"',
        },
    )


def release_facts(release: Release) -> dict[str, Any]:
    """What a release says of itself."""
    return {
        "id": release.id,
        "tier": release.tier,
        "created_at": release.created_at.isoformat(),
        "snapshot_id": release.snapshot_id,
        "k": release.k,
        "rounded_to": release.rounded_to,
        "period": max((str(period) for period in release.values["period"]), default=""),
    }


def _choropleth(release: Release, layer_id: str) -> Layer:
    layer = layer_of(release, layer_id)
    if layer.kind == "points":
        raise NotFound(f"The layer {layer_id} has no table.", hint="Take its GeoJSON.")
    return layer


def _described(release: Release, layer: Layer) -> dict[str, Any]:
    base = f"/api/v1/layers/{layer.id}"
    query = f"?release={release.id}"
    decimals = 0 if layer.kind == "points" else indicator_of(release, layer).decimals
    return {
        "id": layer.id,
        "kind": layer.kind,
        "group": layer.group,
        "title": layer.title,
        "abstract": layer.abstract,
        "unit": layer.unit,
        "decimals": decimals,
        "period": period_of(release, layer),
        "tilejson": f"/tiles/{release.id}/{layer.id}/tilejson.json",
        "geojson": f"{base}/geojson{query}",
        "map_html": f"{base}/map.html{query}",
        "attribution": attribution(release, layer),
        "legend": legend(release, layer).as_dict(),
    }
