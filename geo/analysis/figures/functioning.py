"""How many services of a type work, against how many stand in the register, by municipality."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.rows import figures, joined, with_total
from geo.analysis.norms import NormResult
from geo.analysis.norms.functional import FunctionalServices, functional_services, norm_clauses

CLAUSE_WORDS = {
    "open": {"en": "closed", "el": "κλειστές"},
    "verified": {"en": "not verified lately", "el": "χωρίς πρόσφατη επιβεβαίωση"},
    "staff": {"en": "short of staff", "el": "με ελλιπές προσωπικό"},
    "head": {"en": "without the head the norm asks for", "el": "χωρίς τον προβλεπόμενο επικεφαλής"},
    "accessible": {"en": "not accessible", "el": "μη προσβάσιμες"},
}
NOT_KNOWN = {"en": "not known whether they work", "el": "άγνωστο αν λειτουργούν"}
OF_ALL = {
    "en": "{works} of {all} in the register work",
    "el": "Λειτουργούν {works} από {all} του μητρώου",
}


def functioning(
    inputs: Inputs,
    service_type: str,
    staffing: Sequence[NormResult] | None,
    *,
    needs_access: bool = False,
) -> FunctionalServices:
    """Each service of a type held against the clauses of a working one (methods.md 5.2).

    `staffing`: what the norm says of each municipality, in the order of `inputs.codes`; None where
    no norm asks anything of this type of service. `needs_access`: whoever comes needs the premises
    to be accessible.
    """
    states = inputs.service_states[inputs.service_states["service_type"] == service_type]
    clauses: dict[str, tuple[bool | None, bool | None]] = {
        code: (True, True) if staffing is None else norm_clauses(staffing[position])
        for position, code in enumerate(inputs.codes)
    }
    codes = [str(code) for code in states["area_code"]]
    frame = pd.DataFrame(
        {
            "id": states["id"].astype(str),
            "area_code": codes,
            "status": np.where(states["active"].astype(bool), "active", "inactive"),
            "assured_date": pd.to_datetime(states["verified_on"]),
            "staff_met": [clauses[code][0] for code in codes],
            "head_met": [clauses[code][1] for code in codes],
            "accessible": states.get("accessible", pd.Series(pd.NA, index=states.index)),
            "capacity": states["capacity"],
        }
    )
    return functional_services(frame, inputs.as_of, needs_access=needs_access, areas=inputs.codes)


def failed_services(found: FunctionalServices) -> frozenset[str]:
    """Ids of the services that are known not to work; of the others it may be."""
    return frozenset(found.services.loc[found.services["verdict"] == "failed", "id"])


def functioning_figures(
    inputs: Inputs, service_type: str, found: FunctionalServices
) -> pd.DataFrame:
    """Services in the register and those that work, by municipality and for the region.

    Working services lie between those of which every clause is known to hold (the value) and these
    with those of which some clause is not known (`high`). No data where no register is complete.
    """
    period = inputs.as_of.strftime("%Y-%m")
    counted = found.areas.set_index(["area_code", "count"])["services"].unstack("count")
    counted = counted.reindex(inputs.codes).astype(float)
    covered = inputs.is_covered()
    nominal, works, unknown = (
        np.where(covered, counted[name].to_numpy(), np.nan)
        for name in ("nominal", "functional", "not_known")
    )
    told = [
        _sentence(found, code) if inside and counted.loc[code, "nominal"] else {}
        for code, inside in zip(inputs.codes, covered, strict=True)
    ]
    rows = [
        figures(
            "services_registered", inputs.codes, period, values=nominal, breakdown=service_type
        ),
        figures(
            "services_working",
            inputs.codes,
            period,
            values=works,
            low=works,
            high=works + unknown,
            breakdown=service_type,
            explanations=told,
        ),
    ]
    return joined([with_total(part, inputs.region) for part in rows])


def _sentence(found: FunctionalServices, code: str) -> dict[str, str]:
    counts = found.areas[found.areas["area_code"] == code].set_index("count")["services"]
    lost = found.stair[(found.stair["area_code"] == code) & (found.stair["services"] > 0)]
    said = {}
    for language, whole in OF_ALL.items():
        parts = [whole.format(works=int(counts["functional"]), all=int(counts["nominal"]))]
        failed = lost[lost["verdict"] == "failed"]
        parts += [
            f"{int(number)} {CLAUSE_WORDS[clause][language]}"
            for clause, number in zip(failed["clause"], failed["services"], strict=True)
        ]
        if counts["not_known"]:
            parts.append(f"{int(counts['not_known'])} {NOT_KNOWN[language]}")
        said[language] = "; ".join(parts) + "."
    return said
