"""From a position to what is there: for reports from the street, with the accuracy carried."""

from __future__ import annotations

import pytest

from tests.integration.locating.conftest import Places

ERMOU = {"lat": 37.976, "lon": 23.730}
"""The point of its postcode, which is all that the small gazetteer knows of it."""


def test_a_position_is_told_with_its_accuracy_in_the_radius(places: Places) -> None:
    worker = places.client("street_worker")
    exact = worker.post("/reverse", **ERMOU)
    assert exact.status_code == 200, exact.text
    rough = worker.post("/reverse", **ERMOU, accuracy_m=80).json()
    assert exact.json()["municipality"] == {"en": "Athens", "el": "Αθηναίων"}
    assert exact.json()["class"] == rough["class"]
    assert rough["radius_m"] == pytest.approx(exact.json()["radius_m"] + 80, abs=1.5)


def test_the_team_s_own_spot_is_named_when_one_stands_at_it(places: Places) -> None:
    spot = {"name": "Η στοά", "lat": 37.9761, "lon": 23.7301}
    places.client("street_worker").made("/spots", **spot)
    found = places.client("team_lead").post("/reverse", **ERMOU, accuracy_m=10).json()
    assert (found["source"], found["class"]) == ("spot", "address")
    assert "Η στοά" in found["matched"] and 10 < found["distance_m"] < 20
    other = places.client("piraeus_worker").post("/reverse", **ERMOU).json()
    assert "στοά" not in str(other)


def test_far_from_everything_there_is_nothing(places: Places) -> None:
    found = places.client("street_worker").post("/reverse", lat=0, lon=0).json()
    assert (found["class"], found["radius_m"], found["area_code"]) == ("none", None, None)


def test_positions_that_are_none_are_refused_with_their_field(places: Places) -> None:
    for wrong, path in (
        ({"lat": 99}, "lat"),
        ({"lon": 200}, "lon"),
        ({"accuracy_m": 0}, "accuracy_m"),
    ):
        answer = places.client("street_worker").post("/reverse", **(ERMOU | wrong))
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


def test_what_is_no_address_is_answered_and_not_refused(places: Places) -> None:
    worker = places.client("street_worker")
    for text in ("", "x" * 10_000, "\x00\x07", "😀" * 50, "'; DROP TABLE x; --", "12 34 56"):
        found = worker.post("/locate", text=text)
        assert found.status_code == 200, (text[:20], found.text)
        assert found.json()["class"] == "none" and found.json()["reason"]["en"]
    assert worker.post("/locate", text="x" * 30_000).status_code == 422


def test_places_are_for_those_who_meet_addresses(places: Places) -> None:
    for name in ("committee", "auditor", "admin", "national"):
        assert places.client(name).post("/locate", text="Ερμού 1").status_code == 403, name
        assert places.client(name).post("/reverse", **ERMOU).status_code == 403, name
    assert places.client(None).post("/locate", text="x").status_code == 401
