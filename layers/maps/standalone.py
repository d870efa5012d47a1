"""One layer as one HTML file: folium's map with every asset inside, readable without a network."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import folium
from branca.element import Element, Figure
from jinja2 import Environment, PackageLoader
from shapely.geometry import mapping

from geo.releases.release import Release
from layers.catalogue import Layer
from layers.credits import attribution, notices
from layers.export import as_text, geojson, period_of
from layers.figures import cells
from layers.styles.legend import Legend, Paint, legend
from layers.tiles.tilejson import bounds
from layers.words import language, say, wording

OUTLINE = "#333333"
_MUNICIPALITIES = wording("label", "municipalities")


@dataclass(frozen=True)
class StandaloneMap:
    """The file, and the content security policy under which it works (it carries it itself)."""

    html: str
    policy: str


def standalone_map(release: Release, layer: Layer, *, lang: str) -> StandaloneMap:
    """The layer as an interactive map in one file, in one language.

    It holds released figures only, with the properties that GeoJSON has, and no base map. Names
    reach the page as text or escaped. The same release gives the same bytes.
    """
    language(lang)
    drawn = legend(release, layer)
    html, script = _folium_parts(release, layer, drawn, lang)
    scripts = [_leaflet_js(), script]
    styles = [_leaflet_css(), _own_css()]
    policy = _policy(scripts, styles)
    page = {
        "lang": lang,
        "policy": policy,
        "title": layer.title[lang],
        "region": release.region_names[lang],
        "period": period_of(release, layer),
        "counted": (layer.unit if layer.kind == "points" else _MUNICIPALITIES)[lang],
        "unit": layer.unit[lang],
        "abstract": layer.abstract[lang],
        "notices": [notice.text[lang] for notice in notices(release, layer)],
        "map_label": say("label", "map_of", lang, title=layer.title[lang]),
        "legend": drawn,
        "words": {
            key: say("label", key, lang)
            for key in ("legend", "skip", "area", "value", "source", "release")
        },
        "rows": _rows(release, layer, lang),
        "attribution": attribution(release, layer)[lang],
        "release": f"{release.id} ({release.tier})",
        "leaflet_css": styles[0],
        "own_css": styles[1],
        "figure_html": html,
        "scripts": scripts,
    }
    template = _environment().get_template("frame.html.j2")
    return StandaloneMap(template.render(page=page), policy)


def _folium_parts(release: Release, layer: Layer, drawn: Legend, lang: str) -> tuple[str, str]:
    """The map's element and its script.

    Folium compiles what it has rendered as a template once more, so a name such as "{{ 7*7 }}"
    would be executed here. It therefore gets numbers, geometries and colours only; all words
    reach the page through our own script.
    """
    features = geojson(release, layer)["features"]
    properties = [feature["properties"] for feature in features]
    as_text({"properties": properties})
    west, south, east, north = bounds(release)
    base = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        scroll_wheel_zoom=False,
    )
    # Leaflet stands in the page itself; jQuery, Bootstrap and icon fonts are not needed.
    base.default_js, base.default_css = [], []
    numbered = _collection(feature["geometry"] for feature in features)
    if layer.kind == "points":
        _outlines(release).add_to(base)
        shapes = _points(numbered, [drawn.color_of(own["type"]) for own in properties])
    else:
        found = {cell.code: cell for cell in cells(release, layer)}
        shapes = _areas(numbered, [drawn.paint(found[own["code"]]) for own in properties])
    shapes.add_to(base)
    base.fit_bounds([[south, west], [north, east]])
    figure: Any = base.get_root()
    _number(figure)
    figure.render()
    labels = (
        _environment()
        .get_template("labels.js.j2")
        .render(
            map_name=base.get_name(),
            layer_name=shapes.get_name(),
            properties=properties,
            words={"lang": lang}
            | {key: say("label", key, lang) for key in ("zoom_in", "zoom_out")},
        )
    )
    return figure.html.render(), figure.script.render() + labels


def _collection(geometries: Iterable[Any]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": at, "geometry": geometry, "properties": {}}
            for at, geometry in enumerate(geometries)
        ],
    }


def _areas(collection: dict[str, Any], paints: list[Paint]) -> folium.GeoJson:
    return folium.GeoJson(
        collection, style_function=lambda feature: _area_style(paints[feature["id"]])
    )


def _points(collection: dict[str, Any], colors: list[str]) -> folium.GeoJson:
    return folium.GeoJson(
        collection,
        style_function=lambda feature: {
            "color": OUTLINE,
            "weight": 1.5,
            "fill": True,
            "fillColor": colors[feature["id"]],
            "fillOpacity": 0.9,
        },
        marker=folium.CircleMarker(radius=7),
    )


def _outlines(release: Release) -> folium.GeoJson:
    areas = release.zones[release.zones["level"] == "municipality"].geometry
    return folium.GeoJson(
        _collection(mapping(area) for area in areas),
        style_function=lambda _: {
            "color": "#8a8a8a",
            "weight": 1,
            "fillColor": "#ffffff",
            "fillOpacity": 1,
            "interactive": False,
        },
    )


def _area_style(paint: Paint) -> dict[str, Any]:
    fill = paint.color if paint.pattern == "none" else f"url(#nm-{paint.pattern})"
    return {"color": OUTLINE, "weight": 1, "fillColor": fill, "fillOpacity": 1}


def _rows(release: Release, layer: Layer, lang: str) -> list[tuple[str, str]]:
    if layer.kind == "points":
        return [
            (str(feature["properties"]["name"] or ""), feature["properties"][f"text_{lang}"])
            for feature in geojson(release, layer)["features"]
        ]
    return [(cell.names[lang], cell.text[lang]) for cell in cells(release, layer)]


def _number(element: Element) -> None:
    # Folium draws random identifiers; numbered ones keep the file's bytes stable.
    queue, count = [element], 0
    while queue:
        current = queue.pop(0)
        current._id = f"{count:08x}"
        count += 1
        queue.extend(current._children.values())
        if isinstance(current, Figure):
            queue.extend([current.header, current.html, current.script])


def _policy(scripts: list[str], styles: list[str]) -> str:
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: list[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("layers", "maps"), autoescape=True)


@cache
def _leaflet(name: str) -> str:
    # The package is Leaflet's own distribution, byte for byte, as a Python package.
    folder = resources.files("js_lib_leaflet").joinpath("static", "js_lib_leaflet")
    return folder.joinpath(name).read_text(encoding="utf-8")


@cache
def _leaflet_js() -> str:
    # The source map stands beside the file on a server; here the comment would be a request.
    return re.sub(r"//# sourceMappingURL=.*", "", _leaflet("leaflet.js")).strip()


@cache
def _leaflet_css() -> str:
    # Marker and layer-control images are not used, and would be requests.
    return re.sub(r"url\((?!#)[^)]*\)", "none", _leaflet("leaflet.css"))


@cache
def _own_css() -> str:
    return resources.files("layers.maps").joinpath("frame.css").read_text(encoding="utf-8")
