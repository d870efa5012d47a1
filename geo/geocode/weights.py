"""The values of weights.toml, where each stands with its reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class WordWeights:
    initial: float
    shortened: float
    shortest: int
    likeness: float
    shortest_typo: int
    short_typo: float


@dataclass(frozen=True)
class NameWeights:
    unsaid: float
    letter: float


@dataclass(frozen=True)
class CostWeights:
    kind_other: float
    kind_unsaid: float
    postcode_other: float
    place_other: float
    number_unknown: float
    split: float


@dataclass(frozen=True)
class KindWeights:
    roads: tuple[str, ...]


@dataclass(frozen=True)
class DecideWeights:
    accept: float
    accept_postcode: float
    accept_anywhere: float
    accept_address: float
    margin: float
    margin_anywhere: float
    place_typo: float
    conflict: float
    alternatives: int


@dataclass(frozen=True)
class HouseWeights:
    radius: float
    twice: float
    near: float
    setback: float
    gap: int


@dataclass(frozen=True)
class Weights:
    """The values of weights.toml, where each stands with its reason."""

    word: WordWeights
    name: NameWeights
    cost: CostWeights
    kinds: KindWeights
    decide: DecideWeights
    house: HouseWeights


@cache
def load_weights() -> Weights:
    """Read weights.toml; a missing or unknown value raises TypeError."""
    with (Path(__file__).parent / "weights.toml").open("rb") as file:
        values = tomllib.load(file)
    return Weights(
        WordWeights(**values["word"]),
        NameWeights(**values["name"]),
        CostWeights(**values["cost"]),
        KindWeights(tuple(values["kinds"]["roads"])),
        DecideWeights(**values["decide"]),
        HouseWeights(**values["house"]),
    )
