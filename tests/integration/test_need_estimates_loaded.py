"""Estimates of need from a file to what a tier may see of the hidden need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from geo import loading, pipeline
from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.settings import Settings
from tests.conftest import clone

HEAD = (
    "area_code,service_type,sector,age_band,persons,rate,standard_error,source_class,source,date\n"
)
ROWS = (
    "4501,home_help,,,5000,,200,survey,Household survey,2025-05-31\n"
    "*,home_help,,,,0.01,,prevalence,A paper,2024-01-01\n"
)


@pytest.fixture
def demo(cluster: Cluster, demo_template: str) -> Iterator[Engine]:
    for name in clone(cluster, demo_template):
        engine = make_engine(cluster.url(name))
        yield engine
        engine.dispose()


def test_from_a_file_to_what_a_tier_may_see(
    demo: Engine, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "estimates.csv"
    file.write_text(HEAD + ROWS, encoding="utf-8")
    loaded = loading.load(demo, settings, "need_estimates", file, country="gr")
    assert loaded.rows == {"need_estimates": 2}
    analysis = pipeline.analyse(demo, "EL30")
    values = analysis.values.set_index(["indicator", "breakdown", "area_code"])
    counted = values.loc[("open_needs", "home_help", "4501"), "value"]
    assert values.loc[("need_estimated", "home_help", "4501"), "value"] == 5000
    assert values.loc[("hidden_need", "home_help", "4501"), "value"] == 5000 - counted
    # Elsewhere the rate of a hundredth of the residents stands in.
    residents = values.loc[("population", "", "4502"), "value"]
    assert abs(values.loc[("need_estimated", "home_help", "4502"), "value"] - residents / 100) < 1
    snapshot = pipeline.freeze_analysis(demo, analysis)
    releases = {one.tier: one for one in pipeline.publish(demo, snapshot)}
    for tier, release in releases.items():
        rows = release.values.set_index(["indicator", "breakdown", "area_code"])
        need, beyond = (
            rows.xs((name, "home_help"), level=("indicator", "breakdown")).drop("EL30")
            for name in ("open_needs", "hidden_need")
        )
        withheld = need["status"] == "withheld"
        assert withheld.any() and (beyond.loc[withheld, "status"] == "withheld").all()
        assert beyond.loc[withheld, ["value", "low", "high"]].isna().all(axis=None)
        likely = rows.xs(("need_estimated", "home_help"), level=("indicator", "breakdown"))
        shown = ~withheld
        # From the counts as released, so that subtracting gives nothing more exact back.
        expected = (likely["value"] - need["value"]).loc[shown[shown].index].clip(lower=0)
        assert (beyond.loc[shown, "value"] == expected).all(), tier
    # The file again, without a row: what is not in it is gone.
    file.write_text(HEAD + ROWS.splitlines(keepends=True)[0], encoding="utf-8")
    loading.load(demo, settings, "need_estimates", file, country="gr")
    again = pipeline.analyse(demo, "EL30").values.set_index(["indicator", "breakdown", "area_code"])
    assert again.loc[("need_estimated", "home_help", "4502"), "status"] == "no_data"
