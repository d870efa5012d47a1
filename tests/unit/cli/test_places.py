"""How an answer of the geocoder reads on a terminal of 80 columns."""

from __future__ import annotations

import pytest

from api.cli import console
from api.cli.places import distance, show_place


@pytest.mark.parametrize(
    ("metres", "read"),
    [
        (None, ""),
        (0.0, "0 m"),
        (12.0, "12 m"),
        (12.2, "13 m"),
        (350.0, "350 m"),
        (999.0, "999 m"),
        (999.4, "1.0 km"),
        (1000.0, "1.0 km"),
        (3361.0, "3.4 km"),
        (15_000.0, "15.0 km"),
    ],
)
def test_a_radius_is_readable_and_never_less_than_it_is(metres: float | None, read: str) -> None:
    assert distance(metres) == read


def place(name: str, class_: str, radius: float) -> dict[str, object]:
    return {
        "matched": name,
        "class": class_,
        "lat": 37.976543,
        "lon": 23.730001,
        "radius_m": radius,
    }


def test_an_answer_is_words_within_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "width", 80)
    answer = place("Κολοκοτρώνη, Αθήνα", "street", 3361.2) | {
        "area_code": "4501",
        "postcode": None,
        "reason": {"en": "Several streets are called so. " * 6, "el": "Πολλές οδοί."},
        "source": "gazetteer",
        "gazetteer_version": "gr-1",
        "alternatives": [
            place("Κολοκοτρώνη, Χαλάνδρι, και μια πολύ μακριά ονομασία δήμου", "street", 349.5),
            place("Κολοκοτρώνης", "settlement", 1400.0),
        ],
    }
    show_place("Κολοκοτρώνη", answer)
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    for words in ("street: not the house", "3.4 km", "350 m", "1.4 km", "37.97654, 23.73000"):
        assert words in told
    assert "settlement" in told and "Several streets" in told
    assert "{" not in told and "postcode" not in told and "Πολλές" not in told


def test_no_place_has_no_point_and_no_radius(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {
        **dict.fromkeys(("matched", "lat", "lon", "radius_m", "area_code", "postcode")),
        "class": "none",
        "reason": {"en": "The text is empty.", "el": ""},
        "source": "gazetteer",
        "gazetteer_version": "gr-1",
        "alternatives": [],
    }
    show_place("", answer)
    told = capsys.readouterr().out
    assert "no place is known" in told and "The text is empty." in told
    assert "None" not in told and "within" not in told and "also" not in told
