"""One import under way: rows checked, put beside the register, and settled in one transaction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection, Engine

from geo.db.caller import Caller
from geo.errors import Busy, InvalidInput
from geo.importing import rejects
from geo.importing.door import Door, Refusal
from geo.importing.looking import Looked
from geo.importing.request import Progress, Request
from geo.imports import loaded_areas, store
from geo.imports.carried import Carrier, Part
from geo.imports.check import Checker, reason
from geo.imports.country import Country
from geo.imports.finding import Finding, Wrong
from geo.imports.places import FIELDS as AREA_FIELDS
from geo.imports.places import Areas
from geo.imports.report import Report
from geo.profiles import profile
from geo.registers.incoming import store as incoming
from geo.registers.incoming.target import GIVEN_PLACE, Column, Target, target
from geo.registers.people.matching import match_parts
from geo.secret import keyed_hash
from geo.settings import Settings

BEAT_SECONDS = 1.0
CANCELLED = "Somebody cancelled this import; nothing was written."


class Cancelled(InvalidInput):
    """Somebody ended the import from elsewhere."""


class Work:
    """One import from its first row to its last; `refused` are row numbers with why."""

    def __init__(
        self, engine: Engine, settings: Settings, request: Request, looked: Looked, caller: Caller
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.request = request
        self.looked = looked
        self.caller = caller
        self.refused: dict[int, str] = {}
        self.rejects: Path | None = None
        self.boundaries: str | None = None
        self._began = self._beaten = time.monotonic()

    def write(self, run_id: UUID, progress: Progress | None) -> Report:
        """Check all rows and put them into the register; set the refused ones aside.

        They stay there only if this is no dry run and, unless good rows may go alone, none was
        refused. Raises InvalidInput, Busy where somebody else works on the same import.
        """
        keep = not self.request.dry_run
        with self.caller.begin(self.engine) as connection:
            if keep and not store.hold(connection, run_id):
                raise Busy("This import is under way already.", hint="See `needsmap imports list`.")
            report = self._all(connection, run_id, progress)
            if keep and self.refused and self.looked.sheet.opened.format != "json":
                self.rejects = rejects.set_aside(
                    self.settings, self.request, self.looked, self.refused
                )
            report.seconds = time.monotonic() - self._began
            if keep and not report.refused:
                counts = report.counts()
                if not store.done(connection, run_id, counts, report.tally.total):
                    raise Cancelled(CANCELLED)
            else:
                connection.rollback()
        return report

    def _all(self, connection: Connection, run_id: UUID, progress: Progress | None) -> Report:
        checker = self._checker(connection)
        carrier = Carrier(self.request.register, checker.given, self._type_names())
        source = incoming.begin(
            connection, self.looked.source, self.request.register, owned=self.caller.owns_sources
        )
        door = Door(connection, source, run_id, erased_known=not self.caller.owns_sources)
        for name, given in carrier.registers().items():
            door.open(target(name, given))
        report = self._report(checker, run_id)
        # The next rows are read and checked while the database takes in the last ones.
        with ThreadPoolExecutor(1) as beside:
            waiting: Future[list[Refusal]] | None = None
            for rows in self.looked.sheet.rows:
                piece = checker.check(rows, self.request.language)
                self.refused |= piece.rejected
                if waiting is not None:
                    self._refuse(checker, waiting.result())
                parts = carrier.parts(piece.accepted)
                in_vain = report.refused and not self.request.dry_run
                waiting = beside.submit(self._put, door, parts, settle=not in_vain)
                self._tell(run_id, checker.tally.total, rows.share, progress)
            if waiting is not None:
                self._refuse(checker, waiting.result())
        report.written = {name: vars(settled) for name, settled in door.settled.items()}
        # What a dry run tells is noted nowhere: not whether somebody is known by name.
        tells = not self.request.dry_run or self.caller.role == "job"
        if "people" in report.written and tells:
            report.duplicates = incoming.flag_doubles(connection, run_id)
        elif not tells:
            report.duplicates = None
        incoming.note(connection, "import", f"{self.request.register} of {source}")
        return report

    def _put(self, door: Door, parts: Sequence[Part], *, settle: bool) -> list[Refusal]:
        refusals: list[Refusal] = []
        for part in parts:
            aim = door.targets[part.register]
            columns = self._columns(aim, part.columns, len(part.numbers))
            refusals += door.put(aim, part.numbers, columns, settle=settle)
        return refusals

    # -- before ----------------------------------------------------------------------------------

    def _checker(self, connection: Connection) -> Checker:
        prepared, sheet = self.looked.prepared, self.looked.sheet
        manner, areas = prepared.manner, self._areas(connection)
        codes = areas.codes("municipality") if areas else []
        if codes and prepared.country is not None:
            length = prepared.country.code_length
            known = {code: code for code in codes}
            known |= {code[:length]: code for code in codes} if length else {}
            manner = replace(manner, area_codes=known, area_key=length)
        return Checker(
            self.looked.register,
            prepared.mapping,
            sheet.layout.names,
            manner,
            prepared.country,
            areas=areas,
            exact_width=sheet.opened.delimiter,
        )

    def _areas(self, connection: Connection) -> Areas | None:
        country = self.looked.prepared.country
        if country is None or not self._names_areas():
            return None
        if self.request.areas is not None:
            return loaded_areas.of_file(self.request.areas, country)
        loaded = loaded_areas.of_rows(incoming.areas(connection, country.code))
        file = self._boundaries(country)
        if loaded is None and file is not None:
            self.boundaries = file.name
            return loaded_areas.of_file(file, country)
        return loaded

    def _boundaries(self, country: Country) -> Path | None:
        """The country's file of boundaries, for as long as none of its areas are loaded."""
        file = self.settings.boundaries / country.boundaries if country.boundaries else None
        return file if file is not None and file.is_file() else None

    def _names_areas(self) -> bool:
        """Whether areas have anything to say about this register's rows."""
        return any(field in self.looked.register.fields for field, _ in AREA_FIELDS)

    def _type_names(self) -> dict[str, str]:
        """What each type of service is called in the country's own language."""
        country = self.looked.prepared.country
        if country is None:
            return {}
        known = profile.load(country.code)
        return {one.code: one.names[known.languages[0]] for one in known.service_types}

    # -- rows ------------------------------------------------------------------------------------

    def _columns(self, aim: Target, given: dict[str, list[Any]], rows: int) -> dict[str, list[Any]]:
        """The values of each of the target's columns."""
        found = {"external_id": given.get("external_id", [])}
        for column in aim.columns:
            values = self._column(column, given, rows)
            if aim.register == "population" and column.default is not None:
                values = [column.default if value is None else value for value in values]
            found[column.name] = values
        return found

    def _column(self, column: Column, given: dict[str, list[Any]], rows: int) -> list[Any]:
        nothing: list[Any] = [None] * rows
        if column.field is not None:
            return given.get(column.field, nothing)
        if column.name == "geom" or column.name in GIVEN_PLACE:
            places = zip(given.get("lat", nothing), given.get("lon", nothing), strict=True)
            said = GIVEN_PLACE.get(column.name)
            return [
                None if lat is None or lon is None else said or (lat, lon) for lat, lon in places
            ]
        if column.name == "match_key":
            return self._match_keys(given["name"], given["birth_date"])
        # A person without a pseudonym gets one that says nothing.
        own = (keyed_hash(self.settings, "pseudonym", one) for one in given["external_id"])
        return [f"P-{digest.hex()[:10]}" for digest in own]

    def _match_keys(
        self, names: Sequence[str | None], dates: Sequence[date | None]
    ) -> list[bytes | None]:
        """What brings records of one person together; neither name nor date is kept."""
        found: list[bytes | None] = []
        for name, born in zip(names, dates, strict=True):
            parts = match_parts(name, born) if name and born else ("", "")
            found.append(keyed_hash(self.settings, "match", *parts) if parts[0] else None)
        return found

    def _tell(self, run_id: UUID, rows: int, share: float, progress: Progress | None) -> None:
        """Say how far the work is; stop where somebody cancelled it."""
        if progress is not None:
            progress(rows, share)
        if self.request.dry_run or time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        total = round(rows / share) if share else None
        with self.caller.begin(self.engine) as connection:
            if not store.beat(connection, run_id, rows, total):
                raise Cancelled(CANCELLED)

    # -- after -----------------------------------------------------------------------------------

    def _refuse(self, checker: Checker, refusals: Sequence[Refusal]) -> None:
        """Count rows as refused that the checks had let through, before references were known."""
        for one in refusals:
            columns = checker.mapping.columns_of(one.field) if one.field else []
            column = " + ".join(columns) or None
            wrong = Wrong(one.code, {"register": one.register, "rule": one.rule})
            finding = Finding(one.row, "rejected", wrong, column, one.field)
            checker.findings.add(finding)
            if one.row in self.refused:
                continue
            checker.tally.accepted -= 1
            checker.tally.rejected += 1
            self.refused[one.row] = reason(finding, self.request.language)

    def _report(self, checker: Checker, run_id: UUID) -> Report:
        prepared, sheet = self.looked.prepared, self.looked.sheet
        return Report(
            register=self.request.register,
            source=self.looked.source,
            file=self.request.path.name,
            opened=sheet.opened,
            layout=sheet.layout,
            mapping=prepared.mapping,
            guesses=prepared.guesses,
            unused=prepared.unused,
            tally=checker.tally,
            findings=checker.findings,
            dry_run=self.request.dry_run,
            partial=self.request.partial,
            not_checked=self._not_checked(checker),
            run_id=None if self.request.dry_run else str(run_id),
        )

    def _not_checked(self, checker: Checker) -> list[Wrong]:
        """What could not be looked at, and what rows are known by."""
        found = []
        country, given = self.looked.prepared.country, checker.mapping.fields()
        if country is None:
            found.append(Wrong("no_country"))
        else:
            levels = checker.areas.levels if checker.areas else frozenset()
            if self.boundaries is not None:
                found.append(Wrong("areas_of_file", {"file": self.boundaries}))
            named = {level for field, level in AREA_FIELDS if field in given}
            if {"lat", "lon"} <= given and named and not named & levels:
                found.append(Wrong("areas_not_loaded", {"country": country.code.upper()}))
            if "area_code" in given and "municipality" not in levels:
                found.append(Wrong("codes_not_checked", {"country": country.code.upper()}))
        if checker.made_identifiers and checker.register.name != "population":
            found.append(Wrong("made_identifiers", {"fields": ", ".join(checker.made_identifiers)}))
        return found
