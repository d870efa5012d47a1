"""What not knowing places exactly does to a result: every figure with an interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geo.analysis.arrays import Floats
from geo.analysis.need.places import Ground, Places, Sampler, on_earth
from geo.errors import InvalidInput

LOW, HIGH = 0.05, 0.95
"""Quantiles of the interval."""

FEWEST_SAMPLES = 20
"""With fewer draws not one would lie beyond a bound."""

INCLUSIVE_M = 1e-6
"""Metres forgiven at a threshold, so that rounding does not lose who stands exactly on it."""

Statistic = Callable[[Floats], ArrayLike]


@dataclass(frozen=True)
class LocationInterval:
    """A statistic under location error; `estimate`, `low` and `high` have its shape.

    `estimate` is the mean over the draws and `low`, `high` their 5 % and 95 % quantiles. It is
    not the statistic at the recorded points: the middle of a municipality is nearer to its
    services than its people are, so that would be biased, and the mean is not. A figure that
    hardly ever moves may have its mean outside the quantiles. `records` went in, `municipality_only` of them located no finer; `contradicted` have a point outside their
    municipality.
    """

    estimate: Floats
    low: Floats
    high: Floats
    records: int
    municipality_only: int
    contradicted: int
    samples: int
    seed: int

    @property
    def municipality_share(self) -> float | None:
        """Share (0 to 1) of records located only to their municipality; None without records."""
        return self.municipality_only / self.records if self.records else None


@dataclass(frozen=True)
class SampledGap:
    """People beyond reach, by municipality (a,) and in all, each with its interval.

    `records` and `municipality_only` (a,) are counts; `reason` (a,) is '' or 'no_records', where
    nobody is recorded and so nobody can be out of reach. `total` (scalars) also holds the
    `elsewhere` records whose municipality is not known.
    """

    gap: LocationInterval
    total: LocationInterval
    records: NDArray[np.intp]
    municipality_only: NDArray[np.intp]
    reason: NDArray[np.str_]
    elsewhere: int


def location_interval(
    places: Places, land: Ground, statistic: Statistic, *, samples: int = 200, seed: int
) -> LocationInterval:
    """Carry location error to a result by drawing possible truths (Monte Carlo).

    `statistic` takes longitudes and latitudes (n, 2) in EPSG:4326, in the order of the records,
    to a number or an array of always the same shape; it measures in metres itself, on the
    ellipsoid or in EPSG:3035 (`nearest_metres` does). How places are drawn stands at `Sampler`.
    Records err independently of each other, but for those of one place, which move as one: where
    many share an error that `same_place` does not tell of, such as a misplaced street, the
    interval is too narrow. The same seed gives the same interval. Raises InvalidInput for fewer than
    FEWEST_SAMPLES samples or a statistic that is undefined.
    """
    if samples < FEWEST_SAMPLES:
        raise InvalidInput(f"Needs {FEWEST_SAMPLES} samples or more, not {samples}")
    sampler = Sampler(places, land)
    rng = np.random.default_rng(seed)
    drawn: list[Floats] = []
    for at in range(samples):
        value = np.asarray(statistic(sampler.draw(rng)), dtype=np.float64)
        if not np.isfinite(value).all() or (drawn and value.shape != drawn[0].shape):
            raise InvalidInput(f"The statistic is undefined or of another shape in sample {at}")
        drawn.append(value)
    values = np.stack(drawn)
    low, high = np.quantile(values, [LOW, HIGH], axis=0)
    return LocationInterval(
        estimate=np.asarray(values.mean(axis=0)),
        low=np.asarray(low),
        high=np.asarray(high),
        records=places.area.size,
        municipality_only=int(places.area_only.sum()),
        contradicted=sampler.contradicted,
        samples=samples,
        seed=seed,
    )


def nearest_metres(sites: ArrayLike) -> Callable[[Floats], Floats]:
    """A function from places (n, 2) to the metres to the nearest of `sites` (m, 2), both EPSG:4326.

    Straight lines through the WGS 84 ellipsoid, equal to its geodesics to 1 m in 100 km; infinite
    without any site. Raises InvalidInput for a site without a point.
    """
    points = np.asarray(sites, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise InvalidInput("A site has no point; leave it out and say so")
    tree = cKDTree(on_earth(points))

    def measured(lonlat: Floats) -> Floats:
        return np.asarray(tree.query(on_earth(lonlat))[0], dtype=np.float64)

    return measured


def sampled_gap(
    places: Places,
    land: Ground,
    sites: ArrayLike,
    *,
    threshold_m: float,
    samples: int = 200,
    seed: int,
) -> SampledGap:
    """How many recorded people have no service within `threshold_m` metres, inclusive.

    `places` one record a person, `sites` (m, 2) EPSG:4326 the services that count. Straight
    lines: a threshold in minutes has to be turned into metres (minutes x speed / detour factor).
    Without sites everybody is beyond reach. Raises InvalidInput for a threshold that is not
    positive, and as `location_interval`.
    """
    if not threshold_m > 0:
        raise InvalidInput(f"The threshold must be positive, not {threshold_m}")
    metres = nearest_metres(sites)
    areas = land.borders.size
    # The last place takes those whose municipality is not known.
    at = np.where(places.area < 0, areas, places.area)

    def beyond(lonlat: Floats) -> Floats:
        missed = metres(lonlat) > threshold_m + INCLUSIVE_M
        by_area = np.bincount(at[missed], minlength=areas + 1).astype(np.float64)
        return np.append(by_area[:areas], by_area.sum())

    found = location_interval(places, land, beyond, samples=samples, seed=seed)
    records = np.bincount(at, minlength=areas + 1)
    return SampledGap(
        gap=_part(found, slice(0, areas)),
        total=_part(found, areas),
        records=records[:areas],
        municipality_only=np.bincount(at[places.area_only], minlength=areas + 1)[:areas],
        reason=np.where(records[:areas] > 0, "", "no_records"),
        elsewhere=int(records[areas]),
    )


def _part(found: LocationInterval, which: slice | int) -> LocationInterval:
    bounds = (np.asarray(row[which]) for row in (found.estimate, found.low, found.high))
    estimate, low, high = bounds
    return LocationInterval(
        estimate,
        low,
        high,
        found.records,
        found.municipality_only,
        found.contradicted,
        found.samples,
        found.seed,
    )
