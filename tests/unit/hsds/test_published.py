"""Against what Open Referral publishes: its schemas accept our documents, its examples import."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hsds_frames import Frames, directories, rows_of, with_ids
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from geo.errors import InvalidInput
from geo.hsds.package import read_package
from geo.hsds.read import looks_like_hsds, read
from geo.hsds.shape import shape
from geo.hsds.tables import tabular
from geo.hsds.write import page, write
from tests.conftest import shared_data

SCHEMAS = ("hsds", "schema")
EXAMPLES = ("hsds", "examples")
WITH_ROWS = ("organization_full", "organization_list", "service_full", "service_list",
             "service_at_location_full", "service_at_location_list", "location", "tabular")  # fmt: skip


def published(*parts: str) -> Any:
    return json.loads(shared_data("hsds", *parts).read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Draft202012Validator:
    """Of a compiled schema, or of a small one with those it refers to."""
    folder = shared_data(*SCHEMAS)
    small = {
        path.name: Resource.from_contents(
            json.loads(path.read_text(encoding="utf-8")), default_specification=DRAFT202012
        )
        for path in folder.glob("*.json")
    }
    schema = json.loads((folder / name).read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resources(small.items())
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def problems(name: str, document: Any) -> list[str]:
    return [f"{one.json_path}: {one.message}" for one in validator(name).iter_errors(document)]


def test_our_shape_is_the_published_one() -> None:
    for name, entity in shape().items():
        schema = published("schema", f"{name}.json")
        expected = {}
        for field, facts in schema["properties"].items():
            if "$ref" in facts:
                expected[field] = ("object", facts["$ref"][:-5], ())
            elif facts["type"] == "array":
                expected[field] = ("list", facts["items"]["$ref"][:-5], ())
            else:
                kind = "number" if facts["type"] == "number" else "text"
                expected[field] = (kind, "", tuple(facts.get("enum", ())))
        found = {
            field: (kind.kind, kind.entity, kind.words)
            for field, kind in entity.fields.items()
            if (name, field)
            not in {("organization", "services"), ("service_at_location", "service")}
        }
        assert found == expected, name
        assert entity.file == schema["path"]
        assert list(entity.required) == schema["required"]
        assert list(entity.linked) == schema.get("tabular_required", [])
    for whole, field in (("organization", "services"), ("service_at_location", "service")):
        assert field in published("schema", "compiled", f"{whole}.json")["properties"]


def test_the_validator_sees_what_is_wrong() -> None:
    wrong = {"id": "no uuid", "name": 3, "status": "open", "schedules": [{"freq": "DAILY"}]}
    found = problems("compiled/service.json", wrong)
    assert len(found) == 5, found  # format, type, two words of lists, a schedule without id
    assert problems("service.json", wrong) == found


@given(directories())
@settings(max_examples=25, deadline=None)
def test_every_document_fits_the_published_schemas(frames: Frames) -> None:
    written = write(with_ids(frames), sensitive=True)
    for entity in ("organization", "service", "service_at_location"):
        documents = written.documents(entity) + written.documents(entity, full=False)
        for document in documents:
            assert problems(f"compiled/{entity}.json", document) == []
            assert problems(f"{entity}.json", document) == []
    document = tabular(written.tables)
    assert problems("compiled/tabular.json", document) == []
    for name, rows in document.items():
        linked = shape()[name].linked
        assert all(row.get(field) for row in rows for field in linked), name


def test_pages_have_the_published_shape() -> None:
    example = published("examples", "service_list.json")
    assert list(page([], 0, 1, 50)) == list(example)
    third = page([{}, {}], total=12, number=3, size=5)
    assert (third["total_pages"], third["size"], third["last_page"]) == (3, 2, True)
    assert page([], 0, 1, 50) == {
        "total_items": 0, "total_pages": 1, "page_number": 1, "size": 0, "first_page": True,
        "last_page": True, "empty": True, "contents": [],
    }  # fmt: skip


@pytest.mark.parametrize("name", [*WITH_ROWS, "csv", "taxonomy", "taxonomy_list", "taxonomy_term"])
def test_the_published_examples_are_read_and_written_back(name: str) -> None:
    if name == "csv":
        document: Any = read_package(shared_data("hsds", "examples", "csv"))
    else:
        document = published("examples", f"{name}.json")
    assert looks_like_hsds(document)
    frames = read(document).frames
    assert any(len(frame) for frame in frames.values()) == ("taxonomy" not in name)
    services, sites = frames["services"], frames["sites"]
    if services["agency_external_id"].isna().any() or services["site_external_id"].isna().any():
        return  # lists name neither locations nor all organizations: a register refuses such rows
    if not set(sites["agency_external_id"]) <= set(frames["agencies"]["external_id"]):
        return  # the tabular examples' ids lead nowhere
    written = write(with_ids(frames))
    again = read(written.documents("organization")).frames
    expected = rows_of(frames)
    if not len(services):
        expected["programmes"] = []  # they hang on services
    assert rows_of(again) == expected


def test_the_full_example_by_hand() -> None:
    reading = read(published("examples", "service_full.json"))
    (service,) = reading.frames["services"].to_dict("records")
    (site,) = reading.frames["sites"].to_dict("records")
    (agency,) = reading.frames["agencies"].to_dict("records")
    (programme,) = reading.frames["programmes"].to_dict("records")
    assert (service["name"], service["active"]) == ("Community Counselling", True)
    assert service["eligibility"]["min_age"] == 12
    assert service["eligibility"]["max_age"] == 100
    assert service["eligibility"]["description"].startswith("This service is intended for all")
    assert service["fee"].startswith("Non-NHS patients")
    assert service["languages"] == ["ur"]
    assert service["verified_on"].isoformat() == "2005-01-01"
    assert service["opening"] == [
        {
            "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH,FR;BYWEEKNO=41,42;WKST=TU;UNTIL=20050101",
            "opens": "10:00",
            "closes": "18:00",
            "valid_from": "2005-01-01",
            "valid_to": "2005-01-01",
            "dtstart": "2005-01-01",
        }
    ]
    assert service["programme_codes"] == [programme["code"]] == [programme["external_id"]]
    assert site["address"] == "1-30 Main Street, MyVillage"
    assert (site["municipality"], site["postcode"]) == ("MyCity", "ABC 1234")
    assert site["region"] == "MyState"
    assert (site["lat"], site["lon"]) == (None, None)
    assert agency["legal_form"] == "Limited Company"
    assert service["agency_external_id"] == site["agency_external_id"] == agency["external_id"]


def test_what_the_full_example_says_beyond_is_listed() -> None:
    listed = {(one.entity, one.field): one for one in read(
        published("examples", "service_full.json")).untaken}  # fmt: skip
    reasons = {key: one.reason for key, one in listed.items()}
    assert reasons["contact", "*"] == "person"
    assert reasons["phone", "*"] == "no_place"
    assert reasons["location", "latitude"] == "out_of_range"  # 100° north
    assert reasons["location", "longitude"] == "half"
    assert reasons["service_area", "extent"] == "unreadable"  # the word "extent"
    assert reasons["service", "attributes"] == "elsewhere"
    assert reasons["schedule", "count"] == "does_not_apply"
    assert reasons["service", "interpretation_services"] == "no_place"
    for name in ("application_process", "alert", "url", "email", "alternate_name", "wait_time"):
        assert reasons["service", name] == "no_place"
    for name in ("cost_option", "required_document", "funding", "metadata", "accessibility"):
        assert reasons[name, "*"] == "no_place", name


@pytest.mark.parametrize("name", [*WITH_ROWS, "csv"])
def test_nothing_of_an_example_is_dropped_in_silence(name: str) -> None:
    """Every field of every object is read into a frame or listed: without it one of them changes."""
    if name == "csv":
        document: Any = read_package(shared_data("hsds", "examples", "csv"))
    else:
        document = published("examples", f"{name}.json")
    before = outcome(document)
    listed_whole = {one.entity for one in before[1] if one.field == "*"}
    checked = 0
    for (entity, _, field), holders in fields_by_object(document).items():
        if entity in listed_whole or entity in ("attribute", "taxonomy_term", "taxonomy"):
            continue
        if field in ("location_type", "extent_type"):
            continue  # "physical" is what every site is; an unreadable extent is of no type
        values = [holder.pop(field) for holder in holders]
        assert outcome(document) != before, (entity, field)
        checked += 1
        for holder, value in zip(holders, values, strict=True):
            holder[field] = value
    assert checked >= 10


PLACES = {
    "organization": ("organization", "organizations.csv"),
    "service": ("service", "services", "services.csv"),
    "location": ("location", "locations", "locations.csv"),
    "service_at_location": ("service_at_locations", "service_at_location.csv"),
    "program": ("program", "programs", "programs.csv"),
    "address": ("addresses", "addresses.csv"),
    "schedule": ("schedules", "schedules.csv"),
    "language": ("languages", "languages.csv"),
    "service_area": ("service_areas", "service_areas.csv"),
    "contact": ("contacts", "contacts.csv"),
    "phone": ("phones", "phones.csv"),
    "attribute": ("attributes", "attributes.csv"),
    "taxonomy_term": ("taxonomy_term", "taxonomy_terms.csv"),
    "taxonomy": ("taxonomy_detail", "taxonomies.csv"),
    "cost_option": ("cost_options", "cost_options.csv"),
    "required_document": ("required_documents", "required_documents.csv"),
    "organization_identifier": ("organization_identifiers", "organization_identifiers.csv"),
    "funding": ("funding.csv",),
    "metadata": ("metadata.csv",),
    "accessibility": ("accessibility.csv",),
    "meta_table_description": ("meta_table_descriptions.csv",),
}
ENTITY_AT = {place: entity for entity, places in PLACES.items() for place in places}


def outcome(document: Any) -> Any:
    try:
        reading = read(document)
    except InvalidInput as error:
        return error.message, ()
    return rows_of(reading.frames), reading.untaken


def fields_by_object(
    value: Any, at: str = "", found: dict[tuple[str, str, str], list[dict[str, Any]]] | None = None
) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """(entity, id, field) -> the objects there, for fields without objects in them; no ids."""
    found = {} if found is None else found
    for item in value if isinstance(value, list) else [value]:
        for field, inner in item.items():
            if isinstance(inner, dict | list):
                fields_by_object(inner, field, found)
            elif "contents" not in item and field != "id" and not field.endswith("_id"):
                entity = ENTITY_AT.get(at, at)
                found.setdefault((entity, item["id"], field), []).append(item)
    return found
