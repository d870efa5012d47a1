"""Our codes and what HSDS has no field for, as attributes under taxonomies of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from geo.hsds.tables import Row, Tables, made_id
from geo.hsds.untaken import Ledger

Kind = Literal["text", "whole", "flag", "day", "json"]
Labels = Mapping[str, Mapping[str, str]]
"""Taxonomy -> code -> name for people; a code without one is written out."""

URN = "urn:needsmap:"
FIELDS: Mapping[str, Mapping[str, Kind]] = {
    "organization": {
        "source_id": "text",
        "area_code": "text",
        "parent_area_code": "text",
        "accreditation": "text",
        "accredited_until": "day",
        "emergency": "flag",
        "synthetic": "flag",
    },
    "location": {
        "external_id": "text",
        "source_id": "text",
        "area_code": "text",
        "sensitive": "flag",
        "synthetic": "flag",
        "location_class": "text",
    },
    "service": {
        "external_id": "text",
        "source_id": "text",
        "capacity": "whole",
        "capacity_funded": "whole",
        "capacity_accessible": "whole",
        "capacity_waiting": "whole",
        "capacity_period": "text",
        "eligibility": "json",
        "synthetic": "flag",
    },
    "program": {
        "external_id": "text",
        "source_id": "text",
        "code": "text",
        "fund": "text",
        "valid_from": "day",
        "valid_to": "day",
        "synthetic": "flag",
    },
    "schedule": {"opening": "json"},
}
"""Columns of ours that become a value under the taxonomy `field`, by object of HSDS."""

TERMS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "organization": {"legal_form": ("legal_form", False)},
    "service": {
        "service_type": ("service_type", False),
        "offers": ("offer", True),
        "target_groups": ("target_group", True),
        "programme_codes": ("programme", True),
        "sector": ("sector", False),
    },
    "program": {"target_groups": ("target_group", True), "sector": ("sector", False)},
}
"""Columns of codes: the taxonomy of their terms, and whether the column is a list."""

PREMISES = "premises"
TAXONOMIES: Mapping[str, str] = {
    "field": "Fields of the registers that HSDS 3.0 has no place for; the value is the attribute's.",
    "legal_form": "Legal forms of agencies.",
    "service_type": "Types of social services.",
    "offer": "What a service offers, by the checklist of its type.",
    "target_group": "Groups of people that a service or programme is for.",
    "programme": "Codes of funding programmes.",
    "sector": "Sectors of social services.",
    PREMISES: "What premises have (true) or lack (false); what is not said was not looked at.",
}


def write_attributes(tables: Tables, entity: str, row: Row, given: Row, labels: Labels) -> None:
    """Attach to a row all that our register says of it and HSDS has no field for."""
    key = row["id"]
    for name, kind in FIELDS[entity].items():
        value = given.get(name)
        if value is not None and value is not False and value != {}:
            _attach(tables, entity, key, ("field", name), labels, _text(kind, value))
    for name, (taxonomy, many) in TERMS.get(entity, {}).items():
        value = given.get(name)
        for code in value or () if many else [value]:
            if code is not None:
                _attach(tables, entity, key, (taxonomy, code), labels)
    for item, there in (given.get(PREMISES) or {}).items():
        _attach(tables, entity, key, (PREMISES, item), labels, _text("flag", there))


def attach_field(tables: Tables, entity: str, key: str, name: str, value: Any) -> None:
    """Attach one value of ours that HSDS has no field for."""
    _attach(tables, entity, key, ("field", name), {}, _text(FIELDS[entity][name], value))


def read_attributes(tables: Tables, entity: str, key: str, ledger: Ledger) -> Row:
    """What the attributes of a row say in our columns; others' terms are noted by the ledger."""
    found: Row = {name: [] for name, (_, many) in TERMS.get(entity, {}).items() if many}
    for attribute in tables.children(entity, key, "attribute"):
        term = tables.of("taxonomy_term").get(attribute.get("taxonomy_term_id", ""), {})
        taxonomy, code = _taxonomy_of(tables, term), term.get("code")
        if taxonomy is None or code is None:
            ledger.note(entity, "attributes", "elsewhere")
        elif not _take(found, entity, taxonomy, code, attribute.get("value")):
            ledger.note(entity, "attributes", "unreadable")
    return found


def is_ours(found: Row) -> bool:
    """Whether a row with these attributes was written by us."""
    return found.get("external_id") is not None


def _take(found: Row, entity: str, taxonomy: str, code: str, value: str | None) -> bool:
    """Put what one attribute says into our columns; False where it cannot be read."""
    if taxonomy == "field":
        kind = FIELDS.get(entity, {}).get(code)
        read = None if kind is None or value is None else _value(kind, value)
        if read is not None:
            found[code] = read
        return read is not None
    if taxonomy == PREMISES:
        there = None if value is None else _value("flag", value)
        if there is not None:
            found.setdefault(PREMISES, {})[code] = there
        return there is not None
    for name, (known, many) in TERMS.get(entity, {}).items():
        if known == taxonomy:
            if many:
                found[name].append(code)
            else:
                found[name] = code
            return True
    return False


def _attach(
    tables: Tables,
    entity: str,
    key: str,
    term: tuple[str, str],
    labels: Labels,
    value: str | None = None,
) -> None:
    taxonomy, code = term
    taxonomy_id = made_id("taxonomy", taxonomy)
    term_id = made_id("taxonomy_term", taxonomy, code)
    description = TAXONOMIES[taxonomy]
    tables.of("taxonomy").setdefault(
        taxonomy_id,
        {
            "id": taxonomy_id,
            "name": f"needsmap: {taxonomy.replace('_', ' ')}",
            "description": description,
            "uri": URN + taxonomy,
        },
    )
    tables.of("taxonomy_term").setdefault(
        term_id,
        {
            "id": term_id,
            "code": code,
            "name": labels.get(taxonomy, {}).get(code) or code.replace("_", " "),
            "description": description,
            "taxonomy": URN + taxonomy,
            "taxonomy_id": taxonomy_id,
        },
    )
    # A code that a list holds twice is two attributes.
    place = len(tables.links.get((entity, "attribute"), {}).get(key, ()))
    attribute: Row = {
        "id": made_id(key, "attribute", str(place), taxonomy, code),
        "taxonomy_term_id": term_id,
        "link_type": taxonomy,
        "link_entity": entity,
        "value": value,
    }
    tables.of("attribute")[attribute["id"]] = {
        name: one for name, one in attribute.items() if one is not None
    }
    tables.link(entity, key, "attribute", attribute["id"])


def _taxonomy_of(tables: Tables, term: Row) -> str | None:
    """Which of our taxonomies a term is from; None for another's."""
    named: Iterable[str] = (
        term.get("taxonomy", ""),
        tables.of("taxonomy").get(term.get("taxonomy_id", ""), {}).get("uri", ""),
    )
    for one in named:
        if one.startswith(URN) and one.removeprefix(URN) in TAXONOMIES:
            return one.removeprefix(URN)
    return None


def _text(kind: Kind, value: Any) -> str:
    if kind == "flag":
        return "true" if value else "false"
    if kind == "day":
        return date.isoformat(value)
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    return str(int(value)) if kind == "whole" else str(value)


def _value(kind: Kind, text: str) -> Any:
    """What a text says, or None where it cannot be read."""
    try:
        if kind == "flag":
            return {"true": True, "false": False}.get(text)
        if kind == "day":
            return date.fromisoformat(text)
        if kind == "json":
            return json.loads(text)
        return int(text) if kind == "whole" else text
    except (ValueError, RecursionError):
        return None
