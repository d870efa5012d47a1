"""Attica from the packages: the whole line on real places, populations and synthetic people."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine, transaction
from geo.db.tables import TIERS, metadata
from geo.locating.jobs import locate_register
from geo.locating.serving import Gazetteers
from geo.releases import store as releases
from geo.releases.release import Release, Tier
from geo.settings import Settings
from geo.snapshots import store as snapshots
from geo.snapshots.freeze import Content
from geo.sources.source import load
from layers.reports.summary import summary
from tests.conftest import clone, run_demo

VARI_VOULA_VOULIAGMENI = "4902"
SAMPLE = 200


@pytest.fixture(scope="module")
def untouched(cluster: Cluster, demo_template: str) -> Iterator[str]:
    """A clone that no other test files reports into."""
    yield from clone(cluster, demo_template)


@pytest.fixture(scope="module")
def demo_engine(cluster: Cluster, untouched: str) -> Iterator[Engine]:
    made = make_engine(cluster.url(untouched))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def demo(demo_engine: Engine) -> Iterator[Connection]:
    with demo_engine.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def snapshot(demo: Connection) -> Content:
    (row,) = snapshots.listed(demo)
    return snapshots.get(demo, row.id)


@pytest.fixture(scope="module")
def released(demo: Connection) -> dict[str, Release]:
    return {tier: releases.get(demo, tier, releases.latest(demo, tier)) for tier in TIERS}


def ask(connection: Connection, statement: str) -> object:
    return connection.scalar(sa.text(statement))


def figure(values: pd.DataFrame, indicator: str, breakdown: str = "") -> pd.DataFrame:
    chosen = (values["indicator"] == indicator) & (values["breakdown"] == breakdown)
    return values[chosen].set_index("area_code")


def test_real_places_and_populations(demo: Connection) -> None:
    assert ask(demo, "SELECT count(*) FROM base.area WHERE level = 'municipality'") == 66
    assert ask(demo, "SELECT count(*) FROM base.area WHERE geometry_kind <> 'derived'") == 0
    assert ask(demo, "SELECT count(*) FROM base.postcode") == 1328
    people = "SELECT sum(persons) FROM base.population WHERE sex = 'total' AND age_band = 'total'"
    assert ask(demo, people) == 3_792_469
    cells = ask(demo, "SELECT sum(population) FROM base.cell")
    assert cells == pytest.approx(3_792_469, abs=0.5)


def test_every_invented_row_says_so(demo: Connection) -> None:
    invented = 0
    for name, table in metadata.tables.items():
        if "synthetic" in table.columns and table.schema in {"registry", "field"}:
            assert ask(demo, f"SELECT count(*) FROM {name} WHERE NOT synthetic") == 0, name
            invented += ask(demo, f"SELECT count(*) FROM {name}") > 0
    assert invented > 0, "some registers hold rows at all"


def test_vari_voula_vouliagmeni_meets_the_norm_with_three(snapshot: Content) -> None:
    """50,585 residents ask for 3 (40,001 to 100,000: methods 5.3); three are in post."""
    values = snapshot.values
    here = VARI_VOULA_VOULIAGMENI
    assert figure(values, "staff_norm").at[here, "category"] == "met"
    found = {
        name: figure(values, f"staff_{name}").at[here, "value"]
        for name in ("required", "actual", "shortfall")
    }
    assert found == {"required": 3, "actual": 3, "shortfall": 0}


def test_the_norm_is_held_against_every_municipality(snapshot: Content) -> None:
    norm = figure(snapshot.values, "staff_norm")["category"].dropna()
    assert len(norm) == 66
    assert set(norm) <= {"met", "short", "no_norm"}
    shortfall = figure(snapshot.values, "staff_shortfall")["value"]
    assert set(norm.index[norm == "short"]) == set(shortfall.index[shortfall > 0]) - {"EL30"}


def test_most_addresses_are_found_to_the_street(demo: Connection) -> None:
    rows = demo.execute(
        sa.text("SELECT location_class, count(*) AS n FROM registry.person GROUP BY 1")
    )
    classes = {row.location_class: row.n for row in rows}
    people = sum(classes.values())
    assert people == ask(demo, "SELECT count(*) FROM registry.person") and people > 15_000
    assert "pending" not in classes
    # A street, or the town where nothing but a town is written ("Aspropyrgos").
    towns = ask(
        demo,
        "SELECT count(*) FROM registry.person WHERE location_class = 'settlement'"
        " AND location_reason ->> 'en' LIKE 'Placed at %'",
    )
    assert isinstance(towns, int) and 0 < towns < 0.06 * people
    assert classes["street"] + classes.get("address", 0) + towns > 0.94 * people
    assert 0 < classes["none"] < 0.05 * people
    assert ask(demo, "SELECT count(*) FROM registry.site WHERE location_class = 'pending'") == 0
    # A need stands where its person lives.
    apart = (
        "SELECT count(*) FROM registry.need n JOIN registry.person p ON p.id = n.person_id"
        " WHERE n.area_code IS DISTINCT FROM p.area_code"
    )
    assert ask(demo, apart) == 0


def test_the_planted_high_rates_form_a_pocket_in_the_west(snapshot: Content) -> None:
    factors = load("gr_attica_synthetic").parameters["people"]["factor"]
    high = {code for code, factor in factors.items() if factor >= 1.4}
    members = {code for row in snapshot.pockets["members"] for code in row}
    assert members & high
    points = snapshot.zones.set_index("code").geometry.representative_point()
    athens = points["4501"].x
    assert all(points[code].x < athens for code in members & high)
    # What the test marks and nobody planted must at least border what was planted.
    planted = snapshot.zones.set_index("code").geometry[sorted(high)].union_all()
    shapes = snapshot.zones.set_index("code").geometry
    assert all(shapes[code].distance(planted) < 0.001 for code in members)


def test_release_statuses(snapshot: Content, released: dict[str, Release]) -> None:
    exact = snapshot.values.set_index(["indicator", "breakdown", "area_code"])
    for tier, release in released.items():
        seen = release.values.set_index(["indicator", "breakdown", "area_code"])
        assert seen.index.is_unique and set(seen.index) == set(exact.index)
        assert set(seen["status"]) == {"shown", "withheld", "no_data", "not_applicable"}
        beside = exact.loc[seen.index]
        unknown = beside["status"] != "shown"
        assert (seen.loc[unknown, "status"] == beside.loc[unknown, "status"]).all()
        leading = [one.code for one in release.indicators if one.sensitive and not one.follows]
        counts = seen.index.get_level_values("indicator").isin(leading)
        small = counts & (beside["value"] < release.k)
        assert small.any(), tier
        assert (seen.loc[small, "status"] == "withheld").all()
        open_facts = [one.code for one in release.indicators if not one.sensitive]
        facts = seen.index.get_level_values("indicator").isin(open_facts)
        assert not (seen.loc[facts, "status"] == "withheld").any()
        hidden = ~seen["status"].isin(["shown"])
        assert seen.loc[hidden, ["value", "low", "high"]].isna().all(axis=None)
    withheld = {tier: (one.values["status"] == "withheld").sum() for tier, one in released.items()}
    assert withheld["public"] > withheld["committee"] == withheld["planner"]


def test_a_public_release_holds_no_exact_count(released: dict[str, Release]) -> None:
    values = released["public"].values
    sums = [
        one.code
        for one in released["public"].indicators
        if one.sensitive and one.additive and not one.less and not one.redrawn
    ]
    counts = values.loc[values["indicator"].isin(sums), "value"].dropna()
    assert len(counts) > 100
    assert (counts % 5 == 0).all()
    figures = values.set_index(["indicator", "breakdown", "area_code"])["value"]
    gaps = figures["capacity_gap"].drop("EL30", level="area_code").dropna()
    needs, places = (figures[name].reindex(gaps.index) for name in ("open_needs", "capacity"))
    shown = figures["open_needs"].drop("EL30", level="area_code").dropna()
    steps = ("existence", "capacity", "reach", "fit", "covered")
    summed = sum(figures[f"stair_{step}"].reindex(shown.index) for step in steps)
    # The steps of the stair are drawn from the rounded count: people of it stop at one of them.
    assert len(shown) > 100
    assert (summed == shown).all()
    # A gap is what anybody could subtract from the rounded count: it tells nothing of its own.
    assert len(gaps) > 100
    assert (gaps == (needs - places).clip(lower=0)).all()


def test_smoothed_rates_of_planners_are_close_to_the_exact_ones(
    snapshot: Content, released: dict[str, Release]
) -> None:
    """They are drawn anew with the withheld municipalities as one; that must hardly matter."""
    exact = figure(snapshot.values, "beneficiary_rate_smoothed")["value"]
    seen = figure(released["planner"].values, "beneficiary_rate_smoothed")["value"].dropna()
    assert len(seen) > 50
    assert (seen - exact[seen.index]).abs().max() < 0.2


@pytest.mark.parametrize("tier", TIERS)
def test_how_evenly_services_are_spread_is_told_in_every_tier(
    snapshot: Content, released: dict[str, Release], tier: Tier, caplog: pytest.LogCaptureFixture
) -> None:
    release, exact = released[tier], snapshot.values
    gini = figure(release.values, "access_gini", "home_help")
    assert list(gini.index) == ["EL30"] and gini["status"].eq("shown").all()
    assert gini["value"].equals(figure(exact, "access_gini", "home_help")["value"])
    against = figure(release.values, "access_concentration", "home_help").loc["EL30"]
    told = figure(exact, "access_concentration", "home_help").loc["EL30", "value"]
    # From the counts this tier sees, some of them withheld: near the exact one.
    assert against["status"] == "shown" and abs(against["value"] - told) < 0.02
    said = summary(release, "EL30").sentences
    assert any("(Gini" in one for one in said["en"])
    assert any("δείκτης Gini" in one for one in said["el"])
    assert "without a layer" not in caplog.text


def _texts(connection: Connection, tier: str) -> list[str]:
    """Every row of a tier's tables as text, without its shape."""
    found: list[str] = []
    for name in metadata.tables:
        if name.startswith(f"pub_{tier}."):
            rows = connection.scalars(
                sa.text(f"SELECT CAST(to_jsonb(t) - 'geom' AS text) FROM {name} t")
            )
            found += rows.all()
    return found


def _canaries(connection: Connection) -> list[str]:
    """Texts of 200 persons, sites and reports each: none may ever be found in a release."""
    columns = {
        "registry.person": ("pseudonym", "external_id", "address", "id::text"),
        "registry.household": ("external_id",),
        "registry.need": ("external_id",),
        "registry.resident": ("external_id",),
        "registry.site": ("address",),
        "field.observation": ("note", "external_id", "id::text"),
    }
    chosen = random.Random(20261001)
    canaries: list[str] = []
    for table, names in columns.items():
        for name in names:
            statement = f"SELECT DISTINCT {name} AS text FROM {table} WHERE length({name}) > 7"
            found = sorted(connection.scalars(sa.text(f"{statement} ORDER BY text")))
            if name == "address":  # a street without a number may be the name of a place
                found = [text for text in found if any(sign.isdigit() for sign in text)]
            canaries += chosen.sample(found, min(SAMPLE, len(found)))
    return canaries


def _points(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(
        sa.text(
            "SELECT ST_Y(geom) AS lat, ST_X(geom) AS lon FROM registry.person"
            " WHERE geom IS NOT NULL ORDER BY md5(id::text) LIMIT :n"
        ),
        {"n": SAMPLE},
    ).all()
    rows += connection.execute(
        sa.text(
            "SELECT ST_Y(geom) AS lat, ST_X(geom) AS lon FROM field.observation"
            " ORDER BY md5(id::text) LIMIT :n"
        ),
        {"n": SAMPLE},
    ).all()
    return [
        (f"{int(row.lat * 1000) / 1000:.3f}", f"{int(row.lon * 1000) / 1000:.3f}") for row in rows
    ]


def _leaks(connection: Connection, tier: str) -> list[str]:
    texts = _texts(connection, tier)
    whole = "\n".join(texts)
    leaks = [text for text in _canaries(connection) if text in whole]
    for lat, lon in _points(connection):
        leaks += [text for text in texts if lat in text and lon in text]
    return leaks


@pytest.mark.parametrize("tier", TIERS)
def test_nothing_of_a_person_or_report_is_in_a_release(demo: Connection, tier: str) -> None:
    assert len(_canaries(demo)) > 6 * SAMPLE and len(_points(demo)) == 2 * SAMPLE
    assert len(_texts(demo, tier)) > 2000
    assert _leaks(demo, tier) == []


@pytest.mark.parametrize(
    ("column", "where"),
    [
        ("jsonb_build_object('en', note)", "field.observation WHERE length(note) > 7"),
        ("jsonb_build_object('en', address)", "registry.person WHERE length(address) > 7"),
        (
            "jsonb_build_object('lat', ST_Y(geom), 'lon', ST_X(geom))",
            "field.observation",
        ),
    ],
)
def test_the_sweep_finds_a_planted_canary(demo_engine: Engine, column: str, where: str) -> None:
    with demo_engine.connect() as connection:
        rows = f"(SELECT jsonb_agg({column}) FROM (SELECT * FROM {where}) t)"
        connection.execute(
            sa.text(
                f"UPDATE pub_public.value SET explanation = {rows}"
                " WHERE indicator = 'population' AND area_code = '4501'"
            )
        )
        assert _leaks(connection, "public")
        connection.rollback()


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_reads_its_releases_and_no_register(
    cluster: Cluster, untouched: str, tier: Tier
) -> None:
    made = make_engine(cluster.url(untouched, APP_USER))
    try:
        with transaction(made, tier) as connection:
            assert releases.get(connection, tier, releases.latest(connection, tier)).tier == tier
        for name in ("registry.person", "field.observation", "snapshot.value", "base.cell"):
            with (
                pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
                transaction(made, tier) as connection,
            ):
                connection.execute(sa.text(f"SELECT * FROM {name} LIMIT 1"))
    finally:
        made.dispose()


def _state(connection: Connection) -> dict[str, object]:
    """Row counts of all tables but those of what was done, and what the registers say, to the
    letter."""
    done = ("account.audit_", "intake.locate_run")
    counted = [name for name in metadata.tables if not name.startswith(done)]
    state = {name: ask(connection, f"SELECT count(*) FROM {name}") for name in counted}
    for name in ("registry.person", "registry.site", "registry.need", "snapshot.value"):
        # When a row was written, and how often, is not what it says.
        written = {"version", "updated_at"}
        said = [one.name for one in metadata.tables[name].columns if one.name not in written]
        columns = [f"t.{column}::text" for column in said]
        row = f"concat_ws('|', {', '.join(columns)})"
        state[f"{name} content"] = ask(
            connection, f"SELECT md5(string_agg({row}, chr(10) ORDER BY {row})) FROM {name} t"
        )
    state["snapshots"] = [row.id for row in snapshots.listed(connection)]
    state["releases"] = [releases.latest(connection, tier) for tier in TIERS]
    return state


def test_the_demo_again_changes_nothing(
    cluster: Cluster, demo_copy: str, settings: Settings
) -> None:
    made = make_engine(cluster.url(demo_copy))
    try:
        with made.connect() as connection:
            before = _state(connection)
        assert [run_demo(cluster.url(demo_copy), settings)] == before["snapshots"]
        with made.connect() as connection:
            assert _state(connection) == before
        known = Gazetteers(made)
        # Nothing is pending, so there is nothing to locate.
        assert locate_register(made, settings, known, "people", everything=False) == {}
        again = locate_register(made, settings, known, "sites", everything=True)
        assert sum(again.values()) > 0
        with made.connect() as connection:
            assert _state(connection) == before
    finally:
        made.dispose()
