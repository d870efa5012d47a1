"""Spellings of one name give one match text; different people do not."""

from __future__ import annotations

from datetime import date

import pytest

from geo.registers.people.matching import match_parts

BORN = date(1950, 5, 1)


@pytest.mark.parametrize(
    "spelling",
    [
        "Παπαδόπουλος Γεώργιος",
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ",
        "Γεώργιος  Παπαδόπουλος",
        "Papadopoulos Georgios",
        "georgios papadopoylos",
        "Παπαδοπουλος-Γεωργιος",
    ],
)
def test_one_person(spelling: str) -> None:
    assert match_parts(spelling, BORN) == match_parts("Γεώργιος Παπαδόπουλος", BORN)


def test_two_persons() -> None:
    one = match_parts("Γεώργιος Παπαδόπουλος", BORN)
    assert match_parts("Γεωργία Παπαδοπούλου", BORN) != one
    assert match_parts("Γεώργιος Παπαδόπουλος", date(1950, 1, 5)) != one
    assert match_parts("--- 7", BORN)[0] == "7"
    assert match_parts("---", BORN)[0] == ""
