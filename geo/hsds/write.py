"""From frames of agencies, sites, services and programmes to HSDS 3.0 documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from babel import Locale, UnknownLocaleError

from geo.hsds.areas import write_extent
from geo.hsds.columns import COLUMNS, EXTERNAL_ID
from geo.hsds.rules import write_rules
from geo.hsds.schedule import LOCAL_TIME, from_schedule, to_schedule
from geo.hsds.tables import Plan, Row, Tables, made_id, nested
from geo.hsds.terms import Labels, attach_field, write_attributes
from geo.hsds.untaken import Ledger

EXACT = ("address", "street")
"""Classes of places whose point is the place; of others only the address is written."""
SYNTHETIC = "Synthetic example data: there is no such service."
ACCESSIBLE = ("step_free_entrance", "accessible_toilet", "lift")

_TERM = {"attribute": frozenset({"taxonomy_term"}), "schedule": frozenset({"attributes"})}
_PLACE = frozenset({"addresses", "accessibility", "attributes", "metadata"})
_SERVICE = frozenset(
    {"schedules", "service_areas", "languages", "funding", "attributes", "metadata"}
)
_KNOWN = frozenset({"organization_identifiers", "attributes", "metadata"})
PLANS: Mapping[str, Plan] = {
    "organization": {
        **_TERM,
        "organization": _KNOWN | {"locations", "programs", "services"},
        "location": _PLACE,
        "program": frozenset({"attributes", "metadata"}),
        "service": _SERVICE | {"service_at_locations"},
    },
    "service": {
        **_TERM,
        "service": _SERVICE | {"service_at_locations", "organization", "program"},
        "organization": _KNOWN,
        "program": frozenset({"attributes", "metadata"}),
        "service_at_location": frozenset({"location"}),
        "location": _PLACE,
    },
    "service_at_location": {
        **_TERM,
        "service_at_location": frozenset({"location", "service", "schedules"}),
        "service": (_SERVICE - {"schedules"}) | {"organization", "program"},
        "organization": _KNOWN,
        "program": frozenset({"attributes", "metadata"}),
        "location": _PLACE,
    },
}
"""What a full document of each kind holds within it."""
BASIC: Mapping[str, Plan] = {
    "organization": {},
    "service": {"service": frozenset({"organization", "program"})},
    "service_at_location": {"service_at_location": frozenset({"location", "service"})},
}
"""What an entry of a list holds: what there is one of."""


@dataclass(frozen=True)
class Written:
    """HSDS rows, and how many of ours were left out by reason."""

    tables: Tables
    left_out: Mapping[str, int]

    def documents(self, entity: str, *, full: bool = True) -> list[Row]:
        """All objects of an entity, each with what is within it."""
        plan = (PLANS if full else BASIC)[entity]
        return [nested(self.tables, entity, key, plan) for key in self.tables.of(entity)]


def page(contents: Sequence[Row], total: int, number: int, size: int) -> dict[str, Any]:
    """A page of a list in the published shape; `number` counts from 1, `size` is a full page's."""
    pages = max(-(-total // size), 1)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": list(contents),
    }


def write(
    frames: Mapping[str, pd.DataFrame], *, labels: Labels | None = None, sensitive: bool = False
) -> Written:
    """Write register frames as HSDS.

    Frames have the columns of COLUMNS (a missing one says nothing) and ids: `id`, and `agency_id`
    in sites, `agency_id` and `site_id` in services. They may have `source_id`, `updated_at`,
    `provenance`, and sites `country` (two letters) and `location_class`. `labels` are
    names of codes. Sensitive sites and the services at them are left out unless `sensitive`;
    so are programmes that no service runs under, as HSDS hangs them on an organization.
    """
    writer = _Writer(labels or {})
    rows = {name: _rows(frames.get(name)) for name in COLUMNS}
    hidden = {row["id"] for row in rows["sites"] if row.get("sensitive") and not sensitive}
    for row in rows["agencies"]:
        writer.agency(row)
    for row in rows["sites"]:
        if row["id"] in hidden:
            writer.left_out["sensitive_sites"] += 1
        else:
            writer.site(row)
    programmes = {row["code"]: row for row in reversed(rows["programmes"])}
    for row in rows["services"]:
        if row["site_id"] in hidden:
            writer.left_out["sensitive_services"] += 1
        elif not writer.stands(row):
            writer.left_out["services_without_agency_or_site"] += 1
        else:
            writer.service(row, programmes)
    unused = len(rows["programmes"]) - len(writer.tables.of("program"))
    if unused:
        writer.left_out["programmes_without_service"] += unused
    return Written(writer.tables, dict(writer.left_out))


class _Writer:
    def __init__(self, labels: Labels) -> None:
        self.tables = Tables()
        self.labels = labels
        self.left_out: Counter[str] = Counter()

    def stands(self, service: Row) -> bool:
        """Whether a service's agency and site are in the document."""
        return str(service["agency_id"]) in self.tables.of("organization") and str(
            service["site_id"]
        ) in self.tables.of("location")

    def agency(self, given: Row) -> None:
        """An organization."""
        form = given.get("legal_form")
        what = "Synthetic example agency" if given.get("synthetic") else "Agency"
        row = {
            **_named(given, "name", "email", "website"),
            "id": str(given["id"]),
            "description": f"{what} of social services, registered in area {given['area_code']}.",
            "legal_status": self.labels.get("legal_form", {}).get(form or "", form),
        }
        key = self._add("organization", row, given, "agencies")
        identifier = {"identifier_type": EXTERNAL_ID, "identifier": given["external_id"]}
        self._part("organization", key, "organization_identifier", identifier)

    def site(self, given: Row) -> None:
        """A location."""
        row: Row = {
            "id": str(given["id"]),
            "location_type": "physical",
            "organization_id": str(given["agency_id"]),
            "name": given.get("name"),
        }
        if given.get("location_class") in (None, *EXACT):
            row |= {"latitude": given.get("lat"), "longitude": given.get("lon")}
        key = self._add("location", row, given, "sites")
        self.tables.link("organization", row["organization_id"], "location", key)
        if any(given.get(name) for name in ("address", "postcode", "municipality", "region")):
            address = {
                "address_1": given.get("address") or "",
                "city": given.get("municipality") or "",
                "state_province": given.get("region") or "",
                "postal_code": given.get("postcode") or "",
                "country": given.get("country") or "",
                "address_type": "physical",
            }
            self._part("location", key, "address", address)
        for item in ACCESSIBLE:
            if (given.get("premises") or {}).get(item):
                said = {"description": self.labels.get("premises", {}).get(item, item)}
                self._part("location", key, "accessibility", said, item)

    def service(self, given: Row, programmes: Mapping[str, Row]) -> None:
        """A service with its location, hours, languages and programmes."""
        agency_id = str(given["agency_id"])
        rules, rest = write_rules(given.get("eligibility") or {})
        used = [programmes[code] for code in given["programme_codes"] if code in programmes]
        row = {
            **rules,
            "id": str(given["id"]),
            "organization_id": agency_id,
            "program_id": str(used[0]["id"]) if used else None,
            "name": given["name"],
            "status": "active" if given["active"] else "inactive",
            "fees_description": given.get("fee"),
            "assured_date": _day(given.get("verified_on")),
            "alert": SYNTHETIC if given.get("synthetic") else None,
            "last_modified": _moment(given.get("updated_at")),
        }
        key = self._add("service", row, {**given, "eligibility": rest}, "services")
        self.tables.link("organization", agency_id, "service", key)
        at = {"service_id": key, "location_id": str(given["site_id"])}
        place = self._part("service", key, "service_at_location", at)
        for number, entry in enumerate(given["opening"]):
            self._schedule(key, place, str(number), entry)
        for number, code in enumerate(given["languages"]):
            language = {"code": code, "name": _language(code)}
            self._part("service", key, "language", language, str(number))
        if given.get("service_area") is not None:
            area = {"extent": write_extent(given["service_area"]), "extent_type": "geojson"}
            self._part("service", key, "service_area", area)
        for programme in used:
            self._programme(agency_id, key, programme)

    def _programme(self, agency_id: str, service_id: str, given: Row) -> None:
        key = str(given["id"])
        if key not in self.tables.of("program"):
            row = {
                "id": key,
                "organization_id": agency_id,
                "name": given["name"],
                "description": given.get("objective") or "",
            }
            self._add("program", row, given, "programmes")
        self.tables.link("organization", agency_id, "program", key)
        if given.get("fund"):
            said = {"source": f"{given['fund']}: {given['name']}"}
            self._part("service", service_id, "funding", said, key)

    def _schedule(self, key: str, place: str, number: str, entry: Any) -> None:
        row = {**to_schedule(entry), "notes": LOCAL_TIME}
        schedule = self._part("service", key, "schedule", row, number)
        self.tables.link("service_at_location", place, "schedule", schedule)
        if from_schedule(row, Ledger()) != entry:
            # HSDS cannot say all of the rule: it stands whole beside what HSDS can say.
            attach_field(self.tables, "schedule", schedule, "opening", entry)

    def _add(self, entity: str, row: Row, given: Row, register: str) -> str:
        """Add a main object with its attributes and where its fields come from; its id."""
        self.tables.of(entity)[row["id"]] = _said(row)
        write_attributes(self.tables, entity, row, given, self.labels)
        for name, facts in (given.get("provenance") or {}).items():
            changed = facts.get("date") or _day(given.get("updated_at"))
            if name in COLUMNS[register] and changed and facts.get("source"):
                said = {
                    "last_action_date": str(changed),
                    "last_action_type": "update",
                    "field_name": name,
                    "previous_value": "",
                    "replacement_value": "" if given.get(name) is None else str(given[name]),
                    "updated_by": facts["source"],
                }
                self._part(entity, row["id"], "metadata", said, name)
        return str(row["id"])

    def _part(self, entity: str, key: str, part: str, said: Row, which: str = "") -> str:
        """Add an object within another one; its id follows from what it belongs to."""
        row = {"id": made_id(key, part, which), **_said(said)}
        self.tables.of(part)[row["id"]] = row
        self.tables.link(entity, key, part, row["id"])
        return str(row["id"])


def _rows(frame: pd.DataFrame | None) -> list[Row]:
    """The rows of a frame with plain values, a missing one None."""
    if frame is None:
        return []
    columns = {str(name): [_plain(one) for one in frame[name].astype(object)] for name in frame}
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | dict) or value is None:
        return value
    if pd.api.types.is_scalar(value):
        if pd.isna(value):
            return None
        if isinstance(value, float) and not isinstance(value, bool):
            return float(value)
        return value.item() if hasattr(value, "item") else value
    return value


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _named(given: Row, *names: str) -> Row:
    return {name: given.get(name) for name in names}


def _day(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else None


def _moment(value: Any) -> str | None:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else None


def _language(code: str) -> str | None:
    try:
        return Locale.parse(code).get_language_name("en")
    except (ValueError, UnknownLocaleError):
        return None
