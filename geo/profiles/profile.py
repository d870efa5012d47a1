"""A country's profile by its code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from geo.errors import NotFound
from geo.profiles.reading import read_profile
from geo.profiles.shape import Profile

__all__ = ["Profile", "countries", "load", "load_from"]

_SHIPPED = Path(__file__).parent


def countries(folder: Path = _SHIPPED) -> tuple[str, ...]:
    """The codes of the countries that have a profile in a folder: one file `<code>.toml` each."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@cache
def load(country: str) -> Profile:
    """The profile of a country by its two-letter code.

    Raises NotFound for a country without a profile, NeedsmapError naming file and key for a
    profile that cannot be used.
    """
    return load_from(_SHIPPED, country)


def load_from(folder: Path, country: str) -> Profile:
    """The profile of a country from a folder of one's own; raises as `load` does."""
    known = countries(folder)
    if country not in known:
        raise NotFound(
            f"No profile for country '{country}': its levels, codes and address habits are unknown.",
            hint=f"Put one into {folder / country}.toml; docs/countries.md tells how, and"
            " tests/bench/geocode/li.toml is an example. There are profiles for"
            f" {', '.join(known) or 'no country'}.",
        )
    return read_profile(folder / f"{country}.toml")
