"""Services that exist against services that work: which clause loses how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.norms.evaluation import COMPOSITION_FAIL, COMPOSITION_UNKNOWN, NormResult
from geo.errors import InvalidInput

CLAUSES = ("open", "verified", "staff", "head", "accessible")
"""What a service must be to count as functional, in the order in which losses are told."""

COUNTS = ("nominal", "functional", "not_known")

OPEN_STATUS = "active"
STATUSES = (OPEN_STATUS, "inactive", "defunct", "temporarily closed")
"""Words of HSDS 3.0 for `service.status`."""

VERIFIED_DAYS = 180
"""How long a verification counts (methods.md 5.2: own choice)."""

ACCESS_ITEMS = ("step_free_entrance", "accessible_toilet")
"""Own choice; a lift is left out, as the checklist does not say on which floor people are received."""

COLUMNS = (
    "id",
    "area_code",
    "status",
    "assured_date",
    "staff_met",
    "head_met",
    "accessible",
    "capacity",
)
SUMS = ["services", "places", "uncounted"]


@dataclass(frozen=True)
class FunctionalServices:
    """Every service's answer to every clause, and what each clause loses by area.

    services: id, area_code, capacity, one column for each of CLAUSES and `functional`, all True,
    False or NA (not known); `stopped_by`, the clause at which the service is lost, and `verdict`:
    'functional', 'failed' or 'not_known'.
    stair: area_code, clause, verdict ('failed' or 'not_known'), services, places, uncounted; a row
    for every area and clause that was asked.
    areas: area_code, count ('nominal', 'functional', 'not_known'), services, places, uncounted.

    `places` sums what is known; `uncounted` says how many of the services have no known capacity,
    and where that is all of them places are NA, not 0. In every area, services and places:
    nominal = functional + all that the stair loses, failed or not known.
    """

    services: pd.DataFrame
    stair: pd.DataFrame
    areas: pd.DataFrame
    clauses: tuple[str, ...]

    def places(self, count: str) -> pd.Series:
        """Places by area code as `gaps.capacity_gap` takes them: NaN where any is not known.

        `count` is one of COUNTS; 'not_known' are the places that functional ones may lack.
        """
        if count not in COUNTS:
            raise InvalidInput(f"Unknown count '{count}': {', '.join(COUNTS)}")
        rows = self.areas[self.areas["count"] == count].set_index("area_code")
        return rows["places"].mask(rows["uncounted"] > 0).astype("Float64").astype("float64")

    def worst_clause(self) -> pd.Series:
        """By area code the clause that certainly loses most places, then most services.

        The earlier of two equal ones; None where no clause loses any for certain.
        """
        failed = self.stair[(self.stair["verdict"] == "failed") & (self.stair["services"] > 0)]
        ranked = failed.assign(places=failed["places"].fillna(0)).sort_values(
            ["places", "services"], ascending=False, kind="stable"
        )
        worst = ranked.drop_duplicates("area_code").set_index("area_code")["clause"]
        codes = list(dict.fromkeys(self.stair["area_code"]))
        return pd.Series([worst.get(code) for code in codes], index=codes, dtype=object)


def functional_services(
    services: pd.DataFrame,
    as_of: date,
    *,
    days: int = VERIFIED_DAYS,
    needs_access: bool = False,
    areas: Sequence[str] | None = None,
) -> FunctionalServices:
    """functional = open, verified, staffed to the norm, headed, accessible if the group needs it.

    `services` holds COLUMNS, a row for each service in the register; NA is 'not known' except for
    id and area_code. status: one of STATUSES, open where 'active'. assured_date: when the record
    was last verified; it counts up to `days` days before `as_of`, inclusive. One after `as_of`
    says nothing of that day: not known. staff_met and head_met: True also where no norm asks for
    anything (see `norm_clauses`). accessible: asked only with `needs_access`; `capacity` should
    then be the places such a person can take. capacity: whole places. `areas` are the codes to
    report, among them those without any service (0, not missing); None: those that occur.

    A service is lost at the first clause that says no; where none says no but some are not known,
    at the first of those, told apart. So 'functional' is the least there is, and 'functional' plus
    'not_known' the most. Raises InvalidInput for missing columns, ids that occur twice, services
    without an area or outside of `areas`, and values that cannot be read (methods.md 5.2).
    """
    if days < 0:
        raise InvalidInput(f"'days' must not be negative, not {days}")
    known = _read(services)
    clauses = CLAUSES if needs_access else CLAUSES[:-1]
    answers = _answers(known, as_of, days)
    told = pd.concat([known[["id", "area_code", "capacity"]], answers], axis=1)
    told = told.assign(**_verdicts(answers[list(clauses)]))
    codes = sorted(set(told["area_code"])) if areas is None else list(areas)
    if len(set(codes)) < len(codes):
        raise InvalidInput("'areas' holds a code twice: its services would count twice")
    strangers = sorted(set(told["area_code"]) - set(codes))
    if strangers:
        raise InvalidInput(f"Services lie outside of 'areas', in {', '.join(strangers[:5])}")
    return FunctionalServices(
        services=told,
        stair=_stair(told, codes, clauses),
        areas=_by_area(told, codes),
        clauses=clauses,
    )


def norm_clauses(result: NormResult) -> tuple[bool | None, bool | None]:
    """What a held norm says of `staff_met` and `head_met`; None is not known.

    Where no norm applies nothing is asked, and what is not asked for is not missing: both True.
    """
    if result.state == "no_norm":
        return True, True
    if result.state == "not_assessable":
        return None, None
    head = None if COMPOSITION_UNKNOWN in result.flags else COMPOSITION_FAIL not in result.flags
    return result.state == "met", head


def premises_accessible(premises: Mapping[str, Any]) -> bool | None:
    """Whether somebody in a wheelchair can get in and stay: every item of ACCESS_ITEMS.

    `premises` is the checklist of a site, item to true or false; an item that is not there was
    not looked at. False where any item is, else None where any is missing.
    """
    looked_at = [premises.get(item) for item in ACCESS_ITEMS]
    if any(one is not None and not isinstance(one, bool) for one in looked_at):
        raise InvalidInput("The premises checklist must hold true or false for each item")
    if False in looked_at:
        return False
    return None if None in looked_at else True


def _read(services: pd.DataFrame) -> pd.DataFrame:
    """The columns in their types, one row for each id."""
    absent = [column for column in COLUMNS if column not in services.columns]
    if absent:
        raise InvalidInput(f"The services have no column {', '.join(absent)}")
    frame = services[list(COLUMNS)].reset_index(drop=True)
    for column in ("id", "area_code"):
        if frame[column].isna().any():
            raise InvalidInput(f"{int(frame[column].isna().sum())} services have no {column}")
    if frame["id"].duplicated().any():
        raise InvalidInput(f"{int(frame['id'].duplicated().sum())} service ids occur twice")
    words = set(frame["status"].dropna()) - set(STATUSES)
    if words:
        raise InvalidInput(f"Unknown status {sorted(words)}: {', '.join(STATUSES)}")
    read: dict[str, Any] = {
        column: _as(frame[column], "boolean") for column in ("staff_met", "head_met", "accessible")
    }
    capacity = _as(frame["capacity"], "Int64")
    if (capacity < 0).any():
        raise InvalidInput("'capacity' is negative")
    return frame.assign(
        area_code=frame["area_code"].astype(str),
        assured_date=_as(frame["assured_date"], "datetime64[s]"),
        capacity=capacity,
        **read,
    )


def _answers(known: pd.DataFrame, as_of: date, days: int) -> pd.DataFrame:
    """Every service's answer to every one of CLAUSES: True, False, or NA where it is not known."""
    age = (pd.Timestamp(as_of) - known["assured_date"]).dt.days
    fresh = (age <= days).astype("boolean").mask(age.isna() | (age < 0))
    return pd.DataFrame(
        {
            "open": known["status"].eq(OPEN_STATUS).astype("boolean").mask(known["status"].isna()),
            "verified": fresh,
            "staff": known["staff_met"],
            "head": known["head_met"],
            "accessible": known["accessible"],
        }
    )


def _as(values: pd.Series, kind: Any) -> pd.Series:
    try:
        return values.astype(kind)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"'{values.name}' holds what is no {kind}: {error}") from error


def _verdicts(answers: pd.DataFrame) -> dict[str, Any]:
    """Whether all clauses hold, and the first that does not."""
    no = answers.eq(False).fillna(False).to_numpy(dtype=np.bool_)
    unknown = answers.isna().to_numpy()
    failed, undecided = no.any(axis=1), unknown.any(axis=1)
    decisive = np.where(failed, no.argmax(axis=1), unknown.argmax(axis=1))
    names = np.array(answers.columns, dtype=object)
    verdict = np.where(failed, "failed", np.where(undecided, "not_known", "functional"))
    works = pd.Series(verdict == "functional", index=answers.index, dtype="boolean")
    return {
        "functional": works.mask(verdict == "not_known"),
        "stopped_by": np.where(failed | undecided, names[decisive], None),
        "verdict": verdict,
    }


def _stair(told: pd.DataFrame, codes: list[str], clauses: tuple[str, ...]) -> pd.DataFrame:
    lost = told[told["verdict"] != "functional"].rename(columns={"stopped_by": "clause"})
    return _summed(
        lost, {"area_code": codes, "clause": clauses, "verdict": ("failed", "not_known")}
    )


def _by_area(told: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    nominal = told.assign(count="nominal")
    decided = told.assign(count=told["verdict"])
    counted = pd.concat([nominal, decided[decided["count"] != "failed"]])
    return _summed(counted, {"area_code": codes, "count": COUNTS})


def _summed(told: pd.DataFrame, keys: dict[str, Sequence[str]]) -> pd.DataFrame:
    """Services, places and services of unknown capacity for every combination of the keys."""
    every = pd.MultiIndex.from_product([list(each) for each in keys.values()], names=list(keys))
    found = told.assign(
        services=1, places=told["capacity"].fillna(0), uncounted=told["capacity"].isna()
    )
    sums = found.groupby(list(keys))[SUMS].sum().reindex(every, fill_value=0).astype("Int64")
    none_known = (sums["services"] > 0) & (sums["services"] == sums["uncounted"])
    sums["places"] = sums["places"].mask(none_known)
    return sums.reset_index()
