"""Floating catchments in parts by origin, for regions too large for one cost matrix.

Between the two steps stand sums by site only. A part holds some origins and the sites in their halo,
which is every site that any of them may reach; its sums are added up, and access follows part by
part. Nothing is cut at the border of a part: the result is that of the whole, but for the order in
which sums are added (1e-9).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analysis.arrays import Bools, Floats, counts
from geo.analysis.catchment.decay import Decay, checked_threshold
from geo.analysis.catchment.floating import Catchment
from geo.analysis.catchment.sums import Method, Weighing, origin_access, site_levels, site_sums
from geo.analysis.travel import straight_line_costs
from geo.errors import InvalidInput
from geo.executor import Executor, PartFailed, Progress

LARGEST_PART = 50_000
"""Origins of a part: with a hundred sites in reach of each, a matrix of some 60 MB."""

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class CatchmentPart:
    """Some origins and the sites in their halo.

    `population` (k,) persons; `sites` (h,) positions of the halo's sites among all, each once;
    `cost` CSR k x h minutes, or a function without arguments that gives it. A function is called
    once a step where the part is done, so that matrices are neither kept nor sent.
    """

    population: Floats
    sites: Positions
    cost: Any | Callable[[], Any]


def catchment_in_parts(
    parts: list[CatchmentPart],
    supply: ArrayLike,
    threshold: float,
    *,
    decay: Decay = "gaussian",
    method: Method = "balanced",
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Catchment:
    """`floating_catchment` of all parts together; access in the order of the parts' origins.

    `supply` (m,) places of all sites. Formulas, units and errors are those of floating_catchment;
    an error names its part. `progress` counts two steps for each part. `cancelled` as in
    geo.executor.Executor.run.
    """
    places = counts(supply, "supply")
    weighing = Weighing(threshold, decay, method)
    for number, part in enumerate(parts):
        _check_halo(part, places.size, number)
    executor = executor or Executor()
    first, second = _halves(progress, len(parts))
    sums = np.zeros((places.size, 2))
    tasks = [(part, weighing) for part in parts]
    done = _run(executor, _first_step, tasks, first, cancelled)
    for part, found in zip(parts, done, strict=True):
        sums[part.sites] += found
    level, per_weight = site_levels(places, sums, weighing)
    shared = [(part, weighing, per_weight[part.sites]) for part in parts]
    access = _run(executor, _second_step, shared, second, cancelled)
    return Catchment(
        access=np.concatenate([np.zeros(0), *(found for found, _ in access)]),
        level=level,
        reached=np.concatenate([np.zeros(0, np.bool_), *(near for _, near in access)]),
        used=sums[:, 0] > 0,
    )


def straight_line_catchment(
    population: ArrayLike,
    supply: ArrayLike,
    origins_xy: ArrayLike,
    sites_xy: ArrayLike,
    threshold_minutes: float,
    *,
    detour_factor: float,
    speed_kmh: float,
    decay: Decay = "gaussian",
    method: Method = "balanced",
    largest_part: int = LARGEST_PART,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Catchment:
    """Catchments over straight-line times that are made part by part; access in the order given.

    `population` (n,), `supply` (m,), `origins_xy` (n, 2) and `sites_xy` (m, 2) metres in
    EPSG:3035; times as geo.analysis.travel.straight_line_costs makes them. Equal to
    floating_catchment over the whole matrix to 1e-9. Raises InvalidInput as both do.
    """
    people = counts(population, "population")
    origins, sites = np.asarray(origins_xy, np.float64), np.asarray(sites_xy, np.float64)
    minutes = {
        "threshold_minutes": checked_threshold(threshold_minutes),
        "detour_factor": detour_factor,
        "speed_kmh": speed_kmh,
    }
    _check_places(origins, sites, people.size, np.size(supply), minutes)
    halo = threshold_minutes * speed_kmh * 1000 / 60 / detour_factor
    regions = regions_by_place(origins, sites, halo=halo * 1.001 + 1, largest=largest_part)
    times = partial(straight_line_costs, **minutes)
    parts = [
        CatchmentPart(people[inside], near, partial(times, origins[inside], sites[near]))
        for inside, near in regions
    ]
    found = catchment_in_parts(
        parts,
        supply,
        threshold_minutes,
        decay=decay,
        method=method,
        executor=executor,
        progress=progress,
        cancelled=cancelled,
    )
    return _in_order(found, [inside for inside, _ in regions])


def _check_places(
    origins: Floats, sites: Floats, people: int, supply: int, minutes: dict[str, float]
) -> None:
    # Of one origin and one site: what is wrong with coordinates or speed is said here.
    straight_line_costs(origins, sites[:0], **minutes)
    straight_line_costs(origins[:0], sites, **minutes)
    if len(origins) != people or len(sites) != supply:
        raise InvalidInput("There must be one pair of coordinates for each origin and each site")


def _in_order(found: Catchment, groups: list[Positions]) -> Catchment:
    """The catchment with its origins where they stood before they were cut into groups."""
    order = np.concatenate([np.zeros(0, np.intp), *groups])
    access, reached = np.zeros(order.size), np.zeros(order.size, np.bool_)
    access[order], reached[order] = found.access, found.reached
    return Catchment(access, found.level, reached, found.used)


def regions_by_place(
    origins_xy: Floats, sites_xy: Floats, *, halo: float, largest: int = LARGEST_PART
) -> list[tuple[Positions, Positions]]:
    """Origins cut into compact groups of at most `largest`, each with the sites in its halo.

    Origins are cut into strips by their first coordinate and strips by their second, so that every
    group has about as many. A site is in the halo if it lies in the group's rectangle widened by
    `halo` metres on every side; whoever sets it must see to it that nothing farther is within the
    threshold. Positions rise within a group and within a halo.
    """
    if largest < 1 or not halo >= 0:
        raise InvalidInput("A part must hold at least one origin, and its halo may not be negative")
    if not len(origins_xy):
        return []
    width, height = np.maximum(np.ptp(origins_xy, axis=0), 1.0)
    groups = math.ceil(len(origins_xy) / largest)
    # As many strips as make the groups about square; along a line each strip is a group.
    strips = min(math.ceil(math.sqrt(groups * width / height)), groups)
    regions = []
    for strip in _cut(np.argsort(origins_xy[:, 0], kind="stable"), strips):
        upwards = strip[np.argsort(origins_xy[strip, 1], kind="stable")]
        for group in _cut(upwards, math.ceil(strip.size / largest)):
            here = origins_xy[group]
            low, high = here.min(axis=0) - halo, here.max(axis=0) + halo
            near = ((sites_xy >= low) & (sites_xy <= high)).all(axis=1)
            regions.append((np.sort(group), np.flatnonzero(near)))
    return regions


def _cut(order: Positions, pieces: int) -> list[Positions]:
    """About equal pieces of an order, none of them empty."""
    return list(np.array_split(order, min(pieces, order.size)))


def _first_step(task: tuple[CatchmentPart, Weighing]) -> Floats:
    part, weighing = task
    people = counts(part.population, "population")
    # One thread: the parts themselves are what runs side by side.
    return site_sums(_cost(part), people, part.sites.size, weighing, threads=1)[1]


def _second_step(task: tuple[CatchmentPart, Weighing, Floats]) -> tuple[Floats, Bools]:
    part, weighing, per_weight = task
    # Checked once more, as the matrix is a new one.
    people = counts(part.population, "population")
    matrix, _ = site_sums(_cost(part), people, part.sites.size, weighing, threads=1)
    return origin_access(matrix, per_weight, weighing, threads=1)


def _cost(part: CatchmentPart) -> Any:
    return part.cost() if callable(part.cost) else part.cost


def _run(
    executor: Executor,
    step: Callable[[Any], Any],
    tasks: list[Any],
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> list[Any]:
    try:
        return executor.run(step, tasks, progress=progress, cancelled=cancelled)
    except PartFailed as failed:
        if isinstance(failed.__cause__, InvalidInput):
            raise InvalidInput(failed.message) from failed
        raise


def _halves(progress: Progress | None, parts: int) -> tuple[Progress | None, Progress | None]:
    """Progress of the first step and of the second, as one work of twice as many parts."""
    if progress is None:
        return None, None
    tell, began = progress, time.monotonic()

    def told(done: int) -> None:
        a_part = (time.monotonic() - began) / done if done else None
        tell(done, 2 * parts, None if a_part is None else a_part * (2 * parts - done))

    return (lambda done, *_: told(done)), (lambda done, *_: told(parts + done) if done else None)


def _check_halo(part: CatchmentPart, sites: int, number: int) -> None:
    wrong = (part.sites < 0) | (part.sites >= sites)
    if wrong.any() or np.unique(part.sites).size < part.sites.size:
        raise InvalidInput(f"Part {number + 1} names a site twice, or one outside 0 to {sites - 1}")
