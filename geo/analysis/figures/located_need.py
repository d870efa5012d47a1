"""How many people in need have no service within reach, from where they are, however well known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.analysis.arrays import Bools, Floats
from geo.analysis.figures.inputs import Inputs, lonlat
from geo.analysis.figures.rows import figures, joined, with_total
from geo.analysis.figures.services import may_serve
from geo.analysis.figures.stair import Ground, Indices
from geo.analysis.need.location_error import (
    INCLUSIVE_M,
    LocationInterval,
    location_interval,
    nearest_metres,
)
from geo.analysis.need.places import Places, located, on_earth
from geo.analysis.need.places import ground as land_of
from geo.analysis.parameters import Parameters
from geo.analysis.travel import nearest_minutes
from geo.location_classes import AREA_CLASSES, POINT_CLASSES

INDICATOR = "needs_out_of_reach"

SAMPLES = 100
"""Draws of where everybody may be; more move the bounds by less than a person in most places."""

SHARE = {
    "en": "{share} % of {people} people are located to their municipality only; low and high hold"
    " 9 of 10 draws of where all may be.",
    "el": "Το {share} % από {people} άτομα εντοπίζεται μόνο σε επίπεδο δήμου· το διάστημα περιέχει"
    " 9 στις 10 κληρώσεις πιθανών θέσεων.",
}
NOBODY_LIVES = {
    "en": "There is no populated cell here to place people in.",
    "el": "Δεν υπάρχει εδώ κατοικημένο κελί όπου να τοποθετηθούν άτομα.",
}


def out_of_reach_figures(
    inputs: Inputs, people: pd.DataFrame, grounds: Mapping[str, Ground], parameters: Parameters
) -> pd.DataFrame:
    """Rows of `needs_out_of_reach` of every service type in `grounds`, by municipality and region.

    `people`, one row a person in need of a service: service_type, area_code, location_class,
    radius_m, lon, lat (EPSG:4326, NaN where unknown) and same_place (equal numbers are one place).
    The value is the mean over SAMPLES draws of where they may be, whole; low and high are the 5 %
    and 95 % quantiles. No data outside of the registers, and where people have no cell to be drawn
    in. The same inputs give the same rows.
    """
    return joined([_of_type(inputs, people, code, grounds[code], parameters) for code in grounds])


def _of_type(
    inputs: Inputs, people: pd.DataFrame, code: str, ground: Ground, parameters: Parameters
) -> pd.DataFrame:
    covered = inputs.is_covered()
    position = {area: number for number, area in enumerate(ground.codes)}
    here = people[(people["service_type"] == code) & people["area_code"].isin(inputs.covered)]
    area = np.array([position[str(one)] for one in here["area_code"]], dtype=np.intp)
    drawn = ground.inhabited[area]
    lost = np.bincount(area[~drawn], minlength=len(ground.codes)) > 0
    value = np.where(covered & ~lost, 0.0, np.nan)
    low, high = value.copy(), value.copy()
    told: list[dict[str, str]] = [{} for _ in ground.codes]
    for number in np.flatnonzero(lost):
        told[number] = dict(NOBODY_LIVES)
    if drawn.any():
        places = _places(here[drawn], area[drawn])
        found = _sampled(inputs, code, ground, places, parameters)
        for into, numbers in zip(
            (value, low, high), (found.estimate, found.low, found.high), strict=True
        ):
            known = ~np.isnan(into)
            into[known] = np.rint(numbers[known])
        told = _sentences(places, told)
    # A figure that hardly ever moves may have its mean outside the quantiles.
    low, high = np.minimum(low, value), np.maximum(high, value)
    rows = figures(
        INDICATOR,
        inputs.codes,
        inputs.as_of.strftime("%Y-%m"),
        values=value,
        low=low,
        high=high,
        breakdown=code,
        explanations=told,
    )
    return with_total(rows, inputs.region)


def _places(people: pd.DataFrame, area: Indices) -> Places:
    """What is not located, or not to a radius, is known to its municipality and no finer."""
    measured = people["lon"].notna() & (people["radius_m"] > 0)
    known = people["location_class"].where(measured, "none")
    classes = known.where(known != "pending", "none").astype(str)
    only = classes.isin(AREA_CLASSES).to_numpy()
    numbers = people[["lon", "lat", "radius_m"]].to_numpy(dtype=float, na_value=np.nan)
    numbers = np.where(only[:, None], np.nan, numbers)
    # One point found in two ways, or for two municipalities, is two places; and who is known to a
    # municipality only is in no place with anybody.
    alone = np.where(only, np.arange(len(people)), -1)
    keys = [people["same_place"].to_numpy(), area, classes.to_numpy(), numbers[:, 2], alone]
    together = pd.DataFrame(dict(enumerate(keys))).groupby(list(range(len(keys))), dropna=False)
    return located(numbers[:, :2], list(classes), numbers[:, 2], area, together.ngroup())


def _sampled(
    inputs: Inputs, code: str, ground: Ground, places: Places, parameters: Parameters
) -> LocationInterval:
    cells = inputs.cells[inputs.cells["area_code"].isin(inputs.covered)]
    land = land_of(
        list(inputs.municipalities.geometry), lonlat(cells), ground.cell_people, ground.cell_area
    )
    in_reach = _by_metres(inputs, code, ground, places.area, parameters)
    if ground.basis is not None and ground.basis.kind != "straight_line":
        in_reach = _by_cell(ground, lonlat(cells), places.area)

    def beyond(drawn: Floats) -> Floats:
        missed = places.area[~in_reach(drawn)]
        return np.bincount(missed, minlength=len(ground.codes)).astype(np.float64)

    return location_interval(places, land, beyond, samples=SAMPLES, seed=parameters.seed)


def _by_metres(
    inputs: Inputs, code: str, ground: Ground, area: Indices, parameters: Parameters
) -> Callable[[Floats], Bools]:
    """Whether a place has a service within reach, by straight line."""
    services = inputs.services
    sites = services[
        (services["service_type"] == code)
        & services["location_class"].isin(POINT_CLASSES)
        & (services["capacity"].fillna(0) > 0)
    ]
    points, serves = lonlat(sites), may_serve(sites, ground.codes)
    metres_a_minute = parameters.speed_kmh * 1000 / 60 / parameters.detour_factor
    longest = ground.threshold * metres_a_minute + INCLUSIVE_M
    for_all = serves.all(axis=0)
    nearest_of_all = nearest_metres(points[for_all])
    also = {
        int(one): (np.flatnonzero(area == one), nearest_metres(points[serves[one] & ~for_all]))
        for one in np.unique(area)
        if (serves[one] & ~for_all).any()
    }

    def in_reach(drawn: Floats) -> Bools:
        metres = nearest_of_all(drawn)
        for people, nearest in also.values():
            metres[people] = np.minimum(metres[people], nearest(drawn[people]))
        near: Bools = metres <= longest
        return near

    return in_reach


def _by_cell(ground: Ground, cells: Floats, area: Indices) -> Callable[[Floats], Bools]:
    """Whether the populated cell nearest to a place, of its municipality, has a service in reach:
    along roads only journeys of cells are known."""
    reached = nearest_minutes(ground.with_places().cost) <= ground.threshold
    trees = {}
    for one in np.unique(area):
        own = np.flatnonzero((ground.cell_area == one) & (ground.cell_people > 0))
        trees[int(one)] = (np.flatnonzero(area == one), own, cKDTree(on_earth(cells[own])))

    def in_reach(drawn: Floats) -> Bools:
        near = np.zeros(len(drawn), dtype=np.bool_)
        for people, own, tree in trees.values():
            near[people] = reached[own[tree.query(on_earth(drawn[people]))[1]]]
        return near

    return in_reach


def _sentences(places: Places, told: list[dict[str, str]]) -> list[dict[str, str]]:
    size = len(told)
    people = np.bincount(places.area, minlength=size)
    only = np.bincount(places.area[places.area_only], minlength=size)
    return [
        before
        if before or not people[number]
        else {
            language: text.format(
                share=f"{100 * only[number] / people[number]:.0f}", people=people[number]
            )
            for language, text in SHARE.items()
        }
        for number, before in enumerate(told)
    ]
