"""One HSDS document as tables by entity with links between rows: nested and tabular alike."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from geo.errors import InvalidInput
from geo.hsds.shape import Entity, shape
from geo.hsds.untaken import Ledger

Row = dict[str, Any]
NAMESPACE = UUID("0b0c2f0e-0d49-4b0f-9d39-5f6f6d0c7a30")
NOTHING: tuple[Any, ...] = (None, "", [], {})
"""What says nothing, in JSON and in CSV."""
PAGE = (
    "total_items",
    "total_pages",
    "page_number",
    "size",
    "first_page",
    "last_page",
    "empty",
    "contents",
)

# Objects that stand on their own; a link to one of them is a field of the row that has it.
OWN_FIELDS: Mapping[tuple[str, str], str] = {
    ("organization", "services"): "organization_id",
    ("organization", "locations"): "organization_id",
    ("service", "service_at_locations"): "service_id",
}
"""Lists whose objects name the one they stand in, and the field in which they do."""
POINTERS: Mapping[tuple[str, str], str] = {
    ("service", "organization"): "organization_id",
    ("service", "program"): "program_id",
    ("service_at_location", "service"): "service_id",
    ("service_at_location", "location"): "location_id",
    ("attribute", "taxonomy_term"): "taxonomy_term_id",
    ("taxonomy_term", "taxonomy_detail"): "taxonomy_id",
}
"""Single objects within others, and the field that names them instead."""
PARENTS = (
    "organization",
    "service",
    "service_at_location",
    "location",
    "program",
    "phone",
    "contact",
)


def made_id(*parts: str) -> str:
    """The id of an object that has none of its own: the same parts, the same id."""
    return str(uuid5(NAMESPACE, "\n".join(parts)))


@dataclass
class Tables:
    """Rows by entity and id, and which rows belong to which (parent entity, child entity)."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    links: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)

    def of(self, entity: str) -> dict[str, Row]:
        """The rows of an entity by id."""
        return self.rows.setdefault(entity, {})

    def link(self, parent: str, parent_id: str, child: str, child_id: str) -> None:
        """Say that a row belongs to another one; twice is once."""
        children = self.links.setdefault((parent, child), {}).setdefault(parent_id, [])
        if child_id not in children:
            children.append(child_id)

    def children(self, parent: str, parent_id: str, child: str) -> Iterator[Row]:
        """Rows of an entity that belong to a row, in the order they came."""
        rows = self.of(child)
        for key in self.links.get((parent, child), {}).get(parent_id, ()):
            if key in rows:
                yield rows[key]

    def parents(self) -> defaultdict[tuple[str, str], list[tuple[str, str]]]:
        """The (entity, id) of the rows that each (entity, id) belongs to."""
        found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for (parent, child), families in self.links.items():
            for parent_id, children in families.items():
                for key in children:
                    found[child, key].append((parent, parent_id))
        return found

    def add(self, entity: str, row: Row, ledger: Ledger | None = None) -> None:
        """Add a row or what it says beyond the one there; a second value is noted, not taken."""
        kept = self.of(entity).setdefault(row["id"], {})
        for name, value in row.items():
            if value in NOTHING:
                continue
            if name in kept and kept[name] != value and ledger is not None:
                ledger.note(entity, name, "two_values")
            kept.setdefault(name, value)


# -- reading -----------------------------------------------------------------------------------


def flatten(document: Any, ledger: Ledger) -> Tables:
    """The tables of a document: one object, a list, a page of a list, or the tabular form.

    Raises InvalidInput where nothing of it is HSDS. Objects that appear more than once are
    merged by id; what cannot be taken goes to the ledger.
    """
    tables = Tables()
    if is_tabular(document):
        _flatten_tabular(document, tables, ledger)
        return tables
    for item in contents_of(document):
        entity = entity_of(item)
        if entity is None:
            raise InvalidInput(
                "The document holds an object that is none of HSDS 3.0.",
                hint="Organizations, services, services at locations, locations and programs are.",
            )
        _Walk(tables, ledger).take(entity, item)
    return tables


def contents_of(document: Any) -> list[Any]:
    """The objects of a document: those of a page or list, or the one it is."""
    if isinstance(document, dict) and isinstance(document.get("contents"), list):
        return list(document["contents"])
    return list(document) if isinstance(document, list) else [document]


def entity_of(item: Any) -> str | None:
    """What an object is: the entity that explains most of its fields, if it has all it must."""
    if not isinstance(item, dict) or item.get("type") == "FeatureCollection":
        return None
    found = None
    best = 0
    for name in ("organization", "service", "service_at_location", "location", "program",
                 "taxonomy_term", "taxonomy"):  # fmt: skip
        entity = shape()[name]
        must = [*entity.required, *(("location",) if name == "service_at_location" else ())]
        if name == "service_at_location" and "location_id" in item:
            must.remove("location")
        if any(item.get(one) is None for one in must):
            continue
        known = sum(field in entity.fields for field in item)
        score = 2 * known - len(item)
        if score > best:
            found, best = name, score
    return found


def is_tabular(document: Any) -> bool:
    """Whether a document is tables by entity or by file name."""
    return (
        isinstance(document, dict)
        and bool(document)
        and all(isinstance(rows, list) for rows in document.values())
        and any(_entity_of_table(name) for name in document)
    )


def _entity_of_table(name: str) -> Entity | None:
    return next((one for one in shape().values() if name in (one.name, one.file)), None)


@dataclass(frozen=True)
class _Walk:
    tables: Tables
    ledger: Ledger

    def take(self, entity: str, item: Any, parent: str = "", parent_id: str = "") -> str | None:
        """Take an object with all it holds; returns its id."""
        if not isinstance(item, dict):
            self.ledger.note(entity, "*", "kind")
            return None
        key = item.get("id")
        if not isinstance(key, str) or not key:
            if entity in PARENTS or not parent:
                self.ledger.note(entity, "*", "no_id")
                return None
            text = json.dumps(item, sort_keys=True, ensure_ascii=False)
            key = made_id(parent_id, entity, text)
        row: Row = {"id": key}
        for name, value in item.items():
            if name != "id" and value not in NOTHING:
                self._field(shape()[entity], row, name, value)
        self.tables.add(entity, row, self.ledger)
        return key

    def _field(self, entity: Entity, row: Row, name: str, value: Any) -> None:
        kind = entity.fields.get(name)
        if kind is None:
            self.ledger.note(entity.name, name, "unknown")
        elif not kind.accepts(value):
            self.ledger.note(entity.name, name, "kind")
        elif kind.kind == "list":
            for child in value:
                self._child(entity.name, row["id"], name, kind.entity, child)
        elif kind.kind == "object":
            child_id = self.take(kind.entity, value, entity.name, row["id"])
            pointer = POINTERS[entity.name, name]
            if child_id is not None and row.setdefault(pointer, child_id) != child_id:
                self.ledger.note(entity.name, pointer, "two_values")
        else:
            row[name] = value

    def _child(self, parent: str, parent_id: str, name: str, entity: str, child: Any) -> None:
        key = self.take(entity, child, parent, parent_id)
        if key is None:
            return
        self.tables.link(parent, parent_id, entity, key)
        if (parent, name) in OWN_FIELDS:
            pointer = {"id": key, OWN_FIELDS[parent, name]: parent_id}
            self.tables.add(entity, pointer, self.ledger)


def _flatten_tabular(document: Mapping[str, Any], tables: Tables, ledger: Ledger) -> None:
    for name, rows in document.items():
        entity = _entity_of_table(name)
        if entity is None:
            ledger.note(name, "*", "unknown", len(rows))
            continue
        for given in rows:
            _table_row(entity, given, tables, ledger)


def _table_row(entity: Entity, given: Any, tables: Tables, ledger: Ledger) -> None:
    if not isinstance(given, dict) or not isinstance(given.get("id"), str) or not given["id"]:
        ledger.note(entity.name, "*", "no_id" if isinstance(given, dict) else "kind")
        return
    row: Row = {}
    for name, value in given.items():
        if value in NOTHING:
            continue
        kind = entity.fields.get(name)
        if kind is None or kind.entity:
            ledger.note(entity.name, name, "unknown" if kind is None else "kind")
        elif not kind.accepts(value):
            ledger.note(entity.name, name, "kind")
        else:
            row[name] = value
    tables.add(entity.name, row, ledger)
    for parent, parent_id in _named_parents(entity.name, row):
        tables.link(parent, parent_id, entity.name, row["id"])


def _named_parents(entity: str, row: Row) -> Iterable[tuple[str, str]]:
    """The rows that a row of the tabular form names as those it belongs to."""
    if entity == "attribute" and row.get("link_id"):
        yield row.get("link_entity", ""), row["link_id"]
    elif entity == "metadata" and row.get("resource_id"):
        yield row.get("resource_type", ""), row["resource_id"]
    else:
        for parent in PARENTS:
            if row.get(f"{parent}_id"):
                yield parent, row[f"{parent}_id"]


# -- writing -----------------------------------------------------------------------------------

Plan = Mapping[str, frozenset[str]]
"""Which objects are written out within which; all others are named by id at most."""


def nested(tables: Tables, entity: str, key: str, plan: Plan) -> Row:
    """One object with those within it that the plan names."""
    return _nest(tables, entity, tables.of(entity)[key], plan, within="")


def _nest(tables: Tables, entity: str, row: Row, plan: Plan, within: str) -> Row:
    written = plan.get(entity, frozenset())
    pointed = {POINTERS[entity, name] for name in written if (entity, name) in POINTERS}
    implied = pointed | ({f"{within}_id"} if within else set())
    out = {name: value for name, value in row.items() if name not in implied}
    for name, kind in shape()[entity].fields.items():
        if name not in written:
            continue
        if kind.kind == "object":
            target = tables.of(kind.entity).get(row.get(POINTERS[entity, name], ""))
            if target is not None:
                out[name] = _nest(tables, kind.entity, target, plan, "")
            continue
        children = [
            _nest(tables, kind.entity, child, plan, entity)
            for child in tables.children(entity, row["id"], kind.entity)
        ]
        if children:
            out[name] = children
    return out


def tabular(tables: Tables) -> dict[str, list[Row]]:
    """The tabular form: rows by entity, each naming the rows it belongs to."""
    out: dict[str, list[Row]] = {
        name: [dict(row) for row in tables.of(name).values()] for name in shape() if tables.of(name)
    }
    by_id = {name: {row["id"]: row for row in rows} for name, rows in out.items()}
    for (parent, child), families in tables.links.items():
        fields = shape()[child].fields
        for parent_id, children in families.items():
            for key in children:
                row = by_id[child][key]
                if child == "attribute":
                    row.setdefault("link_id", parent_id)
                    row.setdefault("link_entity", parent)
                elif child == "metadata":
                    row.setdefault("resource_id", parent_id)
                    row.setdefault("resource_type", parent)
                elif f"{parent}_id" in fields:
                    row.setdefault(f"{parent}_id", parent_id)
    return out
