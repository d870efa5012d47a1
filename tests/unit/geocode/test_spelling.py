"""Comparison keys and transliteration: the laws of the countries, and how people type."""

from __future__ import annotations

import pickle

import pytest
from golden import habits_of

from geo.errors import NotFound
from geo.geocode.words.habits import plain
from geo.geocode.words.spelling import Speller, transliterate


def speller(country: str) -> Speller:
    return habits_of(country).speller


# The examples of the Transliteration Law (State Gazette 19/2009, articles 3 to 6) and road signs.
@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("България", "Bulgaria"),
        ("БЪЛГАРИЯ", "BULGARIA"),
        ("София", "Sofia"),
        ("Мария", "Maria"),
        ("Стара планина", "Stara planina"),
        ("Щъркелово", "Shtarkelovo"),
        ("ЩЪРКЕЛОВО", "SHTARKELOVO"),
        ("Хасково", "Haskovo"),
        ("Цариброд", "Tsaribrod"),
        ("Жельо", "Zhelyo"),
        ("Юлия", "Yulia"),
        ("Явор", "Yavor"),
        ("Йордан", "Yordan"),
        ("Синьо", "Sinyo"),
        ("Гьончо", "Gyoncho"),
        ("Кърджали", "Kardzhali"),
        ("Хаджи Димитър", "Hadzhi Dimitar"),
        ("Ямбол", "Yambol"),
        ("Чупрене", "Chuprene"),
        ("ул. Шипка 6, гр. София", "ul. Shipka 6, gr. Sofia"),
    ],
)
def test_bulgarian_law(native: str, latin: str) -> None:
    assert transliterate(native, "bg") == latin


@pytest.mark.parametrize(
    ("latin", "native"),
    [
        ("Bulgaria", "България"),
        ("Sofia", "София"),
        ("Plovdiv", "Пловдив"),
        ("Shumen", "Шумен"),
        ("Panagyurishte", "Панагюрище"),
        ("Pazardzhik", "Пазарджик"),
        ("Tsar Simeon", "Цар Симеон"),
        ("Kolyo Ficheto", "Кольо Фичето"),
        ("Yordan", "Йордан"),
        ("6ipka", "шипка"),
        ("SOFIA", "СОФИЯ"),
        ("София", "София"),
    ],
)
def test_back_to_bulgarian(latin: str, native: str) -> None:
    assert transliterate(latin, "bg", "native").casefold() == native.casefold()


@pytest.mark.parametrize(
    ("native", "latin", "back"),
    [
        ("Αθήνα", "Athina", "Αθινα"),
        ("Ευφροσύνης", "Effrosynis", "Ευφροσυνις"),
        ("Μπουμπουλίνας", "Boumpoulinas", "Μπουμπουλινας"),
        ("Αγχιάλου", "Anchialou", "Αγχιαλου"),
    ],
)
def test_greek_both_ways(native: str, latin: str, back: str) -> None:
    assert transliterate(native, "gr") == latin
    assert transliterate(latin, "gr", "native") == back


@pytest.mark.parametrize(
    ("country", "native", "latin"),
    [
        ("pl", "ul. Żółta, Łódź", "ul. Zolta, Lodz"),
        ("ro", "Str. Înfrățirii, Târgu Mureș", "Str. Infratirii, Targu Mures"),
    ],
)
def test_latin_countries_lose_their_marks_and_do_not_get_them_back(
    country: str, native: str, latin: str
) -> None:
    assert transliterate(native, country) == latin
    assert transliterate(latin, country, "native") == latin


def test_unknown_country() -> None:
    with pytest.raises(NotFound):
        transliterate("x", "zz")


@pytest.mark.parametrize(
    ("country", "word", "keys"),
    [
        ("ro", "Câmpulung", {"campulung", "cimpulung"}),
        ("ro", "Înfrățirii", {"infratirii", "anfratirii"}),
        ("ro", "Targu", {"targu", "tirgu"}),
        ("bg", "Търново", {"tarnovo", "turnovo", "tirnovo"}),
        ("bg", "Жеравна", {"zheravna", "jeravna"}),
        ("bg", "Ямбол", {"iambol", "jambol"}),
        ("pl", "Żółta", {"zolta"}),
        ("gr", "Κηφισίας", {"kifisias"}),
    ],
)
def test_keys_that_a_word_is_filed_under(country: str, word: str, keys: set[str]) -> None:
    found = speller(country).keys(word)
    assert found[0] == speller(country).key(word)
    assert keys <= set(found)


def test_no_word_is_filed_under_more_than_24_keys() -> None:
    found = speller("bg").keys("Жъжхяйюъьксжъхяюй")
    assert len(found) == len(set(found)) == 24


@pytest.mark.parametrize(
    ("country", "text", "key"),
    [
        ("pl", "Jana Pawła II", "jana pawla 2"),
        ("pl", "Zygmunta XIV", "zygmunta 14"),
        ("ro", "Carol I", "carol i"),
        ("bg", "6-ти септември", "6 septemvri"),
        ("bg", "XXI век", "21 vek"),
        ("pl", "3-go Maja", "3 maja"),
        ("ro", "", ""),
        ("bg", "…", ""),
    ],
)
def test_numbers_in_names(country: str, text: str, key: str) -> None:
    assert speller(country).key(text) == key


def test_a_shortened_word_is_no_roman_number() -> None:
    assert speller("bg").key("iv") == "4"
    assert speller("bg").short_key("iv.") == "iv"


@pytest.mark.parametrize("country", ["bg", "pl", "ro", "gr"])
def test_marks_that_plain_text_has_lost_do_not_change_the_key(country: str) -> None:
    words = "Йордан Ѝ Żółć Câmpulung Țăndărei Ștefan Straße Ælfred Œuvre Łódź Άγιος Ϊ Müller"
    for word in words.split():
        assert speller(country).key(plain(word)) == speller(country).key(word), word


def test_a_speller_can_be_sent_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(speller("bg")))
    assert there.keys("Търново") == speller("bg").keys("Търново")
