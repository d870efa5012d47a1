"""The sentences of norms: six languages, right plural forms, one language a sentence."""

from dataclasses import replace

import pytest

from geo.analysis.norms import evaluate, mandatory_services
from geo.analysis.norms.words import FILE, norm_words, placeholders, read_words, whole
from geo.errors import NeedsmapError
from geo.profiles.profile import load
from geo.profiles.shape import SENTENCE_LANGUAGES

GREEK = load("gr").norm("community_centre_staff")


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1 post required"),
        ("el", 2, "Απαιτούνται 2 θέσεις"),
        ("pl", 1, "Wymagane jest 1 stanowisko"),
        ("pl", 2, "Wymagane są 2 stanowiska"),
        ("pl", 5, "Wymaganych jest 5 stanowisk"),
        ("pl", 12, "Wymaganych jest 12 stanowisk"),
        ("pl", 22, "Wymagane są 22 stanowiska"),
        ("ro", 1, "Este necesar 1 post"),
        ("ro", 19, "Sunt necesare 19 posturi"),
        ("ro", 20, "Sunt necesare 20 de posturi"),
        ("ro", 101, "Sunt necesare 101 posturi"),
        ("bg", 1, "Изисква се 1 щатно място"),
        ("it", 3, "Sono richieste 3 unità di personale"),
    ],
)
def test_numbers_take_their_form(language, number, said):
    assert norm_words().count("posts_required", number, language) == said


def test_thousands_by_language():
    found = {language: whole(50_585, language) for language in SENTENCE_LANGUAGES}
    assert found["en"] == "50,585"
    assert found["el"] == found["ro"] == found["it"] == "50.585"
    assert found["pl"] == found["bg"] == "50\N{NO-BREAK SPACE}585"


def test_every_sentence_has_the_same_placeholders_in_every_language():
    for key, names in norm_words().sentences.items():
        assert set(names) == set(SENTENCE_LANGUAGES), key
        assert len({frozenset(placeholders(text)) for text in names.values()}) == 1, key


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("przy liczbie ludności {people}", "przy", "other {placeholders}"),
        ('ro = " Sursă', 'xx = " Sursă', "is missing"),
        (', few = "Wymagane są {n} stanowiska"', "", "is missing"),
        ('many = "Wymaganych jest {n} st', 'many = "Wymaganych jest st', "must hold {n}"),
        ("[sentences.met]", "[sentences.met]\nfr = 'a'", "is not known"),
    ],
)
def test_a_file_with_a_gap_is_refused(tmp_path, old, new, message):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "words.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NeedsmapError, match=message):
        read_words(path)


@pytest.mark.parametrize("country", ["gr", "pl", "ro", "bg"])
def test_what_a_sentence_needs_is_there_in_six_languages(country):
    profile = load(country)
    texts = [
        names
        for norm in profile.norms.values()
        for names in (norm.names, norm.source, norm.text, norm.unobtained, norm.head_names)
        if names is not None
    ]
    for checklist in profile.checklists.values():
        texts += [checklist.source, *(item.names for item in checklist.items)]
    assert texts
    for names in texts:
        assert set(names) == set(SENTENCE_LANGUAGES)


def test_a_source_stands_in_every_language_and_no_greek_in_other_sentences():
    result = evaluate(GREEK, 40_000, {"staff": 1, "head": None}, base="residents")
    for language, said in result.reason.items():
        assert "4368/2016" in said
        assert "{" not in said
        greek = any("Α" <= letter <= "ω" for letter in said)
        assert greek == (language == "el")
    assert len(set(result.reason.values())) == len(SENTENCE_LANGUAGES)


def test_a_name_missing_in_a_language_makes_the_whole_sentence_english():
    half = replace(GREEK, source={"en": "Law", "el": "Νόμος"})
    reason = evaluate(half, 50_585, {"staff": 3, "head": "social_worker"}).reason
    assert reason["pl"] == reason["en"]
    assert reason["el"].endswith("Πηγή: Νόμος.")


def test_a_checklist_is_explained_in_six_languages():
    checklist = load("gr").checklist("community_centre")
    reason = mandatory_services(checklist, {"volunteers"}, active_types=()).reason
    assert reason["pl"].startswith("Usługi obowiązkowe: zapewniono 0 z 6. Brakuje: Informacja")
    assert len(set(reason.values())) == len(SENTENCE_LANGUAGES)
