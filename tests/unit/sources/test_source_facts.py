"""Every source says what it is; what it must contain is held to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.errors import InvalidInput, NotFound, SettingsError, SourceRejected
from geo.sources.batch import read_source
from geo.sources.source import (
    Expectation,
    all_sources,
    check_counts,
    load,
    load_folder,
    read_fixes,
)
from geo.sources.vocabulary import check_frames


@pytest.mark.parametrize("source_id", all_sources())
def test_every_source_is_described_whole(source_id: str) -> None:
    source = load(source_id, fixes=True)
    assert source.id == source_id
    assert all((source.publisher, source.licence, source.attribution, source.cadence))
    assert source.titles["en"] and source.titles["el"]
    assert source.expected, "a source must say what it contains"
    if source.derived or source.synthetic:
        assert source.notices["en"] and source.notices["el"]
    assert not (source.official and (source.derived or source.synthetic))


def test_the_sources_of_the_demo_are_there() -> None:
    assert {
        "gr_postcodes", "geonames", "naturalearth_regions", "gr_census2021_attica",
        "gr_attica_areas", "gr_attica_synthetic", "gr_municipalities", "gr_census2021",
        "eu_population_grid", "pl_powiaty",
    } <= set(all_sources())  # fmt: skip


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(NotFound, match="no source 'gr_nothing'") as caught:
        load("gr_nothing")
    assert "gr_census2021" in caught.value.hint


def test_a_file_is_fixed_only_when_asked_a_pinned_package_always() -> None:
    assert load("gr_census2021").fixes == ()
    assert len(load("gr_census2021", fixes=True).fixes) == 1
    assert len(load("gr_postcodes").fixes) == 2
    assert load("gr_postcodes", fixes=False).fixes == ()


def test_a_fix_without_reason_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fixes.toml").write_text('[[fix]]\nmatch = { a = "1" }\nset = { a = "2" }\n')
    with pytest.raises(SettingsError, match="fix 1 needs match, set and reason"):
        read_fixes(tmp_path)


def test_an_unknown_fact_in_source_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source.toml").write_text('colour = "red"\nformats = []\n[titles]\nen = "x"\n')
    with pytest.raises(SettingsError, match="colour"):
        load_folder(tmp_path)


def test_counts_below_minimum_or_not_exact_stop_the_load() -> None:
    source = load("gr_census2021")
    good = {"municipalities": 333, "residents": 10_432_481}
    assert check_counts(source, good) == []
    with pytest.raises(SourceRejected) as caught:
        check_counts(source, good | {"municipalities": 332})
    assert "expected exactly 333 municipalities, found 332" in str(caught.value)


def test_partial_notes_an_exact_count_but_never_forgives_a_minimum() -> None:
    source = load("gr_census2021")
    short = {"municipalities": 331, "residents": 10_432_481}
    assert check_counts(source, short, partial=True) == [
        "municipalities: expected exactly 333, found 331"
    ]
    least = (Expectation("municipalities", minimum=300),)
    object.__setattr__(source, "expected", least)
    with pytest.raises(SourceRejected, match="at least 300"):
        check_counts(source, {"municipalities": 299}, partial=True)


def test_above_the_maximum_is_noted() -> None:
    source = load("geonames")
    counts = {"settlements": 2401, "attica_settlements": 165}
    assert check_counts(source, counts) == ["settlements: expected at most 2,400, found 2,401"]


def test_a_frame_with_other_columns_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"lacks .*'name_en'"):
        check_frames({"area_names": pd.DataFrame({"code": [], "name_el": [], "parent_code": []})})
    with pytest.raises(InvalidInput, match="no frame 'area_name'"):
        check_frames({"area_name": pd.DataFrame()})


@pytest.mark.parametrize("source_id", ["gr_attica_areas", "gr_attica_synthetic"])
def test_a_made_source_is_not_read_from_a_file(source_id: str) -> None:
    with pytest.raises(InvalidInput, match="is made from other sources"):
        read_source(source_id)


@pytest.mark.parametrize(
    "source_id", ["gr_census2021", "gr_municipalities", "eu_population_grid", "gr_postcodes"]
)
def test_a_source_that_needs_a_file_says_so(source_id: str) -> None:
    with pytest.raises(InvalidInput, match="needs"):
        read_source(source_id)
