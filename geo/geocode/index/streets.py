"""Streets as the gazetteer knows them, and how rows and houses of one name are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.geocode.words.habits import Word

CELL = 100.0
"""Metres: pieces of streets and houses are joined by the squares they lie in."""

GAP = 450.0
"""Metres between squares of one street: the longest stretch without house or name."""

APART = 3_000.0
"""Metres: two pieces of one name, municipality and village (or postcode) farther apart are two
streets; so are pieces that nothing else ties together."""

_GROUPS_APART = 1e6


@dataclass(frozen=True)
class StreetRow:
    """A stretch of a street: the part of it that lies in one postcode.

    `odd` and `even` are the first and last house number of each side; a last number of None means
    to the street's end, a side of None means not in this postcode; `whole` means no numbers are
    given, so the row stands for all.
    """

    name: str
    postcode: str | None
    area_code: str | None
    odd: tuple[int, int | None] | None = None
    even: tuple[int, int | None] | None = None

    @property
    def whole(self) -> bool:
        return self.odd is None and self.even is None

    def holds(self, number: int) -> bool:
        """Whether the house number lies in this row's ranges, or the row gives none."""
        if self.whole:
            return True
        side = self.odd if number % 2 else self.even
        return side is not None and side[0] <= number and (side[1] is None or number <= side[1])


@dataclass(frozen=True)
class StreetName:
    """A street name apart from where it runs: its type and its words."""

    kind: str
    words: tuple[Word, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(word.key for word in self.words)

    @cached_property
    def sorted_keys(self) -> tuple[str, ...]:
        return tuple(sorted(self.keys))


@dataclass(eq=False, slots=True)
class Street:
    """One street: a name in one home, with what is known of it there.

    `home` is the municipality's code or, where none is known, what stands for it. `places` and
    `postcodes` are the settlements (by their keys) and postcodes its rows and houses name.
    `first` to before `last` are its houses, `line` to before `line_end` its lines. A `village` is
    no street: its houses are numbered in the settlement itself.
    """

    name: int
    shown: str
    home: str
    area_code: str | None
    rows: tuple[StreetRow, ...] = ()
    places: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()
    first: int = 0
    last: int = 0
    line: int = 0
    line_end: int = 0
    village: bool = False
    place: str | None = None
    point: tuple[float, float] | None = None

    @property
    def placed(self) -> bool:
        """Whether houses, lines or a point say where it is; else only its postcodes do."""
        return self.last > self.first or self.line_end > self.line or self.point is not None


def pieces(items: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Which street each item is of: items of one `group` (name and home) that lie together.

    items: group (whole numbers), x, y (EPSG:3035; NaN where not known), place and postcode (texts
    or None). Items without a place are one street a group; those near each other are one; so are
    those at most APART apart that share a village or postcode, or of which one says nothing.
    Returns one number a street, from 0.
    """
    group = items["group"].to_numpy(np.int64)
    x, y = items["x"].to_numpy(float), items["y"].to_numpy(float)
    known = ~np.isnan(x)
    label = np.full(len(items), -1, dtype=np.int64)
    if known.any():
        squares = np.column_stack(
            [group[known], np.floor(x[known] / CELL), np.floor(y[known] / CELL)]
        )
        cells, cell_of = np.unique(squares.astype(np.int64), axis=0, return_inverse=True)
        joined = _near_cells(cells)
        joined = _tied(joined, cells, items[known], cell_of)
        label[known] = joined[cell_of]
    return _unplaced(label, group, known, items["postcode"].to_numpy(object))


def _near_cells(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    # Groups stand on floors of a tower, each too high above the next to be near.
    tower = np.column_stack([cells[:, 1] * CELL, cells[:, 2] * CELL, cells[:, 0] * _GROUPS_APART])
    pairs = cKDTree(tower).query_pairs(GAP, output_type="ndarray")
    return _components(pairs, len(cells))


def _components(pairs: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.int64]:
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _tied(
    joined: npt.NDArray[np.int64],
    cells: npt.NDArray[np.int64],
    items: pd.DataFrame,
    cell_of: npt.NDArray[np.intp],
) -> npt.NDArray[np.int64]:
    """Pieces of one group that APART and their villages or postcodes make one street."""
    parts = pd.DataFrame({"group": cells[:, 0], "piece": joined}).drop_duplicates()
    several = parts[parts["group"].duplicated(keep=False)]
    if several.empty:
        return joined
    piece_of_item = joined[np.ravel(cell_of)]
    wanted = np.isin(piece_of_item, several["piece"].to_numpy())
    said = pd.DataFrame(
        {
            "piece": piece_of_item[wanted],
            "place": items["place"].to_numpy()[wanted],
            "postcode": items["postcode"].to_numpy()[wanted],
        }
    )
    places = said.dropna(subset=["place"]).groupby("piece")["place"].agg(set).to_dict()
    codes = said.dropna(subset=["postcode"]).groupby("piece")["postcode"].agg(set).to_dict()
    where = _cells_of(joined, cells, several["piece"].to_numpy())
    pairs = [
        (one, other)
        for _, members in several.groupby("group")["piece"]
        for one, other in combinations(members.tolist(), 2)
        if _one_street(one, other, places, codes) and _gap(where[one], where[other]) < APART
    ]
    if not pairs:
        return joined
    return _components(np.array(pairs, dtype=np.intp), int(joined.max()) + 1)[joined]


def _cells_of(
    joined: npt.NDArray[np.int64], cells: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]
) -> dict[int, npt.NDArray[np.float64]]:
    """The squares' corners (metres) of each piece asked for."""
    order = np.argsort(joined, kind="stable")
    starts = np.searchsorted(joined[order], wanted)
    ends = np.searchsorted(joined[order], wanted, side="right")
    return {
        int(piece): np.asarray(cells[order[start:end], 1:] * CELL, dtype=np.float64)
        for piece, start, end in zip(wanted, starts, ends, strict=True)
    }


def _one_street(
    one: int, other: int, places: dict[Any, set[str]], codes: dict[Any, set[str]]
) -> bool:
    for said in (places, codes):
        here, there = said.get(one), said.get(other)
        if here and there:
            return not here.isdisjoint(there)
    return True


def _gap(here: npt.NDArray[np.float64], there: npt.NDArray[np.float64]) -> float:
    return float(cKDTree(here).query(there)[0].min())


def _unplaced(
    label: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
    postcode: npt.NDArray[np.object_],
) -> npt.NDArray[np.int64]:
    """Items without a place join their group's street of their postcode, its first, or a new one."""
    if known.all():
        return label
    placed = pd.DataFrame({"group": group[known], "code": postcode[known], "label": label[known]})
    by_code = placed.dropna(subset=["code"]).groupby(["group", "code"])["label"].first().to_dict()
    by_group = placed.groupby("group")["label"].first().to_dict()
    fresh = int(label.max()) + 1
    for at in np.flatnonzero(~known).tolist():
        own = int(group[at])
        found = by_code.get((own, postcode[at]), by_group.get(own))
        if found is None:
            found = by_group[own] = fresh
            fresh += 1
        label[at] = found
    return label
