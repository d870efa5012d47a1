"""Postcodes placed by the settlements they serve: by hand, then the packages as installed."""

from __future__ import annotations

import pytest

from geo.errors import NotFound
from geo.sources.batch import Batch, read_source
from geo.sources.postcodes import middle, postcodes_of
from geo.sources.settling import Settlement


def village(name: str, point: tuple[float, float] | None = None, area: str = "A1") -> Settlement:
    return Settlement(name, name, "village", area, None, None, point)


def test_the_middle_is_the_settlement_with_the_least_way_to_the_others() -> None:
    # On one parallel at 0, 1 and 5 the sums of ways are 6, 5 and 9.
    line = [village("a", (0.0, 50.0)), village("b", (1.0, 50.0)), village("c", (5.0, 50.0))]
    assert middle(line) == (1.0, 50.0)
    assert middle([village("a", (20.0, 50.0)), village("x")]) == (20.0, 50.0)
    # At 60 degrees north a degree to the east is half as long as one to the north:
    # from b 1 + 1 = 2, from a 1 + 1.41, from c the same.
    corner = [village("a", (22.0, 60.0)), village("b", (20.0, 60.0)), village("c", (20.0, 61.0))]
    assert middle(corner) == (20.0, 60.0)


def test_what_all_settlements_share_is_said_of_the_postcode() -> None:
    notes: list[str] = []
    frame = postcodes_of(
        {
            "30-002": [village("b", (20.0, 50.0)), village("b2", (20.1, 50.0))],
            "30-001": [village("a", (19.0, 50.0))],
            "30-003": [village("c", (20.0, 51.0)), village("d", (20.0, 51.1), area="A2")],
            "30-004": [village("e")],
        },
        notes,
    )
    assert frame["postcode"].tolist() == ["30-001", "30-002", "30-003"]
    assert frame["area_code"].tolist() == ["A1", "A1", None]
    assert frame["name"].tolist() == ["a", None, None]
    assert set(frame["placed_by"]) == {"settlement"}
    assert notes == [
        "1 postcodes left out, no settlement they serve has a point",
        "1 postcodes serve more than one municipality: no area code",
    ]


@pytest.mark.parametrize(
    ("source_id", "counts", "example"),
    [
        (
            "pl_postcodes",
            {"rows": 72_900, "codes": 20_299, "postcodes": 20_287},
            ("31-712", "126101", "Kraków"),
        ),
        (
            "ro_postcodes",
            {"rows": 37_915, "codes": 37_914, "postcodes": 31_122},
            ("041322", "179178", "Sectorul 4"),
        ),
    ],
)
def test_the_packages_hold_what_was_counted(
    source_id: str, counts: dict[str, int], example: tuple[str, str, str]
) -> None:
    batch = _installed(source_id)
    assert batch.counts == counts
    frame = batch.frames["postcodes"]
    assert frame["postcode"].is_unique and len(frame) == counts["postcodes"]
    row = frame[frame["postcode"] == example[0]].iloc[0]
    assert (row["area_code"], row["name"]) == example[1:]


def _installed(source_id: str) -> Batch:
    try:
        return read_source(source_id)
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")
