"""From an HSDS 3.0 document to frames of agencies, sites, services and programmes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from babel import Locale
from shapely.geometry import MultiPolygon

from geo.hsds.areas import read_extents
from geo.hsds.columns import COLUMNS, DERIVED, EXTERNAL_ID, MADE, STANDING_ALONE, TAKEN
from geo.hsds.rules import read_rules
from geo.hsds.schedule import from_schedule, stored_entry
from geo.hsds.tables import Row, Tables, contents_of, entity_of, flatten, is_tabular
from geo.hsds.terms import is_ours, read_attributes
from geo.hsds.untaken import Ledger, Untaken, Why


@dataclass(frozen=True)
class Reading:
    """Frames by register, what was not taken, and the sources that our own rows name."""

    frames: dict[str, pd.DataFrame]
    untaken: tuple[Untaken, ...]
    sources: frozenset[str]


def looks_like_hsds(document: Any) -> bool:
    """Whether a JSON value is an HSDS document that rows can come from."""
    if is_tabular(document):
        return True
    items = contents_of(document)
    return bool(items) and all(entity_of(item) is not None for item in items[:20])


def frames_of(document: Any) -> dict[str, pd.DataFrame]:
    """The frames of a document, with COLUMNS; see `read` for what was not taken."""
    return read(document).frames


def read(document: Any) -> Reading:
    """Read one object, a list or page of them, or the tabular form.

    Every row has an external id: ours where we wrote the document, else the HSDS id. A service at
    several locations is a row at each of them, since our services stand at one site. `lat` and
    `lon` are degrees (EPSG:4326), `service_area` a MultiPolygon in EPSG:4326. Values that a
    register would refuse are left as they are: its own checks say so row by row. Raises
    InvalidInput where the document is not HSDS.
    """
    ledger = Ledger()
    reader = _Reader(flatten(document, ledger), ledger)
    rows = {
        "agencies": reader.agencies(),
        "programmes": reader.programmes(),
        "sites": reader.sites(),
        "services": reader.services(),
    }
    reader.note_the_rest()
    frames = {
        name: pd.DataFrame(
            [[row.get(column) for column in columns] for row in rows[name]],
            columns=list(columns),
            dtype=object,
        )
        for name, columns in COLUMNS.items()
    }
    return Reading(frames, ledger.listed(), frozenset(reader.sources))


class _Reader:
    def __init__(self, tables: Tables, ledger: Ledger) -> None:
        self.tables = tables
        self.ledger = ledger
        self.sources: set[str] = set()
        self.external: dict[tuple[str, str], str] = {}
        self.ours: set[tuple[str, str]] = set()
        self.used: set[tuple[str, str]] = set()
        self.attributes: set[str] = set()

    def agencies(self) -> list[Row]:
        """Organizations."""
        out = []
        for key, given in self.tables.of("organization").items():
            found = self._attributes("organization", key)
            found["external_id"] = self._identifier(key)
            self._begin("organization", key, found)
            out.append(
                {
                    "legal_form": given.get("legal_status"),
                    "emergency": False,
                    "synthetic": False,
                    **found,
                    **{name: given.get(name) for name in ("name", "email", "website")},
                    "external_id": self.external["organization", key],
                }
            )
        return out

    def programmes(self) -> list[Row]:
        """Programs."""
        out = []
        for key, given in self.tables.of("program").items():
            found = self._attributes("program", key)
            self._begin("program", key, found)
            external = self.external["program", key]
            row = {"synthetic": False, "code": external, **found, "name": given.get("name")}
            out.append({**row, "objective": given.get("description"), "external_id": external})
        return out

    def sites(self) -> list[Row]:
        """Locations."""
        offered_by = self._agencies_at_locations()
        out = []
        for key, given in self.tables.of("location").items():
            found = self._attributes("location", key)
            self._begin("location", key, found)
            if found.pop("location_class", None) is not None:
                self.ledger.note("location", "attributes", "derived")
            agency = given.get("organization_id") or offered_by.get(key)
            if given.get("location_type") in ("virtual", "postal"):
                self.ledger.note("location", "location_type", "no_place")
            out.append(
                {
                    "sensitive": False,
                    "premises": {},
                    "synthetic": False,
                    **found,
                    **self._address(key),
                    **self._point(given),
                    "name": given.get("name"),
                    "external_id": self.external["location", key],
                    "agency_external_id": self._external("organization", agency),
                }
            )
        return out

    def services(self) -> list[Row]:
        """Services, a row at each location."""
        places: dict[str, list[Row]] = {}
        for key, given in self.tables.of("service_at_location").items():
            if given.get("service_id") in self.tables.of("service"):
                self.used.add(("service_at_location", key))
                places.setdefault(given["service_id"], []).append(given)
        out = []
        for key, given in self.tables.of("service").items():
            found = self._attributes("service", key)
            self._begin("service", key, found)
            row = self._service(key, given, found)
            at = places.get(key, [{}])
            for place in at:
                one = {**row, "opening": self._opening(key, place)}
                location = place.get("location_id")
                one["site_external_id"] = self._external("location", location)
                if len(at) > 1 or (location and not is_ours(found)):
                    # Ever the same id for the same place, however many places join it later.
                    one["external_id"] = f"{row['external_id']}@{location or place['id']}"
                out.append(one)
        return out

    def note_the_rest(self) -> None:
        """Note every value that was not read."""
        parents = self.tables.parents()
        said = self._terms_in_use()
        for entity, rows in self.tables.rows.items():
            for key, row in rows.items():
                if (entity, key) in said:
                    continue
                if (entity, key) in self.used:
                    self._note_fields(entity, key, row)
                else:
                    self.ledger.note(entity, "*", self._why_unused(entity, parents[entity, key]))

    # -- parts of a row ------------------------------------------------------------------------

    def _begin(self, entity: str, key: str, found: Row) -> None:
        self.used.add((entity, key))
        if is_ours(found):
            self.ours.add((entity, key))
        source = found.pop("source_id", None)
        if source is not None:
            self.sources.add(source)
        self.external[entity, key] = found.get("external_id") or key

    def _attributes(self, entity: str, key: str) -> Row:
        """What its attributes say of a row; those of others' taxonomies are noted with it."""
        self.attributes |= {row["id"] for row in self.tables.children(entity, key, "attribute")}
        return read_attributes(self.tables, entity, key, self.ledger)

    def _external(self, entity: str, key: str | None) -> str | None:
        """The external id of another row; a row that the document lacks keeps its HSDS id."""
        return None if key is None else self.external.get((entity, key), key)

    def _identifier(self, key: str) -> str | None:
        for row in self.tables.children("organization", key, "organization_identifier"):
            if row.get("identifier_type") == EXTERNAL_ID:
                self.used.add(("organization_identifier", row["id"]))
                external: str | None = row.get("identifier")
                return external
        return None

    def _agencies_at_locations(self) -> dict[str, str]:
        """Location -> organization, from the services that are given there."""
        services = self.tables.of("service")
        found: dict[str, str] = {}
        for row in self.tables.of("service_at_location").values():
            agency = services.get(row.get("service_id", ""), {}).get("organization_id")
            if agency and row.get("location_id"):
                found.setdefault(row["location_id"], agency)
        return found

    def _address(self, key: str) -> Row:
        rows = list(self.tables.children("location", key, "address"))
        rows.sort(key=lambda row: row.get("address_type") != "physical")
        if not rows:
            return {}
        first = rows[0]
        self.used.add(("address", first["id"]))
        if ("location", key) in self.ours:
            self.ours.add(("address", first["id"]))
        lines = [first[name] for name in ("address_1", "address_2") if name in first]
        return {
            "address": ", ".join(lines) or None,
            "postcode": first.get("postal_code"),
            "municipality": first.get("city"),
            "region": first.get("state_province"),
        }

    def _point(self, given: Row) -> Row:
        ends = {"latitude": 90, "longitude": 180}
        there = {name: given[name] for name in ends if name in given}
        outside = {name for name, value in there.items() if abs(value) > ends[name]}
        if len(there) == len(ends) and not outside:
            return {"lat": float(given["latitude"]), "lon": float(given["longitude"])}
        for name in there:
            self.ledger.note("location", name, "out_of_range" if name in outside else "half")
        return {}

    def _service(self, key: str, given: Row, found: Row) -> Row:
        if given.get("status") in ("defunct", "temporarily closed"):
            self.ledger.note("service", "status", "coarser")
        return {
            "synthetic": False,
            **found,
            "external_id": self.external["service", key],
            "agency_external_id": self._external("organization", given.get("organization_id")),
            "name": given.get("name"),
            "fee": given.get("fees_description"),
            "active": given.get("status") == "active",
            "verified_on": self._verified(given.get("assured_date")),
            "languages": self._languages(key),
            "programme_codes": found["programme_codes"] or self._programme(given),
            "eligibility": read_rules(given, found.get("eligibility")),
            "service_area": self._area(key),
        }

    def _verified(self, text: str | None) -> date | None:
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.ledger.note("service", "assured_date", "unreadable")
            return None

    def _programme(self, given: Row) -> list[str]:
        code = self._external("program", given.get("program_id"))
        return [] if code is None else [code]

    def _languages(self, key: str) -> list[str]:
        codes = []
        for row in self.tables.children("service", key, "language"):
            self.used.add(("language", row["id"]))
            named = _LANGUAGES.get(row.get("name", "").casefold())
            code = row.get("code", named)
            if code is None:
                self.ledger.note("language", "name", "unreadable")
                continue
            codes.append(code)
            if "code" in row and "name" in row:
                same = _LANGUAGE_NAMES.get(code, row["name"]) == row["name"]
                self.ledger.note("language", "name", "derived" if same else "no_place")
        return codes

    def _area(self, key: str) -> MultiPolygon | None:
        rows = list(self.tables.children("service", key, "service_area"))
        marks = {("service_area", row["id"]) for row in rows}
        self.used |= marks
        if ("service", key) in self.ours:
            self.ours |= marks
        return read_extents(rows, self.ledger)

    def _opening(self, key: str, place: Row) -> list[dict[str, Any]]:
        """Hours at the location where it states its own, else those of the service."""
        rows: list[Row] = []
        if place:
            rows = list(self.tables.children("service_at_location", place["id"], "schedule"))
        rows = rows or list(self.tables.children("service", key, "schedule"))
        entries = []
        for row in rows:
            self.used.add(("schedule", row["id"]))
            kept = self._attributes("schedule", row["id"])
            if ("service", key) in self.ours:
                self.ours.add(("schedule", row["id"]))
            entry = stored_entry(kept.get("opening"), row) or from_schedule(row, self.ledger)
            if entry is not None:
                entries.append(entry)
        return entries

    def _terms_in_use(self) -> set[tuple[str, str]]:
        """Attributes that were read or noted, with their terms and taxonomies."""
        used = {("attribute", key) for key in self.attributes}
        for key in self.attributes:
            term = self.tables.of("attribute")[key].get("taxonomy_term_id", "")
            taxonomy = self.tables.of("taxonomy_term").get(term, {}).get("taxonomy_id", "")
            used |= {("taxonomy_term", term), ("taxonomy", taxonomy)}
        return used

    def _note_fields(self, entity: str, key: str, row: Row) -> None:
        ours = (entity, key) in self.ours
        for name in row.keys() - TAKEN[entity]:
            derived = ours and name in DERIVED.get(entity, frozenset())
            self.ledger.note(entity, name, "derived" if derived else "no_place")

    def _why_unused(self, entity: str, parents: list[tuple[str, str]]) -> Why:
        if entity == "contact":
            return "person"
        if entity in MADE and any(parent in self.ours for parent in parents):
            return "derived"
        if entity in STANDING_ALONE or any(parent in self.used for parent in parents):
            return "no_place"
        return "linked_to_nothing"


_LANGUAGE_NAMES = Locale("en").languages
_LANGUAGES = {name.casefold(): code for code, name in _LANGUAGE_NAMES.items()}
