"""Greece from official files as they are found: all of it, its known mistake, its grid."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo import loading, pipeline
from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.db.tables import metadata
from geo.errors import NotFound, SourceRejected
from geo.settings import Settings
from tests.conftest import clone, shared_data

RESIDENTS = 10_432_481
BANDS = {"none": 101, "2": 151, "3": 66, "4": 15}
"""Municipalities (and Mount Athos) by the posts their residents ask for: methods 5.3."""


@pytest.fixture(scope="module")
def polygons() -> Path:
    return shared_data("boundaries", "gr_dimoi_333_elstat_codes.geojson")


@pytest.fixture(scope="module")
def census() -> Path:
    return shared_data("population", "gr_census2021_provisional_dimoi.csv")


@pytest.fixture(scope="module")
def grid() -> Path:
    return shared_data("population", "eu_pop_grid_2018_5km.parquet")


@pytest.fixture(scope="module")
def greece(
    cluster: Cluster, template: str, settings: Settings, polygons: Path, census: Path, grid: Path
) -> Iterator[Engine]:
    """Areas, residents and cells of the whole country, and no register."""
    for name in clone(cluster, template):
        engine = make_engine(cluster.url(name))
        loading.load(engine, settings, "gr_municipalities", polygons)
        loading.load(engine, settings, "gr_census2021", census, fixes=True)
        loading.load(engine, settings, "eu_population_grid", grid, country="gr")
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def analysis(greece: Engine) -> pipeline.Analysis:
    return pipeline.analyse(greece, "gr")


def figure(values: pd.DataFrame, indicator: str) -> pd.DataFrame:
    return values[values["indicator"] == indicator].set_index("area_code")


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0
            for name in metadata.tables
        }


def test_332_municipalities_and_mount_athos(analysis: pipeline.Analysis) -> None:
    codes = set(analysis.inputs.codes)
    assert len(codes) == 333
    assert not analysis.inputs.municipalities["name_el"].isna().any()
    population = figure(analysis.values, "population")["value"]
    assert population["gr"] == RESIDENTS
    assert population.drop("gr").sum() == RESIDENTS
    assert set(population.index) == codes | {"gr"}


def test_thirteen_regions_lie_between(greece: Engine) -> None:
    with greece.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT r.code, count(m.*) AS n FROM base.area r JOIN base.area m"
                " ON m.parent_code = r.code AND m.level = 'municipality'"
                " WHERE r.level = 'region' GROUP BY r.code"
            )
        )
        members = {row.code: row.n for row in rows}
    # Mount Athos, self-governed, counts to Central Macedonia (EL52) beside its 38 municipalities.
    assert len(members) == 13 and sum(members.values()) == 333
    assert (members["EL30"], members["EL52"]) == (66, 39)


def test_posts_that_the_norm_asks_for(analysis: pipeline.Analysis, census: Path) -> None:
    required = figure(analysis.values, "staff_required").drop("gr")
    found = Counter(
        "none" if status == "not_applicable" else str(int(value))
        for status, value in zip(required["status"], required["value"], strict=True)
    )
    assert found == BANDS
    # The same count from the file itself, by the text of the norm.
    with census.open(encoding="utf-8") as stream:
        people = [int(row["pop_total_2021"]) for row in csv.DictReader(stream)]
    assert sum(people) == RESIDENTS
    assert (
        Counter(
            "none" if p < 10_000 else "2" if p <= 40_000 else "3" if p <= 100_000 else "4"
            for p in people
        )
        == BANDS
    )


def test_without_registers_nothing_is_short(analysis: pipeline.Analysis) -> None:
    """An absence of records is no absence of staff."""
    norm = figure(analysis.values, "staff_norm").drop("gr", errors="ignore")["category"]
    assert Counter(norm) == {"not_assessable": 333 - BANDS["none"], "no_norm": BANDS["none"]}
    for name in ("staff_actual", "staff_shortfall", "open_needs", "beneficiaries", "reach"):
        rows = figure(analysis.values, name)
        assert "shown" not in set(rows["status"]), name
        assert rows["value"].isna().all(), name
    assert analysis.poverty.pockets == ()


def test_vari_voula_vouliagmeni_asks_for_three(analysis: pipeline.Analysis) -> None:
    assert figure(analysis.values, "population").at["4902", "value"] == 50_585
    assert figure(analysis.values, "staff_required").at["4902", "value"] == 3


def test_greece_is_frozen_and_published_without_a_register(
    greece: Engine, analysis: pipeline.Analysis
) -> None:
    snapshot_id = pipeline.freeze_analysis(greece, analysis)
    assert pipeline.freeze_analysis(greece, pipeline.analyse(greece, "gr")) == snapshot_id
    for release in pipeline.publish(greece, snapshot_id):
        assert not release.demo
        assert set(release.values["status"]) <= {"shown", "no_data", "not_applicable"}
        assert len(release.zones) == 334


def test_the_grid_says_how_its_persons_were_assigned(greece: Engine) -> None:
    with greece.connect() as connection:
        notes = connection.scalar(
            sa.text("SELECT notes FROM base.source WHERE id = 'eu_population_grid_gr'")
        )
        cells = connection.scalar(sa.text("SELECT sum(population) FROM base.cell"))
        homeless = connection.scalar(
            sa.text("SELECT count(*) FROM base.cell WHERE area_code IS NULL")
        )
    assert notes is not None
    said = {
        way: int(note.split(" persons ")[0].replace(",", ""))
        for note in notes
        for way in ("centroid lies in", "nearest municipality")
        if way in note
    }
    # 10.02 million by centroid is what the file's own description states for Greece.
    assert said["centroid lies in"] == 10_019_477
    assert cells == sum(said.values())
    assert cells == pytest.approx(10.74e6, rel=0.01)  # Eurostat, 1 January 2018
    assert homeless == 0


def test_code_7101_stops_the_load_and_names_both_rows(
    greece: Engine, settings: Settings, census: Path
) -> None:
    before = counts(greece)
    with pytest.raises(SourceRejected) as caught:
        loading.load(greece, settings, "gr_census2021", census)
    message = str(caught.value)
    assert "row 58, column elstat_municipality_code" in message
    assert "row 183, column elstat_municipality_code" in message
    assert "7101" in message and "nothing of this file was loaded" in message
    assert counts(greece) == before


def test_nothing_of_a_stopped_load_is_in_an_empty_database(
    engine: Engine, settings: Settings, census: Path
) -> None:
    before = counts(engine)
    with pytest.raises(SourceRejected):
        loading.load(engine, settings, "gr_census2021", census)
    assert counts(engine) == before
    loaded = loading.load(engine, settings, "gr_census2021", census, fixes=True)
    assert any("fixed row 183" in note for note in loaded.notes)
    assert counts(engine)["base.population"] == 3 * 333


def test_cells_want_municipalities_first(engine: Engine, settings: Settings, grid: Path) -> None:
    before = counts(engine)
    with pytest.raises(NotFound, match="none are loaded") as caught:
        loading.load(engine, settings, "eu_population_grid", grid, country="gr")
    assert "--country gr" not in caught.value.hint and "gr" in caught.value.hint
    assert counts(engine) == before


def test_official_areas_replace_derived_ones_and_the_figures_stay(
    cluster: Cluster, demo_copy: str, settings: Settings, polygons: Path
) -> None:
    engine = make_engine(cluster.url(demo_copy))
    try:
        before = pipeline.analyse(engine, "EL30")
        loading.load(engine, settings, "gr_municipalities", polygons)
        after = pipeline.analyse(engine, "EL30")
    finally:
        engine.dispose()
    shapes = after.areas[after.areas["level"] == "municipality"]
    assert set(before.areas["geometry_kind"]) == {"derived"}
    assert set(shapes["geometry_kind"]) == {"official"} and len(shapes) == 66
    # Only what is drawn from the shapes themselves may change.
    shaped = ["rate_pattern", "hot_spot", "needs_out_of_reach"]
    columns = ["indicator", "breakdown", "area_code", "value", "low", "high", "category", "status"]
    same = [
        one.values[~one.values["indicator"].isin(shaped)][columns].sort_values(columns[:3])
        for one in (before, after)
    ]
    pd.testing.assert_frame_equal(
        same[0].reset_index(drop=True), same[1].reset_index(drop=True), rtol=1e-9
    )
    # Names that the census gave stay where the polygons bring none.
    names = after.inputs.municipalities.set_index("code")["name_el"]
    assert names["4501"] == before.inputs.municipalities.set_index("code").at["4501", "name_el"]
