"""The commands: one address, a file, a register, a position."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.integration.locating.conftest import Places


@pytest.fixture
def run(places: Places, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", places.url)
    monkeypatch.setenv("NEEDSMAP_SECRET_FILE", str(places.settings.secret_file))

    def ran(*words: str, given: bytes | None = None) -> Any:
        answer = CliRunner().invoke(app, [*words, "--json"], input=given, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return ran


def test_one_address(run: Any) -> None:
    found = run("locate", "Ερμού 12", "--postcode", "10563")
    assert (found["class"], found["area_code"], found["source"]) == ("street", "4501", "gazetteer")


def test_an_address_a_line_from_standard_input(run: Any) -> None:
    lines = "\ufeffΕρμού 12, 10563\r\n\nΣκουφά 1, 10671".encode()
    found = run("locate", "-", given=lines)
    assert [(one["class"], one["area_code"]) for one in found] == [
        ("street", "4501"),
        ("none", None),
        ("street", "4501"),
    ]
    assert found[0]["matched"].startswith("Ερμού") and found[2]["matched"].startswith("Σκουφά")
    shown = CliRunner().invoke(app, ["locate", "-"], input=lines, catch_exceptions=False)
    assert shown.exit_code == 0 and shown.stdout.index("Ερμού") < shown.stdout.index("Σκουφά")


def test_a_file(run: Any, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,address,postcode\na,Ερμού 12,10563\nb,,\n", encoding="utf-8")
    done = run("locate", "--batch", str(source), str(target), "--country", "gr")
    assert done["by_class"] == {"street": 1, "none": 1} and not done["anew"]
    assert target.read_text(encoding="utf-8").startswith("id,status,class,lat,lon,radius_m,")


def test_a_register(run: Any, places: Places) -> None:
    key = places.person("Ερμού 12", postcode="10563")
    assert run("geocode", "people", "--only", "pending") == [{"class": "street", "addresses": 1}]
    assert places.row(key)["location_class"] == "street"
    assert run("geocode", "people", "--only", "pending") == []
    assert run("geocode", "people", "--only", "everything") == [{"class": "street", "addresses": 1}]


def test_a_position(run: Any) -> None:
    found = run("reverse", "37.976", "23.730", "--accuracy", "20")
    assert found["area_code"] == "4501" and found["radius_m"] >= 20


@pytest.mark.parametrize(
    "words",
    [
        ("locate",),
        ("geocode", "cats"),
        ("geocode", "people", "--only", "some"),
    ],
)
def test_what_is_not_there_is_named(
    words: tuple[str, ...], run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = CliRunner().invoke(app, list(words))
    assert answer.exit_code != 0 and "Traceback" not in answer.output
