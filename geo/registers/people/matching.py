"""When two spellings are one person's name: the text that the match key is made of."""

from __future__ import annotations

from datetime import date

from geo.names import latin_key


def match_parts(name: str, birth_date: date) -> tuple[str, str]:
    """What is hashed of a person: the name's key and the birth date.

    Greek, ELOT 743 and common Greeklish spellings give the same key, as do accents, capitals and
    any order of first name and surname. Lossy on purpose; what it brings together a person
    decides. An empty first part: the name held no letter.
    """
    return " ".join(sorted(latin_key(name).split())), birth_date.isoformat()
