"""Checks the rows of a file piece by piece: each is accepted, rejected with reasons, or no record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from geo.fields.shape import Field, Register
from geo.files.formulas import SIGN, restored
from geo.files.message import Row, Rows
from geo.imports.country import Country
from geo.imports.finding import Finding, Findings, Level, Wrong
from geo.imports.mapping import ColumnMapping
from geo.imports.places import FIELDS as AREA_FIELDS
from geo.imports.places import Areas
from geo.imports.rules import broken, has_rules
from geo.imports.skipping import no_record
from geo.imports.values import Manner, parse

MEMORY = 20_000
"""Cells of one column whose values are remembered; registers repeat most of theirs."""

REASON = "reason"
"""The column that says why a row came back; it is not read when the file is imported again."""

Column = list[Any]


@dataclass
class Accepted:
    """Rows that may be written: `columns` are their values by field, all of the same length."""

    numbers: list[int]
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass
class Tally:
    """What became of a file's rows so far; total = accepted + rejected + skipped.

    `points` are the rows whose place was held against areas, whatever became of them.
    """

    total: int = 0
    accepted: int = 0
    rejected: int = 0
    skipped: int = 0
    warned: int = 0
    points: int = 0


@dataclass(frozen=True)
class Piece:
    """One piece of a file checked: rows to write, and row number -> why for those to give back."""

    accepted: Accepted
    rejected: dict[int, str] = field(default_factory=dict)


@dataclass
class _Work:
    """A piece of the file while it is checked: records, and what is wrong with each."""

    numbers: list[int]
    rows: list[Row]
    problems: dict[int, list[Finding]] = field(default_factory=dict)

    def add(self, place: int, finding: Finding) -> None:
        self.problems.setdefault(place, []).append(finding)


class Checker:
    """Checks one file's rows; remembers across pieces what was seen and counted."""

    def __init__(
        self,
        register: Register,
        mapping: ColumnMapping,
        names: Sequence[str],
        manner: Manner,
        country: Country | None,
        *,
        areas: Areas | None = None,
        exact_width: str | None = None,
    ) -> None:
        """`exact_width`: the sign between columns, for files in which every row has them all."""
        self.register = register
        self.mapping = mapping
        self.names = list(names)
        self.manner = manner
        self.country = country
        self.areas = areas
        self.exact_width = exact_width
        self.tally = Tally()
        self.findings = Findings()
        self._seen: dict[str, int] = {}
        self._memory: dict[str, dict[str, Any]] = {}
        self._places = {name: place for place, name in enumerate(self.names) if name}
        self._fields = [f for f in register.fields.values() if f.name in mapping.fields()]
        self._identity = self._identity_fields()

    def _identity_fields(self) -> tuple[str, ...]:
        given = self.mapping.fields()
        if "external_id" in given:
            return ("external_id",)
        needed = [self.register.fields[name] for name in self.register.identity]
        if any(about.required and about.name not in given for about in needed):
            return ()
        return tuple(about.name for about in needed if about.name in given)

    @property
    def fills_area_codes(self) -> bool:
        """Whether rows without the code of their municipality get it from their place or name."""
        loaded = self.areas is not None and "municipality" in self.areas.levels
        return loaded and "area_code" in self.register.fields

    @property
    def given(self) -> frozenset[str]:
        """The fields that checked rows have."""
        added = {"area_code"} if self.fills_area_codes else set()
        return self.mapping.fields() | added

    @property
    def made_identifiers(self) -> tuple[str, ...]:
        """The fields that rows are known by where the file has no identifiers."""
        return () if self._identity == ("external_id",) else self._identity

    def check(self, rows: Rows, language: str = "en") -> Piece:
        """Check one piece; what is wrong is told in `language` in the rows that go back."""
        work = self._records(rows)
        columns = {about.name: self._values(work, about) for about in self._fields}
        self._missing(work, columns)
        self._points(work, columns)
        if self.fills_area_codes:
            self._fill_area_codes(work, columns)
        if has_rules(self.register.name):
            self._rules(work, columns)
        identifiers = self._identifiers(work, columns)
        return self._parted(work, columns, identifiers, language)

    # -- records ---------------------------------------------------------------------------------

    def _records(self, rows: Rows) -> _Work:
        work = _Work([], [])
        width = len(self.names)
        for number, row in enumerate(rows.rows, rows.first):
            filled = [cell for cell in row if cell and not cell.isspace()]
            if not filled:
                continue
            self.tally.total += 1
            why = no_record(row, filled, self.names)
            if why is not None:
                self.tally.skipped += 1
                self.findings.add(Finding(number, "skipped", why))
                continue
            if len(row) != width:
                self._note_misfit(work, number, row, width)
            work.numbers.append(number)
            work.rows.append(row if len(row) == width else self._to_width(row, width))
        return work

    def _note_misfit(self, work: _Work, number: int, row: Row, width: int) -> None:
        """Note a row whose cells do not fit the header; sheets leave out empty cells at the end."""
        too_wide = len(row) > width and any(cell.strip() for cell in row[width:])
        if too_wide or (self.exact_width is not None and len(row) < width):
            sign = self.exact_width or ";"
            wrong = Wrong("cells", {"found": len(row), "most": width, "sign": sign})
            work.add(len(work.rows), Finding(number, "rejected", wrong))

    def _to_width(self, row: Row, width: int) -> Row:
        if len(row) <= width:
            return row + [""] * (width - len(row))
        sign = self.exact_width or " "
        rest = list(row[width - 1 :])
        while len(rest) > 1 and not rest[-1].strip():
            rest.pop()
        return [*row[: width - 1], sign.join(rest)] if width else []

    # -- values ----------------------------------------------------------------------------------

    def _values(self, work: _Work, about: Field) -> Column:
        """A field's values, None where the cell is empty or cannot be taken."""
        constant = self.mapping.constants.get(about.name)
        texts = [constant] * len(work.rows) if constant else self._texts(work, about)
        memory = self._memory.setdefault(about.name, {})
        if len(memory) > MEMORY:
            memory.clear()
        translations = self.mapping.values.get(about.name, {})
        for text in set(texts).difference(memory):
            given = translations.get(text.strip(), text) if translations else text
            plain = restored(given) if given.startswith(SIGN) else given
            memory[text] = parse(plain, about, self.manner)
        values = [memory[text] for text in texts]
        for place, value in enumerate(values):
            if type(value) is Wrong:
                self._find(work, place, about.name, value, "rejected", texts[place])
                values[place] = None
        return values

    def _texts(self, work: _Work, about: Field) -> list[str]:
        places = [self._places[name] for name in self.mapping.columns_of(about.name)]
        if len(places) == 1:
            place = places[0]
            return [row[place] for row in work.rows]
        return [" ".join(row[p].strip() for p in places if row[p].strip()) for row in work.rows]

    def _find(
        self, work: _Work, place: int, name: str, wrong: Wrong, level: Level,
        text: str | None = None,
    ) -> None:  # fmt: skip
        columns = self.mapping.columns_of(name)
        column = " + ".join(columns) or None
        if text is None and columns:
            text = self._cell(work, place, name)
        shown = None if text is None else " ".join(text.split())[:200]
        work.add(place, Finding(work.numbers[place], level, wrong, column, name, shown))

    def _cell(self, work: _Work, place: int, name: str) -> str:
        """What stands in a row for a field, as one line."""
        columns = self.mapping.columns_of(name)
        return " ".join(" ".join(work.rows[place][self._places[each]] for each in columns).split())

    def _missing(self, work: _Work, columns: dict[str, Column]) -> None:
        for about in self.register.fields.values():
            if not about.required or about.default is not None:
                continue
            if about.name == "external_id" and self.made_identifiers:
                continue
            values = columns.get(about.name)
            for place in range(len(work.rows)):
                if values is None:
                    wrong = Wrong("missing_field", {"field": about.name})
                    self._find(work, place, about.name, wrong, "rejected")
                elif values[place] is None and not self._has_problem(work, place, about.name):
                    text = self._cell(work, place, about.name)
                    wrong = Wrong("filler", {"text": text}) if text else Wrong("missing")
                    self._find(work, place, about.name, wrong, "rejected")

    def _has_problem(self, work: _Work, place: int, name: str) -> bool:
        return any(found.field == name for found in work.problems.get(place, ()))

    # -- between fields --------------------------------------------------------------------------

    def _points(self, work: _Work, columns: dict[str, Column]) -> None:
        lats, lons = columns.get("lat"), columns.get("lon")
        if lats is None or lons is None:
            return
        there: list[int] = []
        for place, (lat, lon) in enumerate(zip(lats, lons, strict=True)):
            if lat is None and lon is None:
                continue
            if lat is None or lon is None:
                name = "lat" if lat is None else "lon"
                if not (
                    self._has_problem(work, place, "lat") or self._has_problem(work, place, "lon")
                ):
                    self._find(work, place, name, Wrong("half_a_place"), "rejected")
                continue
            there.append(place)
            wrong = self._off(lat, lon)
            if wrong is not None:
                self._find(work, place, "lat", wrong, "rejected")
        if self.areas is not None and there:
            self._named_areas(work, columns, there)

    def _off(self, lat: float, lon: float) -> Wrong | None:
        """What is wrong with a point as such: outside of the country, swapped."""
        if self.country is None or self.country.holds(lat, lon):
            return None
        code = "swapped" if self.country.holds(lon, lat) else "outside_country"
        return Wrong(code, {"lat": f"{lat:g}", "lon": f"{lon:g}"})

    def _named_areas(self, work: _Work, columns: dict[str, Column], there: list[int]) -> None:
        assert self.areas is not None
        self.tally.points += len(there)
        fields = [name for name, _ in AREA_FIELDS if name in columns]
        points = [(columns["lat"][place], columns["lon"][place]) for place in there]
        named = [{name: columns[name][place] or "" for name in fields} for place in there]
        for place, found in zip(there, self.areas.disagreements(points, named), strict=True):
            if found is not None:
                self._find(work, place, found[0], found[1], "warning")

    def _fill_area_codes(self, work: _Work, columns: dict[str, Column]) -> None:
        """Give rows without a code that of the municipality they lie in, or that they name."""
        assert self.areas is not None
        codes = columns.setdefault("area_code", [None] * len(work.rows))
        lats, lons = columns.get("lat"), columns.get("lon")
        empty = [place for place, code in enumerate(codes) if code is None]
        if lats is not None and lons is not None:
            there = [p for p in empty if lats[p] is not None and lons[p] is not None]
            points = [(lats[place], lons[place]) for place in there]
            for place, code in zip(there, self.areas.municipalities_at(points), strict=True):
                codes[place] = code
        for place, name in enumerate(columns.get("municipality", ())):
            if codes[place] is None and name and not self._has_problem(work, place, "area_code"):
                called = self.areas.codes_called("municipality", name)
                if len(called) == 1:
                    codes[place] = called[0]
                else:
                    wrong = Wrong("many_names" if called else "unknown_name")
                    self._find(work, place, "municipality", wrong, "warning")

    def _rules(self, work: _Work, columns: dict[str, Column]) -> None:
        names = list(columns)
        for place, values in enumerate(zip(*columns.values(), strict=True)):
            found = broken(self.register.name, dict(zip(names, values, strict=True)))
            if found is not None and place not in work.problems:
                self._find(work, place, found.field, found.wrong, "rejected")

    def _identifiers(self, work: _Work, columns: dict[str, Column]) -> Column:
        """The external id of each row, made of its identity where the file has none."""
        if not self._identity:
            return [None] * len(work.rows)
        parts = [columns[name] for name in self._identity]
        if self._identity == ("external_id",):
            identifiers = list(parts[0])
        else:
            identifiers = [made_identifier(values) for values in zip(*parts, strict=True)]
        for place, identifier in enumerate(identifiers):
            if identifier is None:
                continue
            number = work.numbers[place]
            filler = self._filler_name(work, columns, place)
            if filler and (identifier in self._seen or not self._says_more(columns, place)):
                self._find(work, place, "name", Wrong("filler", {"text": filler}), "rejected")
                continue
            first = self._seen.setdefault(identifier, number)
            if first != number:
                self._find(
                    work, place, self._identity[0], Wrong("twice", {"row": first}), "rejected"
                )
        return identifiers

    def _filler_name(self, work: _Work, columns: dict[str, Column], place: int) -> str:
        """What stands for the name of a row that is known by it and is none: a sign, a letter."""
        if "name" not in self._identity or not self.mapping.columns_of("name"):
            return ""
        name = columns["name"][place]
        if (name is not None and len(name) > 1) or self._has_problem(work, place, "name"):
            return ""
        return self._cell(work, place, "name")

    def _says_more(self, columns: dict[str, Column], place: int) -> bool:
        """Whether anything but its name, and what all rows have, tells a row from others."""
        own = set(self._identity) - {"name"} - set(self.mapping.constants)
        return any(columns[name][place] is not None for name in own)

    # -- parted ----------------------------------------------------------------------------------

    def _parted(
        self, work: _Work, columns: dict[str, Column], identifiers: Column, language: str
    ) -> Piece:
        refused: dict[int, str] = {}
        for place, found in sorted(work.problems.items()):
            self.findings.extend(found)
            reasons = [reason(one, language) for one in found if one.level == "rejected"]
            if reasons:
                refused[place] = "; ".join(dict.fromkeys(reasons))
            else:
                self.tally.warned += 1
        columns["external_id"] = identifiers
        self.tally.accepted += len(work.rows) - len(refused)
        self.tally.rejected += len(refused)
        if not refused:
            return Piece(Accepted(work.numbers, columns))
        kept = [place for place in range(len(work.rows)) if place not in refused]
        accepted = Accepted(
            [work.numbers[place] for place in kept],
            {name: [values[place] for place in kept] for name, values in columns.items()},
        )
        return Piece(accepted, {work.numbers[place]: why for place, why in refused.items()})


def made_identifier(values: Sequence[Any]) -> str | None:
    """An identifier of a row's own values: the same values, spelt alike, are the same row."""
    texts = ["" if value is None else str(value) for value in values]
    if not any(texts):
        return None
    spelt = "\n".join(" ".join(text.casefold().split()) for text in texts)
    return "made-" + sha256(spelt.encode()).hexdigest()[:24]


def reason(found: Finding, language: str) -> str:
    """Why a row comes back, with the column to look at."""
    told = found.told(language)
    return told.problem if found.column is None else f"{found.column}: {told.problem}"
