"""Settlements named where a street would stand, towns among villages, level words in names."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate
from geo.profiles.profile import load

# name, kind, municipality, its code, county
PLACES: dict[str, list[tuple[str, str, str, str, str]]] = {
    "gr": [
        ("Βεργίνα", "village", "Βέροιας", "0801", "Ημαθία"),
        ("Τύλισος", "village", "Μαλεβιζίου", "7105", "Ηράκλειο"),
        ("Ηράκλειο", "city", "Ηρακλείου", "7101", "Ηράκλειο"),
        ("Βέροια", "city", "Βέροιας", "0801", "Ημαθία"),
    ],
    "ro": [
        ("Broșteni", "town", "Broșteni", "147358", "Suceava"),
        ("Broșteni", "village", "Drăgușeni", "148382", "Suceava"),
        ("Broșteni", "village", "Aninoasa", "65878", "Dâmbovița"),
        ("Moșneni", "village", "23 August", "60598", "Constanța"),
        ("23 August", "village", "23 August", "60598", "Constanța"),
    ],
    "pl": [
        ("Chrośle", "village", "Nowe Miasto Lubawskie", "281205", "nowomiejski"),
        ("Chrośle", "village", "Nowe", "041406", "świecki"),
        ("Nowe", "town", "Nowe", "041406", "świecki"),
        ("Nowe Miasto", "village", "Nowe Miasto", "142008", "płoński"),
        ("Darżewo", "village", "Nowa Wieś Lęborska", "220804", "lęborski"),
        ("Darżewo", "village", "Brojce", "320501", "gryficki"),
        ("Nowa", "village", "Bolesławiec", "020102", "bolesławiecki"),
        ("Janów", "village", "Janów", "201102", "sokólski"),
        ("Janów", "village", "Janów", "240403", "częstochowski"),
        ("Jarocin", "town", "Jarocin", "300602", "jarociński"),
        ("Jarocin", "village", "Jarocin", "181202", "niżański"),
    ],
}
STREETS = [("Βεργίνας", "0801"), ("Τύλισος", "7101"), ("Μητροπόλεως", "0801")]


def built(country: str, **more: pd.DataFrame) -> Gazetteer:
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "alternate_names": [],
            "kind": kind,
            "parent": parent,
            "area_code": code,
            "unit": unit,
            "geometry": shapely.Point(20 + at, 45.0),
        }
        for at, (name, kind, parent, code, unit) in enumerate(PLACES[country])
    ]
    settlements = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)
    frames = Frames.of(settlements=settlements, **more)
    return Gazetteer.from_frames(frames, load(country).addresses, version=country)


@pytest.fixture(scope="module")
def greece() -> Gazetteer:
    rows = [
        {"name": name, "area_code": area, "lat": 45.3, "lon": 20.5 + at}
        for at, (name, area) in enumerate(STREETS)
    ]
    return built("gr", streets=pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("typed", "class_", "matched"),
    [
        ("Βεργίνα, Δήμος Βέροιας", "settlement", "Βεργίνα, Βέροιας"),
        ("Vergina, Dimos Veroias", "settlement", "Βεργίνα, Βέροιας"),
        ("Τύλισος, Δήμος Μαλεβιζίου", "settlement", "Τύλισος, Μαλεβιζίου"),
        # A number, a word for a street, the declined name, another municipality: the street.
        ("Βεργίνας, Δήμος Βέροιας", "street", "Βεργίνας, Βέροιας"),
        ("Οδός Βεργίνα, Δήμος Βέροιας", "street", "Βεργίνας, Βέροιας"),
        ("Βεργίνα 5, Δήμος Βέροιας", "street", "Βεργίνας, Βέροιας"),
        ("Τύλισος, Δήμος Ηρακλείου", "street", "Τύλισος, Ηρακλείου"),
        ("Μητροπόλεως, Δήμος Βέροιας", "street", "Μητροπόλεως, Βέροιας"),
    ],
)
def test_a_settlement_of_the_municipality_before_a_street(
    greece: Gazetteer, typed: str, class_: str, matched: str
) -> None:
    found = locate(typed, greece)
    assert (found.class_, found.matched) == (class_, matched), found.reason.en


def test_the_town_among_villages() -> None:
    gazetteer = built("ro")
    found = locate("Broșteni, jud. Suceava", gazetteer)
    assert (found.class_, found.area_code) == ("settlement", "147358")
    assert "the town was taken" in found.reason.en and "η πόλη" in found.reason.el
    village = locate("sat Broșteni, com. Drăgușeni, jud. Suceava", gazetteer)
    assert village.area_code == "148382" and "town" not in village.reason.en
    # With no county typed the villages of others may be meant; so with a county unknown here.
    assert locate("Broșteni 4", gazetteer).class_ == "none"
    assert locate("Jarocin, gm. Jarocin, woj. podkarpackie", built("pl")).class_ == "none"


@pytest.mark.parametrize(
    ("country", "typed", "area", "matched"),
    [
        ("pl", "Chrośle, gm. Nowe Miasto Lubawskie", "281205", "Chrośle, Nowe Miasto Lubawskie"),
        ("pl", "Chrośle, gmina Nowe", "041406", "Chrośle, Nowe"),
        ("pl", "Nowe Miasto, gm. Nowe Miasto", "142008", "Nowe Miasto"),
        ("pl", "Nowe, gm. Nowe", "041406", "Nowe"),
        ("pl", "Darżewo, gm. Nowa Wieś Lęborska", "220804", "Darżewo, Nowa Wieś Lęborska"),
        ("ro", "Moșneni, com. 23 August", "60598", "Moșneni, 23 August"),
        ("ro", "sat 23 August, com. 23 August, jud. Constanța", "60598", "23 August"),
    ],
)
def test_level_words_and_numbers_in_names(
    country: str, typed: str, area: str, matched: str
) -> None:
    found = locate(typed, built(country))
    assert (found.class_, found.area_code, found.matched) == ("settlement", area, matched)
    assert "No street" not in found.reason.en


def test_a_voivodeship_tells_municipalities_apart_by_their_codes() -> None:
    areas = pd.DataFrame(
        {"code": ["20", "24"], "level": "region", "name_pl": ["podlaskie", "śląskie"]}
    )
    gazetteer = built("pl", areas=areas.assign(geometry=None))
    assert locate("Janów, gm. Janów, woj. podlaskie", gazetteer).area_code == "201102"
    assert locate("Janów, gm. Janów, woj. śląskie", gazetteer).area_code == "240403"
    assert locate("Janów, gm. Janów", gazetteer).class_ == "none"
