"""Files into registers on a real database: nothing half-done, known again, undone, resumed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.importing import runs
from geo.importing.request import Request
from geo.settings import Settings


def test_first(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("id;name;legal form\n1;Alpha;ngo\n2;Βήτα;church\n", encoding="utf-8")
    report = runs.run(engine, settings, Request("agencies", path, country="gr"))
    assert report.written["agencies"]["inserted"] == 2, report.as_content("en")
    report = runs.run(engine, settings, Request("agencies", path, country="gr"))
    assert report.written["agencies"]["unchanged"] == 2
    path.write_text("id;name;legal form\n1;Alpha 2;ngo\n2;Βήτα;church\n", encoding="utf-8")
    report = runs.run(engine, settings, Request("agencies", path, country="gr"))
    assert report.written["agencies"] == {"inserted": 0, "updated": 1, "unchanged": 1, "conflicts": 0}
    with engine.connect() as c:
        print(c.execute(sa.text("select * from registry.change")).all())
        print(c.execute(sa.text("select name, version, import_id from registry.agency")).all())
        print(c.execute(sa.text("select state, counts, content from intake.import_run")).all())
    from uuid import UUID
    taken = runs.undo(engine, UUID(report.run_id))
    print(taken)
    with engine.connect() as c:
        print(c.execute(sa.text("select name, version, import_id from registry.agency")).all())


def test_second(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    from tests.conftest import shared_data
    path = shared_data("social_services", "pl_malopolska_social_facilities_315.csv")
    report = runs.run(engine, settings, Request("services", path, dry_run=True))
    print(report.as_content("el"))
    assert 0
