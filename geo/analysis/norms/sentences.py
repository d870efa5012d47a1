"""The sentences that explain a norm's verdict, in six languages, with their source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from geo.analysis.norms.words import day, norm_words, whole
from geo.profiles.shape import SENTENCE_LANGUAGES, Checklist, Norm
from geo.profiles.strict import Names


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
        keys: list[str] = ["unknown_population"]
    else:
        keys = [
            "no_register" if state == "not_assessable" else state,
            *(_flag_key(flag, case.base) for flag in case.flags),
        ]
    own: tuple[Names, ...] = (norm.source,)
    if "composition_fail" in keys and norm.head_names:
        own = (*own, norm.head_names)
    if norm.counted and case.population is not None:
        own = (*own, norm.counted)
    return _in_each(lambda at: _said([*keys, "source"], at, _words(norm, case, at)), *own)


def _flag_key(flag: str, base: str) -> str:
    if flag == "base_substituted" and base == "registered":
        return "registered_substituted"
    return flag


def _words(norm: Norm, case: Case, language: str) -> dict[str, str]:
    words = norm_words()
    required, actual = case.required or 0, case.actual or 0
    return {
        "required": words.count(f"{norm.unit}_required", required, language),
        "present": words.count(f"{norm.unit}_present", actual, language),
        "short": words.count(f"{norm.unit}_short", max(0, required - actual), language),
        "people": whole(case.population or 0, language),
        "minimum": whole(norm.minimum_population, language),
        "base": (norm.counted or words.bases[case.base]).get(language, ""),
        "head": norm.head_names.get(language, "").lower() if norm.head_names else "",
        "source": _clause(norm.source, language),
    }


def maximum_reason(norm: Norm, maximum: int, users: int | None) -> dict[str, str]:
    """How many users a service has against how many it may have, by language."""
    key = "users_unknown"
    if users is not None:
        key = "within_maximum" if users <= maximum else "over_maximum"

    def said(language: str) -> str:
        words = norm_words()
        over = max(0, (users or 0) - maximum)
        values = {
            "allowed": words.count("users_allowed", maximum, language),
            "actual": whole(users or 0, language),
            "over": words.count("users_over", over, language),
            "source": _clause(norm.source, language),
        }
        return _said([key, "source"], language, values)

    return _in_each(said, norm.source)


def not_in_force_reason(norm: Norm, today: date) -> dict[str, str]:
    """From or until when the norm is in force, and that it is not on the day, by language."""
    early = today < norm.valid_from
    limit = norm.valid_from if early or norm.valid_until is None else norm.valid_until
    key = "not_yet_in_force" if early else "no_longer_in_force"
    return _in_each(
        lambda at: _said(
            [key, "source"],
            at,
            {
                "limit": day(limit, at),
                "today": day(today, at),
                "source": _clause(norm.source, at),
            },
        ),
        norm.source,
    )


def bases_reason(reasons: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The verdicts by the text's base and by its alternatives, one after the other."""
    lead = norm_words().sentences["bases_differ"]
    return {at: lead[at] + " ".join(r[at] for r in reasons.values()) for at in SENTENCE_LANGUAGES}


def unobtained_reason(unobtained: Names) -> dict[str, str]:
    """Why a norm cannot be held against any place, in our languages and the profile's own."""
    return {**_in_each(lambda at: unobtained[at], unobtained), **unobtained}


def share_reason(checklist: Checklist, missing: Collection[str] | None) -> dict[str, str]:
    """Which mandatory services are missing, by language; None where no register covers them."""
    mandatory = checklist.with_status("mandatory")
    lost = [item.names for item in mandatory if item.code in (missing or ())]
    keys = ["share_unknown"] if missing is None else ["share", *["share_missing"] * bool(lost)]

    def said(language: str) -> str:
        values = {
            "has": whole(len(mandatory) - len(lost), language),
            "total": whole(len(mandatory), language),
            "missing": "; ".join(names[language] for names in lost),
            "source": _clause(checklist.source, language),
        }
        return _said([*keys, "source"], language, values)

    return _in_each(said, checklist.source, *lost)


def _said(keys: list[str], language: str, values: Mapping[str, str]) -> str:
    sentences = norm_words().sentences
    return "".join(sentences[key][language].format(**values) for key in keys)


def _clause(source: Names, language: str) -> str:
    """A source as a part of a sentence that sets its own full stop."""
    return source[language].rstrip(".")


def _in_each(say: Callable[[str], str], *own: Names) -> dict[str, str]:
    """A sentence in each of our languages.

    Where the profile lacks one of its `own` words in a language, the whole sentence is English:
    never half of it in one language and half in another.
    """
    return {
        language: say(language if all(language in names for names in own) else "en")
        for language in SENTENCE_LANGUAGES
    }
