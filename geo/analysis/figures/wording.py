"""Numbers and lists of names as the sentences of an analysis write them, in English and Greek."""

from __future__ import annotations

from collections.abc import Sequence

LANGUAGES = ("en", "el")
"""The languages every sentence of an analysis is written in."""


def whole(number: int, language: str) -> str:
    """50,585 in English, 50.585 in Greek."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "el" else text


def percent(share: float, language: str) -> str:
    """A share of 1 as a percentage with at most one decimal: 0.05 is 5%, 0.025 is 2.5%."""
    text = f"{100 * share:.1f}".removesuffix(".0")
    return (text.replace(".", ",") if language == "el" else text) + "%"


def joined(words: Sequence[str], language: str) -> str:
    """'a, b and c'; 'α, β και γ'."""
    if len(words) < 2:
        return "".join(words)
    last = " και " if language == "el" else " and "
    return ", ".join(words[:-1]) + last + words[-1]
