"""Municipalities: their names, outlines and middles, and which one holds a place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.geocode.index.frames import texts

_LEVEL = "municipality"


class Areas:
    """The areas frame made ready; only areas of level municipality answer, others name parents."""

    def __init__(self, frame: pd.DataFrame, settlements: pd.DataFrame) -> None:
        self._names_of = _names(frame)
        self._own = _own_language(frame)
        self._listed = frozenset(self._names_of)
        codes = texts(frame, "code")
        levels = texts(frame, "level")
        parents = texts(frame, "parent_code")
        self._parent = {
            code: parent for code, parent in zip(codes, parents, strict=True) if code and parent
        }
        municipal = [
            code for code, level in zip(codes, levels, strict=True) if level in (_LEVEL, None)
        ]
        self.names: dict[str, dict[str, str]] = {
            code: self._names_of.get(code, {}) for code in municipal if code
        }
        for code, name in _parents(settlements).items():
            if code not in self._names_of:
                self._names_of[code] = self.names[code] = {self._own: name}
        wanted = set(self.names)
        outlines = [
            (code, outline)
            for code, outline in zip(codes, frame["geometry"], strict=True)
            if code in wanted and isinstance(outline, shapely.Polygon | shapely.MultiPolygon)
        ]
        self._outline_codes = np.array([code for code, _ in outlines], dtype=object)
        self.outlines = dict(outlines)
        self._tree = shapely.STRtree([outline for _, outline in outlines]) if outlines else None

    def name(self, code: str | None, language: str) -> str:
        """The name in a language, else in another, else the code."""
        names = self._names_of.get(code or "", {})
        return names.get(language) or next(iter(names.values()), code or "")

    def shown(self, code: str | None) -> str:
        """The name in the language most areas of the country have one in."""
        return self.name(code, self._own)

    def above(self, code: str) -> list[str]:
        """All names of the areas that hold this one, and its own."""
        found: list[str] = []
        seen: set[str] = set()
        at: str | None = code
        while at and at not in seen:
            seen.add(at)
            found += self._names_of.get(at, {}).values()
            at = self._parent.get(at) or (None if at in self._listed else self._by_code(at))
        return found

    def _by_code(self, code: str) -> str | None:
        """What holds a municipality that only settlements name: the longest code that begins its.

        Registers number so (TERYT 201102 lies in voivodeship 20), and a list of settlements names
        the municipality and no more.
        """
        shorter = (code[:length] for length in range(len(code) - 1, 0, -1))
        return next((one for one in shorter if one in self._listed), None)

    def at(self, latitude: float, longitude: float) -> str | None:
        """The municipality whose outline holds the place, None where none does."""
        found = self._codes_at(np.array([latitude]), np.array([longitude]))[0]
        return None if found is None else str(found)

    def filled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame with lat, lon whose missing municipalities are those of the outlines."""
        return frame.assign(
            area_code=self._filled(frame, degrees(frame, "lat"), degrees(frame, "lon"))
        )

    def filled_points(self, frame: pd.DataFrame) -> list[str | None]:
        """The municipality codes of a frame of points, missing ones from the outlines."""
        points = [
            p if isinstance(p, shapely.Point) and not p.is_empty else None
            for p in frame["geometry"]
        ]
        lat = np.array([np.nan if p is None else p.y for p in points])
        lon = np.array([np.nan if p is None else p.x for p in points])
        return list(self._filled(frame, lat, lon))

    def _filled(
        self, frame: pd.DataFrame, lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.object_]:
        codes = np.empty(len(frame), dtype=object)
        codes[:] = texts(frame, "area_code")
        missing = np.array([code is None for code in codes], dtype=bool) & ~np.isnan(lat)
        if missing.any():
            codes[missing] = self._codes_at(lat[missing], lon[missing])
        return codes

    def _codes_at(
        self, lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.object_]:
        found = np.full(len(lat), None, dtype=object)
        if self._tree is not None:
            point, outline = self._tree.query(shapely.points(lon, lat), predicate="within")
            found[point] = self._outline_codes[outline]
        return found


def _parents(settlements: pd.DataFrame) -> dict[str, str]:
    """Municipalities as the settlements name them, for those that no frame of areas names."""
    pairs = zip(texts(settlements, "area_code"), texts(settlements, "parent"), strict=True)
    return {code: name for code, name in pairs if code and name}


def degrees(frame: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """A column of degrees as numbers, NaN where there is none."""
    return pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan)


def _names(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    columns = {c[len("name_") :]: texts(frame, c) for c in map(str, frame) if c.startswith("name_")}
    for at, code in enumerate(texts(frame, "code")):
        if code:
            own = {language: column[at] for language, column in columns.items()}
            names[code] = {language: name for language, name in own.items() if name}
    return names


def _own_language(frame: pd.DataFrame) -> str:
    """The language with the most names; English, which many have, only where no other has them."""
    counts = {
        str(c)[len("name_") :]: sum(name is not None for name in texts(frame, str(c)))
        for c in frame
        if str(c).startswith("name_")
    }
    return max(counts, key=lambda language: (counts[language], language != "en"), default="en")
