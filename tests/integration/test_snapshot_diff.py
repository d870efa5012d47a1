"""Two snapshots of the demo held against each other: what the command says, and when it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from typer.testing import CliRunner

from api.cli import app
from geo import pipeline
from geo.accounting import CORRECTION, FACTORS
from geo.db.cluster import Cluster
from geo.db.engine import make_engine, transaction
from geo.errors import NeedsmapError
from geo.snapshots import store as snapshots
from geo.snapshots.inputs import digest
from tests.conftest import clone

REGION, ATHENS, HELP = "EL30", "4501", "home_help"


@pytest.fixture(scope="module")
def url(cluster: Cluster, demo_template: str) -> Iterator[str]:
    for name in clone(cluster, demo_template):
        yield cluster.url(name)


@pytest.fixture(scope="module")
def demo(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def three(demo: Engine) -> list[str]:
    """Snapshots as loaded; with 20 places more for home help; and with 12 needs fewer."""
    with transaction(demo, "job") as connection:
        made = [snapshots.latest(connection, REGION)]
    for change in (
        "UPDATE registry.service SET capacity = capacity + 20 WHERE external_id ="
        " (SELECT min(s.external_id) FROM registry.service s JOIN registry.site t ON"
        " t.id = s.site_id WHERE t.area_code = '4501' AND s.service_type = 'home_help')",
        "UPDATE registry.need SET closed_on = '2026-06-30' WHERE id IN (SELECT id FROM registry.need"
        " WHERE area_code = '4501' AND service_type = 'home_help' ORDER BY id LIMIT 12)",
    ):
        with demo.begin() as connection:
            assert connection.execute(sa.text(change)).rowcount in (1, 12)
        made.append(pipeline.freeze_analysis(demo, pipeline.analyse(demo, REGION)))
    return made


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`snapshot diff` on the demo; its JSON, or its words for people."""
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", url)

    def command(*words: str, as_json: bool = True) -> Any:
        result = CliRunner().invoke(app, ["snapshot", "diff", *words, *["--json"] * as_json])
        if result.exception:
            raise result.exception
        return json.loads(result.stdout.strip().splitlines()[-1]) if as_json else result.output

    return command


def of(answer: dict[str, Any], measure: str, service_type: str = HELP) -> dict[str, Any]:
    (found,) = (
        one
        for one in answer["accounts"]
        if (one["measure"], one["service_type"]) == (measure, service_type)
    )
    return found  # type: ignore[no-any-return]


def effects(**known: int) -> dict[str, int | None]:
    return {**dict.fromkeys(FACTORS, 0), CORRECTION: None, **known}


def kept(connection: Connection, snapshot_id: str, indicator: str) -> float:
    rows = snapshots.get(connection, snapshot_id).values
    at = (rows["indicator"] == indicator) & (rows["breakdown"] == HELP)
    return float(rows.loc[at & (rows["area_code"] == REGION), "value"].iloc[0])


def test_more_places_and_fewer_needs_each_alone(run: Any, three: list[str], demo: Engine) -> None:
    places, people = run(three[0], three[1]), run(three[1], three[2])
    for answer, cause in ((places, "capacity"), (people, "need")):
        assert answer["recomputed_otherwise"] == {"older": 0, "newer": 0}
        for one in answer["accounts"]:
            change = one["region"]["change"]
            assert one["region"]["effects"] == effects(**{cause: change})
            assert change == 0 or one["service_type"] == HELP
    assert of(places, "unmet_need")["region"]["change"] < 0
    assert of(people, "unmet_need")["region"]["change"] < 0
    with transaction(demo, "job") as connection:
        before = kept(connection, three[0], "capacity_gap")
        after = kept(connection, three[1], "capacity_gap")
    gap = of(places, "capacity_gap")["region"]
    assert (gap["before"], gap["after"]) == (before, after)


def test_both_together_sum_to_the_change_everywhere(run: Any, three: list[str]) -> None:
    answer = run(three[0], three[2])
    assert [answer[side]["snapshot"] for side in ("older", "newer")] == [three[0], three[2]]
    assert CORRECTION in answer["not_assessed"]
    unmet = of(answer, "unmet_need")["region"]
    assert unmet["effects"]["need"] < 0 and unmet["effects"]["capacity"] < 0
    for one in answer["accounts"]:
        for row in (one["region"], *one["municipalities"]):
            parts = [row["effects"][name] for name in FACTORS]
            assert sum(parts) == row["change"] == row["after"] - row["before"]
        assert len(one["municipalities"]) == 66
    back = run(three[2], three[0])
    assert of(back, "unmet_need")["region"]["change"] == -unmet["change"]


def test_the_same_snapshot_twice(run: Any, three: list[str]) -> None:
    answer = run(three[0], three[0])
    assert {one["region"]["change"] for one in answer["accounts"]} == {0}
    for one in answer["accounts"]:
        assert one["region"]["effects"] == effects()
    assert "Nothing changed" in run(three[0], three[0], as_json=False)


def test_what_people_read(run: Any, three: list[str]) -> None:
    text = run(three[0], three[2], as_json=False)
    unmet = of(run(three[0], three[2]), "unmet_need")["region"]
    assert f"({unmet['change']:+,}): need {unmet['effects']['need']:+,}, capacity" in text
    assert "Largest changes" in text and f"{ATHENS} " in text
    assert "Correction: not assessed." in text
    assert "Exact counts, for the operator only" in text


def test_what_cannot_be_compared(run: Any, three: list[str], demo: Engine) -> None:
    with transaction(demo, "job") as connection:
        stated = snapshots.get(connection, three[0]).manifest
        told = snapshots.inputs(connection, three[0])
        elsewhere = told["facts"].replace(b'"EL30"', b'"EL31"')
        assert elsewhere != told["facts"]
        others = {
            "snap-elsewhere": ({}, {**told, "facts": elsewhere}),
            "snap-bare": ({}, {}),
            "snap-rules": ({"parameters": {**stated["parameters"], "seed": 1}}, told),
            "snap-roads": ({"travel": {"x": {"kind": "roads", "network": "n"}}}, told),
        }
        for name, (changes, kept_with) in others.items():
            copied(connection, three[0], name, changes, kept_with)
    for name, says in (
        ("snap-none", "no snapshot snap-none"),
        ("snap-elsewhere", "two regions: EL31 and EL30"),
        ("snap-bare", "snap-bare was computed from was not kept"),
        ("snap-rules", "snap-rules: The parameters are no longer those"),
        ("snap-roads", "snap-roads: The roads are no longer those"),
    ):
        with pytest.raises(NeedsmapError, match=says):
            run(name, three[0])
    result = CliRunner().invoke(app, ["snapshot", "diff", three[0]])
    assert result.exit_code == 2


def copied(
    connection: Connection,
    snapshot_id: str,
    name: str,
    changes: Mapping[str, Any],
    inputs: Mapping[str, bytes],
) -> None:
    """Keep a snapshot again under another name, with other inputs and facts in its manifest."""
    content = snapshots.get(connection, snapshot_id)
    checksums = {one: digest(told) for one, told in inputs.items()}
    manifest = {**content.manifest, **changes, "inputs": checksums}
    assert snapshots.put(connection, name, replace(content, manifest=manifest), inputs)
