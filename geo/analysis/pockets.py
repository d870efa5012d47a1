"""Pockets: neighbouring areas where high rates lie together beyond chance, and what says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo.analysis.figures.wording import LANGUAGES, joined, percent
from geo.analysis.neighbours import Neighbours
from geo.errors import InvalidInput

_TEXT = {
    "en": "{subject}: {members} ({names}). Local Moran finds high among high in {moran}, "
    "Gi* a hot spot in {gi}, each after correction for many tests (at most {level} false finds "
    "expected). Both tests read the same figures, so they are not two independent proofs. "
    "High values lie together here more than chance would have it; that says neither why nor "
    "who is affected.",
    "el": "{subject}: {members} ({names}). Ο τοπικός δείκτης Moran δείχνει υψηλές τιμές ανάμεσα "
    "σε υψηλές σε {moran}, ο δείκτης Gi* θερμό σημείο σε {gi}, μετά από διόρθωση για πολλαπλούς "
    "ελέγχους (αναμενόμενα ψευδή ευρήματα έως {level}). Οι δύο έλεγχοι στηρίζονται στα ίδια "
    "στοιχεία και δεν είναι δύο ανεξάρτητες αποδείξεις. Οι υψηλές τιμές συγκεντρώνονται εδώ "
    "περισσότερο απ' όσο δικαιολογεί η τύχη· αυτό δεν δείχνει ούτε το γιατί ούτε ποιους αφορά.",
}


@dataclass(frozen=True)
class Pocket:
    """Area codes that border each other, and by language the sentence of what marks them."""

    id: str
    members: tuple[str, ...]
    evidence: dict[str, str]


def find_pockets(
    neighbours: Neighbours,
    rate_pattern: Sequence[str] | NDArray[np.object_],
    hot_spot: Sequence[str] | NDArray[np.object_],
    *,
    names: Mapping[str, Mapping[str, str]],
    subject: Mapping[str, str],
    level: float,
) -> tuple[Pocket, ...]:
    """Connected groups of areas that are high_high or hot, the largest first.

    `rate_pattern` and `hot_spot` (n,) are words in the order of `neighbours.codes`, from the
    `classify` of moran and getis_ord; `names` is code -> language -> name, `subject` the figure's
    name by language, `level` the accepted share of false discoveries. A single area may be a
    pocket. Raises InvalidInput for rows of another length.
    """
    moran = np.asarray(rate_pattern, dtype=object) == "high_high"
    hot = np.asarray(hot_spot, dtype=object) == "hot"
    if not moran.shape == hot.shape == (len(neighbours.codes),):
        raise InvalidInput(f"Needs one word for each of the {len(neighbours.codes)} areas")
    marked = np.flatnonzero(moran | hot)
    among = neighbours.weights[marked][:, marked]
    _, labels = connected_components(among, directed=False)
    pockets: list[Pocket] = []
    for label in range(labels.max(initial=-1) + 1):
        members = marked[labels == label]
        codes = tuple(sorted(neighbours.codes[i] for i in members))
        evidence = {
            language: _TEXT[language].format(
                subject=subject[language],
                members=_members(len(codes), language),
                names=joined([names[code][language] for code in codes], language),
                moran=_of(int(moran[members].sum()), len(codes), language),
                gi=_of(int(hot[members].sum()), len(codes), language),
                level=percent(level, language),
            )
            for language in LANGUAGES
        }
        pockets.append(Pocket(f"pocket-{codes[0]}", codes, evidence))
    return tuple(sorted(pockets, key=lambda pocket: (-len(pocket.members), pocket.members)))


def _members(number: int, language: str) -> str:
    if language == "el":
        return "1 δήμος" if number == 1 else f"{number} γειτονικοί δήμοι"
    return "1 municipality" if number == 1 else f"{number} neighbouring municipalities"


def _of(some: int, number: int, language: str) -> str:
    if some == 0:
        return "κανέναν" if language == "el" else "none"
    return f"{some} από {number}" if language == "el" else f"{some} of {number}"
