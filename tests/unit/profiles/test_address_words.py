"""The table [addresses] of a profile: what is wrong in it is named, and a country needs no code."""

from pathlib import Path

import pytest

from geo.errors import NeedsmapError
from geo.geocode.words.habits import compile_habits
from geo.geocode.words.parse import parse, street_words
from geo.profiles.profile import load_from

_BENCH = Path(__file__).parents[2] / "bench" / "geocode"
_TOYLAND = (Path(__file__).parents[2] / "toyland" / "ty.toml").read_text(encoding="utf-8")


def _toyland(tmp_path, addition):
    (tmp_path / "ty.toml").write_text(f"{_TOYLAND}\n{addition}\n", encoding="utf-8")
    return load_from(tmp_path, "ty").addresses


def test_without_a_table_words_are_compared_without_marks(tmp_path):
    speller = compile_habits(_toyland(tmp_path, "")).speller
    assert speller.key("Étagère Œuf") == "etagere oeuf"


def test_rules_of_spelling_are_data(tmp_path):
    spelling = """
[addresses.spelling]
ordinals = ["er"]
[addresses.spelling.alike]
ph = "f"
[addresses.spelling.variants]
"é" = ["ai"]
[addresses.spelling.same_words]
saint = ["st"]
"""
    speller = compile_habits(_toyland(tmp_path, spelling)).speller
    assert speller.key("1er Éléphant") == "1 elefant"
    assert speller.keys("Étoile") == ("etoile", "aitoile")
    assert speller.keys("Saint") == ("saint", "st")


@pytest.mark.parametrize(
    ("addition", "message"),
    [
        ('[addresses.spelling]\near = "left"', "spelling.ear' must be one of letters, greek"),
        ("[addresses.spelling]\nwords = 1", "spelling.words' is not known here"),
        ('[addresses.spelling.letters]\n"ab" = "c"', "letters.ab' must be one letter"),
        ('[addresses.spelling.letters]\n"д" = "д"', "letters.д' must become plain Latin letters"),
        ('[addresses.spelling.letters]\n"Д" = "d"', "letters.Д' must be in small letters"),
        ('[addresses.spelling.digits]\n"14" = "c"', "digits.14' must be one digit"),
        ('[addresses.spelling.digits]\n"4" = "ч"', "digits.4' must become plain Latin letters"),
        ('[addresses.spelling.alike]\n"ж" = "z"', "alike.ж' must be plain Latin letters"),
        ('[addresses.spelling.alike]\na = "b"\nb = "a"', "becomes 'b', which 'b' changes"),
        ('[addresses.spelling.variants]\n"é" = "e"', "variants.é' must be a list of texts"),
        ('[addresses.spelling.variants]\n"é" = ["э"]', "variants.é' must become plain Latin"),
        ('[addresses.spelling]\ndoubled = ["ii"]', "doubled' must hold single letters, not 'ii'"),
        ("[addresses.spelling]\nordinals = [1]", "ordinals' must hold texts only"),
        ('[addresses.street_endings]\nway = "w."', "street_endings.way' must be a list of texts"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(tmp_path, addition, message):
    with pytest.raises(NeedsmapError) as failure:
        _toyland(tmp_path, addition)
    assert failure.value.message.startswith("ty.toml: key 'addresses.")
    assert message in failure.value.message
    assert failure.value.hint.startswith("Mend '")


def test_a_group_of_dropped_words_must_be_known(tmp_path):
    file = tmp_path / "ty.toml"
    text = _TOYLAND.replace(
        "[addresses.dropped_words]", '[addresses.dropped_words]\ngarages = ["m"]'
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NeedsmapError, match=r"dropped_words\.garages' is not one of articles"):
        load_from(tmp_path, "ty")


def test_the_profile_of_the_bench_loads():
    profile = load_from(_BENCH, "li")
    assert profile.languages == ("de",)
    assert profile.level_of("7001").code == "municipality"


@pytest.mark.parametrize(
    ("typed", "canonical", "number"),
    [
        ("Landstrasse 12", "Landstrasse", "12"),
        ("Landstr. 12", "Landstrasse", "12"),
        ("Landstraße 12a", "Landstrasse", "12a"),
        ("LANDSTR.12", "Landstrasse", "12"),
        ("Land Strasse 12", "Landstrasse", "12"),
        ("Aeulestr. 30", "Äulestrasse", "30"),
        ("Aulestrasse 30", "Äulestrasse", "30"),
        ("Staedtle 3", "Städtle", "3"),
        ("Stadtle 3", "Städtle", "3"),
        ("Buehelstrasse 3", "Bühelstrasse", "3"),
        ("Fuerst-Franz-Josef-Str. 5", "Fürst-Franz-Josef-Strasse", "5"),
        ("Fürst Franz Josef Strasse 5", "Fürst-Franz-Josef-Strasse", "5"),
        ("Marktgass 5", "Marktgasse", "5"),
        ("An der Halde 4", "An der Halde", "4"),
    ],
)
def test_one_word_streets_are_known_by_their_ends(typed, canonical, number):
    habits = compile_habits(load_from(_BENCH, "li").addresses)
    reading = parse(f"{typed}, FL-9490 Vaduz", habits)
    assert [word.key for word in reading.streets[0].words] == [
        word.key for word in street_words(canonical, habits)[1]
    ]
    assert reading.streets[0].number.text == number
    assert (reading.postcode, reading.places) == ("9490", ("vaduz",))


def test_saint_is_written_out(tmp_path):
    habits = compile_habits(load_from(_BENCH, "li").addresses)
    first, street = parse("St. Annagasse 3", habits).streets[0].words
    assert first.forms == ("sankt",)
    assert street.key == street_words("Sankt Annagasse", habits)[1][1].key
