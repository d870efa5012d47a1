"""Settlements of one name told apart by municipality, county and postcode; else none."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import Place
from geo.geocode.locate import locate
from geo.geocode.match.evidence import Clues
from geo.profiles.profile import load

Row = tuple[str, str, str, str, float | None]
# settlement, municipality, its code, county, longitude (latitude is 50; None: no point known)
PLACES: dict[str, list[Row]] = {
    "pl": [
        ("Kobylin", "Kobylin", "3012", "krotoszyński", 17.0),
        ("Kobylin", "Grodzisko", "2013", "powiat grodziski", 21.0),
        ("Poświętne", "Poświętne", "1409", "wołomiński", 21.4),
        ("Józefin", "Poświętne", "1409", "wołomiński", 21.5),
        ("Poświętne", "Poświętne", "2002", "białostocki", 23.0),
        ("Józefin", "Poświętne", "2002", "białostocki", 23.1),
    ],
    "ro": [
        ("Mica", "Mica", "551", "Cluj", 23.9),
        ("Mica", "Mica", "117", "Mureș", 24.4),
        ("Nireș", "Mica", "551", "Cluj", 23.95),
        ("Căpâlna", "Mica", "117", "Mureș", None),
    ],
    "bg": [
        ("Иваново", "Иваново", "RSE1", "Русе", 25.9),
        ("Иваново", "Върбица", "SHU1", "Шумен", 26.6),
        ("Тръстеник", "Иваново", "RSE1", "Русе", 25.95),
    ],
    "gr": [
        ("Λεύκη", "Σερρών", "1301", "Σερρών", 23.5),
        ("Λεύκη", "Καστοριάς", "1201", "Καστοριάς", 21.2),
    ],
}


def built(country: str, **more: pd.DataFrame) -> Gazetteer:
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "parent": parent,
            "area_code": code,
            "unit": unit,
            "alternate_names": [],
            "kind": "village",
            "geometry": None if lon is None else shapely.Point(lon, 50.0),
        }
        for name, parent, code, unit, lon in PLACES[country]
    ]
    settlements = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)
    frames = Frames.of(settlements=settlements, **more)
    return Gazetteer.from_frames(frames, load(country).addresses, version=country)


@pytest.mark.parametrize(
    ("country", "typed", "field", "area"),
    [
        ("pl", "Kobylin, gm. Kobylin", None, "3012"),
        ("pl", "Kobylin 5, gm. Grodzisko", None, "2013"),
        ("pl", "Kobylin, pow. krotoszyński", None, "3012"),
        ("pl", "kobylin, powiat grodziski", None, "2013"),
        ("pl", "Kobylin", "Grodzisko", "2013"),
        ("pl", "Kobylin", "krotoszynski", "3012"),
        ("pl", "Józefin 7, gm. Poświętne, pow. białostocki", None, "2002"),
        ("pl", "Józefin", "Poświętne, wołomiński", "1409"),
        ("ro", "sat Nireș, com. Mica, jud. Cluj", None, "551"),
        ("ro", "sat Mica, com. Mica, jud. Mureş", None, "117"),
        ("ro", "Mica nr. 12, județul Cluj", None, "551"),
        ("bg", "с. Иваново, общ. Върбица, обл. Шумен", None, "SHU1"),
        ("bg", "с. Иваново, обл. Русе", None, "RSE1"),
        ("bg", "s. Ivanovo, Oblast Shumen", None, "SHU1"),
        ("bg", "с. Тръстеник, общ. Иваново", None, "RSE1"),
        ("gr", "Λεύκη, Δήμος Καστοριάς", None, "1201"),
        ("gr", "Λευκη", "Δ. Σερρών", "1301"),
    ],
)
def test_told_apart(country: str, typed: str, field: str | None, area: str) -> None:
    found = locate(typed, built(country), municipality_text=field)
    assert (found.class_, found.area_code) == ("settlement", area), found.reason.en
    assert found.radius_m == 1400.0  # no population known


@pytest.mark.parametrize(
    ("country", "typed"), [("pl", "Kobylin"), ("ro", "Mica"), ("bg", "Иваново"), ("gr", "Λεύκη")]
)
def test_not_told_apart_is_none_with_alternatives(country: str, typed: str) -> None:
    gazetteer = built(country)
    for text in (typed, f"Nowhere 5, {typed}"):
        found = locate(text, gazetteer)
        if found.class_ != "none":  # a municipality of that name is the one that is meant
            assert gazetteer.area_label(found.area_code) == typed
            continue
        assert "Ambiguous" in found.reason.en and "Ασαφές" in found.reason.el
        assert len(found.alternatives) >= 2
        assert all(other.radius_m > 0 for other in found.alternatives)
        assert {other.class_ for other in found.alternatives} <= {"settlement", "municipality"}


def test_a_settlement_without_a_point_is_its_municipality() -> None:
    found = locate("sat Căpâlna, com. Mica, jud. Mureș", built("ro"))
    assert (found.class_, found.area_code) == ("municipality", "117")
    assert found.matched == "Căpâlna, Mica" and "no point of Căpâlna" in found.reason.en
    assert found.centroid_fallback


def test_the_postcode_tells_settlements_apart() -> None:
    postcodes = gpd.GeoDataFrame(
        [
            {"postcode": "63-740", "area_code": "3012", "geometry": shapely.Point(17.0, 50.0)},
            {"postcode": "17-315", "area_code": "2013", "geometry": shapely.Point(21.0, 50.0)},
        ],
        geometry="geometry",
        crs=4326,
    )
    gazetteer = built("pl", postcodes=postcodes)
    for code, area in (("63-740", "3012"), ("17-315", "2013"), ("17315", "2013")):
        found = locate(f"Kobylin {code}" if "-" in code else "Kobylin", gazetteer, postcode=code)
        assert found.area_code == area, code
        assert found.class_ in ("settlement", "postcode")


def test_postcodes_of_two_spellings_are_one() -> None:
    rows = [
        {"street": "Ermou", "number": "3", "postcode": code, "area_code": "1201", "lat": 40.5,
         "lon": lon}
        for code, lon in (("521 00", 21.2), ("52100", 21.2001))
    ]  # fmt: skip
    gazetteer = built("gr", houses=pd.DataFrame(rows))
    assert len(gazetteer.postcodes) == 1
    assert locate("Ερμού 3, 52100", gazetteer).class_ == "address"


def test_a_hamlet_named_says_more_than_the_postcode_around_it() -> None:
    postcodes = gpd.GeoDataFrame(
        [{"postcode": "17-315", "area_code": "1409", "geometry": shapely.Point(21.42, 50.0)}],
        geometry="geometry",
        crs=4326,
    )
    houses = pd.DataFrame(
        [
            {"street": "Polna", "number": str(number), "postcode": "17-315", "area_code": "1409",
             "surveyed": True, "lat": 50.0, "lon": 21.42 + number / 10_000}
            for number in range(1, 21)
        ]
    )  # fmt: skip
    gazetteer = built("pl", postcodes=postcodes, houses=houses)
    (postcode,) = gazetteer.postcodes.values()
    assert postcode.radius < 1400  # of the hamlet, whose people are not known
    found = locate("Józefin, 17-315 Poświętne", gazetteer)
    assert (found.class_, found.matched, found.lon) == ("settlement", "Józefin, Poświętne", 21.5)
    assert locate("Nowhere 5, 17-315 Poświętne", gazetteer).class_ == "postcode"


def test_the_settlement_typed_goes_before_a_place_in_the_name_of_an_unknown_street() -> None:
    found = locate("Strada Nouă Mica 5, Nireș, jud. Cluj", built("ro"))
    assert (found.class_, found.matched) == ("settlement", "Nireș, Mica")


def test_clues_agree_with_places_of_the_municipality_and_of_what_is_above() -> None:
    seat = Place("municipality", "Mica", "551")
    nires = Place("settlement", "Nireș", "551", within=frozenset({"cluj", "mica"}))
    capalna = Place("settlement", "Căpâlna", "117", within=frozenset({"mures", "mica"}))
    clues = Clues(((seat,),), frozenset({"cluj"}), "551")
    assert clues.agreement(nires) == 3  # the county, the postcode's municipality, the municipality
    assert clues.agreement(capalna) == 0
    assert clues.agreeing((capalna, nires)) == (nires,)
    village = Place("settlement", "Mica", "999", key="mica")
    assert Clues(((village,),), frozenset(), None).agreement(capalna) == 1  # said to be in Mica
