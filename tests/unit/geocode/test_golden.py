"""Typed addresses and where they are: the list that says what the Greek geocoder must read."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_streets import assert_sound

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate


def golden() -> list[tuple[str, ...]]:
    lines = (Path(__file__).parent / "golden_gr.tsv").read_text(encoding="utf-8").split("\n")
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("case", golden(), ids=lambda case: " | ".join(case[:3]))
def test_golden(case: tuple[str, ...], gazetteer: Gazetteer) -> None:
    typed, municipality, postcode_field, class_, street, postcode, area = case
    found = locate(
        typed, gazetteer, municipality_text=municipality or None, postcode=postcode_field or None
    )
    assert (found.class_, found.area_code or "") == (class_, area), found.reason.en
    if class_ == "street":
        assert str(found.matched).startswith(f"{street}, "), found.matched
        assert found.postcode == (None if postcode == "-" else postcode), found.reason.en
    if class_ == "postcode":
        assert found.postcode == postcode
    assert_sound(found)


def test_the_list_is_long_enough() -> None:
    assert len(golden()) >= 120
    assert len(set(golden())) == len(golden())
