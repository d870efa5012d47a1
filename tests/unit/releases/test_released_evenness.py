"""How evenly services are spread, in a release: open measures as they are, the others redrawn."""

from __future__ import annotations

import logging
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from small_region import CODES, counted, region, service, services

from geo.analysis import parameters
from geo.analysis.figures.coverage import coverage
from geo.analysis.figures.poverty import poverty
from geo.analysis.figures.rows import joined
from geo.analysis.inequality import concentration_index
from geo.analysis.rates import empirical_bayes
from geo.indicators import indicators
from geo.profiles.profile import load
from geo.redrawing import REDRAW, redrawn_concentrations
from geo.releases.publish import build_release
from geo.releases.release import Release
from geo.releases.suppress import suppress
from geo.releases.tiers import RULES
from layers.catalogue import layers_of
from layers.reports.document import render_html
from layers.reports.summary import summary

CENTRE = "community_centre"
TIERS = ["planner", "committee", "public"]
OPEN = [f"{one}_{name}" for one in ("access", "reach") for name in ("gini", "theil")]
CHOSEN = parameters.load()
MANY = {"M1": 41, "M2": 63, "M3": 127, "M4": 88, "M5": 452, "M6": 934}
FEW_IN_TWO = {**MANY, "M1": 2, "M2": 6}


def exact(**persons: int) -> pd.DataFrame:
    """All figures of the region with these recipients of income support; computed once."""
    return _exact(tuple(persons.items()))


@cache
def _exact(persons: tuple[tuple[str, int], ...]) -> pd.DataFrame:
    inputs = region(
        services=services(service("a", "M2"), service("b", "M4")),
        people=counted("persons", **dict(persons)),
    )
    return joined([coverage(inputs, load("gr"), CHOSEN), poverty(inputs, CHOSEN).rows])


def seen(values: pd.DataFrame, tier: str, **redraw: Any) -> pd.DataFrame:
    by_name = dict(REDRAW) | redrawn_concentrations(values) | redraw
    return suppress(values, indicators(), RULES[tier], "R", by_name)  # type: ignore[index]


def regions(values: pd.DataFrame) -> pd.DataFrame:
    own = values[(values["breakdown"] == CENTRE) & (values["area_code"] == "R")]
    return own.set_index("indicator")


@pytest.mark.parametrize("tier", TIERS)
def test_measures_of_open_facts_are_the_same_in_every_tier(tier: str) -> None:
    values = exact(**FEW_IN_TWO)
    known, shown = regions(values), regions(seen(values, tier))
    for code in OPEN:
        assert shown.loc[code, "status"] == "shown"
        assert shown.loc[code, "value"] == known.loc[code, "value"]
        assert shown.loc[code, "explanation"] == known.loc[code, "explanation"] != {}
    assert 0 < known.loc["access_gini", "value"] < 1


def test_where_all_counts_are_shown_the_concentration_is_the_exact_one() -> None:
    values = exact(**MANY)
    for code in ("access_concentration", "reach_concentration"):
        known = regions(values).loc[code, "value"]
        assert regions(seen(values, "planner")).loc[code, "value"] == round(known, 3) != 0


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("persons", [MANY, FEW_IN_TWO], ids=["all shown", "two withheld"])
def test_a_reader_of_a_release_can_compute_its_concentration(
    tier: str, persons: dict[str, int]
) -> None:
    values = exact(**persons)
    told = seen(values, tier)
    counts = told[told["indicator"] == "beneficiaries"].set_index("area_code")
    residents = told[told["indicator"] == "population"].set_index("area_code")["value"]
    access = told[(told["indicator"] == "access") & (told["breakdown"] == CENTRE)]
    access = access.set_index("area_code")["value"]
    open_ = [code for code in CODES if counts.loc[code, "status"] == "shown"]
    hidden = [code for code in CODES if code not in open_]
    assert len(hidden) == 0 if persons is MANY else len(hidden) >= 2
    events = [counts.loc[code, "value"] for code in open_]
    people = [residents[code] for code in open_]
    if hidden:
        events.append(max(0.0, counts.loc["R", "value"] - sum(events)))
        people.append(residents[hidden].sum())
    rates = list(empirical_bayes(events, people).smoothed)
    rank = [*rates[: len(open_)], *(rates[-1] for _ in hidden)]
    order = [*open_, *hidden]
    again = concentration_index(access[order], residents[order], rank).value
    found = regions(told).loc["access_concentration"]
    assert found["status"] == "shown" and found["value"] == round(again, 3)
    assert found["explanation"] == {}


@pytest.mark.parametrize("tier", TIERS)
def test_exchanged_counts_of_withheld_municipalities_change_nothing(tier: str) -> None:
    other = {**FEW_IN_TWO, "M1": FEW_IN_TWO["M2"], "M2": FEW_IN_TWO["M1"]}
    first, second = exact(**FEW_IN_TWO), exact(**other)
    counts = seen(first, tier)
    counts = counts[counts["indicator"] == "beneficiaries"].set_index("area_code")["status"]
    assert counts[["M1", "M2"]].eq("withheld").all()
    pd.testing.assert_frame_equal(regions(seen(first, tier)), regions(seen(second, tier)))
    # The exact index tells the two apart: that is what must not get out.
    name = "access_concentration"
    assert regions(first).loc[name, "value"] != regions(second).loc[name, "value"]


@pytest.mark.parametrize("tier", TIERS)
def test_it_is_withheld_where_nobody_computes_it_anew_or_the_total_is_withheld(tier: str) -> None:
    values = exact(**MANY)
    for code in ("access_concentration", "reach_concentration"):
        told = suppress(values, indicators(), RULES[tier], "R", REDRAW)  # type: ignore[index]
        assert regions(told).loc[code, "status"] == "withheld"
        assert pd.isna(regions(told).loc[code, "value"])
    few = exact(M2=3)
    told = regions(seen(few, tier)).loc["access_concentration"]
    assert told["status"] == "withheld" and pd.isna(told["value"])


@pytest.mark.parametrize("tier", TIERS)
def test_what_a_release_cannot_rank_is_withheld_and_no_number(tier: str) -> None:
    values = exact(**MANY)
    nothing = redrawn_concentrations(values[values["indicator"] != "access"])
    told = regions(seen(values, tier, **nothing)).loc["access_concentration"]
    assert told["status"] == "withheld" and pd.isna(told["value"])


def released(values: pd.DataFrame, tier: str) -> Release:
    zones = region().municipalities.assign(
        level="municipality", parent_code="R", geometry_kind="official"
    )
    whole = zones.iloc[:1].assign(code="R", level="region", name_en="Row", name_el="Σειρά")
    services_shown = gpd.GeoDataFrame(
        pd.DataFrame(columns=["code", "service_type", "location_class"]), geometry=[], crs=4326
    )
    manifest = {
        "region": "R",
        "region_names": {"en": "Row", "el": "Σειρά"},
        "demo": False,
        "created_at": datetime(2026, 10, 1, tzinfo=UTC),
        "indicators": [asdict(one) for one in indicators().values()],
        "sources": [],
    }
    tables = {
        "values": values,
        "zones": gpd.GeoDataFrame(pd.concat([zones, whole], ignore_index=True), crs=4326),
        "services": services_shown,
        "pockets": pd.DataFrame(columns=["id", "members", "evidence"]),
    }
    redraw = dict(REDRAW) | redrawn_concentrations(values)
    return build_release("snap-1", manifest, tables, RULES[tier], redraw)  # type: ignore[index]


@pytest.mark.parametrize("tier", TIERS)
def test_from_the_figures_to_the_report_of_each_tier(
    tier: str, caplog: pytest.LogCaptureFixture
) -> None:
    values = exact(**FEW_IN_TWO)
    release = released(values, tier)
    with caplog.at_level(logging.WARNING):
        layers = layers_of(release)
        said = summary(release, "R").sentences
    # A figure of the region alone is no map, and no cause for a warning.
    assert "without a layer" not in caplog.text
    alone = {code for code, one in indicators().items() if one.region_only}
    assert not alone & {layer.indicator for layer in layers}
    gini = f"{regions(values).loc['access_gini', 'value']:.2f}"
    (english,) = [one for one in said["en"] if "Gini" in one]
    (greek,) = [one for one in said["el"] if "Gini" in one]
    assert f"2026-10): community centres {gini}" in english
    assert f"2026-10): Κέντρα Κοινότητας {gini.replace('.', ',')}" in greek
    assert any("concentration index" in one for one in said["en"])
    page = render_html(release, "R", lang="en")
    assert "How evenly services are spread" in page and gini in page
    assert "How evenly services are spread" not in render_html(release, "M1", lang="en")
