"""Writes addresses the way people type them: accents lost, capitals, Latin letters, typos."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geo.sources.gr_attica_synthetic.draw import Choice, chance, one_of
from geo.sources.gr_attica_synthetic.places import Place, Places, Street

TEXTS = Path(__file__).with_name("texts.toml")

LATIN = {
    "α": ("a",), "β": ("v", "b"), "γ": ("g",), "δ": ("d",), "ε": ("e",), "ζ": ("z",),
    "η": ("i", "h"), "θ": ("th", "8"), "ι": ("i",), "κ": ("k",), "λ": ("l",), "μ": ("m",),
    "ν": ("n",), "ξ": ("x", "ks"), "ο": ("o",), "π": ("p",), "ρ": ("r",), "σ": ("s",),
    "ς": ("s",), "τ": ("t",), "υ": ("y", "u"), "φ": ("f", "ph"), "χ": ("ch", "x", "h"),
    "ψ": ("ps",), "ω": ("o", "w"),
}  # fmt: skip
"""Greek letter -> how people write it without a Greek keyboard, the usual way first."""

HOMOPHONES = {"ι": "η", "η": "ι", "υ": "ι", "ο": "ω", "ω": "ο", "ε": "αι"}
"""Letters that sound alike, and so get mixed up."""


@dataclass(frozen=True)
class Typed:
    """An address as somebody typed it into a form."""

    address: str
    municipality_text: str
    postcode: str | None


class Typist:
    """Types addresses with the habits that texts.toml describes."""

    def __init__(self, places: Places, names: Mapping[str, tuple[str, str]]) -> None:
        habits = texts()["address"]
        self._habits: Mapping[str, Any] = habits
        self._places = places
        self._names = names
        self._style = Choice(habits["styles"])
        self._form = Choice(habits["municipality_forms"])

    def type(self, rng: np.random.Generator, place: Place) -> Typed:
        """What a person living at `place` puts into the form's three fields."""
        habits = self._habits
        municipality = "" if chance(rng, habits["no_municipality"]) else self._area(rng, place)
        if chance(rng, habits["unlocatable"]):
            return Typed(one_of(rng, habits["unlocatable_texts"]), municipality, None)
        street = self._places.street(rng, place, habits["street_in_settlement"])
        if street is None:
            settlement = place.settlement or self._names[place.area_code][0]
            return Typed(self._styled(rng, settlement), municipality, None)
        text = self._styled(rng, self._street_text(rng, street))
        hidden = chance(rng, habits["no_postcode"])
        if not hidden and chance(rng, habits["postcode_in_text"]):
            return Typed(f"{text}, ΤΚ {street.postcode}", municipality, None)
        return Typed(text, municipality, None if hidden else street.postcode)

    def clean(self, rng: np.random.Generator, place: Place) -> Typed:
        """What an office puts down for a site: street, number and postcode, with accents."""
        street = self._places.street(rng, place, 1.0)
        name = self._names[place.area_code][0]
        if street is None:
            return Typed(place.settlement or name, name, None)
        return Typed(f"{spoken(street.name)} {street.house_number(rng)}", name, street.postcode)

    def _street_text(self, rng: np.random.Generator, street: Street) -> str:
        habits = self._habits
        text = self._shortened(rng, street.name)
        if chance(rng, habits["street_word"]) and not text.startswith(("Πλ", "Λεωφ", "Πάρ")):
            text = f"Οδός {text}"
        if not chance(rng, habits["no_number"]):
            before = one_of(rng, habits["number_before"])
            word = before if chance(rng, habits["number_word"]) else ""
            letter = "Α" if chance(rng, habits["number_letter"]) else ""
            text += f" {word}{street.house_number(rng)}{letter}"
        if chance(rng, habits["floor"]):
            text += f", {one_of(rng, habits['floors'])}"
        return text

    def _shortened(self, rng: np.random.Generator, name: str) -> str:
        """The name as spoken, given names first, shortened or left out, as it comes."""
        words = spoken(name).split()
        given: Mapping[str, str] = self._habits["given_names"]
        if len(words) == 2 and words[1] in given:
            surname, first = words
            forms = (f"{first} {surname}", f"{given[first]} {surname}", surname, name)
            return one_of(rng, forms)
        short = self._habits["abbreviations"].get(words[0])
        if short and len(words) > 1 and chance(rng, 0.4):
            return " ".join([short, *words[1:]])
        return " ".join(words)

    def _styled(self, rng: np.random.Generator, text: str) -> str:
        if chance(rng, self._habits["typo"]):
            text = mistyped(rng, text)
        style = self._style.draw(rng)
        if style == "capitals":
            return without_accents(text).upper()
        if style == "lower":
            return without_accents(text).lower()
        if style == "no_accents":
            return without_accents(text)
        return in_latin(rng, text) if style == "latin" else text

    def _area(self, rng: np.random.Generator, place: Place) -> str:
        greek, english = self._names[place.area_code]
        form = self._form.draw(rng)
        if form == "dimos":
            return f"Δήμος {greek}"
        if form == "capitals":
            return without_accents(greek).upper()
        if form == "latin":
            return english
        settlements = self._places.names(place.area_code)
        return one_of(rng, settlements) if form == "place" and settlements else greek


def texts() -> dict[str, Any]:
    """The words and habits of texts.toml."""
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def spoken(name: str) -> str:
    """A street's name in spoken order: "Βουλιαγμένης Λεωφ." -> "Λεωφ. Βουλιαγμένης"."""
    plain = re.sub(r"\s*\(.*?\)", "", name).strip()
    avenue = re.fullmatch(r"(.+) (Λεωφ\.)", plain)
    return f"{avenue.group(2)} {avenue.group(1)}" if avenue else plain


def without_accents(text: str) -> str:
    """The text without marks over letters, so that capitals stand as people write them."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def in_latin(rng: np.random.Generator, text: str) -> str:
    """The text in Latin letters, as typed without a Greek keyboard; one habit a letter."""
    habit = {
        letter: ways[0] if chance(rng, 0.7) else one_of(rng, ways) for letter, ways in LATIN.items()
    }
    letters = []
    for letter in without_accents(text):
        latin = habit.get(letter.lower(), letter)
        letters.append(latin.capitalize() if letter.isupper() else latin)
    return "".join(letters)


def mistyped(rng: np.random.Generator, text: str) -> str:
    """The text with one slip: a letter lost, doubled, exchanged with the next, or one that sounds
    like it."""
    places = [i for i, c in enumerate(text[:-1]) if c.isalpha() and text[i + 1].isalpha() and i > 0]
    if not places:
        return text
    at = one_of(rng, places)
    letter = text[at]
    slip = int(rng.random() * 4)
    if slip == 0:
        return text[:at] + text[at + 1 :]
    if slip == 1:
        return text[:at] + letter + text[at:]
    if slip == 2:
        return text[:at] + text[at + 1] + letter + text[at + 2 :]
    alike = HOMOPHONES.get(without_accents(letter).lower(), letter)
    return text[:at] + alike + text[at + 1 :]
