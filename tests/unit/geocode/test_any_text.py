"""Whatever is typed, the words of addresses are read without an error, and keys stay keys."""

from __future__ import annotations

import pytest
from golden import LANGUAGES, habits_of, lines
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.geocode.words.habits import Habits, plain
from geo.geocode.words.numbers import house_number, number_key
from geo.geocode.words.parse import LONGEST, parse, parse_place, street_words, words_of

COUNTRIES = tuple(LANGUAGES.values())
_LETTERS = {
    "gr": "ΑαΆάΕεΗηΙιϊΐΟοΥυΩωςσΓγΚκΛΜΝΞΠΤΧχκΒβbEkhxw8 ",
    "bg": "АаБбЖжЙйЦцЧчШшЩщЪъЬьЮюЯяХхИиОоКкСсТтaehjqwxy46 ",
    "pl": "ĄąĆćĘęŁłŃńÓóŚśŹźŻżaejnoruwzx ",
    "ro": "ĂăÂâÎîȘșȚțŞşŢţaceinrtux ",
}
_PIECES = {
    "gr": ["Ερμού", "Λεωφ.", "Αγ.", "αρ.", "ΤΚ", "105 63", "Δ.", "γωνία", "και", "28ης", "όροφος"],
    "bg": ["ул.", "бул.", "№", "бл.", "вх.", "гр.", "с.", "ж.к.", "обл.", "1000", "„", "“", "6-ти"],
    "pl": ["ul.", "al.", "m.", "lok.", "61-001", "gm.", "woj.", "3 Maja", "św.", "róg", "i", "w"],
    "ro": ["Str.", "nr.", "bl.", "sc.", "et.", "ap.", "jud.", "sat", "com.", "440014", "Sector"],
}
_COMMON = ["12", "12A", "1-3", "1/3", ",", ";", " / ", "-", "(", ")", '"', ".", "\n", "a", "І", "&"]

_NASTY = [
    "",
    " ",
    "\x00\x1b[2J\u202e\u200b\ufeff",
    "😀🏳️‍🌈" * 20,
    "\ud800",
    "a\udfff 12",
    "'; DROP TABLE street; --",
    "{{7*7}} ${jndi:ldap://x} <script>alert(1)</script>",
    "../../etc/passwd\x00.toml",
    "%s%n%x" * 9,
    "Z" + "\u0301" * 5_000,
    "1" * 10_000,
    "12 " * 90,
    "٣٤ ১২ ١٢٣٤٥",
    "Ⅻ ½ ² ㊿ ﬁ ǆ ẞ İ ŉ ΐ",
    "Str. " * 60,
    "№" * 200,
    "„" * 150 + "“" * 150,
    "(" * 250,
    "ул. ul. Str. οδός " * 16,
    "-" * 299,
    "/ / / " * 50,
    "a." * 149,
    "бл. " * 70,
    "x" * 10_240,
]


def check(text: str, habits: Habits) -> None:
    """Nothing raises, and what is read is of its form."""
    parts = parse(text, habits)
    assert all(reading.words for reading in parts.streets)
    assert all(part.strip() for part in (*parts.places, *parts.regions))
    assert parts.postcode is None or parts.postcode.isdecimal()
    for number in [parts.number, *(reading.number for reading in parts.streets)]:
        assert number is None or (number.value >= 0 and number.keys)
    if len(text) > LONGEST:
        assert parts.rest == (text,) and not parts.streets
    assert isinstance(parse_place(text, habits), str)
    for word in (*words_of(plain(text), habits), *street_words(text, habits)[1]):
        assert word.key and word.key == word.keys[0]
    speller = habits.speller
    key = speller.key(text)
    assert key == " ".join(key.split())
    keys = speller.keys(text)
    assert len(keys) == len(set(keys)) <= 24 and keys[0] == key
    for to in ("latin", "native"):
        assert isinstance(speller.transliterate(text, to), str)
    assert number_key(number_key(text)) == number_key(text)
    found = house_number(text)
    assert found is None or found.value == house_number(found.text).value  # type: ignore[union-attr]


def texts(country: str) -> st.SearchStrategy[str]:
    pieces = st.lists(st.sampled_from(_PIECES[country] + _COMMON), max_size=14).map(" ".join)
    glued = st.lists(st.sampled_from(_PIECES[country] + _COMMON), max_size=14).map("".join)
    anything = st.text(st.characters(codec=None), max_size=320)
    return st.one_of(
        pieces, glued, st.text(_LETTERS[country] + "0123456789.,-/", max_size=60), anything
    )


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("text", _NASTY, ids=range(len(_NASTY)))
def test_nasty(text: str, country: str) -> None:
    check(text, habits_of(country))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(COUNTRIES).flatmap(lambda c: st.tuples(st.just(c), texts(c))))
def test_anything(case: tuple[str, str]) -> None:
    check(case[1], habits_of(case[0]))


@pytest.mark.drill
@settings(max_examples=10_000, deadline=None)
@given(st.sampled_from(COUNTRIES).flatmap(lambda c: st.tuples(st.just(c), texts(c))))
def test_anything_ten_thousand_times(case: tuple[str, str]) -> None:
    check(case[1], habits_of(case[0]))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("bg", "pl", "ro")).flatmap(lambda c: st.tuples(st.just(c), texts(c))))
def test_the_key_of_a_key_is_itself(case: tuple[str, str]) -> None:
    speller = habits_of(case[0]).speller
    key = speller.key(case[1])
    assert speller.key(key) == key


@settings(max_examples=150, deadline=None)
@given(st.text("абвгдежзийклмнопрстуфхцчшщъьюя -", max_size=30))
def test_bulgarian_to_latin_and_back_keeps_the_key(text: str) -> None:
    speller = habits_of("bg").speller
    latin = speller.transliterate(text, "latin")
    assert latin.isascii()
    assert speller.key(latin) == speller.key(text)
    assert speller.key(speller.transliterate(latin, "native")) == speller.key(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_to_latin_and_back_keep_the_key(language: str) -> None:
    speller = habits_of(LANGUAGES[language]).speller
    native = {line.fields[1] for line in lines("names", language)}
    for name in sorted(native):
        latin = speller.transliterate(name, "latin")
        back = speller.transliterate(latin, "native")
        assert speller.key(latin) in speller.keys(name), (name, latin)
        assert speller.key(back) in speller.keys(name), (name, latin, back)
