"""Files and places: what was decided holds for the next file, and a file's own points are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.db.caller import Caller
from geo.importing import runs
from geo.importing.request import Request
from tests.integration.locating.conftest import ATHENS, Places

UNCLEAR = "Κολοκοτρώνη 5"


def _import(places: Places, register: str, path: Path, name: str = "centre_staff") -> Any:
    user = places.office.users[name]
    caller = Caller(user.role, user.id, user.territory_code, user.agency_id)
    request = Request(register, path, country="gr", source="list")
    engine = places.office.app.state.engine
    report = runs.run(engine, places.settings, request, caller=caller)
    assert not report.refused, report.as_content("en")
    return report


def _people(folder: Path, *rows: str) -> Path:
    path = folder / "people.csv"
    path.write_text("\n".join(["id,address,area code", *rows]), encoding="utf-8")
    return path


def _rows(places: Places, table: str) -> dict[str, dict[str, Any]]:
    rows = places.office.rows(
        f"SELECT *, ST_Y(geom) AS lat, ST_X(geom) AS lon FROM registry.{table}"
    )
    return {row["external_id"]: row for row in rows}


def test_an_address_decided_once_is_solved_in_the_next_file(places: Places, tmp_path: Path) -> None:
    _import(places, "people", _people(tmp_path, f"p1,{UNCLEAR},{ATHENS}"))
    places.locate()
    item = places.item(UNCLEAR)
    made = places.decide(key=item["key"], alternative=item["alternatives"][1]["key"])
    assert made.status_code == 201, made.text
    decided = _rows(places, "person")["p1"]
    _import(
        places, "people", _people(tmp_path, f"p1,{UNCLEAR},{ATHENS}", f"p2,ΚΟΛΟΚΟΤΡΩΝΗ 5,{ATHENS}")
    )
    assert _rows(places, "person")["p2"]["location_status"] == "pending"
    places.locate()
    again = _rows(places, "person")
    assert again["p1"] == decided
    assert (again["p2"]["location_source"], again["p2"]["location_status"]) == ("alias", "located")
    assert (again["p2"]["lat"], again["p2"]["lon"]) == (decided["lat"], decided["lon"])


def test_another_address_in_the_next_file_is_asked_again(places: Places, tmp_path: Path) -> None:
    _import(places, "people", _people(tmp_path, f"p1,Σκουφά 1,{ATHENS}", f"p2,{UNCLEAR},{ATHENS}"))
    places.locate()
    item = places.item(UNCLEAR)
    made = places.decide(key=item["key"], alternative=item["alternatives"][0]["key"])
    assert made.status_code == 201, made.text
    decided = _rows(places, "person")["p2"]
    _import(places, "people", _people(tmp_path, f"p1,Ερμού 1,{ATHENS}", f"p2,Ερμού 2,{ATHENS}"))
    rows = _rows(places, "person")
    assert (rows["p1"]["location_class"], rows["p1"]["geom"]) == ("pending", None)
    assert (rows["p2"]["location_group"], rows["p2"]["geom"]) == ("changed", decided["geom"])
    assert places.queue()["groups"]["changed"] == 1


def _sites(folder: Path, *rows: str) -> Path:
    path = folder / "sites.csv"
    head = "id,agency id,address,postcode,area code,latitude,longitude"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def test_points_of_a_file_are_kept_and_taken_back_with_it(places: Places, tmp_path: Path) -> None:
    first = _sites(
        tmp_path, f"s1,a,Ερμού 1,10563,{ATHENS},37.971,23.731", f"s2,a,Ερμού 2,10563,{ATHENS},,"
    )
    _import(places, "sites", first, "municipal_planner")
    places.locate("sites", everything=True)
    rows = _rows(places, "site")
    assert (rows["s1"]["location_source"], rows["s1"]["location_class"]) == ("import", "address")
    assert (rows["s1"]["lat"], rows["s1"]["lon"]) == pytest.approx((37.971, 23.731))
    assert (rows["s2"]["location_source"], rows["s2"]["location_class"]) == ("gazetteer", "street")
    found = rows["s2"]["geom"]
    # The next file knows where the second one is, and says nothing more of the first.
    second = _sites(
        tmp_path, f"s1,a,Ερμού 1,10563,{ATHENS},,", f"s2,a,Ερμού 2,10563,{ATHENS},37.972,23.732"
    )
    report = _import(places, "sites", second, "municipal_planner")
    rows = _rows(places, "site")
    assert rows["s1"]["lat"] == pytest.approx(37.971)
    given = rows["s2"]
    assert (given["location_source"], given["location_class"], given["radius_m"]) == (
        "import",
        "address",
        None,
    )
    assert given["lat"] == pytest.approx(37.972) and given["location_group"] is None
    user = places.office.users["municipal_planner"]
    caller = Caller(user.role, user.id, user.territory_code)
    runs.undo(places.office.app.state.engine, report.run_id, caller=caller)
    back = _rows(places, "site")["s2"]
    assert (back["location_class"], back["geom"]) == ("pending", None), (
        "found again at the next run"
    )
    places.locate("sites")
    assert _rows(places, "site")["s2"]["geom"] == found


def test_a_file_does_not_move_what_a_person_decided(places: Places, tmp_path: Path) -> None:
    _import(
        places, "sites", _sites(tmp_path, f"s1,a,Ερμού 1,10563,{ATHENS},,"), "municipal_planner"
    )
    places.locate("sites")
    key = places.queue("municipal_planner", "sites")["items"][0]["key"]
    pin = {"lat": 37.9755, "lon": 23.7299}
    assert (
        places.decide("municipal_planner", register="sites", key=key, point=pin).status_code == 201
    )
    decided = _rows(places, "site")["s1"]
    _import(
        places,
        "sites",
        _sites(tmp_path, f"s1,a,Ερμού 1,10563,{ATHENS},37.9,23.7"),
        "municipal_planner",
    )
    after = _rows(places, "site")["s1"]
    assert {
        name: after[name]
        for name in ("geom", "location_class", "location_source", "location_status")
    } == {
        name: decided[name]
        for name in ("geom", "location_class", "location_source", "location_status")
    }
