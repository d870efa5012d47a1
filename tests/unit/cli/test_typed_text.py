"""What people type is shown as typed: no markup, and bytes that are no UTF-8 do not stop anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from typer import Typer
from typer.testing import CliRunner

from api.cli import console, locate
from tests.unit.geocode.test_villages import built

BROKEN = "Ermou \udcff 12"


def told(monkeypatch: pytest.MonkeyPatch, title: str, cell: str) -> str:
    wide = Console(width=100, force_terminal=False)
    monkeypatch.setattr(console, "out", wide)
    with wide.capture() as capture:
        console.show(title, ["what"], [[cell]])
    return capture.get()


def test_a_title_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told(monkeypatch, "a [/b] [red]x", "[/i] and words")
    assert "a [/b] [red]x" in shown and "[/i]" in shown


def test_what_cannot_be_written_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told(monkeypatch, BROKEN, BROKEN)
    assert shown.count("Ermou ? 12") == 2


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Typer:
    @contextmanager
    def database() -> Iterator[tuple[Any, Any]]:
        yield SimpleNamespace(), SimpleNamespace()

    gazetteers = SimpleNamespace(get=lambda country, caller: built(country))
    monkeypatch.setattr(locate, "database", database)
    monkeypatch.setattr("geo.locating.serving.Gazetteers", lambda engine: gazetteers)
    made = Typer()
    made.command()(locate.reverse)
    made.command()(locate.locate)
    return made


@pytest.mark.parametrize("typed", [[BROKEN], ["Ermou 12", "--municipality", "\udcce"]])
def test_bytes_that_are_no_text_are_nowhere(app: Typer, typed: list[str]) -> None:
    result = CliRunner().invoke(app, ["locate", *typed, "--json"])
    assert result.exit_code == 0, result.exception
    answer = json.loads(result.stdout)
    assert answer["class"] == "none" and "UTF-8" in answer["reason"]["en"]
    assert CliRunner().invoke(app, ["locate", *typed]).exit_code == 0


def test_piped_bytes_that_are_no_text_are_nowhere(app: Typer) -> None:
    result = CliRunner().invoke(app, ["locate", "-", "--json"], input=b"Ermou \xff 12\n\xce\n")
    assert result.exit_code == 0, result.exception
    answers = json.loads(result.stdout)
    assert [answer["class"] for answer in answers] == ["none", "none"]
    assert all("UTF-8" in answer["reason"]["en"] for answer in answers)
    assert json.loads(CliRunner().invoke(app, ["locate", "-", "--json"], input=b"").stdout) == []
