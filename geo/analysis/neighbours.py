"""Who borders whom: queen contiguity that forgives slivers, with links over water."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from scipy.sparse import csr_array
from shapely import STRtree

from geo.analysis.arrays import Bools, isolates
from geo.crs import METRIC
from geo.errors import InvalidInput


@dataclass(frozen=True)
class Neighbours:
    """Binary symmetric weights (n, n) over `codes`, without self-neighbours."""

    codes: tuple[str, ...]
    weights: csr_array

    @property
    def isolates(self) -> tuple[str, ...]:
        """Codes of the areas without any neighbour."""
        alone = isolates(self.weights)
        return tuple(code for code, is_alone in zip(self.codes, alone, strict=True) if is_alone)

    def of(self, code: str) -> tuple[str, ...]:
        """The neighbours of an area, in the order of `codes`."""
        row = self.codes.index(code)
        ends = self.weights.indptr[row : row + 2]
        return tuple(self.codes[i] for i in sorted(self.weights.indices[ends[0] : ends[1]]))

    def only(self, wanted: Bools) -> Neighbours:
        """The same among the wanted areas alone; areas may become isolates by it."""
        codes = tuple(c for c, keep in zip(self.codes, wanted, strict=True) if keep)
        return Neighbours(codes, csr_array(self.weights[wanted][:, wanted]))


def queen(
    areas: gpd.GeoDataFrame, *, tolerance_m: float, links: Iterable[tuple[str, str]] = ()
) -> Neighbours:
    """Areas that share an edge or a corner, or lie no farther apart than the tolerance.

    `areas`: columns code and geometry (polygons), EPSG:3035. `tolerance_m` in metres bridges the
    slivers and gaps of borders drawn one by one; it also bridges water narrower than that.
    `links` are pairs of codes joined by ferry or bridge. Overlapping areas are neighbours. Raises
    InvalidInput for another CRS, codes twice or unknown, or an area without geometry.
    """
    codes = _codes(areas)
    if not tolerance_m >= 0:
        raise InvalidInput(f"The tolerance must be 0 metres or more, not {tolerance_m}")
    shapes = areas.geometry.to_numpy()
    one, other = STRtree(shapes).query(shapes, predicate="dwithin", distance=tolerance_m)
    extra = _numbered(links, codes)
    rows = np.concatenate((one, extra[:, 0], extra[:, 1]))
    columns = np.concatenate((other, extra[:, 1], extra[:, 0]))
    pairs = np.unique(np.column_stack((rows, columns))[rows != columns], axis=0)
    shape = (len(codes), len(codes))
    weights = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape)
    return Neighbours(codes, weights)


def row_standardised(weights: csr_array) -> csr_array:
    """Every row divided by its sum, so that a lag is a mean; an isolate's row stays empty."""
    sums = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    shares = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    data = weights.data * np.repeat(shares, np.diff(weights.indptr))
    return csr_array((data, weights.indices, weights.indptr), weights.shape)


def _codes(areas: gpd.GeoDataFrame) -> tuple[str, ...]:
    if areas.crs is None or areas.crs.to_epsg() != METRIC:
        raise InvalidInput(f"Neighbours are measured in EPSG:{METRIC}, not in {areas.crs}")
    codes = tuple(str(code) for code in areas["code"])
    if len(set(codes)) != len(codes):
        raise InvalidInput("An area's code stands twice")
    empty = (areas.geometry.isna() | areas.geometry.is_empty).to_numpy()
    if empty.any():
        lost = [code for code, bad in zip(codes, empty, strict=True) if bad]
        raise InvalidInput(f"Areas without geometry: {', '.join(lost)}")
    return codes


def _numbered(links: Iterable[tuple[str, str]], codes: Sequence[str]) -> np.ndarray:
    number = {code: i for i, code in enumerate(codes)}
    found: list[tuple[int, int]] = []
    for one, other in links:
        if one not in number or other not in number:
            raise InvalidInput(f"Link between {one} and {other}: not both are areas")
        if one == other:
            raise InvalidInput(f"Area {one} cannot be linked with itself")
        found.append((number[one], number[other]))
    return np.array(found, dtype=np.intp).reshape(-1, 2)
