"""Location error: where draws may fall, what they do to a figure, and that it stays unbiased."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.analysis.need.location_error import location_interval, nearest_metres, sampled_gap
from geo.analysis.need.places import Sampler, ground, located
from geo.errors import InvalidInput

GEOD = Geod(ellps="WGS84")
WEST, SOUTH, SIDE = 23.0, 38.0, 0.2
"""Three square municipalities in a row, about 17.5 by 22 km each."""


def squares():
    return [
        shapely.box(WEST + i * SIDE, SOUTH, WEST + (i + 1) * SIDE, SOUTH + SIDE) for i in range(3)
    ]


def region():
    """Populated cells on a grid in each municipality, many people in its west, few in its east."""
    step = SIDE / 8
    cells, people, area = [], [], []
    for i in range(3):
        for column in range(8):
            for row in range(8):
                cells.append((WEST + i * SIDE + (column + 0.5) * step, SOUTH + (row + 0.5) * step))
                people.append(100.0 * (8 - column) ** 2)
                area.append(i)
    return ground(squares(), cells, people, area)


LAND = region()
SITES = np.array([(WEST + (i + 0.1) * SIDE, SOUTH + SIDE / 2) for i in range(3)])
"""In each municipality one service, in its west as its people are, far from its middle."""

CENTRES = np.array([(WEST + (i + 0.5) * SIDE, SOUTH + SIDE / 2) for i in range(3)])


def people_of(n, seed, spread=0.999):
    """Where n people really live: cells by population, moved by up to half a cell x spread."""
    rng = np.random.default_rng(seed)
    at = rng.choice(LAND.population.size, n, p=LAND.population / LAND.population.sum())
    moved = rng.uniform(-SIDE / 16, SIDE / 16, (n, 2)) * spread
    return LAND.cells[at] + moved, LAND.cell_area[at]


def at_class(lonlat, area, word, radius):
    return located(lonlat, [word] * len(area), np.full(len(area), radius), area)


def at_centres(area):
    return at_class(CENTRES[area], area, "municipality", 12_000.0)


def offset(lonlat, radius, rng):
    """Rayleigh offsets by the geodesic problem: independent of the code under test."""
    length = radius * np.sqrt(-np.log(rng.random(len(lonlat))) / np.log(10))
    lon, lat, _ = GEOD.fwd(lonlat[:, 0], lonlat[:, 1], rng.uniform(0, 360, len(lonlat)), length)
    return np.column_stack([lon, lat])


def beyond(lonlat, threshold):
    """Brute force on the ellipsoid."""
    nearest = np.full(len(lonlat), np.inf)
    for site in SITES:
        ones = np.ones(len(lonlat))
        metres = GEOD.inv(lonlat[:, 0], lonlat[:, 1], site[0] * ones, site[1] * ones)[2]
        nearest = np.minimum(nearest, metres)
    return int((nearest > threshold).sum())


def width(interval):
    return float(interval.high - interval.low)


def test_the_interval_grows_from_address_to_centroid():
    lonlat, area = people_of(600, 1)
    made = [
        at_class(lonlat, area, "address", 80.0),
        at_class(lonlat, area, "street", 500.0),
        at_class(lonlat, area, "postcode", 2000.0),
        at_centres(area),
    ]
    totals = [
        sampled_gap(places, LAND, SITES, threshold_m=5000, samples=200, seed=4).total
        for places in made
    ]
    widths = [width(total) for total in totals]
    assert widths == sorted(widths)
    assert widths[0] < widths[3] / 3
    assert [total.municipality_share for total in totals] == [0, 0, 0, 1]
    truth = beyond(lonlat, 5000)
    assert totals[0].low <= truth <= totals[0].high


def test_more_centroids_make_it_wider():
    lonlat, area = people_of(400, 2)
    found = []
    for exact in (400, 300, 200, 100, 0):
        classes = ["address"] * exact + ["municipality"] * (400 - exact)
        points = np.where(np.arange(400)[:, None] < exact, lonlat, CENTRES[area])
        radius = np.where(np.arange(400) < exact, 30.0, 12_000.0)
        places = located(points, classes, radius, area)
        found.append(sampled_gap(places, LAND, SITES, threshold_m=5000, samples=400, seed=1).total)
    widths = [width(total) for total in found]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1] / 3
    assert [total.municipality_share for total in found] == [0, 0.25, 0.5, 0.75, 1]


def test_the_estimate_is_unbiased_when_addresses_are_replaced_by_centroids():
    errors, naive, inside = [], [], 0
    for seed in range(40):
        lonlat, area = people_of(300, 100 + seed, spread=0)
        truth = beyond(lonlat, 5000)
        total = sampled_gap(
            at_centres(area), LAND, SITES, threshold_m=5000, samples=60, seed=seed
        ).total
        errors.append(float(total.estimate) - truth)
        inside += bool(total.low <= truth <= total.high)
        naive.append(beyond(CENTRES[area], 5000) - truth)
    standard_error = np.std(errors) / np.sqrt(len(errors))
    assert standard_error < 2
    assert abs(np.mean(errors)) < 3 * standard_error
    # Everybody in the middle would all be beyond reach, most of them wrongly.
    assert np.mean(naive) > 70
    assert inside >= 30


def test_the_estimate_is_unbiased_under_street_error_and_the_interval_holds_nine_of_ten():
    rng = np.random.default_rng(9)
    lonlat, area = people_of(300, 5)
    # Away from the border, so that truth may be drawn without it.
    kept = np.abs((lonlat - [WEST, SOUTH]) % SIDE - SIDE / 2).max(axis=1) < SIDE / 2 - 0.03
    lonlat, area = lonlat[kept], area[kept]
    total = sampled_gap(
        at_class(lonlat, area, "street", 700.0), LAND, SITES, threshold_m=5000, samples=400, seed=2
    ).total
    truths = [beyond(offset(lonlat, 700.0, rng), 5000) for _ in range(300)]
    assert float(total.estimate) == pytest.approx(np.mean(truths), abs=0.5)
    held = np.mean([total.low <= truth <= total.high for truth in truths])
    assert 0.85 < held <= 0.99


def test_nine_of_ten_offsets_stay_within_the_radius_at_any_latitude():
    for lat in (0.0, 38.0, 62.0):
        land = ground([shapely.box(-180, -90, 180, 90)], [(20.0, lat)], [1.0], [0])
        places = located(
            [(20.0, lat)] * 20_000, ["postcode"] * 20_000, [3000.0] * 20_000, [-1] * 20_000
        )
        drawn = Sampler(places, land).draw(np.random.default_rng(1))
        azimuth, _, metres = GEOD.inv(
            np.full(20_000, 20.0), np.full(20_000, lat), drawn[:, 0], drawn[:, 1]
        )
        assert np.mean(metres <= 3000) == pytest.approx(0.9, abs=0.01)
        # The median of a Rayleigh length: sqrt(ln 2 / ln 10) of the radius for nine of ten.
        assert np.median(metres) == pytest.approx(3000 * np.sqrt(np.log(2) / np.log(10)), rel=0.02)
        quarters = np.bincount(((azimuth + 180) // 90).astype(int).clip(0, 3), minlength=4)
        assert quarters == pytest.approx(np.full(4, 5000), rel=0.05)


def test_a_municipality_is_drawn_by_population_over_its_own_cells():
    places = at_centres(np.full(50_000, 1))
    drawn = Sampler(places, LAND).draw(np.random.default_rng(3))
    own = LAND.cell_area == 1
    counted = [np.mean(np.isclose(drawn, cell).all(axis=1)) for cell in LAND.cells[own]]
    assert sum(counted) == pytest.approx(1)
    assert counted == pytest.approx(LAND.population[own] / LAND.population[own].sum(), abs=0.004)


def test_cells_without_people_are_never_drawn():
    land = ground(squares(), [(23.05, 38.1), (23.1, 38.1), (23.15, 38.1)], [0, 5, 0], [0, 0, 0])
    drawn = Sampler(at_centres(np.zeros(500, dtype=int)), land).draw(np.random.default_rng(3))
    assert (drawn == [23.1, 38.1]).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from(["address", "street", "postcode", "settlement"]))
@settings(max_examples=25, deadline=None)
def test_no_record_leaves_its_municipality(seed, word):
    rng = np.random.default_rng(seed)
    area = rng.integers(0, 3, 60)
    # On the border, near it, and some points outside of their own municipality.
    lonlat = np.column_stack(
        [WEST + (area + rng.choice([0.0, 0.001, 0.5, 0.999, 1.0, 1.2, 2.5], 60)) * SIDE,
         SOUTH + rng.choice([0.0, 0.01, 0.5, 1.0, 1.05], 60) * SIDE]
    )  # fmt: skip
    places = located(lonlat, [word] * 60, rng.choice([50.0, 500.0, 6000.0], 60), area)
    sampler = Sampler(places, LAND)
    for _ in range(4):
        drawn = sampler.draw(rng)
        assert shapely.intersects_xy(LAND.borders[area], drawn[:, 0], drawn[:, 1]).all()


def test_points_outside_their_municipality_are_counted():
    # The second is 35 km away from its municipality, the third has none it could contradict.
    places = located([CENTRES[0], CENTRES[2], CENTRES[2]], ["street"] * 3, [100.0] * 3, [0, 0, -1])
    found = sampled_gap(places, LAND, SITES, threshold_m=5000, samples=100, seed=1)
    assert found.total.contradicted == 1
    assert found.records.tolist() == [2, 0, 0]
    assert found.elsewhere == 1
    assert found.reason.tolist() == ["", "no_records", "no_records"]
    # The first is 7 km from the service, the second lives anywhere in the municipality.
    assert 1 < found.gap.estimate[0] < 2
    assert (found.gap.low[0], found.gap.high[0]) == (1, 2)
    assert float(found.total.estimate) == pytest.approx(found.gap.estimate[0] + 1)


def test_a_settlement_is_drawn_over_the_cells_in_its_radius_and_municipality():
    # Just west of the border; cells on both sides are within 4 km.
    point = (WEST + SIDE * 0.98, SOUTH + SIDE / 2)
    distance = nearest_metres([point])(LAND.cells)
    expected = (distance <= 4000) & (LAND.cell_area == 0)
    assert 2 <= expected.sum() < (distance <= 4000).sum()
    places = located([point] * 4000, ["settlement"] * 4000, [4000.0] * 4000, [0] * 4000)
    drawn = np.unique(Sampler(places, LAND).draw(np.random.default_rng(1)), axis=0)
    assert {tuple(x) for x in drawn} == {tuple(x) for x in LAND.cells[expected]}


def test_a_settlement_smaller_than_the_cells_is_drawn_like_a_street():
    places = located([CENTRES[0]] * 5000, ["settlement"] * 5000, [400.0] * 5000, [0] * 5000)
    drawn = Sampler(places, LAND).draw(np.random.default_rng(1))
    assert len(np.unique(drawn, axis=0)) == 5000
    assert np.mean(nearest_metres([CENTRES[0]])(drawn) <= 400) == pytest.approx(0.9, abs=0.015)


def test_records_of_one_place_move_as_one_and_widen_the_interval():
    # Forty people of one hostel near the threshold, or forty that each live there by chance.
    start = np.array(GEOD.fwd(*SITES[1], 90, 5000)[:2])
    alone = at_class(np.tile(start, (40, 1)), np.ones(40, dtype=int), "street", 500.0)
    hostel = located(alone.lonlat, alone.classes, alone.radius_m, alone.area, np.full(40, 7))
    drawn = Sampler(hostel, LAND).draw(np.random.default_rng(2))
    assert (drawn == drawn[0]).all()
    apart, together = (
        sampled_gap(places, LAND, SITES, threshold_m=5000, samples=200, seed=1).total
        for places in (alone, hostel)
    )
    assert (float(together.low), float(together.high)) == (0, 40)
    assert width(apart) < 20
    assert float(apart.estimate) == pytest.approx(float(together.estimate), abs=4)


def test_a_seed_gives_the_same_again_and_another_does_not():
    _, area = people_of(50, 3)
    first, again, other = (
        location_interval(
            at_centres(area), LAND, lambda lonlat: lonlat.mean(axis=0), samples=30, seed=seed
        )
        for seed in (5, 5, 6)
    )
    assert first.estimate.tolist() == again.estimate.tolist()
    assert first.high.tolist() == again.high.tolist()
    assert first.estimate.tolist() != other.estimate.tolist()
    assert first.estimate.shape == (2,)
    assert (first.samples, first.seed, first.records, first.municipality_only) == (30, 5, 50, 50)


def test_what_is_exactly_known_has_no_width():
    found = sampled_gap(
        at_class(CENTRES, np.arange(3), "address", 1e-6), LAND, SITES, threshold_m=5000, seed=1
    )
    assert (
        found.gap.estimate.tolist() == found.gap.low.tolist() == found.gap.high.tolist() == [1] * 3
    )
    assert width(found.total) == 0


def test_the_threshold_is_inclusive_and_measured_on_the_ellipsoid():
    metres = float(nearest_metres(SITES)(CENTRES[:1])[0])
    assert metres == pytest.approx(GEOD.inv(*CENTRES[0], *SITES[0])[2], abs=0.01)
    land = ground(squares(), CENTRES, [1, 1, 1], [0, 1, 2])
    places = at_centres(np.array([0]))
    on_it, short = (
        sampled_gap(places, land, SITES, threshold_m=t, seed=1).total.estimate
        for t in (metres, metres - 0.01)
    )
    assert (float(on_it), float(short)) == (0, 1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_nearest_metres_is_the_geodesic(seed):
    rng = np.random.default_rng(seed)
    here = np.column_stack([rng.uniform(20, 21, 10), rng.uniform(35, 54, 10)])
    there = here[:3] + rng.uniform(-0.3, 0.3, (3, 2))
    brute = [min(GEOD.inv(*place, *site)[2] for site in there) for place in here]
    found = nearest_metres(there)(here)
    near = np.array(brute) < 100_000
    assert found[near] == pytest.approx(np.array(brute)[near], abs=1.1)


def test_without_sites_everybody_is_beyond_reach():
    found = sampled_gap(
        at_centres(np.array([0, 0, 2])), LAND, np.empty((0, 2)), threshold_m=5000, seed=1
    )
    assert found.gap.low.tolist() == [2, 0, 1]
    assert float(found.total.estimate) == 3


def test_no_records_at_all_are_a_stated_result():
    none = located(np.empty((0, 2)), [], [], [])
    found = sampled_gap(none, LAND, SITES, threshold_m=5000, seed=1)
    assert found.reason.tolist() == ["no_records"] * 3
    assert found.total.municipality_share is None
    assert float(found.total.high) == 0


def test_class_none_with_a_municipality_counts_as_known_to_the_municipality():
    places = located([(np.nan, np.nan), CENTRES[0]], ["none", "street"], [np.nan, 100.0], [1, 0])
    found = sampled_gap(places, LAND, SITES, threshold_m=5000, seed=1)
    assert found.municipality_only.tolist() == [0, 1, 0]
    assert found.total.municipality_share == 0.5
    assert np.isfinite(found.gap.estimate).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"classes": ["house"]}, "Unknown class 'house'"),
        ({"classes": ["municipality"], "area": [-1]}, "neither a point nor a municipality"),
        ({"classes": ["none"], "area": [-1]}, "neither a point nor a municipality"),
        ({"lonlat": [(np.nan, 38.0)]}, "Record 0 of class 'street' lacks a point"),
        ({"lonlat": [(23.0, 138.0)]}, "lacks a point"),
        ({"radius_m": [np.nan]}, "lacks a point in degrees or a radius"),
        ({"radius_m": [0.0]}, "or a radius"),
        ({"radius_m": [-5.0]}, "or a radius"),
        ({"radius_m": [5.0, 5.0]}, "must each be 1"),
        ({"area": [-2]}, "municipality"),
    ],
)
def test_broken_records_are_refused(change, message):
    given_ = {"lonlat": [(23.1, 38.1)], "classes": ["street"], "radius_m": [100.0], "area": [0]}
    with pytest.raises(InvalidInput, match=message):
        located(**{**given_, **change})


def test_records_of_one_place_must_be_alike():
    with pytest.raises(InvalidInput, match="said to be in one place"):
        located([(23.1, 38.1)] * 2, ["street"] * 2, [100.0, 200.0], [0, 0], [1, 1])


def test_broken_ground_and_questions_are_refused():
    with pytest.raises(InvalidInput, match="Municipality 1 has no outline"):
        ground([squares()[0], shapely.Polygon()], [(23.1, 38.1)], [1], [0])
    with pytest.raises(InvalidInput, match="negative"):
        ground(squares(), [(23.1, 38.1)], [-1], [0])
    with pytest.raises(InvalidInput, match="one of the 3 municipalities"):
        ground(squares(), [(23.1, 38.1)], [1], [3])
    one = at_centres(np.array([0]))
    with pytest.raises(InvalidInput, match="threshold"):
        sampled_gap(one, LAND, SITES, threshold_m=0, seed=1)
    with pytest.raises(InvalidInput, match="20 samples"):
        sampled_gap(one, LAND, SITES, threshold_m=1, samples=5, seed=1)
    with pytest.raises(InvalidInput, match="none of the 3"):
        sampled_gap(at_class(CENTRES[:1], [3], "street", 9.0), LAND, SITES, threshold_m=1, seed=1)
    with pytest.raises(InvalidInput, match="undefined"):
        location_interval(one, LAND, lambda _: np.nan, seed=1)
    with pytest.raises(InvalidInput, match="A site has no point"):
        sampled_gap(one, LAND, [(np.nan, 1)], threshold_m=1, seed=1)


def test_where_nobody_is_known_to_live_a_point_has_to_be_inside():
    empty = ground(squares(), CENTRES[1:], [1, 1], [1, 2])
    outside = at_class(CENTRES[:1] + np.array([SIDE * 0.51, 0]), [0], "street", 5000.0)
    for places in (at_centres(np.array([0])), outside):
        with pytest.raises(InvalidInput, match="Municipality 0 has records and no populated cell"):
            Sampler(places, empty)
    inside = at_class(np.tile(CENTRES[0], (200, 1)), np.zeros(200, dtype=int), "street", 5000.0)
    drawn = Sampler(inside, empty).draw(np.random.default_rng(1))
    assert shapely.contains_xy(squares()[0], drawn[:, 0], drawn[:, 1]).all()
