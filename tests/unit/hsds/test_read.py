"""What the reader takes from documents of others, and what it says of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box, mapping

from geo.errors import InvalidInput
from geo.hsds.columns import COLUMNS
from geo.hsds.read import frames_of, looks_like_hsds, read
from geo.hsds.untaken import REASONS

SERVICE: dict[str, Any] = {"id": "s1", "name": "Soup kitchen", "status": "active"}
AGENCY: dict[str, Any] = {"id": "o1", "name": "Δήμος", "description": "A municipality."}
PLACE: dict[str, Any] = {"id": "l1", "location_type": "physical", "name": "Main street"}


def at(*places: str) -> list[dict[str, Any]]:
    return [{"id": f"x{place}", "location": {**PLACE, "id": place}} for place in places]


def only(document: Any, register: str) -> dict[str, Any]:
    (row,) = frames_of(document)[register].to_dict("records")
    return row


def reasons(document: Any) -> dict[str, tuple[str, int]]:
    return {f"{one.entity}.{one.field}": (one.reason, one.count) for one in read(document).untaken}


def test_frames_have_the_columns_of_the_registers_even_when_empty() -> None:
    frames = frames_of(AGENCY)
    assert {name: tuple(frame.columns) for name, frame in frames.items()} == COLUMNS
    assert [len(frame) for frame in frames.values()] == [1, 0, 0, 0]


def test_a_service_at_two_locations_is_two_rows_with_ids_that_stay() -> None:
    one = frames_of({**SERVICE, "service_at_locations": at("l1")})["services"]
    two = frames_of({**SERVICE, "service_at_locations": at("l2", "l1")})["services"]
    assert list(one["external_id"]) == ["s1@l1"]
    assert list(two["external_id"]) == ["s1@l2", "s1@l1"]
    assert list(two["site_external_id"]) == ["l2", "l1"]


def test_hours_of_the_location_go_before_those_of_the_service() -> None:
    def hours(key: str, opens: str) -> list[dict[str, Any]]:
        return [
            {"id": key, "freq": "WEEKLY", "byday": "MO", "opens_at": opens, "closes_at": "20:00"}
        ]

    places = at("l1", "l2")
    places[0]["schedules"] = hours("h1", "10:00")
    document = {**SERVICE, "schedules": hours("h2", "08:00"), "service_at_locations": places}
    services = frames_of(document)["services"]
    assert [row[0]["opens"] for row in services["opening"]] == ["10:00", "08:00"]


def test_the_same_object_twice_is_merged_and_a_second_value_noted() -> None:
    document = [
        {**SERVICE, "organization": AGENCY},
        {**SERVICE, "id": "s2", "organization": {**AGENCY, "name": "Other", "website": "http://a"}},
    ]
    agency = only(document, "agencies")
    assert (agency["name"], agency["website"]) == ("Δήμος", "http://a")
    assert reasons(document)["organization.name"] == ("two_values", 1)


def test_unknown_fields_wrong_kinds_and_missing_ids_are_counted() -> None:
    document = {
        **SERVICE,
        "colour": "red",
        "minimum_age": "twelve",
        "languages": [{"id": "g1", "name": "Klingon speech"}, "el"],
        "phones": [{"number": "1"}],
        "contacts": [{"id": "c1", "name": "Somebody"}, {"id": "c2", "name": "Somebody else"}],
    }
    found = reasons(document)
    assert found["service.colour"] == ("unknown", 1)
    assert found["service.minimum_age"] == ("kind", 1)
    assert found["language.name"] == ("unreadable", 1)
    assert found["language.*"] == ("kind", 1)
    assert found["phone.*"] == ("no_id", 1)
    assert found["contact.*"] == ("person", 2)
    assert "Somebody" not in str(read(document).untaken)


def test_rows_in_tables_that_lead_nowhere_are_counted() -> None:
    document = {
        "services": [SERVICE],
        "service": [],
        "services.csv": [SERVICE],
        "schedules.csv": [{"id": "h", "service_id": "gone", "freq": "WEEKLY"}],
        "attributes.csv": [{"id": "a", "link_id": "gone", "link_entity": "service"}],
        "extras.csv": [{"id": "e"}],
    }
    found = reasons(document)
    assert found["schedule.*"] == ("linked_to_nothing", 1)
    assert found["attribute.*"] == ("linked_to_nothing", 1)
    assert found["extras.csv.*"] == ("unknown", 1)
    assert found["services.*"] == ("unknown", 1)


def test_areas_come_from_geojson_and_nothing_else() -> None:
    square, other = box(23, 37, 24, 38), box(24, 37, 25, 38)

    def area(number: int, extent: str, kind: str = "geojson") -> dict[str, str]:
        return {"id": f"e{number}", "extent": extent, "extent_type": kind}

    feature = json.dumps({"type": "Feature", "geometry": mapping(other), "properties": {}})
    areas = [area(1, json.dumps(mapping(square))), area(2, feature)]
    found = only({**SERVICE, "service_areas": areas}, "services")["service_area"]
    assert isinstance(found, MultiPolygon) and found.area == pytest.approx(2)
    wrong = [
        area(1, "POLYGON((0 0,1 0,1 1,0 0))", "wkt"),
        area(2, '{"type": "Point", "coordinates": [1, 2]}'),
        area(3, "[" * 100_000),
        area(4, json.dumps(mapping(box(500, 37, 501, 38)))),
        area(5, '{"type": "Polygon", "coordinates": [[[0, 0], [1, NaN], [1, 1], [0, 0]]]}'),
        area(6, '{"type": "Polygon"}'),
    ]
    document = {**SERVICE, "service_areas": wrong}
    assert only(document, "services")["service_area"] is None
    listed = {
        (o.field, o.reason): o.count for o in read(document).untaken if o.entity == "service_area"
    }
    assert listed["extent", "unreadable"] + listed["extent", "out_of_range"] == len(wrong)


def test_what_a_row_lacks_stays_empty_for_the_register_to_refuse() -> None:
    service = only({**SERVICE, "status": "temporarily closed"}, "services")
    assert service["service_type"] is None and service["site_external_id"] is None
    assert service["active"] is False
    assert reasons({**SERVICE, "status": "defunct"})["service.status"] == ("coarser", 1)


@pytest.mark.parametrize(
    "document",
    [
        None, 3, "text", [], {}, {"version": "3.0", "profile": "x", "openapi_url": "y"},
        {"type": "FeatureCollection", "features": []}, {"contents": []}, [1, 2],
        {"rows": [{"id": 1}]}, {"id": "1", "name": "only a name"}, [SERVICE, {"a": 1}],
        {"id": "1", "name": "n", "description": "d", "a": 1, "b": 2, "c": 3, "d": 4, "e": 5},
    ],
)  # fmt: skip
def test_other_json_is_not_taken_for_hsds(document: Any) -> None:
    assert not looks_like_hsds(document)


def test_a_document_that_is_not_hsds_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"none of HSDS 3\.0"):
        read([SERVICE, {"a": 1}])


def test_every_reason_is_explained() -> None:
    assert all(REASONS.values())


FIELDS = ["id", "name", "status", "description", "location_type", "services", "locations",
          "schedules", "attributes", "taxonomy_term", "service_areas", "languages", "program"]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            FIELDS
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON, st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_document_breaks_the_reader(value: Any, within: bool) -> None:
    document = {**SERVICE, **(value if isinstance(value, dict) else {})} if within else value
    looks_like_hsds(document)
    try:
        reading = read(document)
    except InvalidInput:
        return
    assert set(reading.frames) == set(COLUMNS)
