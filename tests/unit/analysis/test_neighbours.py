"""Contiguity on squares drawn by hand, and on the real outlines of Attica where they are."""

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse import csr_array
from shapely.geometry import Polygon, box

from geo.analysis.neighbours import queen, row_standardised
from geo.errors import InvalidInput
from tests.conftest import shared_data

# A and B share an edge but for a gap of 30 m, C touches B's corner, D lies apart, E overlaps A.
SHAPES = {
    "A": box(0, 0, 1000, 1000),
    "B": box(1030, 0, 2000, 1000),
    "C": box(2000, 1000, 3000, 2000),
    "D": box(9000, 9000, 9500, 9500),
    "E": box(-500, 0, 20, 1000),
}


def _areas(shapes=SHAPES, crs=3035):
    return gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs=crs)


def test_gaps_up_to_the_tolerance_are_borders():
    found = queen(_areas(), tolerance_m=30)
    assert found.of("A") == ("B", "E")
    assert found.of("B") == ("A", "C")
    assert found.isolates == ("D",)
    assert queen(_areas(), tolerance_m=29).of("A") == ("E",)
    assert queen(_areas(), tolerance_m=0).of("C") == ("B",)


def test_weights_are_binary_and_symmetric_without_a_diagonal():
    dense = queen(_areas(), tolerance_m=30).weights.toarray()
    assert (dense == dense.T).all()
    assert set(np.unique(dense)) == {0, 1}
    assert not dense.diagonal().any()


def test_links_join_islands_and_are_not_counted_twice():
    found = queen(_areas(), tolerance_m=30, links=[("D", "A"), ("A", "B")])
    assert found.of("D") == ("A",)
    assert found.isolates == ()
    assert found.weights.max() == 1


@pytest.mark.parametrize("link", [("A", "X"), ("A", "A")])
def test_impossible_links_are_refused(link):
    with pytest.raises(InvalidInput, match="A"):
        queen(_areas(), tolerance_m=30, links=[link])


def test_degrees_twins_and_empty_areas_are_refused():
    with pytest.raises(InvalidInput, match="3035"):
        queen(_areas(crs=4326), tolerance_m=30)
    twins = _areas()
    twins["code"] = "A"
    with pytest.raises(InvalidInput, match="twice"):
        queen(twins, tolerance_m=30)
    with pytest.raises(InvalidInput, match="without geometry: F"):
        queen(_areas({**SHAPES, "F": Polygon()}), tolerance_m=30)


def test_only_some():
    found = queen(_areas(), tolerance_m=30).only(np.array([True, False, True, False, True]))
    assert found.codes == ("A", "C", "E")
    assert found.isolates == ("C",)
    assert found.of("A") == ("E",)


def test_row_standardised_rows_sum_to_one_or_nothing():
    weights = csr_array(np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]]))
    assert row_standardised(weights).toarray().tolist() == [[0, 0.5, 0.5], [1, 0, 0], [0, 0, 0]]


def test_the_islands_of_attica_are_isolates():
    path = shared_data("boundaries", "gr_dimoi_333_elstat_codes.geojson")
    areas = gpd.read_file(path).rename(columns={"ID": "code"}).to_crs(3035)
    attica = areas[areas["code"].astype(str).str[:2].between("45", "52")]
    found = queen(attica, tolerance_m=50)
    # Salamina, Hydra, Agistri, Aegina, Kythira, Spetses; Poros all but touches Troizinia.
    assert set(found.isolates) == {"5201", "5202", "5203", "5204", "5206", "5208"}
    assert len(found.codes) == 66
