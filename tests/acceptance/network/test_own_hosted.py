"""What a geocoder of one's own adds to the answers of the service, and when it is asked at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_providers import NOMINATIM_HOUSE, house

from geo.db.caller import Caller
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate
from geo.locating.finding import told
from geo.locating.own_hosted import helped
from geo.locating.serving import Gazetteers
from geo.settings import Settings
from tests.integration.locating.conftest import ATHENS, Places

UNKNOWN = "Αγνώστου 15, Αθήνα"
"""A street that the small gazetteer does not have, in a municipality that it has."""


@pytest.fixture
def gazetteer(places: Places) -> Gazetteer:
    return Gazetteers(places.office.owner).get("gr", Caller())


def asked(settings: Settings, gazetteer: Gazetteer, text: str = UNKNOWN) -> dict[str, Any]:
    return helped(settings, gazetteer, (text, "", ""), told(locate(text, gazetteer)))


def test_a_municipality_becomes_a_house(places: Places, gazetteer: Gazetteer) -> None:
    before = told(locate(UNKNOWN, gazetteer))
    with house(body=[NOMINATIM_HOUSE]) as (url, paths):
        on = replace(places.settings, geocoder_kind="nominatim", geocoder_url=url)
        answer = asked(on, gazetteer)
    assert before["class"] == "municipality" and len(paths) == 1
    assert (answer["class"], answer["source"], answer["area_code"]) == (
        "address",
        "provider",
        ATHENS,
    )
    assert not answer["centroid_fallback"] and "own-hosted" in answer["reason"]["en"]
    assert set(answer) == set(before), "the same parts, whoever answers"


def test_what_the_own_gazetteer_knows_is_not_asked(places: Places, gazetteer: Gazetteer) -> None:
    with house(body=[NOMINATIM_HOUSE]) as (url, paths):
        on = replace(places.settings, geocoder_kind="nominatim", geocoder_url=url)
        street = asked(on, gazetteer, "Ερμού 15, 10563")
        off = asked(places.settings, gazetteer)
    assert street["class"] == "street" and off["class"] == "municipality" and paths == []


def test_a_public_host_is_never_asked(places: Places, gazetteer: Gazetteer) -> None:
    on = replace(places.settings, geocoder_kind="nominatim", geocoder_url="http://192.0.2.1:8080")
    assert asked(on, gazetteer) == told(locate(UNKNOWN, gazetteer))


def test_a_run_keeps_what_it_answered(places: Places) -> None:
    person = places.person(UNKNOWN)
    with house(body=[NOMINATIM_HOUSE]) as (url, paths):
        on = replace(places.settings, geocoder_kind="nominatim", geocoder_url=url)
        replace(places, settings=on).locate("people")
    row = places.row(person)
    assert len(paths) == 1
    assert (row["location_class"], row["location_source"]) == ("address", "provider")
    assert (row["lat"], row["lon"]) == (37.976, 23.73)
