"""Greece, Romania, Poland and Bulgaria from their real files: published totals, nobody dropped."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo import loading, pipeline
from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.errors import NotFound, SourceRejected
from geo.indicators import indicators
from geo.profiles import profile
from geo.releases.release import TIERS, Release
from geo.settings import Settings
from geo.snapshots import store as snapshots
from geo.sources.containment import Municipalities
from tests.conftest import clone, shared_data

Made = TypeVar("Made")
GRID = "population/eu_pop_grid_2018_5km.parquet"


@dataclass(frozen=True)
class Expected:
    """What the files of one country are known to hold, from ../shared/data/README.md.

    `without_figure` municipalities have no population in the file. `region_persons` is the
    printed figure of the named region, or the sum of the file's own rows where none is printed;
    `grid_persons` are those of the grid whose cell's centroid lies in the country.
    """

    files: tuple[tuple[str, str], ...]
    municipalities: int
    persons: int
    without_figure: int
    region: str
    region_municipalities: int
    region_persons: int
    grid_persons: float
    norm_states: dict[str, int]
    has_checklist: bool


COUNTRIES = {
    "gr": Expected(
        files=(
            ("gr_municipalities", "boundaries/gr_dimoi_333_elstat_codes.geojson"),
            ("gr_census2021", "population/gr_census2021_provisional_dimoi.csv"),
        ),
        municipalities=333,
        persons=10_432_481,
        without_figure=0,
        region="EL30",
        region_municipalities=66,
        region_persons=3_792_469,
        grid_persons=10.02e6,
        norm_states={"not_assessable": 232, "no_norm": 101},
        has_checklist=True,
    ),
    "ro": Expected(
        files=(
            ("ro_uat", "boundaries/ro_uat_3186_siruta.geojson"),
            ("ro_population2022", "population/ro_uat_population_roem_joined_siruta_derived.csv"),
        ),
        municipalities=3_186,
        persons=19_893_108,
        without_figure=10,
        region="SM",
        region_municipalities=65,
        region_persons=386_110,
        grid_persons=19.53e6,
        norm_states={"not_assessable": 3_186},
        has_checklist=False,
    ),
    "pl": Expected(
        files=(
            ("pl_gminy", "boundaries/pl_gminy_2477_terc.geojson"),
            ("pl_powiaty", "boundaries/pl_powiaty_380_terc.geojson"),
            ("pl_wojewodztwa", "boundaries/pl_wojewodztwa_16_terc.geojson"),
            ("pl_population2024", "population/pl_gus_gminy_2024_tidy_derived.csv"),
        ),
        municipalities=2_477,
        persons=37_489_087,
        without_figure=0,
        region="30",
        region_municipalities=226,
        region_persons=3_479_986,
        grid_persons=38.35e6,
        norm_states={"not_assessable": 2_477},
        has_checklist=True,
    ),
    "bg": Expected(
        files=(
            ("bg_obshtini", "boundaries/bg_municipalities_names.geojson"),
            ("bg_oblasti", "boundaries/bg_provinces.geojson"),
            ("bg_population2013", "population/bg_municipality_population_dec2013_derived.csv"),
        ),
        municipalities=265,
        persons=7_253_828,
        without_figure=0,
        region="BLG",
        region_municipalities=14,
        region_persons=318_110,
        grid_persons=6.84e6,
        norm_states={"not_assessable": 265},
        has_checklist=False,
    ),
}
WITHOUT_FIGURE = {
    "109773", "146502",  # Drobeta-Turnu Severin, Câmpulung Moldovenesc: a row, and no figure in it
    "32179", "42464",  # Sânnicolau Român, Sâmbăta: no row
    "179141", "179150", "179169", "179178", "179187", "179196",  # the six sectors of Bucharest
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """One country in a database of its own, analysed whole and for one region of it."""

    code: str
    expected: Expected
    engine: Engine
    loaded: dict[str, loading.Loaded]
    seconds: dict[str, float]

    @cached_property
    def whole(self) -> pipeline.Analysis:
        return self._timed("analyse", lambda: pipeline.analyse(self.engine, self.code))

    @cached_property
    def region(self) -> pipeline.Analysis:
        return pipeline.analyse(self.engine, self.expected.region)

    @cached_property
    def snapshot(self) -> str:
        return self._timed("freeze", lambda: pipeline.freeze_analysis(self.engine, self.whole))

    @cached_property
    def release(self) -> Release:
        """Of the whole country what everybody may see; a region has all its releases."""
        snapshot = self.snapshot
        (made,) = self._timed(
            "publish", lambda: pipeline.publish(self.engine, snapshot, ("public",))
        )
        return made

    def _timed(self, step: str, work: Callable[[], Made]) -> Made:
        start = time.perf_counter()
        done = work()
        self.seconds[step] = time.perf_counter() - start
        return done


@pytest.fixture(scope="module", params=sorted(COUNTRIES))
def country(
    request: pytest.FixtureRequest, cluster: Cluster, template: str, settings: Settings
) -> Iterator[Country]:
    """The country's areas, population and cells; no register of anybody."""
    code, expected = request.param, COUNTRIES[request.param]
    files = [(source, shared_data(*file.split("/")), None) for source, file in expected.files]
    files.append(("eu_population_grid", shared_data(*GRID.split("/")), code))
    for name in clone(cluster, template):
        engine = make_engine(cluster.url(name))
        start = time.perf_counter()
        loaded = {
            source: loading.load(engine, settings, source, path, fixes=True, country=of)
            for source, path, of in files
        }
        made = Country(code, expected, engine, loaded, {"load": time.perf_counter() - start})
        yield made
        engine.dispose()
        steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in made.seconds.items())
        _say(request, f"{code}: {steps}, in all {sum(made.seconds.values()):.1f} s")


def _say(request: pytest.FixtureRequest, line: str) -> None:
    """Past the capture of what tests print: how long a country takes is wanted every time."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        sys.stdout.write(f"\n{line}\n")


def figure(values: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return values[values["indicator"] == indicator].set_index("area_code")


def summed(path: Path, code: str, persons: str, beginning: str) -> int:
    """The sum of a column over the rows whose code begins so, straight from the file."""
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return sum(int(float(row[persons])) for row in rows if row[code].startswith(beginning))


def test_all_municipalities_and_the_published_total(country: Country) -> None:
    expected, population = country.expected, figure(country.whole.values, "population")
    codes = country.whole.inputs.codes
    assert len(codes) == len(set(codes)) == expected.municipalities
    assert set(population.index) == {*codes, country.code}
    assert len(population) == expected.municipalities + 1
    assert population.at[country.code, "value"] == expected.persons
    assert population.drop(country.code)["value"].sum() == expected.persons


def test_the_named_region(country: Country) -> None:
    expected, values = country.expected, country.region.values
    assert len(country.region.inputs.codes) == expected.region_municipalities
    assert figure(values, "population").at[expected.region, "value"] == expected.region_persons
    # The region says of its municipalities what the country says of them.
    both = [figure(one.values, "population")["value"] for one in (country.region, country.whole)]
    pd.testing.assert_series_equal(
        both[0].drop(expected.region), both[1].loc[country.region.inputs.codes], check_dtype=False
    )


def test_the_regions_sum_to_the_country(country: Country) -> None:
    regions = profile.load(country.code).regions
    parents = country.whole.inputs.municipalities.set_index("code")["parent_code"]
    assert set(parents) == {region.code for region in regions}
    persons = figure(country.whole.values, "population")["value"].drop(country.code)
    assert persons.groupby(parents).sum().sum() == country.expected.persons
    with country.engine.connect() as connection:
        drawn = connection.scalars(sa.text("SELECT code FROM base.area WHERE level = 'region'"))
        assert set(drawn) == set(parents)


def test_who_has_no_figure_is_counted_and_no_zero(country: Country) -> None:
    population = figure(country.whole.values, "population").drop(country.code)
    without = population[population["status"] != "shown"]
    assert set(without["status"]) <= {"no_data"} and without["value"].isna().all()
    assert len(without) == country.expected.without_figure
    if country.code == "ro":
        assert set(without.index) == WITHOUT_FIGURE
        said = figure(country.whole.values, "population").at["ro", "explanation"]["en"]
        assert said.endswith("Sum over 3176 municipalities; 10 have no figure.")
        assert said.startswith("People registered here; how many reside here is not known.")


def test_every_figure_has_a_row_for_every_area_and_never_nan(country: Country) -> None:
    values = country.whole.values
    everywhere = {*country.whole.inputs.codes, country.code}
    for (indicator, _), rows in values.groupby(["indicator", "breakdown"]):
        areas = {country.code} if indicators()[indicator].region_only else everywhere
        assert set(rows["area_code"]) == areas and len(rows) == len(areas)
    assert set(values["status"]) == {"shown", "no_data", "not_applicable"}
    shown = values["status"] == "shown"
    numbers = values.loc[shown & values["category"].isna(), "value"]
    assert np.isfinite(numbers.to_numpy(dtype=float)).all() and len(numbers) > 0
    assert values.loc[~shown, ["value", "low", "high"]].isna().all().all()
    assert values.loc[~shown, "category"].isna().all()


def test_norms_of_the_country_state_what_they_can(country: Country) -> None:
    norm = figure(country.whole.values, "staff_norm").drop(country.code)
    assert Counter(norm["category"]) == country.expected.norm_states
    mandatory = figure(country.whole.values, "mandatory_services")
    if country.expected.has_checklist:
        assert set(mandatory["status"]) == {"no_data"}
        assert "No register says" in mandatory["explanation"].iloc[0]["en"]
    else:
        assert set(mandatory["status"]) == {"not_applicable"}
        assert "no list of mandatory services" in mandatory["explanation"].iloc[0]["en"]
    if country.code != "gr":  # the numbers of the others' norms are not in their profiles
        assert "not obtained" in norm["explanation"].iloc[0]["en"]
        assert norm["explanation"].iloc[0][country.code]


def test_without_registers_there_are_no_zeros(country: Country) -> None:
    for name in ("staff_actual", "capacity", "open_needs", "capacity_gap", "reach", "access"):
        rows = figure(country.whole.values, name)
        assert "shown" not in set(rows["status"]) and len(rows) > 0, name
    assert country.whole.poverty.pockets == ()


def test_cells_of_the_grid_are_placed_or_counted(country: Country) -> None:
    notes = country.loaded["eu_population_grid"].notes
    said = {
        way: int(note.split(" persons ")[0].replace(",", ""))
        for note in notes
        for way in ("centroid lies in", "nearest municipality", "left out")
        if way in note
    }
    assert said["centroid lies in"] == pytest.approx(country.expected.grid_persons, abs=0.01e6)
    assert said["left out"] < 0.05 * country.expected.grid_persons
    cells = country.whole.inputs.cells
    assert cells["area_code"].isin(country.whole.inputs.codes).all()
    placed = said["centroid lies in"] + said["nearest municipality"]
    assert cells["population"].sum() == placed
    (empty,) = (int(note.split()[0]) for note in notes if "without a cell" in note)
    assert empty == country.expected.municipalities - cells["area_code"].nunique()


def test_areas_have_names_in_the_language_of_their_country(country: Country) -> None:
    named = country.region.areas.set_index("code")
    assert not named[["name_en", "name_el"]].isna().any().any()
    assert not (named["name_en"] == named.index).any()
    known = {
        "gr": ("4501", "Athina", "ΑΘΗΝΑΙΩΝ"),
        "ro": ("136483", "Satu Mare", "Satu Mare"),
        "pl": ("3064011", "Poznań", "Poznań"),
        "bg": ("BLG03", "Blagoevgrad", "Благоевград"),
    }
    code, english, local = known[country.code]
    assert named.at[code, "name_el"] == local
    assert country.code == "gr" or named.at[code, "name_en"] == english
    top = {"gr": "Attica", "ro": "Satu Mare", "pl": "Greater Poland", "bg": "Blagoevgrad"}
    assert named.at[country.expected.region, "name_en"] == top[country.code]


@pytest.mark.parametrize("country", ["gr", "bg"], indirect=True)
def test_the_country_is_frozen_and_published(country: Country) -> None:
    _frozen_and_published(country)


@pytest.mark.drill  # a minute and a half each
@pytest.mark.parametrize("country", ["pl", "ro"], indirect=True)
def test_a_country_of_thousands_of_municipalities_is_frozen_and_published(
    country: Country,
) -> None:
    _frozen_and_published(country)


def _frozen_and_published(country: Country) -> None:
    with country.engine.connect() as connection:
        assert all(snapshots.verify(connection, country.snapshot).values())
        manifest = snapshots.get(connection, country.snapshot).manifest
    json.dumps(manifest, allow_nan=False)
    assert {one["id"] for one in manifest["sources"]} >= {country.expected.files[0][0]}
    _check_release(country.release, country.code, country.whole.values)
    assert len(country.release.zones) == country.expected.municipalities + 1


def test_a_region_is_published_for_every_tier(country: Country) -> None:
    code = country.expected.region
    snapshot = pipeline.freeze_analysis(country.engine, country.region)
    releases = pipeline.publish(country.engine, snapshot)
    assert [release.tier for release in releases] == list(TIERS)
    for release in releases:
        _check_release(release, code, country.region.values)
        assert len(release.zones) == country.expected.region_municipalities + 1


def _check_release(release: Release, area: str, values: pd.DataFrame) -> None:
    """Nothing is added, dropped or withheld where no figure is of a person."""
    assert not release.demo
    key = ["indicator", "breakdown", "area_code"]
    both = [frame.set_index(key)["status"].sort_index() for frame in (release.values, values)]
    pd.testing.assert_series_equal(*both, check_dtype=False)
    shown = [figure(frame, "population")["value"] for frame in (release.values, values)]
    pd.testing.assert_series_equal(shown[0], shown[1].loc[shown[0].index], check_dtype=False)


def test_known_defects_of_the_files_are_mended_and_said(country: Country) -> None:
    notes = {source: " ".join(one.notes) for source, one in country.loaded.items()}
    if country.code == "bg":
        assert "43 polygons were invalid and were repaired" in notes["bg_obshtini"]
        assert "11 polygons were invalid and were repaired" in notes["bg_oblasti"]
    elif country.code == "ro":
        assert "3 polygons were invalid and were repaired" in notes["ro_uat"]
        assert "pairs of polygons overlap, by 36" in notes["ro_uat"]
        assert "2 areas without a figure" in notes["ro_population2022"]
    elif country.code == "pl":
        assert "overlap" not in notes["pl_gminy"] and "repaired" not in notes["pl_gminy"]
        assert "73 codes differ from the loaded areas" in notes["pl_population2024"]
    else:
        assert "pairs of polygons overlap, by 82.6 km2" in notes["gr_municipalities"]
        assert "fixed row 183" in notes["gr_census2021"]


def test_the_sums_are_those_of_the_file_itself() -> None:
    """Two regions have no printed figure: their rows of the file, summed without this project."""
    romania = shared_data("population", "ro_uat_population_roem_joined_siruta_derived.csv")
    bulgaria = shared_data("population", "bg_municipality_population_dec2013_derived.csv")
    assert summed(romania, "cc", "population", "SM") == COUNTRIES["ro"].region_persons
    assert summed(bulgaria, "municipality", "population", "BLG") == (COUNTRIES["bg"].region_persons)


def test_the_day_homes_of_malopolska_are_reached_as_the_ellipsoid_says(country: Country) -> None:
    """97 real day homes with the places the register gives, against a plain loop over all pairs."""
    if country.code != "pl":
        pytest.skip("the register of homes is of Poland")
    homes = _homes(country)
    analysis = pipeline.analyse(country.engine, "12")
    inputs = replace(analysis.inputs, services=homes, covered=frozenset(analysis.inputs.codes))
    chosen = parameters.load()
    values = coverage(inputs, profile.load("pl"), chosen)
    of_homes = values[values["breakdown"] == "sds"]
    places = figure(of_homes, "capacity")
    assert places.at["12", "value"] == homes["capacity"].sum()
    reach = figure(of_homes, "reach")
    far = chosen.threshold_minutes / 60 * chosen.speed_kmh / chosen.detour_factor * 1000
    cells, ellipsoid = inputs.cells, pyproj.Geod(ellps="WGS84")
    open_homes = homes[homes["capacity"] > 0]
    nearest = np.array(
        [
            min(
                ellipsoid.inv(cell.x, cell.y, home.x, home.y)[2]
                for home in open_homes.geometry
                if abs(home.y - cell.y) < 0.2
            )
            if (abs(open_homes.geometry.y - cell.y) < 0.2).any()
            else np.inf
            for cell in cells.geometry
        ]
    )
    people = cells["population"].to_numpy(dtype=float)
    share = 100 * people[nearest <= far].sum() / people.sum()
    assert 0 < share < 100
    assert reach.at["12", "value"] == pytest.approx(share, rel=1e-9)
    access = figure(of_homes, "access")
    assert set(access["status"]) <= {"shown", "no_data", "not_applicable"}
    lived_in = set(cells.loc[people > 0, "area_code"])
    assert set(access[access["status"] == "shown"].index) == lived_in


def _homes(country: Country) -> gpd.GeoDataFrame:
    """The day homes (ŚDS) of the shared register, each in the municipality its coordinates say."""
    table = pd.read_csv(shared_data("social_services", "pl_malopolska_social_facilities_315.csv"))
    homes = table[table["typ_krotki"] == "ŚDS"]
    assert len(homes) == 97
    lie = Municipalities(country.whole.inputs.municipalities)
    codes = lie.codes_at(homes["longitude"], homes["latitude"])
    inside = np.array([code is not None and code.startswith("12") for code in codes])
    assert inside.sum() >= 95  # a wrong coordinate or two lies across the border
    homes = homes[inside]
    return gpd.GeoDataFrame(
        {
            "id": homes["id"].astype(str),
            "service_type": "sds",
            "capacity": homes["liczba_miejsc"].astype("Int64"),
            "offers": [[] for _ in range(len(homes))],
            "area_code": codes[inside],
            "location_class": "address",
        },
        geometry=gpd.points_from_xy(homes["longitude"], homes["latitude"]),
        crs=4326,
    )


def test_two_countries_with_the_same_codes_do_not_mix(country: Country, settings: Settings) -> None:
    """Four Romanian communes have the codes of Greek municipalities."""
    if country.code != "gr":
        pytest.skip("said of Greece")
    outlines = shared_data("boundaries", "ro_uat_3186_siruta.geojson")
    with pytest.raises(SourceRejected, match="3805, 4302, 4703, 5103") as caught:
        loading.load(country.engine, settings, "ro_uat", outlines)
    assert "databases of their own" in str(caught.value)
    with country.engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT count(*) FROM base.area WHERE country = 'ro'"))
    assert found == 0


@pytest.mark.parametrize(
    ("source", "file", "problem"),
    [
        ("pl_gminy", "boundaries/pl_powiaty_380_terc.geojson", "not a code of this country"),
        ("ro_uat", "boundaries/ro_uat_SM_siruta_detailed.geojson", "is missing"),
        ("bg_obshtini", "boundaries/bg_provinces.geojson", "is missing"),
        ("bg_oblasti", "boundaries/bg_municipalities_names.geojson", "the same value stands in"),
        (
            "ro_population2022",
            "population/ro_uat_population_vaccination_roem_latest.csv",
            "missing",
        ),
    ],
)
def test_a_file_that_is_another_one_stops_the_load(
    engine: Engine, settings: Settings, source: str, file: str, problem: str
) -> None:
    with pytest.raises(SourceRejected, match=problem):
        loading.load(engine, settings, source, shared_data(*file.split("/")))
    with engine.connect() as connection:
        written = "(SELECT count(*) FROM base.area) + (SELECT count(*) FROM base.population)"
        assert connection.scalar(sa.text(f"SELECT {written}")) == 0


def test_an_area_of_whose_people_nothing_is_known_is_refused(
    engine: Engine, settings: Settings
) -> None:
    outlines = shared_data("boundaries", "bg_municipalities_names.geojson")
    loading.load(engine, settings, "bg_obshtini", outlines)
    with pytest.raises(NotFound, match="Nothing is known of the people of bg"):
        pipeline.analyse(engine, "bg")
