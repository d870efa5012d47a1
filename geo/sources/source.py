"""What a source is and must contain: one folder each, its facts in source.toml, its mends in fixes.toml."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import InvalidInput, NotFound, Problem, SettingsError, SourceRejected

FOLDER = Path(__file__).resolve().parent
CHUNK_BYTES = 1 << 20
ANY_COUNTRY = "any"
"""What source.toml says as country where each load names its own."""


@dataclass(frozen=True)
class Bounds:
    """The box, in degrees, outside of which a point of this country must be wrong."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """True where the point is finite and inside the box, its edge included."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def __str__(self) -> str:
        return (
            f"longitude {self.west:g} to {self.east:g}, latitude {self.south:g} to {self.north:g}"
        )


@dataclass(frozen=True)
class Expectation:
    """How many of a thing the source holds: `minimum` and `exact` fail, `maximum` is noted."""

    name: str
    exact: int | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Fix:
    """One reviewed correction: the rows that match all of `match` get the values of `set`."""

    match: Mapping[str, str]
    set: Mapping[str, str]
    reason: str

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.match.items())
        what = ", ".join(f"{name} = {value}" for name, value in self.set.items())
        return f"{where}: {what} ({self.reason})"


@dataclass(frozen=True)
class Source:
    """The facts of one source; `fixes` are those that will be applied, none if not asked for."""

    id: str
    title: str
    publisher: str
    licence: str
    attribution: str
    language: str
    cadence: str
    reference_date: date | None
    country: str
    official: bool
    derived: bool
    synthetic: bool
    formats: tuple[str, ...]
    folder: Path
    titles: Mapping[str, str]
    notices: Mapping[str, str]
    columns: Mapping[str, str]
    ignored_columns: frozenset[str]
    expected: tuple[Expectation, ...]
    parameters: Mapping[str, Any]
    bounds: Bounds | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    code_pattern: str | None = None
    crs: str | None = None
    repair: bool = False
    package: str | None = None
    file: str | None = None
    fixes: tuple[Fix, ...] = ()
    known_codes: frozenset[str] | None = field(default=None, repr=False)

    def knowing(self, codes: frozenset[str]) -> Source:
        """The same source, told which area codes exist: any other code is a problem."""
        return replace(self, known_codes=codes)

    @property
    def facts_file(self) -> str:
        """The file whose lines say how the source is read: its source.toml, or a mapping."""
        mapping = self.parameters.get("mapping")
        return mapping.name if mapping else f"{self.id}/source.toml"

    def of_country(self, country: str) -> Source:
        """The same source for one country of many, as a source of its own: `osm_extract_li`.

        Raises InvalidInput where `country` is not two small letters, or the source is of one
        country only.
        """
        if not re.fullmatch("[a-z]{2}", country, re.ASCII):
            raise InvalidInput(
                f"{country!r} is not a country's code.", hint="Two small letters: gr, pl, ro, bg."
            )
        if self.country != ANY_COUNTRY:
            if country == self.country:
                return self
            raise InvalidInput(
                f"{self.id} is of the country {self.country}.", hint="Leave --country out."
            )
        return replace(self, id=f"{self.id}_{country}", country=country)

    def path(self, name: str) -> Path:
        """A file that stands in this source's own folder."""
        return self.folder / name

    def package_file(self, packages_dir: Path) -> Path:
        """Where the installed registry package keeps the data (`packages_dir` is node_modules)."""
        if self.package is None or self.file is None:
            raise SettingsError(f"{self.id} comes in no package.", hint="Give it a file instead.")
        found = packages_dir / self.package / self.file
        if not found.is_file():
            raise NotFound(
                f"{self.id}: the package {self.package} is not installed ({found} is missing).",
                hint="Run `make demo` or the set-up once; it installs the pinned packages.",
            )
        return found


def all_sources() -> list[str]:
    """The identifiers of all sources, in alphabetical order."""
    return sorted(entry.parent.name for entry in FOLDER.glob("*/source.toml"))


def load(source_id: str, *, fixes: bool | None = None) -> Source:
    """The facts of a source; `fixes` True or False applies its fixes.toml or does not.

    Left out, source.toml decides: a pinned package, reviewed together with its fixes, says
    `apply_fixes = true`; a file somebody hands in must be asked for, so that its publisher's
    mistakes are seen once before they are mended.
    """
    folder = FOLDER / source_id
    if source_id not in all_sources():
        raise NotFound(
            f"There is no source {source_id!r}.", hint=f"Known: {', '.join(all_sources())}."
        )
    return load_folder(folder, fixes=fixes)


def load_folder(folder: Path, *, fixes: bool | None = None) -> Source:
    """The source described by the source.toml in `folder`; raises SettingsError if incomplete."""
    facts = _toml(folder / "source.toml")
    asked = bool(facts.pop("apply_fixes", False)) if fixes is None else fixes
    facts.pop("apply_fixes", None)
    expected = tuple(
        Expectation(name, **bounds) for name, bounds in facts.pop("expected", {}).items()
    )
    box = facts.pop("bounds", None)
    titles = facts.pop("titles")
    values: dict[str, Any] = {
        "id": folder.name,
        "folder": folder,
        "title": titles["en"],
        "titles": MappingProxyType(titles),
        "notices": MappingProxyType(facts.pop("notices", {})),
        "columns": MappingProxyType(facts.pop("columns", {})),
        "parameters": MappingProxyType(facts.pop("parameters", {})),
        "ignored_columns": frozenset(facts.pop("ignored_columns", [])),
        "formats": tuple(facts.pop("formats")),
        "reference_date": facts.pop("reference_date", None),
        "expected": expected,
        "bounds": Bounds(**box) if box else None,
        "fixes": read_fixes(folder) if asked else (),
    }
    try:
        return Source(**values, **facts)
    except TypeError as error:
        raise SettingsError(
            f"{folder.name}/source.toml: {error}.", hint="See geo/sources/source.py, class Source."
        ) from None


def read_fixes(folder: Path) -> tuple[Fix, ...]:
    """The reviewed corrections of a source; each must match on something, set something, say why."""
    path = folder / "fixes.toml"
    if not path.exists():
        return ()
    rows: Sequence[Mapping[str, Any]] = _toml(path).get("fix", [])
    for number, row in enumerate(rows, 1):
        if not (row.get("match") and row.get("set") and row.get("reason")):
            raise SettingsError(
                f"{folder.name}/fixes.toml: fix {number} needs match, set and reason.",
                hint="A correction without a reason cannot be reviewed.",
            )
    return tuple(Fix(dict(row["match"]), dict(row["set"]), row["reason"]) for row in rows)


def check_counts(source: Source, counts: Mapping[str, int], *, partial: bool = False) -> list[str]:
    """Compare what was read with what the source must hold; returns notes, raises SourceRejected.

    A minimum is fatal always; an exact count is fatal unless rows were knowingly left out
    (`partial`), when it is noted; above a maximum is noted.
    """
    problems: list[Problem] = []
    notes: list[str] = []
    for expectation in source.expected:
        found = counts.get(expectation.name)
        if found is None:
            raise SettingsError(
                f"{source.id}: nothing counts {expectation.name!r}.",
                hint=f"read.py counts {', '.join(sorted(counts)) or 'nothing'}.",
            )
        wrong = _unmet(expectation, found)
        if wrong is None:
            continue
        fatal = wrong.startswith("at least") or (wrong.startswith("exactly") and not partial)
        if fatal:
            problems.append(_count_problem(source, expectation.name, found, wrong))
        else:
            notes.append(f"{expectation.name}: expected {wrong}, found {found:,}")
    if problems:
        raise SourceRejected(source.id, problems)
    return notes


def _unmet(expectation: Expectation, found: int) -> str | None:
    if expectation.minimum is not None and found < expectation.minimum:
        return f"at least {expectation.minimum:,}"
    if expectation.exact is not None and found != expectation.exact:
        return f"exactly {expectation.exact:,}"
    if expectation.maximum is not None and found > expectation.maximum:
        return f"at most {expectation.maximum:,}"
    return None


def _count_problem(source: Source, name: str, found: int, wrong: str) -> Problem:
    return Problem(
        file=source.id,
        problem=f"expected {wrong} {name.replace('_', ' ')}, found {found:,}",
        value=str(found),
        remedy="Check that the file is whole and is the edition this source describes; for a "
        f"new edition change [expected] in {source.id}/source.toml after reviewing it.",
    )


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.parent.name}/{path.name}: {error}.") from None
