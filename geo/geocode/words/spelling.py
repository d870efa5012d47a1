"""When two spellings of a word are one: comparison keys and transliteration, country by country."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import product
from typing import Literal

from geo.names import elot743, latin_key
from geo.profiles.addresses import Spelling
from geo.profiles.profile import load

Script = Literal["latin", "native"]

_MOST_KEYS = 24
_ROUNDS = 8
_WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart into a base letter and a mark.
_WHOLE_LETTERS = {
    "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ς": "σ",
}  # fmt: skip
# Only numbers that no word is: 'mi', 'di' and 'cl' are words.
_ROMAN = re.compile(r"(?=[ivx]{2})(x{0,3})(ix|iv|v?i{0,3})")
_CAPITAL_ROMAN = re.compile(r"[IVX]+")
_ROMAN_ONES = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


class Speller:
    """The spelling rules of one country, made ready.

    Keys are lossy on purpose: they hear, they do not spell.
    """

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._greek = spelling.ear == "greek"
        self._letters = {ord(k): v for k, v in (_WHOLE_LETTERS | dict(spelling.letters)).items()}
        self._lookalikes = {ord(k): v for k, v in spelling.lookalikes.items()}
        self._own = re.compile(_any_of(spelling.letters))
        self._latin = re.compile(r"[a-z]")
        self._alike = re.compile(_any_of(spelling.alike))
        kept = "".join(spelling.doubled)
        self._doubled = re.compile(rf"([^\W\d_{kept}])\1+")
        self._digit = re.compile(
            rf"(?<!\d)(?:{_any_of(spelling.digits)})(?!\d)(?:(?<=[^\W\d_].)|(?=[^\W\d_]{{3}}))"
        )
        endings = _any_of(ending.casefold() for ending in spelling.ordinals)
        self._ordinal = re.compile(
            rf"(?<!\w)(?:(\d{{1,4}})[-–]?|([ivx]{{1,5}})[-–])(?:{endings})(?!\w)", re.IGNORECASE
        )
        self._same = _groups(spelling.same_words)
        self._back = self._native_table()
        self._key = lru_cache(maxsize=1 << 16)(self._key_of)
        self._one = lru_cache(maxsize=1 << 16)(self._word_key)

    def __reduce__(self) -> tuple[type[Speller], tuple[Spelling]]:
        # Compiled anew on the other side: the cache of keys does not travel.
        return Speller, (self.spelling,)

    def key(self, text: str) -> str:
        """The comparison key of what somebody typed; the keys of words parted by spaces.

        Equal for two spellings of a word. `key(key(x)) == key(x)` where the ear is "letters".
        """
        return self._key(text)

    def _key_of(self, text: str) -> str:
        if self._greek:
            return latin_key(text)
        return " ".join(filter(None, map(self._one, self._words(text))))

    def short_key(self, text: str) -> str:
        """The key of a shortened word, which is no Roman number whatever its letters."""
        key = self._key(text)
        if self._greek or not key.isdecimal():
            return key
        return " ".join(map(self._spelled, self._words(text)))

    def keys(self, text: str) -> tuple[str, ...]:
        """All keys that a word of the gazetteer is filed under, its own first.

        Each letter that people type in several ways adds one, at most 24 in all.
        """
        if self._greek:
            return (latin_key(text),)
        found: dict[str, None] = {}
        words = list(self._words(text))
        for said in self._spoken(words):
            key = " ".join(filter(None, map(self._one, said)))
            found[key] = None
            for other in self._same.get(key, ()):
                found[other] = None
        return tuple(found)[:_MOST_KEYS]

    def without_ordinal(self, text: str) -> str:
        """Text whose numbers have lost their endings: '6-ти септември' is '6 септември'."""
        return self._ordinal.sub(r"\1\2", text) if self.spelling.ordinals else text

    def transliterate(self, text: str, to: Script) -> str:
        """Text in Latin letters after the country's law, or back in the country's own.

        Latin into a country that writes Latin stays as it is: nobody can guess marks. Back is
        the likeliest spelling, of the same key; letters of other scripts stay.
        """
        composed = unicodedata.normalize("NFC", text)
        if to == "latin":
            return elot743(composed) if self._greek else self._to_latin(composed)
        return self._to_native(composed) if self.spelling.native else composed

    # -- keys ----------------------------------------------------------------------------------

    def _words(self, text: str) -> Iterator[str]:
        # Twice: taking a letter apart can leave a capital, and a small letter can have marks again.
        small = unicodedata.normalize("NFKC", text).casefold()
        small = unicodedata.normalize("NFKC", small).casefold()
        bare = "".join(letter for letter in small if unicodedata.category(letter)[0] not in "MC")
        return iter(_WORD.findall(self.without_ordinal(bare)))

    def _word_key(self, word: str) -> str:
        if word.isdecimal():
            return word
        letters = self._plain_latin(self._own_letters(word))
        if roman := _roman(letters):
            return roman
        heard = self._heard_word(letters)
        return _roman(heard) or heard

    def _spelled(self, word: str) -> str:
        return self._heard_word(self._plain_latin(self._own_letters(word)))

    def _heard_word(self, letters: str) -> str:
        heard = self._heard(letters)
        return self.without_ordinal(heard) if heard[:1].isdecimal() else heard

    def _own_letters(self, word: str) -> str:
        """A word of the country's own letters with a Latin one in it by mistake: 'Cофия'."""
        if self._lookalikes and self._own.search(word) and self._latin.search(word):
            return word.translate(self._lookalikes)
        return word

    def _typed_digits(self, word: str) -> str:
        if not self.spelling.digits or word.isalpha():
            return word
        return self._digit.sub(lambda found: self.spelling.digits[found[0]], word)

    def _plain_latin(self, word: str) -> str:
        if word.isascii():
            return word
        composed = unicodedata.normalize("NFC", word).translate(self._letters)
        apart = unicodedata.normalize("NFKD", composed).translate(self._letters)
        return "".join(_WORD.findall(_without_marks(apart)))

    def _heard(self, word: str) -> str:
        """Sequences that count as one another replaced and doubled letters made single."""
        for _ in range(_ROUNDS):
            before = word
            word = self._typed_digits(word)
            word = self._alike.sub(lambda found: self.spelling.alike[found[0]], word)
            word = self._doubled.sub(r"\1", word)
            if word == before:
                break
        return word

    def _spoken(self, words: list[str]) -> Iterator[list[str]]:
        """The words with each letter of several spellings in all of them, alike in all places."""
        text = " ".join(words)
        choices = [
            [(letter, said) for said in (None, *others)]
            for letter, others in self.spelling.variants.items()
            if letter in text
        ]
        # The fewest changes first: they are what is kept where there are too many.
        for chosen in sorted(
            product(*choices), key=lambda pick: sum(s is not None for _, s in pick)
        ):
            swaps = [(letter, said) for letter, said in chosen if said is not None]
            yield [self._swapped(word, swaps) for word in words] if swaps else words

    def _swapped(self, word: str, swaps: list[tuple[str, str]]) -> str:
        if not any(letter in word for letter, _ in swaps):
            return word
        word = self._own_letters(word)
        for letter, said in swaps:
            word = word.replace(letter, said)
        return self._plain_latin(word)

    # -- transliteration -----------------------------------------------------------------------

    def _to_latin(self, text: str) -> str:
        return _WORD.sub(lambda found: self._latin_word(found[0]), text)

    def _latin_word(self, word: str) -> str:
        small = _small(word)
        if whole := self.spelling.law_words.get(small):
            return _cased(word, whole)
        end, last = "", ""
        for ending, latin in self.spelling.law_endings.items():
            if small.endswith(ending):
                end, last = ending, latin
        body = word[: len(word) - len(end)]
        table = _WHOLE_LETTERS | dict(self.spelling.letters)
        spelled = "".join(
            _beside(word, place, table[letter]) if letter in table else _unmarked(word[place])
            for place, letter in enumerate(small[: len(body)])
        )
        return spelled + (_cased(word[len(body) :], last) if end else "")

    def _to_native(self, text: str) -> str:
        return _WORD.sub(lambda found: self._native_word(found[0]), text)

    def _native_word(self, word: str) -> str:
        word = self._typed_digits(word)
        if word[0].isdecimal():
            return word
        small = _small(word)
        if not self._latin.search(small) or _CAPITAL_ROMAN.fullmatch(word):
            return word
        back = _turned(self.spelling.law_words)
        if small in back:
            return _cased(word, back[small])
        pattern, table = self._back
        out: list[str] = []
        for piece in pattern.finditer(small):
            last = table.get(f"{piece[0]}$") if piece.end() == len(small) else None
            native = last or table.get(piece[0])
            part = word[piece.start() : piece.end()]
            out.append(_cased(part, native) if native is not None else part)
        return "".join(out)

    def _native_table(self) -> tuple[re.Pattern[str], Mapping[str, str]]:
        """Latin pieces, longest first, a `$` for the end of a word, and what each becomes."""
        table = dict(self.spelling.native)
        for ending, latin in self.spelling.law_endings.items():
            table.setdefault(f"{latin}$", ending)
        pieces = [
            re.escape(piece.rstrip("$")) + "$" * piece.endswith("$")
            for piece in sorted(table, key=len, reverse=True)
        ]
        return re.compile("|".join([*pieces, "."]), re.DOTALL), table


def transliterate(text: str, country: str, to: Script = "latin") -> str:
    """`Speller.transliterate` by the country's code. Raises NotFound for an unknown country."""
    return _speller_of(country).transliterate(text, to)


@cache
def _speller_of(country: str) -> Speller:
    return Speller(load(country).addresses.spelling)


def _any_of(pieces: Iterable[str]) -> str:
    """A pattern for any of the pieces, longest first; for none, one that never matches."""
    return "|".join(re.escape(p) for p in sorted(pieces, key=len, reverse=True)) or r"(?!)"


def _groups(same: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Each spelling of a word -> the others."""
    table: dict[str, dict[str, None]] = {}
    for word, others in same.items():
        for spelling in (word, *others):
            table.setdefault(spelling, {}).update(dict.fromkeys((word, *others)))
    return {spelling: tuple(found) for spelling, found in table.items()}


def _turned(pairs: Mapping[str, str]) -> dict[str, str]:
    return {right: left for left, right in pairs.items()}


def _roman(word: str) -> str | None:
    found = _ROMAN.fullmatch(word)
    if not found:
        return None
    return str(10 * len(found[1]) + _ROMAN_ONES.get(found[2], 0))


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _unmarked(letter: str) -> str:
    """A Latin letter without its marks; any other as it is."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def _small(word: str) -> str:
    """Small letters, one for each letter."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in word)


def _cased(like: str, text: str) -> str:
    """Text with the capitals of another: all of them, the first, or none."""
    if like.isupper() and len(like) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def _beside(word: str, place: int, latin: str) -> str:
    """A letter's Latin form: capitals throughout only beside another capital (ЩЕ: SHTE, Ще: Shte)."""
    if not word[place].isupper():
        return latin
    beside = word[max(place - 1, 0) : place] + word[place + 1 : place + 2]
    return latin.upper() if beside and beside.isupper() else latin[:1].upper() + latin[1:]
