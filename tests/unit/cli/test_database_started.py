"""A command that has to start the database says so; one that finds it running is silent."""

from __future__ import annotations

import pytest

from api.cli import context
from geo.settings import read_settings


@pytest.mark.parametrize("started", [True, False])
def test_a_start_is_told_on_standard_error(
    started: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(context, "start_database", lambda _: started)
    context.ensure_database(read_settings())
    said = capsys.readouterr()
    assert said.out == ""
    assert ("was started" in said.err) is started
    assert ("needsmap down" in said.err) is started
