"""What a proposal decides on: people in their cells, services, and places where one may open."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.analysis.apportionment import Wholes, largest_remainder
from geo.analysis.arrays import Bools, Floats, keep, rows_of
from geo.analysis.figures.coverage import working_services
from geo.analysis.figures.functioning import failed_services
from geo.analysis.figures.inputs import Inputs, lonlat
from geo.analysis.figures.services import Travel, open_needs
from geo.analysis.parameters import Parameters
from geo.analysis.siting import SitingRules, candidates
from geo.analysis.stair import coverage_stair
from geo.analysis.stair.allocation import allocate, within_threshold
from geo.analysis.travel import nearest_minutes
from geo.errors import InvalidInput
from geo.location_classes import POINT_CLASSES
from geo.plans.changes import Frames, apply, municipalities_at
from geo.plans.proposal import Room, Terms
from geo.plans.scenario import Change, Place, Scenario
from geo.profiles.shape import Profile

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Ground:
    """n populated cells, and m services and candidates, the services first.

    `codes` of the k municipalities; `need` (n,) persons and `area` (n,) the municipality of each
    cell, a position in `codes`. `near` CSR n x m minutes of the pairs within the threshold that
    may serve. `places` (m,) today, `most` (m,) ever, `works` (m,) not known to fail. `named` (m,)
    how a scenario names the service, None for a candidate; `site_area` (m,) codes; `points` (m, 2)
    longitude and latitude, EPSG:4326. `working`: whether those that fail count as serving nobody.
    """

    codes: tuple[str, ...]
    need: Wholes
    area: Indices
    near: csr_array
    places: Wholes
    most: Wholes
    works: Bools
    named: tuple[str | None, ...]
    site_area: tuple[str, ...]
    points: Floats
    barred: tuple[int, ...]
    own_area_only: bool
    working: bool
    room: Room

    @property
    def serving(self) -> csr_array:
        """The pairs of `near` whose people count as served."""
        return keep(self.near, self.works[self.near.indices]) if self.working else self.near

    @property
    def need_by_area(self) -> Wholes:
        """Persons in need by municipality (k,)."""
        return self.by_area(self.need)

    def by_area(self, persons: Wholes) -> Wholes:
        """Sums by municipality (k,) of persons in cells (n,)."""
        sums = np.bincount(self.area, weights=persons, minlength=len(self.codes))
        return sums.astype(np.int64)

    def served(self, places: Wholes, *, working: bool) -> Wholes:
        """Persons by municipality (k,) whom these places (m,) serve within the threshold, given
        out as the stair does; `working`: by services that are not known to fail."""
        holds = places > 0
        if not holds.any():
            return np.zeros(len(self.codes), dtype=np.int64)
        near = csr_array(self.near[:, holds])
        stair = coverage_stair(self.need, places[holds], near, math.inf, fit=self.works[holds])
        return self.by_area(stair.covered if working else stair.covered + stair.fit)


def ground_of(
    inputs: Inputs, profile: Profile, parameters: Parameters, travel: Travel, terms: Terms
) -> Ground:
    """Cells, services and candidates of a region, as the stair of a scenario would see them.

    `travel` gives the journeys. A service that does not say how many places it has, has none, or
    of which no point is known is left as it is. Raises InvalidInput for a type whose need is not
    counted, and where there is nobody in need, no populated cell, or no service and no candidate.
    """
    inputs.check()
    _check_type(profile, terms.service_type)
    cells = inputs.cells[inputs.cells["area_code"].isin(inputs.covered)].reset_index(drop=True)
    need, unplaced = _need(inputs, cells, terms.service_type)
    sites = _sites(inputs, cells, profile, travel, terms)
    frame, places = sites.frame, sites.places
    usable = np.ones(places.size, dtype=np.bool_)
    usable[list(sites.barred)] = False
    minutes = travel(lonlat(cells), lonlat(frame), cells["population"].to_numpy(dtype=float)).cost
    near = within_threshold(csr_array(minutes), parameters.threshold_minutes)
    near = keep(near, _may_serve(near, cells, frame) & usable[near.indices])
    position = {code: number for number, code in enumerate(inputs.codes)}
    ground = Ground(
        codes=tuple(inputs.codes),
        need=need,
        area=np.array([position[str(code)] for code in cells["area_code"]], dtype=np.intp),
        near=near,
        places=places,
        most=np.where(usable, np.maximum(places, sites.largest), 0),
        works=sites.works,
        named=sites.named,
        site_area=tuple(frame["area_code"].astype(str)),
        points=lonlat(frame),
        barred=sites.barred,
        own_area_only=sites.own_area_only,
        working=terms.working,
        room=sites.room(parameters.threshold_minutes, unplaced),
    )
    return replace(ground, room=_with_people(ground))


def _with_people(ground: Ground) -> Room:
    """How many people are out of reach, and how many could be served at most."""
    reached = np.diff(ground.serving.indptr) > 0
    at_most = allocate(ground.need, ground.most, ground.serving, math.inf).served.sum()
    out_of_reach = ground.need[~reached].sum()
    return replace(ground.room, out_of_reach=int(out_of_reach), at_most=int(at_most))


def _check_type(profile: Profile, service_type: str) -> None:
    counted = [kind.code for kind in profile.demand_types()]
    if service_type not in counted:
        raise InvalidInput(
            f"No need is counted for a service type '{service_type}'.",
            hint=f"There are: {', '.join(counted)}.",
        )


def _need(inputs: Inputs, cells: gpd.GeoDataFrame, service_type: str) -> tuple[Wholes, int]:
    """Persons in need by cell (n,), as the stair places them, and those with no cell to be in."""
    by_area = np.nan_to_num(open_needs(inputs, service_type)).astype(np.int64)
    found = np.zeros(len(cells), dtype=np.int64)
    codes = cells["area_code"].astype(str).to_numpy()
    people = cells["population"].to_numpy(dtype=float)
    for code, persons in zip(inputs.codes, by_area, strict=True):
        here = np.flatnonzero(codes == code)
        if persons and people[here].sum() > 0:
            shares = people[here] / people[here].sum() * persons
            found[here] = largest_remainder(shares, int(persons))
    if not found.any():
        raise InvalidInput(
            f"Nobody in need of '{service_type}' is known in a populated cell of {inputs.region}.",
            hint="Without need there is no gap: import the register of needs first.",
        )
    return found, int(by_area.sum() - found.sum())


@dataclass(frozen=True)
class _Found:
    """Services and candidates (m rows) before anybody travels."""

    frame: gpd.GeoDataFrame
    places: Wholes
    works: Bools
    named: tuple[str | None, ...]
    barred: tuple[int, ...]
    left_out: dict[str, int]
    largest: int
    own_area_only: bool
    silent: int

    def room(self, threshold: float, unplaced: int) -> Room:
        new = self.named.count(None)
        return Room(
            candidates=new - len(self.barred),
            left_out=self.left_out,
            largest=self.largest,
            threshold_minutes=threshold,
            out_of_reach=0,
            at_most=0,
            silent=self.silent,
            unplaced=unplaced,
        )


def _sites(
    inputs: Inputs, cells: gpd.GeoDataFrame, profile: Profile, travel: Travel, terms: Terms
) -> _Found:
    of_type = inputs.services[inputs.services["service_type"] == terms.service_type]
    told = of_type["capacity"].fillna(0) > 0
    existing = of_type[told & of_type["location_class"].isin(POINT_CLASSES)]
    places = existing["capacity"].to_numpy(dtype=np.int64)
    own_area = terms.own_area_only
    if own_area is None:
        own_area = len(existing) > 0 and bool(_truths(existing, "own_area_only").all())
    where, outside = _wished(inputs, cells, terms, hidden=bool(_truths(of_type, "sensitive").any()))
    after, new = _opened(inputs, where, terms, own_area)
    frame = gpd.GeoDataFrame(pd.concat([existing, new], ignore_index=True), crs=4326)
    if not len(frame):
        raise InvalidInput("There is neither a service with places nor a place for a new one.")
    failed = _failed(after, profile, terms.service_type)
    works = ~frame["id"].astype(str).isin(failed).to_numpy(dtype=bool)
    barred, left_out = _barred(inputs, frame, len(existing), works, travel, terms)
    return _Found(
        frame=frame,
        places=np.r_[places, np.zeros(len(new), dtype=np.int64)],
        works=works,
        named=(*_names(existing, inputs.services), *(None for _ in range(len(new)))),
        barred=barred,
        left_out=({"outside": outside} if outside else {}) | left_out,
        largest=_largest(terms, places),
        own_area_only=own_area,
        silent=len(of_type) - len(existing),
    )


def _truths(frame: pd.DataFrame, column: str) -> Bools:
    """A column of yes and no; no where the frame has none."""
    if column not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    return frame[column].to_numpy(dtype=bool)


def _largest(terms: Terms, places: Wholes) -> int:
    if terms.largest is not None:
        return terms.largest
    if not places.size:
        raise InvalidInput(
            f"No service of type '{terms.service_type}' has places today, so that how large one may"
            " be is not known.",
            hint="Say how many places a service may have at most.",
        )
    return int(places.max())


def _wished(
    inputs: Inputs, cells: gpd.GeoDataFrame, terms: Terms, *, hidden: bool
) -> tuple[gpd.GeoDataFrame, int]:
    """The cells where a service may open, and how many lie in no municipality's outline."""
    if terms.candidates == "none":
        return cells.iloc[:0], 0
    if hidden:
        raise InvalidInput(
            f"Services of type '{terms.service_type}' are refuges: no place is proposed for one.",
            hint="Ask without candidates, which lets the services of today grow.",
        )
    lived_in = cells[cells["population"] > 0]
    # Where a point stands decides whom a service of the municipality serves, not the cell's code.
    stands = pd.Series(municipalities_at(inputs.municipalities, list(lived_in.geometry)))
    inside = lived_in[stands.notna().to_numpy()]
    outside = len(lived_in) - len(inside)
    if terms.candidates == "cells":
        return inside, outside
    # The first of the most populous ones: always the same.
    fullest = inside["population"].groupby(stands.dropna().to_numpy()).idxmax()
    return inside.loc[sorted(fullest)], outside


def _opened(
    inputs: Inputs, where: gpd.GeoDataFrame, terms: Terms, own_area: bool
) -> tuple[Inputs, gpd.GeoDataFrame]:
    """The inputs with a service opened at each of these cells as a scenario opens it, and its rows;
    only so is it known in which municipality it stands and whether it would work there."""
    changes = tuple(
        Change(
            kind="open",
            service_type=terms.service_type,
            capacity=1,
            place=Place(lon=point.x, lat=point.y),
            own_area_only=own_area,
        )
        for point in where.geometry
    )
    asked = Scenario("candidates", "", inputs.as_of, changes)
    frames = Frames(
        inputs.municipalities, inputs.services, inputs.service_states, inputs.staff, inputs.as_of
    )
    made = apply(asked, frames).frames
    after = replace(
        inputs, services=made.services, service_states=made.service_states, staff=made.staff
    )
    return after, made.services.iloc[len(inputs.services) :]


def _failed(inputs: Inputs, profile: Profile, service_type: str) -> frozenset[str]:
    only = tuple(replace(one, demand=one.code == service_type) for one in profile.service_types)
    works = working_services(inputs, replace(profile, service_types=only))
    return failed_services(works[service_type])


def _barred(
    inputs: Inputs,
    frame: gpd.GeoDataFrame,
    existing: int,
    works: Bools,
    travel: Travel,
    terms: Terms,
) -> tuple[tuple[int, ...], dict[str, int]]:
    """Candidates that may not open, and how many for which reason."""
    minutes = np.zeros(len(frame))
    if terms.near_minutes is not None:
        structures = inputs.services[inputs.services["location_class"].isin(POINT_CLASSES)]
        points = lonlat(frame)
        minutes = nearest_minutes(travel(points, lonlat(structures), np.ones(len(frame))).cost)
    # A cell is no building: whether one there is accessible is asked when it is sought.
    rules = SitingRules(within_minutes=terms.near_minutes, accessible=False)
    unknown = [None] * len(frame)
    held = candidates(rules, minutes, unknown, unknown, today=range(existing))
    reasons = Counter(str(reason) for why in held.reasons for reason in why)
    out = set(held.barred)
    if terms.working:
        failing = {int(one) + existing for one in np.flatnonzero(~works[existing:])} - out
        reasons["would_not_work"] = len(failing)
        out |= failing
    return tuple(sorted(int(one) for one in out)), {name: n for name, n in reasons.items() if n}


def _names(existing: pd.DataFrame, services: pd.DataFrame) -> tuple[str, ...]:
    """The register's code of each service, its id where the code is missing or not its own."""
    ids = existing["id"].astype(str)
    if "external_id" not in existing:
        return tuple(ids)
    times = services["external_id"].value_counts()
    taken = set(services["id"].astype(str))
    return tuple(
        str(code) if pd.notna(code) and times[code] == 1 and code not in taken else own
        for code, own in zip(existing["external_id"], ids, strict=True)
    )


def _may_serve(near: csr_array, cells: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> Bools:
    """Of each pair, whether the site serves people of the cell's municipality."""
    home = cells["area_code"].astype(str).to_numpy()[rows_of(near)]
    theirs = frame["area_code"].astype(str).to_numpy()[near.indices]
    at_home: Bools = home == theirs
    everywhere: Bools = ~_truths(frame, "own_area_only")[near.indices]
    return np.logical_or(at_home, everywhere)
