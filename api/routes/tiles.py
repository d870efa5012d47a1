"""Vector tiles of releases: rows that the tier may see, cut by PostGIS."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import (
    RELEASE_PATTERN,
    EngineOf,
    Reader,
    SettingsOf,
    Shelves,
    count_tile,
    find_release,
    find_user,
)
from geo.db.engine import transaction
from geo.errors import NotFound
from geo.releases import store as releases
from geo.releases.release import Release, Tier
from layers.catalogue import Layer, layer_of
from layers.tiles.tilejson import MAX_ZOOM, tilejson

router = APIRouter(prefix="/tiles", tags=["tiles"])

ReleasePath = Annotated[str, Path(pattern=RELEASE_PATTERN)]
MVT = "application/vnd.mapbox-vector-tile"
KEPT = "public, max-age=86400, immutable"
"""A release never changes; what only some may see is still not kept by a shared browser."""


@router.get("/{release_id}/{layer_id}/tilejson.json")
def read_tilejson(
    release_id: ReleasePath, layer_id: str, request: Request, engine: EngineOf, user: Reader
) -> Any:
    """What a map needs to know of a layer's tiles."""
    tier: Tier = user.tier if user else "public"
    release, layer = _found(request, engine, tier, release_id, layer_id)
    if release_id == "latest":
        return _redirect(request, release)
    url = str(request.base_url) + f"tiles/{release.id}/{layer.id}/{{z}}/{{x}}/{{y}}.mvt"
    return tilejson(release, layer, url)


@router.get("/{release_id}/{layer_id}/{z}/{x}/{y}.mvt")
def read_tile(
    release_id: ReleasePath,
    layer_id: str,
    z: Annotated[int, Path(ge=0, le=MAX_ZOOM)],
    x: Annotated[int, Path(ge=0)],
    y: Annotated[int, Path(ge=0)],
    request: Request,
    engine: EngineOf,
    settings: SettingsOf,
) -> Response:
    """One tile; 204 where it is empty."""
    if x >= 2**z or y >= 2**z:
        raise NotFound(f"There is no tile {z}/{x}/{y}.")
    count_tile(request, engine, settings)
    user = find_user(request, engine, settings)
    tier: Tier = user.tier if user else "public"
    release, layer = _found(request, engine, tier, release_id, layer_id)
    if release_id == "latest":
        return _redirect(request, release)
    kept = KEPT if tier == "public" else "no-store"
    headers = {"Cache-Control": kept, "ETag": f'"{release.id}-{layer.id}-{z}-{x}-{y}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    with transaction(engine, tier) as connection:
        if layer.kind == "points":
            tile = releases.service_tile(connection, release.id, (z, x, y))
        else:
            figure = (layer.indicator, layer.breakdown)
            tile = releases.area_tile(connection, release.id, figure, (z, x, y))
    return Response(tile, 200 if tile else 204, headers, MVT)


def _found(
    request: Request, engine: EngineOf, tier: Tier, release_id: str, layer_id: str
) -> tuple[Release, Layer]:
    release = find_release(request, engine, tier, release_id)
    shelves: Shelves = request.app.state.shelves
    key = (tier, release.id, layer_id)
    return release, shelves.layers.get(key, lambda: layer_of(release, layer_id))


def _redirect(request: Request, release: Release) -> RedirectResponse:
    path = request.url.path.replace("/tiles/latest/", f"/tiles/{release.id}/", 1)
    return RedirectResponse(path, 307, headers={"Cache-Control": "no-store"})
