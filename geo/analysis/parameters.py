"""The numbers an analysis chooses, read from parameters.toml with their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from geo.analysis.catchment import Decay, Method
from geo.analysis.figures.wording import LANGUAGES
from geo.analysis.permutation import permutations_for
from geo.errors import NeedsmapError
from geo.profiles.strict import Names, Table, read

T = TypeVar("T", float, int, str)


@dataclass(frozen=True)
class Note:
    """A parameter as people read it: its value, its name and who chose it."""

    value: float | int | str
    names: Names
    source: Names
    own_choice: bool


@dataclass(frozen=True)
class Parameters:
    """Minutes, km/h, metres and shares as the sums take them; `notes` holds their sources."""

    mode: str
    speed_kmh: float
    detour_factor: float
    threshold_minutes: float
    shorter_minutes: float
    longer_minutes: float
    decay: Decay
    method: Method
    fdr_level: float
    neighbour_tolerance_m: float
    minimum_population: int
    fewest_areas: int
    seed: int
    notes: Mapping[str, Note]

    def permutations(self, units: int) -> int:
        """How many permutations a test of so many units needs at the accepted level."""
        return permutations_for(units, self.fdr_level)

    def values(self) -> dict[str, Any]:
        """Every parameter by name, for a manifest."""
        return {code: note.value for code, note in self.notes.items()}


@cache
def load() -> Parameters:
    """The parameters of this version. Raises NeedsmapError naming file and key."""
    return read_parameters(Path(__file__).with_name("parameters.toml"))


def read_parameters(path: Path) -> Parameters:
    """Raises NeedsmapError naming file and key where a parameter is missing, unknown or wrong."""
    top = read(path)
    notes: dict[str, Note] = {}

    def positive(code: str) -> float:
        value = _noted(top, code, notes, Table.number)
        if not value > 0:
            raise top.fail(code, f"must be positive, not {value}")
        return value

    mode = _one_of(top, "mode", notes, ("driving", "walking"))
    speeds = {"driving": positive("driving_kmh"), "walking": positive("walking_kmh")}
    parameters = Parameters(
        mode=mode,
        speed_kmh=speeds[mode],
        detour_factor=positive("detour_factor"),
        threshold_minutes=positive("threshold_minutes"),
        shorter_minutes=positive("shorter_minutes"),
        longer_minutes=positive("longer_minutes"),
        decay=_one_of(top, "decay", notes, get_args(Decay)),
        method=_one_of(top, "method", notes, get_args(Method)),
        fdr_level=positive("fdr_level"),
        neighbour_tolerance_m=positive("neighbour_tolerance_m"),
        minimum_population=_noted(top, "minimum_population", notes, Table.whole),
        fewest_areas=_noted(top, "fewest_areas", notes, Table.whole),
        seed=_noted(top, "seed", notes, Table.whole),
        notes=notes,
    )
    top.finish()
    if parameters.detour_factor < 1 or parameters.fdr_level >= 1:
        raise NeedsmapError(f"{path.name}: detour_factor must be 1 or more, fdr_level below 1")
    if not parameters.shorter_minutes < parameters.threshold_minutes < parameters.longer_minutes:
        raise NeedsmapError(
            f"{path.name}: threshold_minutes must lie between shorter_minutes and longer_minutes"
        )
    return parameters


def _noted(top: Table, code: str, notes: dict[str, Note], taken: Callable[[Table, str], T]) -> T:
    """The value of a parameter; its name and source go into `notes`."""
    table = top.table(code)
    value = taken(table, "value")
    notes[code] = Note(
        value=value,
        names=table.names("names", LANGUAGES),
        source=table.names("source", LANGUAGES),
        own_choice=table.truth("own_choice"),
    )
    table.finish()
    return value


def _one_of(top: Table, code: str, notes: dict[str, Note], allowed: tuple[Any, ...]) -> Any:
    """A word out of a Literal's; the check stands in for the type the file cannot have."""
    return _noted(top, code, notes, lambda table, key: table.one_of(key, allowed))
