"""Scenarios on the demo: its snapshot's inputs, what is kept, and the commands, as documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from typer.testing import CliRunner

from api.cli import app
from geo import frozen_inputs, pipeline
from geo.analysis.figures.coverage import coverage, grounds_of
from geo.db.cluster import Cluster
from geo.db.engine import make_engine, transaction
from geo.errors import InvalidInput, NeedsmapError, NotFound
from geo.planning import KEYS, evaluate
from geo.plans import store as plans
from geo.plans.scenario import from_content
from geo.settings import ROOT
from geo.snapshots import store as snapshots
from tests.conftest import clone

REGION, ATHENS = "EL30", "4501"


@pytest.fixture(scope="module")
def url(cluster: Cluster, demo_template: str) -> Iterator[str]:
    for name in clone(cluster, demo_template):
        yield cluster.url(name)


@pytest.fixture(scope="module")
def demo(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def held(demo: Engine) -> Iterator[Connection]:
    """A connection whose changes are taken back."""
    with demo.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command on the demo; its JSON, or the error it ends with."""
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", url)

    def command(*words: str, fails: str = "") -> Any:
        result = CliRunner().invoke(app, ["scenario", *words, "--json"])
        if fails:
            assert isinstance(result.exception, NeedsmapError), result.output
            assert fails in result.exception.message
            return None
        assert result.exit_code == 0, (result.output, result.exception)
        return json.loads(result.stdout.strip().splitlines()[-1])

    return command


@pytest.fixture
def documented(tmp_path: Path) -> dict[str, Path]:
    """The two files of docs/scenarios.md."""
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    found = re.findall(r"`(\w+\.toml)`:\n\n```toml\n(.*?)```", text, re.DOTALL)
    assert [name for name, _ in found] == ["larger.toml", "second.toml"]
    for name, content in found:
        (tmp_path / name).write_text(content, encoding="utf-8")
    return {name.removesuffix(".toml"): tmp_path / name for name, _ in found}


def figure(made: dict[str, Any], indicator: str, breakdown: str, area: str = ATHENS) -> Any:
    (found,) = (
        row for row in made["figures"] if [row[key] for key in KEYS] == [indicator, breakdown, area]
    )
    return found


def test_the_frozen_inputs_give_the_snapshots_own_figures(held: Connection) -> None:
    snapshot_id = snapshots.latest(held, REGION)
    start = frozen_inputs.start_of(held, snapshot_id)
    grounds = grounds_of(start.inputs, start.profile, start.parameters, start.travel)
    again = coverage(start.inputs, start.profile, start.parameters, grounds).set_index(KEYS)
    kept = start.values.set_index(KEYS).loc[again.index]
    assert again["value"].notna().sum() > 1000
    np.testing.assert_allclose(
        again["value"].astype(float), kept["value"].astype(float), rtol=1e-11, equal_nan=True
    )
    assert (again["status"] == kept["status"]).all()
    assert again["category"].fillna("").tolist() == kept["category"].fillna("").tolist()


def test_before_is_the_same_computed_or_taken_from_the_snapshot(held: Connection) -> None:
    snapshot_id = snapshots.latest(held, REGION)
    start = frozen_inputs.start_of(held, snapshot_id)
    change = {"kind": "grow", "service": "SV-0001", "by": 10}
    asked = from_content(
        {"name": "A", "snapshot": snapshot_id, "horizon": "2028-12-31", "changes": [change]},
        start.profile,
    )
    rules = (start.profile, start.parameters, "v", start.travel)
    computed = evaluate(asked, start.inputs, *rules)
    taken = evaluate(asked, start.inputs, *rules, frozen=start.values)
    assert computed.canonical == taken.canonical


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE snapshot.input SET content = '\\x00' WHERE name = 'cells'",
        "UPDATE snapshot.input a SET content = b.content FROM snapshot.input b"
        " WHERE a.name = 'cells' AND b.name = 'needs'",
        "DELETE FROM snapshot.input WHERE name = 'cells'",
    ],
    ids=["broken", "another", "gone"],
)
def test_a_changed_input_is_found_and_not_used(held: Connection, changed: str) -> None:
    snapshot_id = snapshots.latest(held, REGION)
    before = snapshots.verify(held, snapshot_id)
    assert all(before.values()) and "input cells" in before and len(before) == 4 + 13
    assert held.execute(sa.text(changed)).rowcount == 1
    after = snapshots.verify(held, snapshot_id)
    assert [name for name, same in after.items() if not same] == ["input cells"]
    with pytest.raises(InvalidInput, match="not those that its manifest states"):
        frozen_inputs.inputs_of(held, snapshot_id)


def test_a_snapshot_of_an_older_version_has_no_inputs(held: Connection) -> None:
    held.execute(sa.text("UPDATE snapshot.snapshot SET manifest = manifest - 'inputs'"))
    held.execute(sa.text("DELETE FROM snapshot.input"))
    with pytest.raises(NotFound, match="was not kept"):
        frozen_inputs.inputs_of(held, snapshots.latest(held, REGION))


def test_other_parameters_or_roads_are_refused(held: Connection) -> None:
    snapshot_id = snapshots.latest(held, REGION)
    held.execute(
        sa.text(
            "UPDATE snapshot.snapshot SET manifest = jsonb_set(manifest,"
            " '{travel,community_centre,network}', '\"another\"')"
        )
    )
    held.execute(
        sa.text("UPDATE snapshot.snapshot SET manifest = manifest #- '{travel,home_help}'")
    )
    manifest = snapshots.get(held, snapshot_id).manifest
    kinds = {"travel": {"x": {**manifest["travel"]["community_centre"]}}}
    held.execute(
        sa.text("UPDATE snapshot.snapshot SET manifest = manifest || CAST(:now AS jsonb)"),
        {"now": json.dumps(kinds)},
    )
    start = frozen_inputs.start_of(held, snapshot_id)
    with pytest.raises(InvalidInput, match="roads are no longer those"):
        grounds_of(start.inputs, start.profile, start.parameters, start.travel)
    held.execute(
        sa.text(
            "UPDATE snapshot.snapshot SET manifest ="
            " jsonb_set(manifest, '{parameters,threshold_minutes}', '21')"
        )
    )
    with pytest.raises(InvalidInput, match="parameters are no longer those"):
        frozen_inputs.start_of(held, snapshot_id)


def test_nothing_frozen_tells_where_a_refuge_stands(cluster: Cluster, demo_copy: str) -> None:
    engine = make_engine(cluster.url(demo_copy))
    try:
        with engine.begin() as connection:
            hidden = connection.execute(
                sa.text(
                    # The demo's services stand on the points of cells; this one no more.
                    "UPDATE registry.site t SET sensitive = true,"
                    " geom = ST_Translate(t.geom, 0.0007, 0.0003) FROM registry.service s"
                    " WHERE s.site_id = t.id AND s.external_id = 'SV-0001'"
                    " RETURNING ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, s.name AS name"
                )
            ).one()
        analysis = pipeline.analyse(engine, REGION)
        (row,) = (
            analysis.inputs.services[analysis.inputs.services["external_id"] == "SV-0001"]
            .iloc[:1]
            .itertuples()
        )
        assert row.sensitive and (row.geometry.x, row.geometry.y) != (hidden.lon, hidden.lat)
        assert row.geometry in set(analysis.inputs.cells.geometry)
        pipeline.freeze_analysis(engine, analysis)
        whole = b"".join(analysis.frozen.values())
        place = sa.text("SELECT encode(ST_AsBinary(ST_MakePoint(:lon, :lat)), 'hex')")
        with engine.connect() as connection:
            point = connection.scalar(place, {"lon": hidden.lon, "lat": hidden.lat})
            other = connection.scalar(
                sa.text(
                    "SELECT encode(ST_AsBinary(t.geom), 'hex') FROM registry.site t"
                    " JOIN registry.service s ON s.site_id = t.id WHERE s.external_id = 'SV-0064'"
                )
            )
        assert point.upper().encode() not in whole and hidden.name.encode() not in whole
        assert (
            other.upper().encode() in analysis.frozen["services"]
        )  # the test would see it: others are points
    finally:
        engine.dispose()


def test_only_the_job_role_reads_scenarios_and_inputs(demo: Engine) -> None:
    with demo.connect() as connection:
        roles = connection.scalars(
            sa.text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'needsmap\\_%'")
        ).all()
        can = sa.text(
            "SELECT has_schema_privilege(:role, split_part(:t, '.', 1), 'USAGE')"
            " AND has_table_privilege(:role, :t, 'SELECT, INSERT, UPDATE, DELETE')"
        )
        for table in ("plan.scenario", "snapshot.input"):
            found = [r for r in roles if connection.scalar(can, {"role": r, "t": table})]
            assert found == ["needsmap_job"], table
    assert len(roles) > 10


def test_the_example_of_the_documents(run: Any, documented: dict[str, Path]) -> None:
    larger, second = (run("run", str(documented[name])) for name in ("larger", "second"))
    told = {
        ("capacity", "community_centre"): (160, 260, 260),
        ("capacity_gap", "community_centre"): (289, 189, 189),
        ("stair_fit", "community_centre"): (160, 260, 160),
        ("stair_covered", "community_centre"): (0, 0, 100),
        ("services_working", "community_centre"): (0, 0, 1),
    }
    for key, (before, one, other) in told.items():
        assert figure(larger, *key)["before"]["value"] == before, key
        assert figure(larger, *key)["after"]["value"] == one, key
        assert figure(second, *key)["after"]["value"] == other, key
    helped = figure(second, "stair_covered", "home_help")
    assert (helped["before"]["value"], helped["after"]["value"]) == (88, 68)
    assert larger["budget"]["total_cents"] == 9_000_000
    assert second["budget"]["neutral"] is True and second["budget"]["said"] is None


def test_another_population_is_replayed_and_moves_no_need(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "athens.toml"
    file.write_text(
        f'name = "Athens grows"\nsnapshot = "latest:{REGION}"\nhorizon = 2035-12-31\n'
        f'population = {{ persons = {{ "{ATHENS}" = 700000 }} }}\n'
    )
    made = run("run", str(file))
    people = figure(made, "population", "")
    assert people["after"]["value"] == 700_000 > people["before"]["value"]
    whole = figure(made, "population", "", REGION)
    assert whole["difference"] == people["difference"]
    needed = [row for row in made["figures"] if row["indicator"] in ("open_needs", "capacity")]
    assert len(needed) > 100 and all(row["before"] == row["after"] for row in needed)
    access = figure(made, "access", "home_help")
    assert access["after"]["value"] < access["before"]["value"]
    (verdict,) = run("replay", made["id"])
    assert verdict["same_bytes"] and verdict["same_figures"]


def test_kept_shown_compared_replayed(run: Any, demo: Engine, documented: dict[str, Path]) -> None:
    one, other = (run("run", str(documented[name])) for name in ("larger", "second"))
    again = run("run", str(documented["larger"]))
    assert again["id"] == one["id"] and again["new"] is False
    with demo.connect() as connection:
        latest = snapshots.latest(connection, REGION)
    # The latest one is another tomorrow: what is kept names the snapshot itself.
    assert one["scenario"]["snapshot"] == latest
    listed = {row["scenario"]: row for row in run("list")}
    assert {one["id"], other["id"]} <= set(listed) and listed[one["id"]]["snapshot"] == latest
    shown = run("show", one["id"])
    assert shown["figures"] == one["figures"] and shown["scenario"] == one["scenario"]
    rows = run("compare", one["id"], other["id"])["figures"]
    assert all(row["first"] != row["second"] for row in rows)
    covered = figure({"figures": rows}, "stair_covered", "community_centre")
    assert (covered["first"]["value"], covered["second"]["value"]) == (0, 100)
    # Home help is not touched by the first: it is there as it was before.
    home = figure({"figures": rows}, "capacity", "home_help")
    assert home["first"] == home["before"] and home["difference"] == -20
    assert run("compare", one["id"], one["id"])["figures"] == []
    for made in (one, other):
        (verdict,) = run("replay", made["id"])
        assert verdict["same_bytes"] and verdict["same_code"] and verdict["same_figures"]


def test_the_table_says_whom_it_is_for(
    url: str, monkeypatch: pytest.MonkeyPatch, documented: dict[str, Path]
) -> None:
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", url)
    result = CliRunner().invoke(app, ["scenario", "run", str(documented["larger"])])
    assert result.exit_code == 0, result.output
    assert "for the operator only" in result.stderr
    assert "Cost: 90,000.00" in result.stdout and "stair_fit" in result.stdout


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"latest:EL30": "latest:EL99"}, "no snapshot of EL99"),
        ({"latest:EL30": "snap-x"}, "no snapshot snap-x"),
        ({"latest:EL30": "newest"}, "neither the id of a snapshot nor the latest"),
        ({"SV-0001": "SV-9999"}, "no open service 'SV-9999'"),
        ({"by = 100": "by = -161"}, "fewer than 0"),
        ({'name = "A larger': 'colour = "A larger'}, "larger.toml"),
        ({"horizon": "= horizon"}, "cannot be read"),
    ],
)
def test_what_cannot_be_run_is_said(
    run: Any, documented: dict[str, Path], told: dict[str, str], error: str
) -> None:
    file = documented["larger"]
    text = file.read_text(encoding="utf-8")
    for old, new in told.items():
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    run("run", str(file), fails=error)


def test_a_scenario_that_is_not_there(run: Any) -> None:
    run("show", "scen-x", fails="no scenario scen-x")
    run("replay", "scen-x", fails="no scenario scen-x")


def test_a_changed_result_is_found(run: Any, demo: Engine, documented: dict[str, Path]) -> None:
    made = run("run", str(documented["larger"]))
    with transaction(demo, "job") as connection:
        kept = plans.get(connection, made["id"])
        assert pd.Timestamp(kept.made_at).tzinfo is not None
        altered = kept.result.replace(b'"value":260.0', b'"value":261.0', 1)
        assert altered != kept.result
        change = sa.text("UPDATE plan.scenario SET result = :now WHERE id = :id")
        connection.execute(change, {"now": altered, "id": made["id"]})
        with pytest.raises(InvalidInput, match="not the one that gave it its name"):
            plans.get(connection, made["id"])
        connection.rollback()


def test_a_scenario_is_shown_to_a_tier_by_the_rules_of_its_release(
    run: Any, documented: dict[str, Path]
) -> None:
    made = run("run", str(documented["larger"]))
    shown = run("show", made["id"], "--tier", "public")
    exact = {tuple(row[key] for key in KEYS): row for row in made["figures"]}
    statuses = set()
    for row in shown["figures"]:
        own = exact[tuple(row[key] for key in KEYS)]
        statuses.add(row["after"]["status"])
        if row["indicator"] == "open_needs" and row["after"]["status"] == "shown":
            assert row["after"]["value"] % 5 == 0
            assert abs(row["after"]["value"] - own["after"]["value"]) <= 2.5
        if row["indicator"] == "capacity":
            assert row["after"] == own["after"]
    assert {"shown", "withheld"} <= statuses
    run("show", made["id"], "--tier", "everybody", fails="no tier 'everybody'")
