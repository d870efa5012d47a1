"""Pins set by people: inside the municipality of their records, as exact as their circle says."""

from __future__ import annotations

import pytest

from geo.locating.pins import class_of
from tests.integration.locating.conftest import ATHENS, PIRAEUS, Places

NOWHERE = "Άγνωστη Οδός 1"
"""No street of the small gazetteer."""


@pytest.mark.parametrize(
    ("radius_m", "class_"),
    [(1, "address"), (50, "address"), (51, "street"), (500, "street"), (501, "settlement")],
)
def test_the_class_follows_the_radius(radius_m: float, class_: str) -> None:
    assert class_of(radius_m) == class_


def test_a_wide_pin_is_no_house(places: Places) -> None:
    key = places.person(NOWHERE)
    places.locate()
    pin = {"lat": 37.98, "lon": 23.73, "radius_m": 1800}
    made = places.decide(key=places.item(NOWHERE)["key"], point=pin)
    assert made.status_code == 201, made.text
    assert places.row(key)["location_class"] == "settlement"
    again = places.person(NOWHERE)
    places.locate()
    assert (places.row(again)["location_source"], places.row(again)["location_class"]) == (
        "alias",
        "settlement",
    )


@pytest.mark.parametrize(("radius_m", "status"), [(0, 422), (1e-9, 422), (0.99, 422), (1, 201)])
def test_no_pin_is_finer_than_a_metre(places: Places, radius_m: float, status: int) -> None:
    places.person(NOWHERE)
    places.locate()
    pin = {"lat": 37.98, "lon": 23.73, "radius_m": radius_m}
    answer = places.decide(key=places.item(NOWHERE)["key"], point=pin)
    assert answer.status_code == status, answer.text


# Athens ends at 23.6 degrees east; there 0.005 degrees of longitude are 440 m, 0.007 are 616 m.
@pytest.mark.parametrize(
    ("lon", "status"), [(23.6001, 201), (23.595, 201), (23.593, 422), (23.446, 422), (3.0, 422)]
)
def test_a_pin_stands_in_the_municipality_of_its_record(
    places: Places, lon: float, status: int
) -> None:
    key = places.person(NOWHERE)
    places.locate()
    before = places.row(key)
    answer = places.decide(key=places.item(NOWHERE)["key"], point={"lat": 37.9, "lon": lon})
    assert answer.status_code == status, answer.text
    if status == 422:
        told = answer.json()
        assert told["errors"][0]["path"] == "point"
        assert "outside the municipality" in told["detail"] and "Put the pin inside" in told["hint"]
        assert places.row(key) == before
        assert places.office.rows("SELECT * FROM registry.address_alias") == []
    else:
        assert places.row(key)["area_code"] == ATHENS


def test_a_border_that_was_worked_out_is_less_exact(places: Places) -> None:
    key = places.person(NOWHERE)
    places.locate()
    point = {"lat": 37.9, "lon": 23.593}
    item = places.item(NOWHERE)["key"]
    derived = "UPDATE base.area SET geometry_kind = %s WHERE code = %s"
    with places.office.owner.begin() as connection:
        connection.exec_driver_sql(derived, ("derived", ATHENS))
    try:
        assert places.decide(key=item, point={"lat": 37.9, "lon": 23.57}).status_code == 422
        assert places.decide(key=item, point=point).status_code == 201
    finally:
        with places.office.owner.begin() as connection:
            connection.exec_driver_sql(derived, ("official", ATHENS))
    assert places.row(key)["lon"] == pytest.approx(23.593)


def test_a_site_without_a_municipality_takes_that_of_the_pin_until_it_is_taken_back(
    places: Places,
) -> None:
    key = places.site(NOWHERE, area=None)
    places.locate("sites")
    item = places.queue("agency", "sites")["items"][0]
    body = {"register": "sites", "key": item["key"]}
    sea = places.decide("agency", **body, point={"lat": 10, "lon": 10})
    assert (sea.status_code, "no municipality" in sea.json()["detail"]) == (422, True), sea.text
    made = places.decide("agency", **body, point={"lat": 37.94, "lon": 23.44})
    assert made.status_code == 201, made.text
    assert places.row(key, "registry.site")["area_code"] == PIRAEUS
    taught = places.office.rows("SELECT area_code FROM registry.address_alias")
    assert taught == [{"area_code": PIRAEUS}]
    undo = f"/locations/decisions/{made.json()['id']}/undo"
    assert places.client("agency").post(undo).json() == {"changed": 1, "kept": []}
    row = places.row(key, "registry.site")
    assert (row["area_code"], row["location_status"]) == (None, "queued")


def test_equal_addresses_of_two_municipalities_need_a_pin_each(places: Places) -> None:
    sites = [places.site(NOWHERE, area=area, postcode="99999") for area in (ATHENS, PIRAEUS)]
    places.locate("sites")
    item = places.queue("regional_planner", "sites")["items"][0]
    body = {"register": "sites", "key": item["key"], "point": {"lat": 37.94, "lon": 23.44}}
    both = places.decide("regional_planner", **body)
    assert (both.status_code, "some of these" in both.json()["detail"]) == (422, True), both.text
    assert "one record at a time" in both.json()["hint"]
    assert [places.row(one, "registry.site")["location_locked_at"] for one in sites] == [None] * 2
    shown = ATHENS if item["area_code"] == ATHENS else PIRAEUS
    pin = {"lat": 37.94, "lon": 23.44 if shown == PIRAEUS else 23.7}
    one = places.decide(
        "regional_planner", **body | {"point": pin}, all_equal=False, record=item["record"]
    )
    assert (one.status_code, one.json()["changed"]) == (201, 1), one.text
