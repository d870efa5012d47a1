"""The sentences that explain a norm's verdict, in English and Greek."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from geo.analysis.wording import LANGUAGES, whole
from geo.profiles.shape import Checklist, Norm
from geo.profiles.strict import Names

_BASES = {
    "registered": {"en": "registered citizens", "el": "δημότες"},
    "residents": {"en": "residents", "el": "κάτοικοι"},
}

_UNKNOWN_POPULATION = {
    "en": "The population is not known, so the norm cannot be assessed.",
    "el": "Ο πληθυσμός δεν είναι γνωστός και το πρότυπο δεν μπορεί να αξιολογηθεί.",
}
_NO_REGISTER = {
    "en": "{required} required for a population of {people} {base}. No register says how many are "
    "filled here, so the norm cannot be assessed.",
    "el": "{required} για πληθυσμό {people} ({base}). Κανένα μητρώο δεν αναφέρει πόσες είναι "
    "καλυμμένες εδώ και το πρότυπο δεν μπορεί να αξιολογηθεί.",
}
_NO_NORM = {
    "en": "No norm applies below a population of {minimum}; here it is {people} {base}. "
    "That is not a norm of zero.",
    "el": "Κάτω από πληθυσμό {minimum} δεν ισχύει πρότυπο· εδώ ο πληθυσμός είναι {people} "
    "({base}). Αυτό δεν σημαίνει πρότυπο μηδέν.",
}
_MET = {
    "en": "{required} required for a population of {people} {base}, {actual} filled: "
    "the number is met.",
    "el": "{required} για πληθυσμό {people} ({base}), καλυμμένες {actual}: ο αριθμός καλύπτεται.",
}
_SHORT = {
    "en": "{required} required for a population of {people} {base}, {actual} filled: "
    "short by {short}.",
    "el": "{required} για πληθυσμό {people} ({base}), καλυμμένες {actual}: {short}.",
}
_FLAGS = {
    "boundary_ambiguous": {
        "en": " The source puts exactly this population into two bands; the lower is applied.",
        "el": " Η πηγή εντάσσει ακριβώς αυτόν τον πληθυσμό σε δύο κλίμακες· "
        "εφαρμόζεται η χαμηλότερη.",
    },
    "composition_fail": {
        "en": " The head whom the norm requires is missing: {head}.",
        "el": " Λείπει ο επικεφαλής που απαιτεί το πρότυπο: {head}.",
    },
    "composition_unknown": {
        "en": " Who heads the service is not recorded.",
        "el": " Δεν έχει καταγραφεί ποιος είναι επικεφαλής.",
    },
    "base_substituted": {
        "en": " The norm counts registered citizens; residents were used in their place.",
        "el": " Το πρότυπο μετρά δημότες· στη θέση τους χρησιμοποιήθηκαν οι κάτοικοι.",
    },
}


def _posts_required(number: int, language: str) -> str:
    if language == "el":
        return f"Απαιτείται {number} θέση" if number == 1 else f"Απαιτούνται {number} θέσεις"
    return f"{number} post" if number == 1 else f"{number} posts"


def _posts_short(number: int, language: str) -> str:
    if language == "el":
        return f"λείπει {number} θέση" if number == 1 else f"λείπουν {number} θέσεις"
    return f"{number} post" if number == 1 else f"{number} posts"


@dataclass(frozen=True)
class Case:
    """What a verdict rests on; None where a number is not known."""

    population: int | None
    base: str
    required: int | None
    actual: int | None
    flags: tuple[str, ...]


def norm_reason(norm: Norm, state: str, case: Case) -> dict[str, str]:
    """The verdict and what it rests on, by language."""
    if case.population is None:
        return dict(_UNKNOWN_POPULATION)
    template = {"no_norm": _NO_NORM, "not_assessable": _NO_REGISTER, "met": _MET, "short": _SHORT}
    reason: dict[str, str] = {}
    for language in LANGUAGES:
        words = {
            "required": _posts_required(case.required or 0, language),
            "actual": whole(case.actual or 0, language),
            "short": _posts_short((case.required or 0) - (case.actual or 0), language),
            "people": whole(case.population, language),
            "minimum": whole(norm.minimum_population, language),
            "base": _BASES[case.base][language],
            "head": _in(norm.head_names, language).lower() if norm.head_names else "",
        }
        sentences = [template[state], *(_FLAGS[flag] for flag in case.flags)]
        reason[language] = "".join(s[language].format(**words) for s in sentences)
    return reason


def _in(names: Names, language: str) -> str:
    """A profile's words in a language, or in English where it does not speak it."""
    return names.get(language, names["en"])


def unobtained_reason(unobtained: Names) -> dict[str, str]:
    """Why a norm cannot be held against any place, in our languages and the profile's own."""
    return {**{language: _in(unobtained, language) for language in LANGUAGES}, **unobtained}


def share_reason(checklist: Checklist, missing: Collection[str] | None) -> dict[str, str]:
    """Which mandatory services are missing, by language; None where no register covers them."""
    if missing is None:
        return {
            "en": "No register says which services are offered here.",
            "el": "Κανένα μητρώο δεν αναφέρει ποιες υπηρεσίες προσφέρονται εδώ.",
        }
    mandatory = checklist.with_status("mandatory")
    total, has = len(mandatory), len(mandatory) - len(missing)
    reason = {
        "en": f"{has} of {total} mandatory services are offered.",
        "el": f"Προσφέρονται {has} από τις {total} υποχρεωτικές υπηρεσίες.",
    }
    if missing:
        lost = [item.names for item in mandatory if item.code in missing]
        reason["en"] += f" Missing: {'; '.join(_in(names, 'en') for names in lost)}."
        reason["el"] += f" Λείπουν: {'; '.join(_in(names, 'el') for names in lost)}."
    return reason
