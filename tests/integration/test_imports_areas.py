"""Points are held against the areas their rows name: areas that are loaded, or those of a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from api.cli import app
from geo import loading
from geo.importing import runs
from geo.importing.request import Request
from geo.settings import Settings
from tests.conftest import shared_data

POWIATY = ("boundaries", "pl_powiaty_380_terc.geojson")
FACILITIES = ("social_services", "pl_malopolska_social_facilities_315.csv")


def outside(report: runs.Report) -> list[int]:
    codes = {"outside_named_area", "in_no_area"}
    return [found.row for found in report.findings.kept if found.wrong.code in codes]


def disagreeing(path: Path) -> list[int]:
    """The rows whose point its publisher's own check found in another county."""
    import csv

    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [number for number, row in enumerate(rows, 2) if row["powiat_agrees"] == "False"]


@pytest.mark.parametrize("loaded", [True, False])
def test_twelve_of_315_points_lie_outside_their_county(
    engine: Engine, settings: Settings, loaded: bool
) -> None:
    path, areas = shared_data(*FACILITIES), shared_data(*POWIATY)
    if loaded:
        loading.load(engine, settings, "pl_powiaty", areas)
    request = Request("services", path, areas=None if loaded else areas, dry_run=True)
    report = runs.run(engine, settings, request)
    assert report.tally.total == 315
    assert len(outside(report)) == 12
    assert outside(report) == disagreeing(path)
    assert not report.not_checked
    assert report.notes("en")[0].startswith("12 of 315 points lie outside of the area")
    assert report.notes("el")[0].startswith("12 από 315 σημεία")
    problems = {one["rows"]: one["problem"] for one in report.reasons("en")}
    assert "for example one that names limanowski and lies in myślenicki" in problems[11]


def test_the_file_of_boundaries_stands_in_while_none_are_loaded(
    engine: Engine, settings: Settings
) -> None:
    there = replace(settings, boundaries=shared_data(*POWIATY).parent)
    path = shared_data(*FACILITIES)
    report = runs.run(engine, there, Request("services", path, dry_run=True))
    assert outside(report) == disagreeing(path)
    assert [note.code for note in report.not_checked] == ["areas_of_file"]


def test_without_areas_it_is_said_that_nothing_was_checked(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    nowhere = replace(settings, boundaries=tmp_path)
    report = runs.run(engine, nowhere, Request("services", shared_data(*FACILITIES), dry_run=True))
    assert outside(report) == []
    assert [note.code for note in report.not_checked] == ["areas_not_loaded"]
    assert "no areas of PL are loaded" in report.notes("en")[0]


def test_the_command(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    from contextlib import contextmanager

    from api.cli import imports

    @contextmanager
    def database():  # type: ignore[no-untyped-def]
        yield settings, engine

    monkeypatch.setattr(imports, "database", database)
    runner = CliRunner(env={"COLUMNS": "160"})
    facilities = str(shared_data(*FACILITIES))
    areas = ["--areas", str(shared_data(*POWIATY))]
    saved = tmp_path / "mapping.toml"
    told = runner.invoke(
        app,
        [
            "import",
            "services",
            facilities,
            "--dry-run",
            "--lang=el",
            *areas,
            f"--save-mapping={saved}",
        ],
    )
    assert told.exit_code == 0, told.output
    assert "315 rows: 314 accepted (11 with warnings), 1 rejected, 0 skipped" in told.output
    assert "το σημείο βρίσκεται εκτός" in told.output
    assert "As it stands nothing would be written; with --partial: agencies: " in told.output
    assert '# "powiat_agrees" = ' in saved.read_text(encoding="utf-8")
    with_mapping = ["--mapping", str(saved), "--partial", "--json"]
    done = runner.invoke(app, ["import", "services", facilities, *with_mapping])
    assert done.exit_code == 0, done.output
    listed = runner.invoke(app, ["imports", "list", "--json"])
    assert '"state": "done"' in listed.stdout
    import json

    report = json.loads(done.stdout)
    assert report["written"]["services"]["inserted"] == 314
    shown = runner.invoke(app, ["imports", "show", report["import"]])
    assert json.loads(shown.stdout)["counts"]["rejected"] == 1
    back = runner.invoke(app, ["imports", "undo", report["import"]])
    assert "Removed 874 rows" in back.output
    Path(report["rejects"]).unlink()
    refused = runner.invoke(app, ["import", "services", facilities])
    assert refused.exit_code != 0 and "guessed" in str(refused.exception)
