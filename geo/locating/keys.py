"""What equal addresses have in common, as a key that tells nobody the address."""

from __future__ import annotations

from collections.abc import Iterable

from geo.geocode.words.equal import address_key
from geo.geocode.words.habits import Habits
from geo.secret import keyed_hash
from geo.settings import Settings

DIGITS = 32
"""Hexadecimal digits of a key: 128 bits."""

Typed = tuple[str, str, str]
"""An address as it was typed: text, municipality, postcode; empty where nothing was."""


def key_of(settings: Settings, typed: Typed, habits: Habits) -> str:
    """The key of an address under the installation's secret; equal addresses have the same.

    It is what records, aliases and decisions are held together by, and what goes out over HTTP:
    without the secret nobody can tell by it which address is meant.
    """
    text, municipality, postcode = typed
    plain = address_key(text, municipality or None, postcode or None, habits)
    return keyed_hash(settings, "address", plain).hex()[:DIGITS]


def keys_of(settings: Settings, typed: Iterable[Typed], habits: Habits) -> dict[Typed, str]:
    """The keys of many addresses, each reckoned once."""
    return {one: key_of(settings, one, habits) for one in dict.fromkeys(typed)}
