"""Travel times of a country: along its roads where some are loaded, else by straight line.

Matrices of travel times are kept as files, named by the hash of all that decides them: the roads,
the places in their order, and the parameters. A file holds numbers of rows and columns and minutes,
no place.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from sqlalchemy.engine import Connection

from geo.analysis.arrays import Floats, counts
from geo.analysis.parameters import Parameters
from geo.analysis.travel import TravelBasis, geodesic_costs
from geo.analysis.travel.costs import SNAP_LIMIT_M, RoadCosts, cost_key, road_costs
from geo.analysis.travel.network import Mode, RoadNetwork, lonlat_of, road_network
from geo.errors import InvalidInput
from geo.registers.roads import store
from geo.registers.roads.store import StoredRoads

ROAD_MODES: dict[str, Mode] = {"driving": "car", "walking": "walk"}
"""How the parameters' ways of travelling are called on roads."""

Said = Callable[[str], object]


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Minutes from origins to sites (CSR, n x m, cut at the threshold), and what they rest on.

    `roads` says who could not be routed; None by straight line.
    """

    cost: csr_array
    basis: TravelBasis
    roads: RoadCosts | None


def travel_times(
    connection: Connection,
    country: str,
    origins: ArrayLike,
    sites: ArrayLike,
    *,
    people: ArrayLike,
    parameters: Parameters,
    mode: Mode | None = None,
    snap_limit_m: float = SNAP_LIMIT_M,
    folder: Path | None = None,
    said: Said = str,
) -> TravelTimes:
    """Minutes from every origin to every site within the threshold of the parameters.

    `origins` (n, 2) and `sites` (m, 2) are longitude and latitude, EPSG:4326; `people` (n,) live
    at the origins. `mode` is that of the parameters unless said. `folder` keeps what was computed,
    settings.var / "travel" for example; None keeps nothing. `said` hears what is being done.
    Raises InvalidInput for places or people that are no numbers, a mode the roads have no times
    for, or, without roads, another mode than that of the parameters, which have one speed.
    """
    network = loaded_network(connection, country)
    return _times(
        network,
        origins,
        sites,
        people,
        parameters=parameters,
        mode=mode or ROAD_MODES[parameters.mode],
        longest_minutes=parameters.threshold_minutes,
        snap_limit_m=snap_limit_m,
        folder=folder,
        said=said,
    )


def traveller(
    connection: Connection,
    country: str,
    parameters: Parameters,
    *,
    folder: Path | None = None,
    said: Said = str,
) -> Callable[[Floats, Floats, Floats], TravelTimes]:
    """As `travel_times`, for one question after the other about the same roads.

    Takes origins, sites and people. Journeys go up to `longer_minutes` of the parameters, against
    which figures are held; the threshold itself is the caller's to apply. The roads are read once,
    here, and the connection is not needed afterwards.
    """
    network = loaded_network(connection, country)

    def journeys(origins: Floats, sites: Floats, people: Floats) -> TravelTimes:
        return _times(
            network,
            origins,
            sites,
            people,
            parameters=parameters,
            mode=ROAD_MODES[parameters.mode],
            longest_minutes=parameters.longer_minutes,
            snap_limit_m=SNAP_LIMIT_M,
            folder=folder,
            said=said,
        )

    return journeys


def _times(
    network: tuple[StoredRoads, RoadNetwork] | None,
    origins: ArrayLike,
    sites: ArrayLike,
    people: ArrayLike,
    *,
    parameters: Parameters,
    mode: Mode,
    longest_minutes: float,
    snap_limit_m: float,
    folder: Path | None,
    said: Said,
) -> TravelTimes:
    here, there = lonlat_of(origins, "origins"), lonlat_of(sites, "sites")
    persons = counts(people, "people", len(here))
    if network is None:
        return _straight(here, there, parameters, mode, longest_minutes)
    stored, roads = network
    found = kept_or_made(
        roads,
        here,
        there,
        mode=mode,
        threshold_minutes=longest_minutes,
        snap_limit_m=snap_limit_m,
        folder=folder,
        said=said,
    )
    basis = TravelBasis(
        kind="roads",
        mode=mode,
        threshold_minutes=parameters.threshold_minutes,
        network=roads.sha256,
        source=stored.title,
        attribution=stored.attribution,
        as_of=stored.newest_edit,
        snap_limit_m=snap_limit_m,
        approach_kmh=roads.approach_kmh[mode],
        unrouted_people_share=found.unrouted_people(persons),
    )
    return TravelTimes(found.cost, basis, found)


def loaded_network(connection: Connection, country: str) -> tuple[StoredRoads, RoadNetwork] | None:
    """The roads of a country as they are stored and as a network; None where none are loaded."""
    stored = store.roads(connection, country)
    if stored is None:
        return None
    times = {
        mode: np.column_stack((stored.pieces[f"{mode}_there"], stored.pieces[f"{mode}_back"]))
        for mode in stored.approach_kmh
    }
    network = road_network(
        stored.nodes["lon"],
        stored.nodes["lat"],
        stored.pieces["tail"],
        stored.pieces["head"],
        stored.pieces["metres"],
        cast(dict[Mode, ArrayLike], times),
        cast(dict[Mode, float], dict(stored.approach_kmh)),
    )
    return stored, network


def kept_or_made(
    network: RoadNetwork,
    origins: ArrayLike,
    sites: ArrayLike,
    *,
    mode: Mode,
    threshold_minutes: float,
    snap_limit_m: float,
    folder: Path | None,
    said: Said = str,
) -> RoadCosts:
    """As `road_costs`, read from a file where the same was computed before.

    A file that cannot be read whole is made anew, and `said` hears that. Files appear whole or not
    at all, readable by their owner only.
    """
    asked: dict[str, Any] = {
        "mode": mode,
        "threshold_minutes": threshold_minutes,
        "snap_limit_m": snap_limit_m,
    }
    if folder is None:
        return road_costs(network, origins, sites, **asked)
    path = folder / f"{cost_key(network, origins, sites, **asked)}.npz"
    if path.exists():
        try:
            return _read(path, mode, threshold_minutes, snap_limit_m)
        except BROKEN as error:
            said(f"Kept travel times are broken ({type(error).__name__}); they are made anew")
    made = road_costs(network, origins, sites, **asked)
    _write(path, made)
    return made


BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, RuntimeError, OSError)
"""What reading a file of another kind, cut off or changed raises."""


def _read(path: Path, mode: Mode, threshold_minutes: float, snap_limit_m: float) -> RoadCosts:
    """Raises one of BROKEN where the file is not whole; every array in it has its own checksum."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        if str(kept["key"]) != path.stem:
            raise ValueError("the file holds other travel times than its name says")
        parts = (kept["data"], kept["indices"], kept["indptr"])
        cost = csr_array(parts, shape=tuple(int(size) for size in kept["shape"]))
        cost.check_format(full_check=True)
        lists = [kept[name] for name in LISTS]
    rows = cost.shape[0]
    return RoadCosts(
        cost=cost,
        mode=mode,
        threshold_minutes=float(threshold_minutes),
        snap_limit_m=float(snap_limit_m),
        unroutable_origins=lists[0],
        unroutable_sites=lists[1],
        apart_origins=lists[2],
        unroutable_share=lists[0].size / rows if rows else None,
    )


LISTS = ("unroutable_origins", "unroutable_sites", "apart_origins")


def _write(path: Path, made: RoadCosts) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        passing = Path(file.name)
        try:
            np.savez(
                file,
                key=np.array(path.stem),
                data=made.cost.data,
                indices=made.cost.indices,
                indptr=made.cost.indptr,
                shape=np.array(made.cost.shape),
                **{name: getattr(made, name) for name in LISTS},
            )
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            passing.unlink()
            raise
    passing.replace(path)


def _straight(
    origins: ArrayLike,
    sites: ArrayLike,
    parameters: Parameters,
    mode: Mode,
    longest_minutes: float,
) -> TravelTimes:
    if mode != ROAD_MODES[parameters.mode]:
        raise InvalidInput(
            f"No roads are loaded, and the parameters have no speed for {mode!r}.",
            hint="Load the roads: needsmap source load osm_roads FILE.osm.pbf --country gr",
        )
    minutes, detour, speed = (
        parameters.threshold_minutes,
        parameters.detour_factor,
        parameters.speed_kmh,
    )
    cost = geodesic_costs(
        origins, sites, threshold_minutes=longest_minutes, detour_factor=detour, speed_kmh=speed
    )
    basis = TravelBasis(
        kind="straight_line",
        mode=mode,
        threshold_minutes=minutes,
        detour_factor=detour,
        speed_kmh=speed,
    )
    return TravelTimes(cost, basis, None)
