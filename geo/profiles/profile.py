"""A country's profile by its code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from geo.errors import NotFound
from geo.profiles.reading import read_profile
from geo.profiles.shape import Profile

__all__ = ["Profile", "load"]


@cache
def load(country: str) -> Profile:
    """The profile of a country by its two-letter code.

    Raises NotFound for a country without a profile, NeedsmapError naming file and key for a
    profile that cannot be used.
    """
    folder = Path(__file__).parent
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if country not in known:
        raise NotFound(
            f"No profile for country '{country}'",
            hint=f"There are profiles for {', '.join(known)}.",
        )
    return read_profile(folder / f"{country}.toml")
