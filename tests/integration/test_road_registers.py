"""Roads in the database: loaded whole, loaded again, read as they were; travel times out of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo import loading
from geo.analysis import parameters as analysis_parameters
from geo.analysis.travel import geodesic_costs
from geo.db.engine import transaction
from geo.db.reload import Reload
from geo.errors import InvalidInput, SourceRejected
from geo.registers.areas import store as areas
from geo.registers.roads import store
from geo.settings import Settings
from geo.sources.batch import read_with
from geo.sources.source import load as load_facts
from geo.travel_times import loaded_network, travel_times
from tests.conftest import shared_data
from tests.unit.sources.drawn_map import LAT, LON, Map


def town(*, longer: bool = False) -> Map:
    """A street of 2 km to the east; with `longer` a side street too."""
    made = Map()
    for number in range(3):
        made.node(1 + number, number * 15, 0)
    made.way(1, 1, 2, 3, highway="residential", maxspeed="50")
    if longer:
        made.node(4, 15, 15)
        made.way(2, 2, 4, highway="residential")
    return made


def load(
    engine: Engine, settings: Settings, path: Path, *, country: str = "xx", smaller: bool = False
) -> loading.Loaded:
    return loading.load(engine, settings, "osm_roads", path, country=country, smaller=smaller)


@pytest.fixture
def job(engine: Engine) -> Iterator[Connection]:
    with transaction(engine, "job") as made:
        yield made


def test_roads_are_loaded_and_loaded_again(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    path = town().write(tmp_path / "one.osm")
    first = load(engine, settings, path)
    assert first.source_id == "osm_roads_xx"
    assert first.changes == {"road_pieces": Reload(added=1)}
    assert first.rows == {"road_pieces": 1}
    with transaction(engine, "job") as connection:
        before = connection.execute(sa.text("SELECT * FROM base.road_network")).one()
        held = store.roads(connection, "xx")
    assert held is not None
    read = read_with(load_facts("osm_roads").of_country("xx"), path)
    for name, frame in (("nodes", "road_nodes"), ("pieces", "road_pieces")):
        for column, array in getattr(held, name).items():
            np.testing.assert_array_equal(array, read.frames[frame][column].to_numpy())
    assert set(held.pieces) == set(read.frames["road_pieces"])
    assert held.approach_kmh == {"car": 4.5, "walk": 4.5, "reduced_mobility": 2.9}
    assert held.attribution.startswith("© OpenStreetMap contributors")
    again = load(engine, settings, path)
    assert again.changes == {"road_pieces": Reload(unchanged=1)}
    with transaction(engine, "job") as connection:
        assert connection.execute(sa.text("SELECT * FROM base.road_network")).one() == before
    other = load(engine, settings, town(longer=True).write(tmp_path / "two.osm"))
    assert other.changes == {"road_pieces": Reload(added=3, removed=1)}
    with transaction(engine, "job") as connection:
        now = connection.execute(sa.text("SELECT * FROM base.road_network")).one()
        assert (now.pieces, now.nodes) == (3, 4)
        assert now.version != before.version
        assert connection.scalar(sa.text("SELECT count(*) FROM base.road_values")) == 11


def test_countries_have_roads_of_their_own(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    load(engine, settings, town().write(tmp_path / "one.osm"))
    load(engine, settings, town(longer=True).write(tmp_path / "two.osm"), country="yy")
    with transaction(engine, "job") as connection:
        sizes = []
        for country in ("xx", "yy"):
            held = store.roads(connection, country)
            assert held is not None
            sizes.append(held.pieces["tail"].size)
        assert sizes == [1, 3]
        assert store.roads(connection, "zz") is None
        assert loaded_network(connection, "zz") is None


def test_a_broken_file_leaves_the_old_roads(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    load(engine, settings, town().write(tmp_path / "one.osm"))
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"half")
    with pytest.raises(SourceRejected, match="it cannot be read to its end"):
        load(engine, settings, broken)
    with transaction(engine, "job") as connection:
        held = store.roads(connection, "xx")
    assert held is not None and held.pieces["tail"].size == 1


def test_half_of_the_roads_is_no_new_edition(job: Connection) -> None:
    source = {
        "id": "osm_roads_xx", "title": "t", "titles": {}, "notices": {}, "publisher": "p",
        "licence": "l", "attribution": "a", "reference_date": None, "official": False,
        "derived": False, "synthetic": False, "scope": None, "counts": {}, "notes": [], "sha256": "",
    }  # fmt: skip
    areas.put_source(job, source)

    def frames(number: int) -> dict[str, pd.DataFrame]:
        tail = np.arange(number)
        times = {f"{mode}_{way}": 1.0 for mode in ("car", "walk") for way in ("there", "back")}
        return {
            "road_nodes": pd.DataFrame({"lon": np.linspace(9, 10, number + 1), "lat": 47.0}),
            "road_pieces": pd.DataFrame({"tail": tail, "head": tail + 1, "metres": 1.0, **times}),
            "road_modes": pd.DataFrame(
                {"mode": ["car", "walk"], "approach_kmh": 4.5, "newest_edit": None}
            ),
        }

    assert store.put_roads(job, frames(600), "osm_roads_xx", "xx").rows == 600
    change = store.put_roads(job, frames(200), "osm_roads_xx", "xx")
    assert (change.rows, change.changed + change.removed + change.unchanged) == (200, 600)


def test_travel_times_along_roads_say_what_they_rest_on(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    load(engine, settings, town().write(tmp_path / "one.osm"))
    chosen = analysis_parameters.load()
    origins = [[LON, LAT], [LON + 0.015, LAT], [LON + 0.5, LAT]]
    sites = [[LON + 0.03, LAT]]
    with transaction(engine, "job") as connection:
        found = travel_times(
            connection, "xx", origins, sites, people=[50, 30, 20], parameters=chosen
        )
    held = found.cost.toarray()[:, 0]
    # 2 km at four fifths of 50 km/h.
    assert held == pytest.approx([2.060 * 60 / 40, 1.030 * 60 / 40, 0], rel=0.01)
    assert found.roads is not None and found.roads.unroutable_origins.tolist() == [2]
    told = found.basis.values()
    assert (told["kind"], told["mode"], told["source"]) == (
        "roads", "car", "Roads of OpenStreetMap",
    )  # fmt: skip
    assert told["unrouted_people_share"] == pytest.approx(0.2)
    assert told["detour_factor"] is None and len(told["network"]) == 64
    assert str(found.basis).startswith("Along roads (Roads of OpenStreetMap), car; the way to")
    assert "20.0% of people could not be routed" in str(found.basis)


def test_without_roads_the_straight_line_stays_and_says_so(job: Connection) -> None:
    chosen = analysis_parameters.load()
    origins, sites = [[LON, LAT], [LON + 1, LAT]], [[LON + 0.03, LAT]]
    found = travel_times(job, "xx", origins, sites, people=[1, 1], parameters=chosen)
    expected = geodesic_costs(
        origins, sites, threshold_minutes=chosen.threshold_minutes,
        detour_factor=chosen.detour_factor, speed_kmh=chosen.speed_kmh,
    )  # fmt: skip
    np.testing.assert_array_equal(found.cost.toarray(), expected.toarray())
    assert found.roads is None
    told = found.basis.values()
    assert (told["kind"], told["detour_factor"], told["unrouted_people_share"]) == (
        "straight_line", chosen.detour_factor, None,
    )  # fmt: skip
    assert str(found.basis).startswith("Straight line times 1.4 at 25 km/h: no roads are loaded")
    with pytest.raises(InvalidInput, match="no speed for 'reduced_mobility'"):
        travel_times(
            job, "xx", origins, sites, people=[1, 1], parameters=chosen, mode="reduced_mobility"
        )
    with pytest.raises(InvalidInput, match="negative"):
        travel_times(job, "xx", origins, sites, people=[1, -1], parameters=chosen)


def test_nobody_but_the_analysis_reads_roads(app_engine: Engine) -> None:
    for name in ("road_network", "road_values"):
        with (
            app_engine.connect() as connection,
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        ):
            connection.execute(sa.text(f"SELECT * FROM base.{name}"))


def test_liechtenstein_whole(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    path = shared_data("osm", "liechtenstein_nominatim_apidb_test.osm.pbf")
    assert load(engine, settings, path, country="li").rows == {"road_pieces": 49_234}
    vaduz, schaan, balzers = [9.5209, 47.1410], [9.5087, 47.1650], [9.5021, 47.0662]
    chosen = analysis_parameters.load()
    with transaction(engine, "job") as connection:
        minutes = {}
        for mode in ("car", "walk", "reduced_mobility"):
            found = travel_times(
                connection, "li", [vaduz, balzers], [schaan], people=[2, 1],
                parameters=chosen, mode=mode, folder=tmp_path / "travel",
            )  # fmt: skip
            assert found.basis.unrouted_people_share == 0
            minutes[mode] = found.cost.toarray()[:, 0]
    # 3 km along the main road; 14 km from Balzers, too far to walk in 20 minutes.
    assert minutes["car"][0] == pytest.approx(4.5, abs=1.5)
    assert minutes["car"][1] == pytest.approx(15, abs=4)
    assert minutes["walk"].tolist() == [0, 0]
    assert len(list((tmp_path / "travel").iterdir())) == 3
