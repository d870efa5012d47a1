"""The real ground the invented registers stand on, and the assumptions they are made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.sources.gr_attica_synthetic.addresses import Typist
from geo.sources.gr_attica_synthetic.places import Places


@dataclass(frozen=True)
class World:
    """Residents and names (Greek, English) by area code; `settings` are source.toml's parameters,
    `texts` the words of texts.toml, `as_of` the day the registers are of."""

    residents: Mapping[str, int]
    names: Mapping[str, tuple[str, str]]
    places: Places
    typist: Typist
    settings: Mapping[str, Any]
    texts: Mapping[str, Any]
    as_of: date
