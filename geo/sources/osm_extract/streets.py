"""Ways of one name that touch or lie near are one street."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.crs import GEOGRAPHIC, METRIC
from geo.names import fold
from geo.sources.containment import Municipalities, metric
from geo.sources.from_houses import RANGES
from geo.sources.osm_extract.scan import Segment


def joined(
    segments: Sequence[Segment], municipalities: Municipalities, gap_m: float
) -> pd.DataFrame:
    """One row a street, with its lines and the point on them that is nearest to their middle.

    `gap_m`: how far apart two pieces of one name in one municipality may lie, metres. The key is
    the lowest number of its ways, so that a street stays the same when another piece is drawn.
    """
    lines = np.array([segment.line for segment in segments], dtype=object)
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    codes = municipalities.codes_at(shapely.get_x(middles), shapely.get_y(middles))
    flat = metric(lines)
    groups: dict[tuple[str, Any], list[int]] = defaultdict(list)
    for place, segment in enumerate(segments):
        groups[fold(segment.name), codes[place]].append(place)
    pieces = [
        [members[which] for which in cluster]
        for members in groups.values()
        for cluster in clusters(flat[members], gap_m)
    ]
    rows = [_street([segments[place] for place in piece]) for piece in pieces]
    frame = pd.DataFrame(rows, columns=["external_id", "name", "alternate_names", "postcode"])
    whole = [shapely.MultiLineString(list(lines[piece])) for piece in pieces]
    frame["lines"] = pd.Series(whole, index=frame.index, dtype=object)
    frame["area_code"] = [codes[piece[0]] for piece in pieces]
    frame["lon"], frame["lat"] = _points_on([flat[piece] for piece in pieces])
    for name in RANGES:
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    return frame.sort_values("external_id", ignore_index=True)


def clusters(shapes: NDArray[np.object_], gap_m: float) -> list[list[int]]:
    """Positions of shapes (metres) that hang together by steps of at most `gap_m`."""
    count = len(shapes)
    if count == 1:
        return [[0]]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    links = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(count, count))
    total, labels = connected_components(links, directed=False)
    return [np.flatnonzero(labels == label).tolist() for label in range(total)]


def _street(pieces: list[Segment]) -> tuple[str, str, list[str], str | None]:
    pieces = sorted(pieces)
    name = pieces[0].name
    others = {other: None for piece in pieces for other in (piece.name, *piece.alternate_names)}
    others.pop(name, None)
    postcodes = {piece.postcode for piece in pieces if piece.postcode}
    postcode = postcodes.pop() if len(postcodes) == 1 else None
    return f"w{pieces[0].way}", name, sorted(others), postcode


def _points_on(streets: list[NDArray[np.object_]]) -> tuple[list[float], list[float]]:
    """The point of each street nearest to the middle of its lines; longitude, latitude."""
    back = Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)
    whole = [shapely.MultiLineString(list(lines)) for lines in streets]
    nearest = [shapely.shortest_line(shape, shape.centroid).coords[0] for shape in whole]
    if not nearest:
        return [], []
    lon, lat = back.transform(*np.array(nearest).T)
    return list(lon), list(lat)
