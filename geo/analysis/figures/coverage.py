"""Coverage of a region: norms, mandatory services, reach, access, places and needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.figures.estimated import estimated_figures
from geo.analysis.figures.functioning import failed_services, functioning, functioning_figures
from geo.analysis.figures.inequality import inequality_figures
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.rows import figures, joined, no_figure, with_total
from geo.analysis.figures.services import (
    Travel,
    ground_of,
    open_needs,
    service_figures,
    straight_line,
)
from geo.analysis.figures.stair import Ground
from geo.analysis.norms import NormResult, ServiceShare, evaluate, mandatory_services, staff_facts
from geo.analysis.norms.functional import FunctionalServices
from geo.analysis.parameters import Parameters
from geo.executor import Executor, Progress
from geo.profiles.shape import Checklist, Norm, Profile

REGISTERED = {
    "en": "People registered here; how many reside here is not known.",
    "el": "Εγγεγραμμένοι στον δήμο· πόσοι κατοικούν εκεί δεν είναι γνωστό.",
}
NO_NORM = {
    "en": "The profile of this country has no staffing norm.",
    "el": "Το προφίλ αυτής της χώρας δεν έχει πρότυπο στελέχωσης.",
}
NO_CHECKLIST = {
    "en": "The profile of this country has no list of mandatory services.",
    "el": "Το προφίλ αυτής της χώρας δεν έχει κατάλογο υποχρεωτικών υπηρεσιών.",
}


def coverage(
    inputs: Inputs,
    profile: Profile,
    parameters: Parameters,
    grounds: Mapping[str, Ground] | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """All coverage figures of a region as rows (columns of geo.analysis.figures.rows).

    `grounds` are those of `grounds_of`; None: with journeys by straight line. The figures of each
    service type are one part for the `executor`; None: all in this process. `progress` hears how
    many parts are done. Raises InvalidInput where `Inputs.check` does.
    """
    inputs.check()
    works = working_services(inputs, profile)
    grounds = grounds_of(inputs, profile, parameters) if grounds is None else grounds
    parts = [_population(inputs), _staffing(inputs, profile), _mandatory(inputs, profile)]
    counts = inputs.without_places()
    asked = [
        ServiceQuestion(counts, code, ground, parameters, works[code], profile.sectors)
        for code, ground in grounds.items()
    ]
    parts += (executor or Executor()).run(answered, asked, progress=progress)
    parts.append(
        with_total(
            figures(
                "institution_residents",
                inputs.codes,
                _month(inputs),
                values=inputs.counted(inputs.residents, "persons"),
            ),
            inputs.region,
        )
    )
    parts.append(_street_work(inputs))
    return joined(parts)


@dataclass(frozen=True)
class ServiceQuestion:
    """All that the figures of one service type rest on: what a worker is sent."""

    inputs: Inputs
    service_type: str
    ground: Ground
    parameters: Parameters
    works: FunctionalServices
    sectors: Mapping[str, Mapping[str, str]]


def answered(asked: ServiceQuestion) -> pd.DataFrame:
    """The figures of one service type."""
    inputs, code = asked.inputs, asked.service_type
    own = service_figures(inputs, code, asked.ground, asked.parameters)
    estimated = estimated_figures(inputs, code, open_needs(inputs, code), asked.sectors)
    parts = [
        own,
        inequality_figures(own, inputs, code),
        functioning_figures(inputs, code, asked.works),
        estimated,
    ]
    return joined([rows for rows in parts if len(rows)])


def grounds_of(
    inputs: Inputs, profile: Profile, parameters: Parameters, travel: Travel | None = None
) -> dict[str, Ground]:
    """Cells, sites and journeys of every service type whose need is counted, by its code.

    `travel` gives the journeys; None: by straight line. Raises InvalidInput where `Inputs.check`
    does.
    """
    inputs.check()
    chosen = travel or straight_line(parameters)
    works = working_services(inputs, profile)
    return {
        code: ground_of(inputs, code, parameters, chosen, failed_services(found))
        for code, found in works.items()
    }


def working_services(inputs: Inputs, profile: Profile) -> dict[str, FunctionalServices]:
    """Which services work as they must, by the code of every type whose need is counted."""
    norm = municipal_norm(profile)
    results = None if norm is None else staffing(inputs, norm)
    return {
        kind.code: functioning(
            inputs,
            kind.code,
            results if norm and kind.code in norm.service_types else None,
            needs_access=kind.needs_access,
        )
        for kind in profile.demand_types()
    }


def municipal_norm(profile: Profile) -> Norm | None:
    """The staffing norm held against municipalities, None where the country has none.

    The first of posts by population that has numbers; the first of all where none has, since why
    its numbers are missing is then the answer.
    """
    norms = [
        norm
        for norm in profile.norms.values()
        if norm.unobtained is not None or (norm.kind == "bands" and norm.unit == "posts")
    ]
    return next((norm for norm in norms if norm.unobtained is None), next(iter(norms), None))


def municipal_checklist(profile: Profile) -> Checklist | None:
    """What a service of every municipality must offer, None where the country lays nothing down."""
    return next(iter(profile.checklists.values()), None)


def staffing(inputs: Inputs, norm: Norm) -> list[NormResult]:
    """The staffing norm held against every municipality, in their order."""
    centres = inputs.services[inputs.services["service_type"].isin(norm.service_types)]
    area_of = centres.set_index("id")["area_code"]
    posts = inputs.staff.assign(area_code=inputs.staff["service_id"].map(area_of))
    by_area: Mapping[Any, pd.DataFrame] = dict(list(posts.groupby("area_code")))
    base = inputs.population_base
    results = []
    for code, residents in inputs.residents_of().items():
        facts = None
        if code in inputs.covered:
            rows = by_area[code].to_dict("records") if code in by_area else []
            facts = staff_facts(norm, rows, inputs.as_of)  # type: ignore[arg-type]
        persons = None if pd.isna(residents) else int(residents)
        results.append(evaluate(norm, persons, facts, base=base, on=inputs.as_of))
    return results


def _population(inputs: Inputs) -> pd.DataFrame:
    dates = pd.to_datetime(inputs.population["reference_date"])
    period = str(dates.max().year) if len(dates) else str(inputs.as_of.year)
    rows = figures("population", inputs.codes, period, values=inputs.residents_of())
    rows = with_total(rows, inputs.region)
    if inputs.population_base == "residents":
        return rows
    said: Any = [
        {
            language: f"{text} {told.get(language, '')}".strip()
            for language, text in REGISTERED.items()
        }
        for told in rows["explanation"]
    ]
    return rows.assign(explanation=said)


def _staffing(inputs: Inputs, profile: Profile) -> pd.DataFrame:
    norm = municipal_norm(profile)
    if norm is None:
        names = ("staff_norm", "staff_required", "staff_actual", "staff_shortfall")
        return joined([_laid_down_nowhere(inputs, name, NO_NORM) for name in names])
    results = staffing(inputs, norm)
    reasons = [result.reason for result in results]
    absent = ["not_applicable" if result.state == "no_norm" else "no_data" for result in results]
    parts = [
        figures(
            "staff_norm",
            inputs.codes,
            _month(inputs),
            categories=[result.state for result in results],
            explanations=reasons,
        ),
        no_figure("staff_norm", inputs.region, _month(inputs)),
    ]
    for name in ("required", "actual", "shortfall"):
        rows = figures(
            f"staff_{name}",
            inputs.codes,
            _month(inputs),
            values=[_number(getattr(result, name)) for result in results],
            missing=absent if name != "actual" else "no_data",
            explanations=reasons,
        )
        parts.append(with_total(rows, inputs.region))
    return joined(parts)


def _mandatory(inputs: Inputs, profile: Profile) -> pd.DataFrame:
    checklist = municipal_checklist(profile)
    if checklist is None:
        return _laid_down_nowhere(inputs, "mandatory_services", NO_CHECKLIST)
    known = {item.code for item in checklist.items}
    shares: list[ServiceShare] = []
    for code in inputs.codes:
        here = inputs.services[inputs.services["area_code"] == code]
        centres = here[here["service_type"] == checklist.service_type]
        offered = {offer for offers in centres["offers"] for offer in offers} & known
        shares.append(
            mandatory_services(
                checklist,
                offered if code in inputs.covered else None,
                active_types=set(here["service_type"]),
            )
        )
    total = len(checklist.with_status("mandatory"))
    offered_all = [len(share.offered) for share in shares if share.share is not None]
    rows = figures(
        "mandatory_services",
        inputs.codes,
        _month(inputs),
        values=[np.nan if share.share is None else 100 * share.share for share in shares],
        categories=[None if share.share is None else share.category for share in shares],
        explanations=[share.reason for share in shares],
    )
    region = figures(
        "mandatory_services",
        [inputs.region],
        _month(inputs),
        values=[100 * sum(offered_all) / (total * len(offered_all)) if offered_all else np.nan],
    )
    return joined([rows, region])


def _laid_down_nowhere(inputs: Inputs, indicator: str, why: dict[str, str]) -> pd.DataFrame:
    """A figure that the country's law gives nothing to compare with: not applicable anywhere."""
    codes = [*inputs.codes, inputs.region]
    return figures(
        indicator,
        codes,
        _month(inputs),
        missing="not_applicable",
        explanations=[dict(why) for _ in codes],
    )


def _street_work(inputs: Inputs) -> pd.DataFrame:
    """Reports; where no team looked and nobody called, there is no data and not a zero."""
    minutes = inputs.counted(inputs.rounds, "minutes")
    counted = inputs.counted(inputs.observations, "reports")
    # A report from the telephone line is one, whether or not a team has passed.
    reports = np.where((minutes > 0) | (counted > 0), counted, np.nan)
    return joined(
        [
            with_total(figures(name, inputs.codes, _month(inputs), values=values), inputs.region)
            for name, values in (("round_minutes", minutes), ("observations", reports))
        ]
    )


def _number(value: int | None) -> float:
    return np.nan if value is None else float(value)


def _month(inputs: Inputs) -> str:
    return inputs.as_of.strftime("%Y-%m")
