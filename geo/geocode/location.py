"""The answer of the geocoder: where, how sure in words of place, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MatchClass = Literal["address", "street", "postcode", "settlement", "municipality", "none"]

CLASSES: tuple[MatchClass, ...] = (
    "address",
    "street",
    "postcode",
    "settlement",
    "municipality",
    "none",
)
"""Finest first."""


@dataclass(frozen=True)
class Reason:
    """Why this answer, in words for people."""

    en: str
    el: str

    def then(self, other: Reason) -> Reason:
        return Reason(f"{self.en} {other.en}".strip(), f"{self.el} {other.el}".strip())


@dataclass(frozen=True)
class Alternative:
    """Another place that might have been meant; agreement 0 to 1 orders them, no more.

    `lat`, `lon` in EPSG:4326, `radius_m` in metres around them.
    """

    matched: str
    class_: MatchClass
    area_code: str | None
    postcode: str | None
    lat: float
    lon: float
    radius_m: float
    agreement: float


@dataclass(frozen=True)
class Location:
    """Where an address is. `lat`, `lon` in EPSG:4326, `radius_m` in metres around them.

    Class none has neither place nor radius. Class address is given only for a surveyed point of
    the house itself or for a named place of exactly that name, never for a guess.
    """

    class_: MatchClass
    lat: float | None
    lon: float | None
    radius_m: float | None
    area_code: str | None
    matched: str | None
    reason: Reason
    alternatives: tuple[Alternative, ...] = ()
    postcode: str | None = None
    gazetteer_version: str = ""

    @property
    def centroid_fallback(self) -> bool:
        """The middle of a municipality: counts for it, but is no point for point analysis."""
        return self.class_ == "municipality"
