"""What changed between two snapshots of a region, and which part of it each cause has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.boundaries import crosswalk_of, on_boundaries
from geo.analysis.change import Change, Crosswalk, account_change
from geo.analysis.figures.coverage import grounds_of
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.services import Journeys, Travel, open_needs
from geo.analysis.figures.stair import Ground, stair_by_area
from geo.analysis.stair import PARTS
from geo.analysis.stair.gaps import capacity_gap
from geo.errors import InvalidInput
from geo.frozen_inputs import Start
from geo.snapshots.inputs import frame_bytes

MEASURES = ("capacity_gap", "unmet_need")
"""People in need beyond the places of their municipality; people in need whom the stair stops."""

FACTORS = ("need", "capacity", "access", "boundary")
"""Need: open needs and where registers are complete. Capacity: services, their places, their staff
and the day against which their verification is held. Access: cells, residents and journeys.
Boundary: municipalities."""

CORRECTION = "correction"
NOT_ASSESSED = (
    "A snapshot keeps what was known on its day, without the days on which needs began or services"
    " opened. So what the newer one puts right of the older day cannot be told from what happened"
    " in between: its effect is not assessed, and is part of the other effects."
)

Switched = tuple[bool, bool, bool, bool]
"""Which of FACTORS are as in the newer snapshot."""


@dataclass(frozen=True)
class Account:
    """The change of one measure of one service type, by the newer snapshot's municipalities.

    `before`, `after` (k,) persons, NaN where not known. `change` holds whole persons; its parts sum
    to the change exactly, by municipality and so over all that have an account. Its factors are
    FACTORS: a correction is not assessed.
    """

    measure: str
    service_type: str
    codes: tuple[str, ...]
    before: Floats
    after: Floats
    change: Change

    def region(self) -> dict[str, Any]:
        """Sums over the municipalities that have an account; None where none has."""
        known = self.change.reason == ""
        rows = [self.municipality(int(at)) for at in np.flatnonzero(known)]
        sums: dict[str, Any] = {
            name: sum(row[name] for row in rows) if rows else None
            for name in ("before", "after", "change")
        }
        effects = {
            name: sum(row["effects"][name] for row in rows) if rows else None for name in FACTORS
        }
        return {
            **sums,
            "effects": effects | {CORRECTION: None},
            "municipalities": len(rows),
            "without_account": dict(Counter(map(str, self.change.reason[~known]))),
        }

    def municipality(self, at: int) -> dict[str, Any]:
        """A municipality's row: persons before, after, and each effect; None where not known.

        `exact` are the effects before they were made whole, as fractions.
        """
        reason = str(self.change.reason[at])
        row = {
            "area_code": self.codes[at],
            "reason": reason,
            "before": _persons(self.before[at]),
            "after": _persons(self.after[at]),
        }
        if reason:
            blank = dict.fromkeys((*FACTORS, CORRECTION))
            return row | {"change": None, "effects": blank, "exact": dict(blank)}
        parts = {name: int(self.change.parts[n, at]) for n, name in enumerate(FACTORS)}
        exact = {name: str(self.change.exact(name, at)) for name in FACTORS}
        return row | {
            "change": int(self.after[at]) - int(self.before[at]),
            "effects": parts | {CORRECTION: None},
            "exact": exact | {CORRECTION: None},
        }

    def told(self) -> dict[str, Any]:
        """The account as plain values."""
        return {
            "measure": self.measure,
            "service_type": self.service_type,
            "region": self.region(),
            "municipalities": [self.municipality(at) for at in range(len(self.codes))],
        }


@dataclass(frozen=True)
class Accounts:
    """Every account of a region, and what has to be said of all of them.

    `recomputed_otherwise`: how many figures of each snapshot come out otherwise than it keeps them,
    since the code or the country's profile are others now; what is accounted for is as computed
    now. None for the older one where it has other municipalities: there is nothing to compare.
    """

    region: str
    accounts: tuple[Account, ...]
    recomputed_otherwise: Mapping[str, int | None]

    def told(self) -> dict[str, Any]:
        """All of it as plain values; exact counts."""
        return {
            "region": self.region,
            "factors": [*FACTORS, CORRECTION],
            "not_assessed": {CORRECTION: NOT_ASSESSED},
            "recomputed_otherwise": dict(self.recomputed_otherwise),
            "accounts": [account.told() for account in self.accounts],
        }


def account(older: Start, newer: Start) -> Accounts:
    """Why the gaps of a region differ between two snapshots, by municipality and service type.

    Each effect is the Shapley average over all orders of switching the causes from old to new
    (methods.md 5.21), in whole persons that sum exactly to the change. Both days are computed here
    with the one profile and, in the end, compared with what the snapshots keep. Raises InvalidInput
    for two regions, two profiles, days in the wrong order, and boundaries whose change cannot be
    followed.
    """
    _check(older, newer)
    mixtures = Mixtures(older, newer)
    made = []
    for kind in newer.profile.demand_types():
        for measure in MEASURES:
            change = account_change(
                dict.fromkeys(FACTORS, False),
                dict.fromkeys(FACTORS, True),
                lambda mixed, code=kind.code, name=measure: mixtures.measured(  # type: ignore[misc]
                    name, code, tuple(bool(mixed[factor]) for factor in FACTORS)
                ),
                FACTORS,
            )
            before, after = (
                mixtures.measured(measure, kind.code, (on,) * 4) for on in (False, True)
            )
            made.append(Account(measure, kind.code, mixtures.codes, before, after, change))
    carried = mixtures.carry is not None
    otherwise = {
        "older": None if carried else sum(_otherwise(older, one, one.before) for one in made),
        "newer": sum(_otherwise(newer, one, one.after) for one in made),
    }
    return Accounts(newer.inputs.region, tuple(made), otherwise)


@dataclass(eq=False)
class Mixtures:
    """The measures of every mixture of an old and a new snapshot, each computed once.

    A cause that did not move at all is taken as new, so that mixtures that are the same are one.
    """

    older: Start
    newer: Start
    carry: Crosswalk | None = field(init=False)
    moved: Switched = field(init=False)
    _on: dict[tuple[bool, bool], Inputs] = field(init=False)
    _travel: dict[bool, Travel] = field(init=False)
    _grounds: dict[Any, dict[str, Ground]] = field(init=False, default_factory=dict)
    _found: dict[Any, Floats] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        old, new = self.older.inputs, self.newer.inputs
        boundary = set(old.codes) != set(new.codes)
        self.carry = crosswalk_of(old, new) if boundary else None
        self._travel = {
            newer: _asked_once(start.travel)
            for newer, start in ((False, self.older), (True, self.newer))
        }
        # By day and boundaries, each newer or not.
        self._on = {
            (False, False): old,
            (False, True): on_boundaries(old, new) if boundary else old,
            (True, False): on_boundaries(new, old) if boundary else new,
            (True, True): new,
        }
        self.moved = (
            old.covered != new.covered or _differ(old, new, "needs"),
            old.as_of != new.as_of or _differ(old, new, "services", "service_states", "staff"),
            _differ(old, new, "cells", "population")
            or self.older.parameters != self.newer.parameters
            or self.older.travel is not self.newer.travel,
            boundary,
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The municipalities of which all measures are: those of the newer snapshot."""
        return tuple(self.newer.inputs.codes)

    def measured(self, measure: str, service_type: str, asked: tuple[bool, ...]) -> Floats:
        """Persons by municipality of the newer snapshot (k,); NaN where they are not known."""
        key = tuple(on or not moved for on, moved in zip(asked, self.moved, strict=True))
        kept = (measure, service_type, key)
        if kept not in self._found:
            self._found[kept] = self._measured(measure, service_type, key)
        return self._found[kept]

    def _measured(self, measure: str, service_type: str, key: tuple[bool, ...]) -> Floats:
        inputs = self.inputs(key)
        need = open_needs(inputs, service_type)
        if measure == "capacity_gap":
            found = capacity_gap(need, _places(inputs, service_type)).gap
        else:
            found = _unmet(self._ground(service_type, key, inputs), need)
        if self.carry is not None and not key[3]:
            return self.carry.carry(found)
        by_code = pd.Series(found, index=inputs.codes).reindex(list(self.codes))
        return np.asarray(by_code, dtype=np.float64)

    def inputs(self, key: tuple[bool, ...]) -> Inputs:
        """What an analysis would start from if each cause were as `key` says."""
        need, capacity, access, boundary = key
        supply, where = self._on[capacity, boundary], self._on[access, boundary]
        return replace(
            self._on[boundary, boundary],
            needs=self._on[need, boundary].needs,
            covered=self._on[need, boundary].covered,
            as_of=supply.as_of,
            services=supply.services,
            service_states=supply.service_states,
            staff=supply.staff,
            cells=where.cells,
            population=where.population,
        )

    def _ground(self, service_type: str, key: tuple[bool, ...], inputs: Inputs) -> Ground:
        # Need moves the ground only by where registers are complete.
        other_covers = self.older.inputs.covered != self.newer.inputs.covered
        about = (key[0] or not other_covers, *key[1:])
        if about not in self._grounds:
            start = self.newer if key[2] else self.older
            self._grounds[about] = grounds_of(
                inputs, self.newer.profile, start.parameters, self._travel[key[2]]
            )
        return self._grounds[about][service_type]


def _asked_once(travel: Travel) -> Travel:
    """The same journeys, computed once for the same places: places of a service move none."""
    known: dict[tuple[bytes, ...], Journeys] = {}

    def journeys(origins: Floats, sites: Floats, people: Floats) -> Journeys:
        key = (origins.tobytes(), sites.tobytes(), people.tobytes())
        if key not in known:
            known[key] = travel(origins, sites, people)
        return known[key]

    return journeys


def _unmet(ground: Ground, need: Floats) -> Floats:
    """People in need whom some step of the stair stops; NaN as in `stair_figures`."""
    known = ~np.isnan(need) & (ground.inhabited | (need == 0))
    persons = np.where(known, need, 0).astype(np.int64)
    covered = stair_by_area(ground, persons)[PARTS.index("covered")]
    return np.where(known, persons - covered, np.nan)


def _places(inputs: Inputs, service_type: str) -> Floats:
    """Places by municipality; NaN where a service does not state its own, as in the figures."""
    services = inputs.services[inputs.services["service_type"] == service_type]
    stated = services.assign(capacity=services["capacity"].astype("Float64"))
    sums = stated.groupby("area_code", as_index=False)["capacity"].sum()
    silent = set(stated.loc[stated["capacity"].isna(), "area_code"].astype(str))
    known = np.array([code not in silent for code in inputs.codes], dtype=np.bool_)
    places: Floats = np.where(known, inputs.counted(sums, "capacity"), np.nan)
    return places


def _check(older: Start, newer: Start) -> None:
    first, second = older.inputs, newer.inputs
    if first.region != second.region:
        raise InvalidInput(
            f"The two snapshots are of two regions: {first.region} and {second.region}.",
            hint="Compare two of one region: `needsmap snapshot list`.",
        )
    if older.profile != newer.profile:
        raise InvalidInput(
            f"The two snapshots of {first.region} are read by two country profiles: what a norm asks"
            " would differ as well as the facts.",
            hint="Compare two snapshots by one profile.",
        )
    if first.as_of > second.as_of:
        raise InvalidInput(
            f"The first snapshot is of {first.as_of}, the second of an earlier day,"
            f" {second.as_of}.",
            hint="Name the older one first.",
        )


def _differ(old: Inputs, new: Inputs, *names: str) -> bool:
    return any(frame_bytes(getattr(old, name)) != frame_bytes(getattr(new, name)) for name in names)


def _otherwise(start: Start, one: Account, found: Floats) -> int:
    """Municipalities of which what was found is not what the snapshot keeps."""
    rows = start.values[start.values["breakdown"] == one.service_type]
    kept = rows.pivot(index="area_code", columns="indicator", values="value")
    wanted = kept.reindex(
        index=list(one.codes), columns=["open_needs", "capacity_gap", "stair_covered"]
    ).astype(float)
    unmet = wanted["open_needs"] - wanted["stair_covered"]
    told = wanted["capacity_gap"] if one.measure == "capacity_gap" else unmet
    return int((~np.isclose(found, told.to_numpy(), equal_nan=True)).sum())


def _persons(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
