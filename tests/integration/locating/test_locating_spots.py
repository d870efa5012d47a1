"""Spots that teams keep: made, found by their name, changed by one at a time, for their own."""

from __future__ import annotations

from typing import Any

from tests.integration.locating.conftest import PIRAEUS, Places

SQUARE = {"name": "Η πλατεία με το ρολόι", "names": ["to roloi"], "lat": 37.9771, "lon": 23.7301}


def _made(places: Places, who: str = "street_worker", **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = places.client(who).made("/spots", **(SQUARE | changes))
    return made


def test_an_address_that_names_a_spot_is_placed_there(places: Places) -> None:
    _made(places, radius_m=40)
    staff = places.client("centre_staff")
    for text in ("η πλατεια με το ΡΟΛΟΙ", "To Roloi"):
        found = staff.post("/locate", text=text).json()
        assert (found["source"], found["class"], found["radius_m"]) == ("spot", "address", 40)
        assert (found["lat"], found["lon"]) == (SQUARE["lat"], SQUARE["lon"])
        assert found["municipality"] == {"en": "Athens", "el": "Αθηναίων"}
    here, there = places.person("To roloi"), places.person("To roloi", area=PIRAEUS)
    places.locate()
    assert places.row(here)["location_source"] == "spot"
    assert places.row(there)["location_source"] == "gazetteer", "not of that municipality"


def test_spots_are_changed_one_version_at_a_time(places: Places) -> None:
    key = _made(places)["id"]
    lead = places.client("team_lead")
    read = lead.http.get(f"/api/v1/spots/{key}")
    assert read.headers["ETag"] == '"v1"'
    changed = lead.patch(f"/spots/{key}", 1, note="behind the kiosk", lat=37.978, lon=23.731)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["note"], changed.json()["lat"], changed.json()["version"]) == (
        "behind the kiosk",
        37.978,
        2,
    )
    assert lead.patch(f"/spots/{key}", 1, note="late").status_code == 409
    assert lead.patch(f"/spots/{key}", None, note="late").status_code == 428
    assert lead.delete(f"/spots/{key}", 1).status_code == 409
    assert lead.delete(f"/spots/{key}", 2).status_code == 204
    assert lead.get(f"/spots/{key}").status_code == 404


def test_spots_are_the_team_s_alone(places: Places) -> None:
    key = _made(places)["id"]
    assert [one["id"] for one in places.client("centre_staff").get("/spots").json()["items"]] == [
        key
    ]
    assert places.client("piraeus_worker").get("/spots").json()["items"] == []
    for name in ("municipal_planner", "agency", "auditor", "committee"):
        assert places.client(name).get("/spots").status_code == 403, name
    piraeus = places.client("piraeus_staff")
    assert piraeus.get(f"/spots/{key}").status_code == 404
    assert piraeus.patch(f"/spots/{key}", 1, note="x").status_code == 404
    assert piraeus.delete(f"/spots/{key}", 1).status_code == 404
    found = piraeus.post("/locate", text="to roloi").json()
    assert found["source"] == "gazetteer", "nor does an address tell it"


def test_a_spot_stands_in_the_municipality_of_its_team(places: Places) -> None:
    worker = places.client("street_worker")
    away = worker.post("/spots", **(SQUARE | {"lon": 23.2}))
    assert away.status_code == 403, away.text
    sea = worker.post("/spots", **(SQUARE | {"lat": 10}))
    assert (sea.status_code, sea.json()["errors"][0]["path"]) == (422, "lat")
    key = _made(places)["id"]
    moved = worker.patch(f"/spots/{key}", 1, lat=37.9, lon=23.2)
    assert (moved.status_code, moved.json()["errors"][0]["path"]) == (422, "lat")


def test_what_cannot_be_a_spot_is_refused_with_its_field(places: Places) -> None:
    worker = places.client("street_worker")
    for wrong, path in (
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"radius_m": 0}, "radius_m"),
        ({"radius_m": 9999}, "radius_m"),
        ({"names": ["x"] * 21}, "names"),
        ({"lat": None}, "lat"),
        ({"kept_by": "me"}, "kept_by"),
    ):
        answer = worker.post("/spots", **(SQUARE | wrong))
        assert answer.status_code == 422, (wrong, answer.text)
        assert answer.json()["errors"][0]["path"] == path


def test_a_spot_stands_in_for_no_street_town_or_postcode(places: Places) -> None:
    for name in ("Ερμού", "Αθηναίων", "10563"):
        _made(places, name=name, names=[], radius_m=40)
    _made(places, name="Κάτω από τη γέφυρα", names=[], radius_m=500)
    listed = [places.person(name) for name in ("ΕΡΜΟΥ", "Αθηναίων", "10563")]
    there = places.person("κατω απο τη γεφυρα")
    places.locate()
    assert [places.row(key)["location_source"] for key in listed] == ["gazetteer"] * 3
    spot = places.row(there)
    assert (spot["location_source"], spot["location_class"], spot["radius_m"]) == (
        "spot", "street", 500,
    ), "what may be 500 m off is no house"  # fmt: skip
