"""A layer stands in the catalogue or nowhere, in every language."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pandas as pd
import pytest

from geo.errors import InvalidInput, NotFound
from geo.releases.release import Release
from layers.catalogue import catalogue, indicator_of, layer_of, layers_of
from layers.styles.style import styles
from layers.words import LANGUAGES, name_order, say, wording

DEMAND = ("community_centre", "home_help", "day_centre_older", "day_centre_disabled")
PLAIN = (
    "population",
    "staff_norm",
    "staff_required",
    "staff_actual",
    "staff_shortfall",
    "mandatory_services",
    "beneficiaries",
    "beneficiary_rate",
    "beneficiary_rate_smoothed",
    "rate_pattern",
    "hot_spot",
    "observations",
    "round_minutes",
    "institution_residents",
    "services",
)


def test_every_agreed_indicator_has_its_layer() -> None:
    ids = [layer.id for layer in catalogue()]
    broken_down = {
        f"{code}.{service}"
        for code in ("reach", "access", "capacity", "open_needs", "capacity_gap")
        for service in DEMAND
    }
    assert broken_down | set(PLAIN) <= set(ids)
    assert len(ids) == len(set(ids))
    assert "capacity.night_shelter" in ids


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_layer_speaks_every_language_without_open_places(lang: str) -> None:
    for layer in catalogue():
        for words in (layer.group, layer.title, layer.abstract, layer.unit):
            assert words[lang].strip(), layer.id
            assert "{" not in words[lang], layer.id


def test_greek_words_are_greek() -> None:
    for layer in catalogue():
        letters = [char for char in layer.title["el"] if char.isalpha()]
        greek = [char for char in letters if "\u0370" <= char <= "\u03ff" or char >= "\u1f00"]
        assert len(greek) / len(letters) > 0.9, layer.title["el"]


def test_every_style_named_is_there() -> None:
    assert {layer.style for layer in catalogue()} == set(styles())


def test_a_release_shows_the_layers_it_has_values_of_and_no_other(release: Release) -> None:
    ids = {layer.id for layer in layers_of(release)}
    assert "reach.community_centre" in ids
    assert "services" in ids
    assert "reach.home_help" not in ids
    assert "hot_spot" not in ids


def test_without_services_there_is_no_points_layer(make_release: Callable[..., Release]) -> None:
    release = make_release()
    empty = make_release(services=release.services.iloc[:0])
    assert "services" not in {layer.id for layer in layers_of(empty)}


def test_unit_and_decimals_are_the_releases_own(release: Release) -> None:
    reach = layer_of(release, "reach.community_centre")
    assert reach.decimals == 1
    access = layer_of(release, "access.home_help")
    assert access.unit["en"] == "ratio to the mean"


def test_a_layer_that_is_not_there_is_not_found(release: Release) -> None:
    with pytest.raises(NotFound, match="hot_spot"):
        layer_of(release, "hot_spot")


def test_figures_without_a_layer_are_logged_not_shown(
    make_release: Callable[..., Release], caplog: pytest.LogCaptureFixture
) -> None:
    release = make_release()
    strange = release.values.iloc[:1].assign(indicator="shoe_size")
    carried = make_release(values=pd.concat([release.values, strange]))
    with caplog.at_level(logging.WARNING):
        ids = {layer.id for layer in layers_of(carried)}
    assert "shoe_size" not in ids
    assert "shoe_size" in caplog.text


def test_values_without_their_indicator_are_an_error(make_release: Callable[..., Release]) -> None:
    release = make_release(indicators=())
    with pytest.raises(NotFound, match="population"):
        indicator_of(release, layer_of(release, "population"))


def test_wording_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInput, match="purple"):
        wording("category", "purple")
    with pytest.raises(InvalidInput, match="'de'"):
        say("status", "withheld", "de")


def test_names_sort_without_accents() -> None:
    names = ["Ύδρα", "Ωραιόκαστρο", "Άγιος", "Αθήνα", "Ψαρά"]
    assert sorted(names, key=name_order) == ["Άγιος", "Αθήνα", "Ύδρα", "Ψαρά", "Ωραιόκαστρο"]
