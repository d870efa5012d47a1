"""Static pictures of a layer for print: a choropleth map and a bar chart, with stable bytes."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from pyproj import Transformer
from shapely.affinity import rotate
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput, NotFound
from geo.releases.release import Release
from layers.catalogue import Layer
from layers.credits import attribution, notices
from layers.figures import Cell, cells, edge
from layers.styles.legend import Legend, Paint, legend
from layers.words import language, name_order, say

Format = Literal["png", "svg"]

INK = "#1a1a1a"
QUIET = "#5a5a5a"
HATCHES = {"hatch": "/////", "dots": "...", "cross": "xxxx", "none": ""}
WIDTH = 6.9
"""Inches: the text width of an A4 page."""
MAP_SHARE = 0.62
"""The map's part of the width; the legend has the rest."""
DPI = 200
BARS = 12

# matplotlib keeps its settings and font caches in module state, and routes run in threads.
_DRAWING = Lock()


def choropleth(
    release: Release,
    layer: Layer,
    *,
    lang: str,
    fmt: Format = "svg",
    highlight: str | None = None,
    framed: bool = True,
) -> bytes:
    """A map of the layer's municipalities in EPSG:3035 with legend and scale bar.

    `highlight` draws one area's outline heavily; `framed` adds title, notices and the source
    line for a picture that stands alone.
    """
    if layer.kind != "choropleth":
        raise InvalidInput(f"{layer.id} is not a choropleth.")
    language(lang)
    drawn = legend(release, layer)
    shapes = _north_up(release)
    high = _map_height(shapes)
    head, foot = (0.65, 0.85) if framed else (0.05, 0.05)
    height = head + high + foot
    with _canvas(WIDTH, height) as figure:
        axes = figure.add_axes((0.01, foot / height, MAP_SHARE, high / height))
        _draw_areas(axes, shapes, _paints(release, layer, drawn), highlight)
        _scale_bar(axes, lang)
        _draw_legend(figure, drawn, layer, lang, top=1 - head / height)
        if framed:
            _frame(figure, release, layer, lang)
        return _bytes(figure, fmt)


def bars(
    release: Release,
    layer: Layer,
    *,
    lang: str,
    fmt: Format = "svg",
    highlight: str | None = None,
    framed: bool = True,
) -> bytes:
    """The municipalities with the largest figures as bars, with intervals where there are any.

    Areas without a figure are not ranked; how many they are stands below the bars by status.
    """
    if layer.kind != "choropleth":
        raise InvalidInput(f"{layer.id} has no figures to draw as bars.")
    language(lang)
    municipalities = [cell for cell in cells(release, layer) if cell.level == "municipality"]
    chosen = ranking(release, layer, lang=lang, highlight=highlight)
    smaller = sum(cell.value is not None for cell in municipalities) - len(chosen)
    head, foot = (0.62, 1.15) if framed else (0.1, 0.35)
    height = head + foot + 0.3 * len(chosen)
    with _canvas(WIDTH, height) as figure:
        axes = figure.add_axes((0.3, foot / height, 0.5, 1 - (head + foot) / height))
        _draw_bars(axes, chosen, lang, highlight)
        left_out = _left_out(municipalities, smaller, lang)
        figure.text(0.02, (foot - 0.3) / height, left_out, fontsize=8, color=QUIET)
        if framed:
            _frame(figure, release, layer, lang)
        return _bytes(figure, fmt)


def ranking(
    release: Release, layer: Layer, *, lang: str, highlight: str | None = None
) -> list[Cell]:
    """The municipalities that the bar chart shows, largest figure first.

    The highlighted one stands last if it is not among the largest. NotFound where no
    municipality shows a figure.
    """
    ranked = [
        cell
        for cell in cells(release, layer)
        if cell.level == "municipality" and cell.value is not None
    ]
    if not ranked:
        raise NotFound(f"No municipality shows a figure of {layer.id}.")
    ranked.sort(key=lambda cell: (-(cell.value or 0.0), name_order(cell.names[lang])))
    return ranked[:BARS] + [cell for cell in ranked[BARS:] if cell.code == highlight]


@contextmanager
def _canvas(width: float, height: float) -> Iterator[Figure]:
    settings: dict[Any, Any] = {
        "font.family": "DejaVu Sans",
        "svg.hashsalt": "needsmap",
        "hatch.linewidth": 0.8,
        "text.parse_math": False,
    }
    with _DRAWING, mpl.rc_context(settings):
        yield Figure(figsize=(width, height))


def _bytes(figure: Figure, fmt: Format) -> bytes:
    # Names and dates of the drawing program would change the bytes from day to day.
    metadata = {"Date": None, "Creator": None} if fmt == "svg" else {"Software": None}
    buffer = io.BytesIO()
    figure.savefig(buffer, format=fmt, dpi=DPI, metadata=metadata)
    return buffer.getvalue()


def _map_height(shapes: dict[str, BaseGeometry]) -> float:
    """Inches that the map needs at its width; long countries are kept to a page's half."""
    west, south, east, north = _extent(shapes)
    return min(4.6, max(2.6, WIDTH * MAP_SHARE * (north - south) / (east - west) * 1.06))


def _extent(shapes: dict[str, BaseGeometry]) -> tuple[float, float, float, float]:
    boxes = np.asarray([shape.bounds for shape in shapes.values()])
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _paints(release: Release, layer: Layer, drawn: Legend) -> dict[str, Paint]:
    found = cells(release, layer)
    return {cell.code: drawn.paint(cell) for cell in found if cell.level == "municipality"}


def _draw_areas(
    axes: Axes, shapes: dict[str, BaseGeometry], paints: dict[str, Paint], highlight: str | None
) -> None:
    for code, shape in shapes.items():
        # add_artist, not add_patch: the limits are set below, so no path need be measured.
        axes.add_artist(_patch(shape, paints[code], 0.5))
    if highlight in shapes:
        outline = PathPatch(_path(shapes[highlight]), facecolor="none", edgecolor="#000000", lw=2.6)
        axes.add_artist(outline)
    west, south, east, north = _extent(shapes)
    margin = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin - 0.06 * (north - south), north + margin)
    axes.set_aspect("equal", anchor="NW")
    axes.set_axis_off()


def _north_up(release: Release) -> dict[str, BaseGeometry]:
    """Municipalities in metres (EPSG:3035), turned about the middle so that north is up.

    Far from its central meridian (10 degrees east) the projection's y axis points off north;
    turning keeps areas and distances.
    """
    zones = release.zones[release.zones["level"] == "municipality"]
    west, south, east, north = zones.total_bounds
    middle = [(west + east) / 2, (south + north) / 2]
    to_metric = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)
    x, y = to_metric.transform([middle[0]] * 2, [middle[1] - 0.01, middle[1] + 0.01])
    off = float(np.degrees(np.arctan2(x[1] - x[0], y[1] - y[0])))
    metric = zones.to_crs(METRIC)
    return {
        str(code): rotate(shape, off, origin=(x[0], y[0]))
        for code, shape in zip(metric["code"], metric.geometry, strict=True)
    }


def _patch(shape: BaseGeometry, paint: Paint, width: float) -> PathPatch:
    return PathPatch(_path(shape), edgecolor=INK, linewidth=width, **_fill(paint))


def _fill(paint: Paint) -> dict[str, Any]:
    if paint.pattern == "none":
        return {"facecolor": paint.color}
    return {"facecolor": "#ffffff", "hatch": HATCHES[paint.pattern], "hatchcolor": paint.color}


def _path(shape: BaseGeometry) -> Path:
    polygons = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon)]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return Path.make_compound_path(
        *(Path(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings)
    )


def _scale_bar(axes: Axes, lang: str) -> None:
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    # The longest of 1, 2, 5 times a ten of metres that takes a quarter of the map at most.
    quarter = (east - west) / 4
    length = max(
        step * 10.0**power
        for power in range(7)
        for step in (1, 2, 5)
        if step * 10.0**power <= quarter
    )
    left, base = west + 0.02 * (east - west), south + 0.015 * (north - south)
    height = 0.008 * (north - south)
    axes.fill_between([left, left + length], base, base + height, color=INK, lw=0)
    said = f"{edge(length / 1000, lang)} {say('label', 'km', lang)}"
    axes.text(left + length / 2, base + 1.6 * height, said, ha="center", fontsize=8, color=INK)


def _draw_legend(figure: Figure, drawn: Legend, layer: Layer, lang: str, *, top: float) -> None:
    entries = [(item.label[lang], Paint(item.color, "none"), item.count) for item in drawn.items]
    entries += [
        (status.label[lang], Paint(status.color, status.pattern), status.count)
        for status in drawn.statuses
        if status.count
    ]
    handles = [
        Patch(
            edgecolor=INK, linewidth=0.5, label=_wrapped(f"{label} ({count})", 30), **_fill(paint)
        )
        for label, paint, count in entries
    ]
    municipalities = say("label", "in_brackets", lang)
    unit = layer.unit[lang] if drawn.kind == "classes" else ""
    title = "\n".join(_wrapped(line, 32) for line in (unit, municipalities) if line)
    box = figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.655, top),
        frameon=False,
        fontsize=8.5,
        title=title,
        title_fontsize=8,
        handlelength=2.2,
        handleheight=1.4,
        labelspacing=0.7,
        alignment="left",
    )
    box.get_title().set_color(QUIET)


def _draw_bars(axes: Axes, chosen: Sequence[Cell], lang: str, highlight: str | None) -> None:
    places = range(len(chosen))
    values = [cell.value or 0.0 for cell in chosen]
    own = [cell.code == highlight for cell in chosen]
    axes.barh(
        places,
        values,
        color=["#8f8f8f" if each else "#cfcfcf" for each in own],
        edgecolor=["#000000" if each else "#8f8f8f" for each in own],
        linewidth=[1.6 if each else 0.4 for each in own],
        height=0.68,
    )
    ends = []
    for place, cell, value in zip(places, chosen, values, strict=True):
        end = value
        if cell.low is not None and cell.high is not None:
            axes.plot([cell.low, cell.high], [place, place], color="#000000", lw=1.1, marker="|")
            end = max(value, cell.high)
        ends.append(end)
    widest = max(ends) or 1.0
    for place, cell, end in zip(places, chosen, ends, strict=True):
        axes.text(end + 0.015 * widest, place, cell.text[lang], va="center", fontsize=8, color=INK)
    names = [textwrap.shorten(cell.names[lang], 30, placeholder="…") for cell in chosen]
    axes.set_yticks(list(places), names, fontsize=8)
    axes.set_ylim(len(chosen) - 0.5, -0.5)
    axes.set_xlim(0, widest * 1.02)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)


def _left_out(municipalities: Sequence[Cell], smaller: int, lang: str) -> str:
    statuses = [cell.status for cell in municipalities if cell.value is None]
    parts = [f"{say('label', 'smaller', lang)}: {smaller}"] if smaller else []
    parts += [
        f"{say('status', status, lang)}: {statuses.count(status)}"
        for status in dict.fromkeys(sorted(statuses))
    ]
    return " · ".join(parts)


def _frame(figure: Figure, release: Release, layer: Layer, lang: str) -> None:
    height = figure.get_figheight()
    title = f"{layer.title[lang]} – {release.region_names[lang]}"
    figure.text(0.02, 1 - 0.15 / height, _wrapped(title, 72), fontsize=11, weight="bold", va="top")
    said = " ".join(notice.text[lang] for notice in notices(release, layer))
    sources = f"{say('label', 'source', lang)}: {attribution(release, layer)[lang]}"
    named = f"{say('label', 'release', lang)}: {release.id}"
    foot = "\n".join(_wrapped(line, 118) for line in (said, sources, named) if line)
    figure.text(0.02, 0.08 / height, foot, fontsize=6.5, color=QUIET, va="bottom")


def _wrapped(line: str, width: int) -> str:
    return "\n".join(textwrap.wrap(line, width))
