"""Proposals on the demo: what they promise is what their scenario shows, as documented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from geo.db.cluster import Cluster
from geo.errors import NeedsmapError
from geo.settings import ROOT
from tests.conftest import clone

LATEST, REGION, ATHENS = "latest:EL30", "EL30", "4501"
CENTRE, HELP = "community_centre", "home_help"
COSTS = ("--cost-per-place", "90000", "--cost-per-site", "2000000")


@pytest.fixture(scope="module")
def url(cluster: Cluster, demo_template: str) -> Iterator[str]:
    for name in clone(cluster, demo_template):
        yield cluster.url(name)


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


def steps_of(made: dict[str, Any], service: str, area: str = REGION) -> dict[str, tuple[int, int]]:
    """Persons at the steps of the stair, before and after."""
    return {
        row["indicator"].removeprefix("stair_"): (row["before"]["value"], row["after"]["value"])
        for row in made["figures"]
        if row["indicator"].startswith("stair_")
        and row["breakdown"] == service
        and row["area_code"] == area
        and row["before"]["value"] is not None
    }


def without_a_place(made: dict[str, Any], service: str, area: str = REGION) -> tuple[int, int]:
    steps = steps_of(made, service, area)
    names = ("existence", "capacity", "reach")
    before, after = (sum(steps[name][side] for name in names) for side in (0, 1))
    return before, after


def test_the_documented_closure_is_closed_by_its_scenario(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "closing.toml"
    asked = ("close", LATEST, "--service", CENTRE, *COSTS, "--share", "0.9")
    told = run(*asked, "--write", str(file))
    assert (told["need"], told["before"], told["after"], told["wanted"]) == (3099, 2571, 2790, 2790)
    assert told["state"] == "optimal" and told["bound"] == told["objective"] == told["cents"]
    assert told["met"] and told["one_more"] == 90_000
    made = run("run", str(file))
    # The gap closes by as many people as was said, for the money that was said.
    assert without_a_place(made, CENTRE) == (3099 - 2571, 3099 - 2790)
    assert made["budget"]["total_cents"] == told["cents"]
    assert steps_of(made, CENTRE)["covered"] == (told["working_before"], told["working_after"])
    kinds = [change["kind"] for change in made["scenario"]["changes"]]
    assert kinds == ["grow", "grow", "grow", "open"]
    # The same question gives the same answer.
    assert run(*asked)["steps"] == told["steps"]


def test_one_municipality(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "athens.toml"
    words = ("--service", CENTRE, "--area", ATHENS, "--share", "0.7")
    told = run("close", LATEST, *words, *COSTS, "--write", str(file))
    assert (told["need"], told["before"], told["wanted"]) == (449, 160, 315)
    assert told["met"] and told["after"] >= 315
    # The centre of Athens is as large as any: it takes another one.
    (step,) = told["steps"]
    assert (step["service"], step["area_code"], step["after"]) == (None, ATHENS, 155)
    made = run("run", str(file))
    assert without_a_place(made, CENTRE, ATHENS) == (289, 449 - told["after"])
    others = [row for row in told["served"] if row["area_code"] != ATHENS]
    assert all(row["after"] >= row["before"] for row in others)


def test_only_services_that_work(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "working.toml"
    words = ("--service", CENTRE, "--share", "0.4", "--working")
    told = run("close", LATEST, *words, *COSTS, "--write", str(file))
    assert told["before"] == 975 and told["after"] >= told["wanted"] == 1240
    covered = steps_of(run("run", str(file)), CENTRE)["covered"]
    assert covered == (975, told["after"])
    assert told["room"]["left_out"]["would_not_work"] > 0


def test_the_documented_reallocation_costs_nothing(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "shift.toml"
    told = run("reallocate", LATEST, "--service", CENTRE, *COSTS, "--write", str(file))
    assert (told["before"], told["after"], told["cents"]) == (2571, 2650, 0)
    assert told["bound"] == 2650 and told["state"] == "optimal"
    made = run("run", str(file))
    assert made["budget"]["neutral"] is True and made["budget"]["said"] is None
    assert without_a_place(made, CENTRE) == (3099 - 2571, 3099 - 2650)
    # Nobody is moved about for nothing: no more places than people gained.
    gained = [step["after"] - step["before"] for step in told["steps"]]
    assert sum(n for n in gained if n > 0) == 2650 - 2571 and sum(gained) == 0


def test_what_the_tables_say(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", url)
    words = ["scenario", "close", LATEST, "--service", CENTRE, "--share", "0.9", *COSTS]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    starts = ("People", "Cost", "What", "Candidates", "One")
    said = [line for line in result.stdout.splitlines() if line.startswith(starts)]
    assert len(said) == 5 and "gap 0 %: proven" in result.stdout
    for line in said:
        assert line in text, line
    assert "for the operator only" in result.stderr
    none = CliRunner().invoke(app, ["scenario", "close", LATEST, "--service", HELP])
    assert "nothing needs to change" in none.stdout


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("close", LATEST, "--service", "castle"), "No need is counted"),
        (("close", LATEST, "--service", CENTRE, "--share", "1.5"), "between 0 and 1"),
        (("close", LATEST, "--service", CENTRE, "--cost-per-place", "-1"), "must lie between"),
        (("close", LATEST, "--service", CENTRE, "--cost-per-site", "1"), "without one by place"),
        (("close", LATEST, "--service", CENTRE, "--area", "9999"), "no municipality '9999'"),
        (("close", LATEST, "--service", CENTRE, "--seconds", "0"), "seconds"),
        (("close", LATEST, "--service", CENTRE, "--candidates", "parks"), "not 'parks'"),
        (
            ("close", LATEST, "--service", CENTRE, "--share", "1", "--candidates", "none"),
            "have a service or a candidate that may serve them",
        ),
        (("close", "newest", "--service", CENTRE), "neither the id of a snapshot nor the latest"),
        (("reallocate", LATEST, "--service", CENTRE, "--floor", "0.5"), "people short in"),
        (("reallocate", LATEST, "--service", CENTRE, "--floor", "-1"), "between 0 and 1"),
    ],
)
def test_what_cannot_be_proposed(run: Any, words: tuple[str, ...], error: str) -> None:
    run(*words, fails=error)


def test_a_file_that_is_there_is_not_written_over(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "kept.toml"
    file.write_text("mine", encoding="utf-8")
    words = ("--service", CENTRE, "--share", "0.9", "--write", str(file))
    run("close", LATEST, *words, fails="exists already")
    assert file.read_text(encoding="utf-8") == "mine"
    # Where nothing is to change there is no scenario.
    nothing = tmp_path / "nothing.toml"
    run(
        *("close", LATEST, "--service", HELP, "--write", str(nothing)),
        fails="Nothing is to be changed",
    )
    assert not nothing.exists()
