"""Cities of a name that villages have too, their quarters, and the names that are shown."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.index.places import distinct_names
from geo.geocode.locate import locate
from geo.profiles.profile import load

# name, other names, kind, people, municipality, its code, county and what is above it
PLACES = {
    "pl": [
        ("Kraków", ["Krakow", "Krákow"], "city", 816_614, "Kraków", "126101", "Kraków, małopolskie"),
        ("Krąków", [], "village", None, "Warta", "101407", "sieradzki, łódzkie"),
        ("Gdańsk", [], "city", 487_000, "Gdańsk", "226101", "Gdańsk, pomorskie"),
        ("Wrzeszcz", [], "quarter", None, "Gdańsk", "226101", "Gdańsk, pomorskie"),
        ("Wrzeszcz", [], "village", None, "Dziemiany", "220602", "kościerski, pomorskie"),
        ("Kalisz", [], "city", 108_759, "Kalisz", "306101", "Kalisz, wielkopolskie"),
        ("Kalisz", [], "town", 11_000, "Dziemiany", "220602", "kościerski, pomorskie"),
        ("Janów", [], "village", None, "Janów", "201102", "sokólski, podlaskie"),
        ("Janów", [], "village", None, "Janów", "240403", "częstochowski, śląskie"),
        ("Mała", [], "town", 19_999, "Mała", "100001", "sieradzki, łódzkie"),
        ("Mała", [], "village", 10, "Warta", "101407", "sieradzki, łódzkie"),
    ],
    "gr": [
        ("Έξαρχος", [], "village", 699, "Λοκρών", "2705", None),
        ("Πειραιάς", [], "city", 163_000, "Πειραιώς", "5101", None),
        ("Athens", ["Afini", "Αθηνα", "Αθήνα", "Атина"], "city", 664_046, "Αθηναίων", "4501", None),
    ],
}  # fmt: skip


def built(country: str) -> Gazetteer:
    columns = ("name", "alternate_names", "kind", "population", "parent", "area_code", "unit")
    rows = [
        {**dict(zip(columns, row, strict=True)), "geometry": shapely.Point(20 + at, 50.0)}
        for at, row in enumerate(PLACES[country])
    ]
    frames = Frames.of(settlements=gpd.GeoDataFrame(rows, geometry="geometry", crs=4326))
    return Gazetteer.from_frames(frames, load(country).addresses, version=country)


@pytest.fixture(scope="module")
def poland() -> Gazetteer:
    return built("pl")


@pytest.mark.parametrize("typed", ["Kraków", "Krakow", "KRAKÓW"])
def test_the_city_is_meant_and_the_village_is_offered(poland: Gazetteer, typed: str) -> None:
    found = locate(typed, poland)
    assert (found.class_, found.area_code, found.matched) == ("settlement", "126101", "Kraków")
    assert "the city was taken" in found.reason.en and "η πόλη" in found.reason.el
    assert [other.matched for other in found.alternatives] == ["Krąków, Warta"]


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("Krakow, gm. Warta", "101407"),
        ("Krakow, woj. łódzkie", "101407"),
        ("Krakow, woj. małopolskie", "126101"),
    ],
)
def test_what_is_typed_besides_goes_before_the_city(
    poland: Gazetteer, typed: str, area: str
) -> None:
    assert locate(typed, poland).area_code == area


def test_a_city_less_than_ten_times_as_large_or_a_small_town_is_not_taken(
    poland: Gazetteer,
) -> None:
    for typed in ("Kalisz", "Mała"):  # 108,759 : 11,000 is 9.9; 19,999 people are no city
        found = locate(typed, poland)
        assert (found.class_, len(found.alternatives)) == ("none", 2), typed


def test_a_quarter_behind_a_hyphen(poland: Gazetteer) -> None:
    for typed in ("Gdańsk-Wrzeszcz", "Gdańsk-Wrzeszcz, gm. Gdańsk"):
        assert locate(typed, poland).matched == "Wrzeszcz, Gdańsk"
    assert locate("Kraków-Wrzeszcz", poland).class_ == "none"


def test_a_voivodeship_tells_two_of_one_name_apart(poland: Gazetteer) -> None:
    assert locate("Janów, gm. Janów, woj. podlaskie", poland).area_code == "201102"
    alike = locate("Janów", poland)
    assert [other.matched for other in alike.alternatives] == [
        "Janów (sokólski, podlaskie)", "Janów (częstochowski, śląskie)",
    ]  # fmt: skip


def test_the_official_name_is_shown_and_the_accented_one() -> None:
    assert distinct_names("Kraków", "Krakow", None, "KRAKOW", "Cracow") == ["Kraków", "Cracow"]
    assert locate("Athina", built("gr")).matched == "Αθήνα, Αθηναίων"


def test_a_name_of_the_same_stem_is_another_one_unless_it_is_declined() -> None:
    greece = built("gr")
    for other in ("Εξάρχεια", "Σολωμού 44, Εξάρχεια", "Exarcheia"):
        assert locate(other, greece).class_ == "none", other
    for same in ("Έξαρχος", "Εξάρχου", "Έξαρχο", "Exarchos"):
        assert locate(same, greece).area_code == "2705", same
    for same in ("Πειραιάς", "Πειραιά", "Πειραιώς", "Δήμος Πειραιώς"):
        assert locate(same, greece).area_code == "5101", same
    for same in ("Αθήνα", "Αθήνας", "Αθηνών"):
        assert locate(same, greece).area_code == "4501", same


def test_one_letter_alone_is_no_address() -> None:
    streets = pd.DataFrame([{"name": "Ξ", "area_code": "7101", "lat": 35.3, "lon": 25.1}])
    greece = Gazetteer.from_frames(
        Frames.of(streets=streets), load("gr").addresses, version="letters"
    )
    for typed in ("@x", "Ξ", "ξ."):
        assert locate(typed, greece).class_ == "none", typed
