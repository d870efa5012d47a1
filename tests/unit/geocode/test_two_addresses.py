"""Two addresses in one text are no answer; a village or a block beside a street is no second one."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate
from tests.unit.geocode.test_villages import built


@pytest.fixture(scope="module")
def greece() -> Gazetteer:
    names = ["Ερμού", "Σκουφά", "Βεργίνας"]
    rows = [{"name": name, "area_code": "0801", "lat": 45.3, "lon": 20.5} for name in names]
    return built("gr", streets=pd.DataFrame(rows))


@pytest.mark.parametrize(
    "typed",
    [
        "Ερμού 12, Σκουφά 1",
        "Ermou 12, Skoufa 1",
        "Ερμού 12 - Σκουφά 1",
        "Ερμού 12 ή Σκουφά 1",
        "Ερμού 12 και Σκουφά 1",
        "Ερμού 12\nΣκουφά 1",
        "Ερμού 12, Σκουφά 1, Βέροια",
    ],
)
def test_two_addresses_are_nowhere(greece: Gazetteer, typed: str) -> None:
    found = locate(typed, greece)
    assert found.class_ == "none" and "more than one address" in found.reason.en


@pytest.mark.parametrize(
    "typed",
    ["Ερμού 12", "Ερμού 12, Βέροια", "Ερμού 12-14, Βέροια", "Ερμού 12 & Σκουφά, Βέροια",
     "Ερμού 12, όροφος 3, Βέροια", "Βεργίνα 5, Ερμού 12", "Ερμού 12, Τ.Θ. 5, Βέροια"],
)  # fmt: skip
def test_one_address_stays_one(greece: Gazetteer, typed: str) -> None:
    assert "more than one address" not in locate(typed, greece).reason.en
