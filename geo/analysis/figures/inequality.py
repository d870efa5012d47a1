"""How evenly access and reach are spread over a region's municipalities, said of the region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.poverty import smoothed_per_thousand
from geo.analysis.figures.rows import PARTIAL, figures, joined
from geo.analysis.figures.wording import LANGUAGES, whole
from geo.analysis.inequality import Measure, concentration_index, territorial_inequality

SPREAD = ("access", "reach")
"""Figures by municipality whose spread is told."""

MEASURES = ("gini", "theil", "theil_between", "theil_within", "ratio_90_10", "concentration")
"""Figures of the region are these after one of SPREAD, as in 'access_gini'."""

MEANS = {
    "gini": {
        "en": "0 would be the same everywhere; the nearer to 1, the fewer people have it all.",
        "el": "0 θα σήμαινε παντού το ίδιο· όσο πιο κοντά στο 1, τόσο λιγότεροι έχουν τα πάντα.",
    },
    "theil": {
        "en": "0 would be the same everywhere; the higher, the more uneven.",
        "el": "0 θα σήμαινε παντού το ίδιο· όσο μεγαλύτερο, τόσο πιο άνισα.",
    },
    "theil_between": {
        "en": "The part of Theil's measure that lies between counties or regions.",
        "el": "Το μέρος του δείκτη Theil που οφείλεται σε διαφορές μεταξύ νομών ή περιφερειών.",
    },
    "theil_within": {
        "en": "The part of Theil's measure that lies inside counties or regions.",
        "el": "Το μέρος του δείκτη Theil που οφείλεται σε διαφορές εντός νομών ή περιφερειών.",
    },
    "ratio_90_10": {
        "en": "1 would be the same: people stand in a row from the least served on, and the one at"
        " nine tenths is held against the one at one tenth.",
        "el": "1 θα σήμαινε το ίδιο: οι κάτοικοι μπαίνουν σε σειρά από όποιον έχει τα λιγότερα, και"
        " όποιος βρίσκεται στα εννέα δέκατα συγκρίνεται με όποιον βρίσκεται στο ένα δέκατο.",
    },
    "concentration": {
        "en": "Below 0 there is more of it where more people receive income support, above 0 less.",
        "el": "Κάτω από 0 υπάρχουν περισσότερα όπου περισσότεροι λαμβάνουν εισοδηματική ενίσχυση,"
        " πάνω από 0 λιγότερα.",
    },
}
OVER = {
    "en": "Over {used} municipalities, each weighed by its residents; without a figure: {left}.",
    "el": "Για {used} δήμους, καθένας με βάρος τους κατοίκους του· χωρίς τιμή: {left}.",
}
WHY_NONE = {
    "no_data": {
        "en": "No municipality has a figure.",
        "el": "Κανένας δήμος δεν έχει τιμή.",
    },
    "nobody": {
        "en": "Nobody lives in the municipalities that have a figure.",
        "el": "Στους δήμους που έχουν τιμή δεν κατοικεί κανείς.",
    },
    "one_area": {
        "en": "Only one municipality has a figure, with none to be compared to.",
        "el": "Μόνο ένας δήμος έχει τιμή, και δεν συγκρίνεται με άλλον.",
    },
    "all_zero": {
        "en": "There is nothing anywhere, so nothing is shared unevenly.",
        "el": "Δεν υπάρχει τίποτα πουθενά, άρα τίποτα δεν κατανέμεται άνισα.",
    },
    "zero_below": {
        "en": "The tenth of the residents who have least have nothing, and nothing has no multiple.",
        "el": "Το ένα δέκατο των κατοίκων που έχει τα λιγότερα δεν έχει τίποτα, και το τίποτα δεν"
        " έχει πολλαπλάσιο.",
    },
    "same_deprivation": {
        "en": "Income support is the same in all municipalities, so they have no order by it.",
        "el": "Η εισοδηματική ενίσχυση είναι ίδια σε όλους τους δήμους, άρα δεν τους κατατάσσει.",
    },
    "no_counties": {
        "en": "No counties or regions lie between this area and its municipalities.",
        "el": "Η περιοχή δεν χωρίζεται σε νομούς ή περιφέρειες που περιλαμβάνουν δήμους.",
    },
}
UNKNOWN = frozenset({"no_data", "nobody"})
"""Reasons for which there is no data; for the others the measure has no meaning."""


def inequality_figures(rows: pd.DataFrame, inputs: Inputs, service_type: str) -> pd.DataFrame:
    """The region's row of every measure of every figure of SPREAD; municipalities have none.

    `rows` hold those figures of the service type by municipality (columns of
    geo.analysis.figures.rows): nothing is computed twice. Municipalities weigh by their residents.
    Counties are the parents of the municipalities, where there are at least two. Deprivation is
    the smoothed rate of income support. Where registers cover a part of the region there is no
    data: a measure of the part says nothing of the whole. Formulas: geo.analysis.inequality.
    """
    period = inputs.as_of.strftime("%Y-%m")
    residents = inputs.residents_of().to_numpy(dtype=float, na_value=np.nan)
    deprivation = smoothed_per_thousand(inputs.counted(inputs.people, "persons"), residents)[0]
    made = []
    for figure in SPREAD:
        own = rows[(rows["indicator"] == figure) & (rows["breakdown"] == service_type)]
        values = own.set_index("area_code")["value"].reindex(inputs.codes).to_numpy(dtype=float)
        found = _measures(values, residents, _counties(inputs), deprivation)
        for name in MEASURES:
            measure = found[name]
            if not inputs.is_covered().all():
                measure = Measure(None, "partial", 0, 0, 0)
            made.append(
                figures(
                    f"{figure}_{name}",
                    [inputs.region],
                    period,
                    values=[np.nan if measure.value is None else measure.value],
                    breakdown=service_type,
                    missing=_status(measure),
                    explanations=[_explained(name, measure)],
                )
            )
    return joined(made)


def concentration_of_shown(
    values: Mapping[str, float],
    shown: tuple[Sequence[str], Floats, Floats],
    hidden: tuple[Sequence[str], Floats],
    left: float | None,
) -> float:
    """The concentration index from no more than a release shows of income support; NaN for none.

    `values` by municipality's code, open figures. `shown`: codes of n municipalities with their
    counts as released and residents (n,). `hidden`: codes of those withheld and their residents.
    `left`: persons of the hidden ones together, None where nobody can tell. The hidden ones have
    the rate they have together, so that they share one rank; without `left` they are left out.
    """
    codes, counts, residents = shown
    others, other_residents = hidden
    together = [] if left is None or not len(others) else [(left, float(other_residents.sum()))]
    rates = smoothed_per_thousand(
        np.array([*counts, *(persons for persons, _ in together)], dtype=float),
        np.array([*residents, *(people for _, people in together)], dtype=float),
    )[0]
    rest = rates[-1] if together else np.nan
    have = np.array([values.get(code, np.nan) for code in (*codes, *others)], dtype=float)
    found = concentration_index(
        have,
        np.array([*residents, *other_residents], dtype=float),
        np.array([*rates[: len(codes)], *(rest for _ in others)], dtype=float),
    )
    return np.nan if found.value is None else found.value


def _counties(inputs: Inputs) -> list[str] | None:
    """What each municipality belongs to; None where it is one for all, or not known for some."""
    if "parent_code" not in inputs.municipalities:
        return None
    parents = inputs.municipalities["parent_code"]
    if parents.isna().any() or parents.nunique() < 2:
        return None
    return [str(parent) for parent in parents]


def _measures(
    values: Floats, residents: Floats, counties: list[str] | None, deprivation: Floats
) -> dict[str, Measure]:
    """Every measure by its name of MEASURES."""
    found = territorial_inequality(values, residents, counties=counties)
    total = found.theil.total
    return {
        "gini": found.gini,
        "theil": total,
        "theil_between": _part(found.theil.between, total),
        "theil_within": _part(found.theil.within, total),
        "ratio_90_10": found.ratio_90_10,
        "concentration": concentration_index(values, residents, deprivation),
    }


def _part(value: float | None, total: Measure) -> Measure:
    reason = total.reason or ("no_counties" if value is None else "")
    return Measure(value, reason, total.areas, total.without_data, total.uninhabited)


def _status(measure: Measure) -> str:
    return "no_data" if measure.reason in UNKNOWN | {"partial"} else "not_applicable"


def _explained(name: str, measure: Measure) -> dict[str, str]:
    if measure.reason == "partial":
        return dict(PARTIAL)
    if measure.value is None:
        return dict(WHY_NONE[measure.reason])
    return {
        lang: MEANS[name][lang]
        + " "
        + OVER[lang].format(used=whole(measure.areas, lang), left=whole(measure.without_data, lang))
        for lang in LANGUAGES
    }
