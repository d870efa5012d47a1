"""When two names are the same: one folding and one comparison key for Greek and Latin spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a base letter and a mark.
_WHOLE_LETTERS = str.maketrans(
    {"ς": "σ", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
_NOT_A_NAME_PART = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents or dialytika, no final sigma, words parted by single spaces."""
    # Twice: taking a letter apart can leave a capital, and a small letter can have marks again.
    small = unicodedata.normalize("NFKD", text).casefold()
    marked = unicodedata.normalize("NFKD", small).casefold()
    bare = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return _NOT_A_NAME_PART.sub(" ", bare.translate(_WHOLE_LETTERS)).strip()


# -- ELOT 743 ----------------------------------------------------------------------------------

_ELOT_LETTERS = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_ELOT_PAIRS = {"γγ": "ng", "γξ": "nx", "γχ": "nch", "ου": "ou"}
_ELOT_PIECE = re.compile(
    r"(?P<diphthong>[αεη]υ)(?P<voiceless>(?=[θκξπσςτφχψ]|\b))?|γγ|γξ|γχ|ου|\bμπ|μπ\b|[α-ω]"
)
_TONOS = "\u0301"
_DIALYTIKA = "\u0308"


def elot743(text: str) -> str:
    """Greek in Latin letters after ELOT 743 (transcription, as in passports and road signs).

    Other letters stay. Upper case stays upper case: a capital that becomes two letters is
    written Th before a small letter and TH otherwise.
    """
    return "".join(_elot_word(part) for part in re.split(r"([^\W\d_]+)", _composed(text)))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _elot_word(word: str) -> str:
    plain, capitals = _bare_greek(word)
    out: list[str] = []
    for piece in re.finditer(rf"{_ELOT_PIECE.pattern}|.", plain, re.DOTALL):
        latin = _elot_piece(piece)
        if capitals[piece.start()]:
            beside = capitals[max(piece.start() - 1, 0) : piece.end() + 1]
            whole = len(beside) > 1 and all(beside)
            latin = latin.upper() if whole else latin[:1].upper() + latin[1:]
        out.append(latin)
    return "".join(out).replace("\0", "")


def _bare_greek(word: str) -> tuple[str, list[bool]]:
    """Small letters without tonos, and which were capitals.

    A NUL keeps apart the two vowels that an accent on the first or a dialytika on the second
    parts (άυ, αϋ): they are not a diphthong.
    """
    letters: list[str] = []
    capitals: list[bool] = []
    parted = False
    for letter in word:
        apart = unicodedata.normalize("NFD", letter)
        marks, small = apart[1:], apart[0].lower()[:1]
        if small not in _ELOT_LETTERS:
            small, marks = letter, ""
        parts = [small]
        if small == "υ" and (parted or _DIALYTIKA in marks):
            parts.insert(0, "\0")
        parted = _TONOS in marks and small in "αεο"
        letters += parts
        capitals += [letter.isupper()] * len(parts)
    return "".join(letters), capitals


def _elot_piece(piece: re.Match[str]) -> str:
    text = piece.group()
    if piece["diphthong"]:
        return _ELOT_LETTERS[text[0]] + ("f" if piece["voiceless"] is not None else "v")
    if text == "μπ":
        return "b"
    return _ELOT_PAIRS.get(text) or _ELOT_LETTERS.get(text, text)


# -- one key for Greek, ELOT 743 and Greeklish -------------------------------------------------
#
# Private letters of the key: q is theta, x is chi and xi alike (Greeklish writes x for both),
# v is beta and mp, d is delta and nt, i is every i-sound, o both o's, e also ai, u is ou.

_GREEK_TO_KEY = str.maketrans(
    "αβγδεζηθικλμνξοπρστυφχω", "avgdeziqiklmnxoprstyfxo", ""
) | str.maketrans({"ψ": "ps"})
_LOOKALIKES = str.maketrans("abehikmnoptxyz", "αβεηικμνορτχυζ")
_GREEK = re.compile(r"[α-ω]")
_LATIN = re.compile(r"[a-z]")
_ORDINAL = re.compile(r"(\d{1,4})(?:ησ|η|ου|οσ|ο|ασ|α|ων|hs|h|is|i|ou|os|o|as|a|wn|on|st|nd|rd|th)")
_DIGIT_LETTERS = str.maketrans("893", "qqx")

# Greeklish h is eta or chi; which one follows from the letters beside it.
_LATIN_H = (
    (re.compile(r"ch"), "x"),
    (
        re.compile(r"th(?=[aeiouywrh])|(?<=[aeiouyw])th|(?<=[fv])th(?=[lmn])|(?<=^is)th(?=m)|^th$"),
        "q",
    ),
    (re.compile(r"ph(?=[aeiouywrh])"), "f"),
    (re.compile(r"kh(?=[aeiouyw])"), "x"),
    (re.compile(r"([gd])h(?=[aeiouyw])"), r"\1"),
    (re.compile(r"^h(?=r[iyuh])|(?<=[aeiouyw])h(?=[mnrtq])|h(?=[aeiouyw])"), "x"),
    (re.compile(r"h"), "i"),
)
_LATIN_LETTERS = str.maketrans("cjqw", "kxko")
_INITIAL_Y = re.compile(r"^y(?:i(?=[aeou])|(?=[aeou]))|^ay(?=i)")
_PAIRS = {
    "ou": "u", "oy": "u", "ai": "e", "ay": "av", "au": "av", "ei": "i", "ey": "ev", "eu": "ev",
    "oi": "i", "yi": "i", "ui": "i", "gg": "g", "gk": "g", "ng": "g", "gx": "nx",
    "mp": "v", "mb": "v", "mv": "v", "nt": "d", "nd": "d", "ks": "x", "b": "v", "y": "i", "u": "i",
}  # fmt: skip
_PAIR = re.compile("|".join(sorted(_PAIRS, key=len, reverse=True)))
_VOICELESS_F = re.compile(r"(?<=[aei])f(?=[kptsxq]|$)|v(?=f)")
_DOUBLED = re.compile(r"([a-z])\1+")
_KATHAREVOUSA = re.compile(r"(?<=[sx])eos$|(?<=pol)eos$")


def latin_key(text: str) -> str:
    """The comparison key of a name: equal for its Greek, ELOT 743 and common Greeklish spellings.

    Words stay in order, parted by spaces. Lossy on purpose (it hears, it does not spell), so two
    different names may share a key; the opposite is rare. Genitives in -seos, -xeos and -poleos
    count as those in -sis, -xis and -polis. Ordinals lose their ending (28is is 28).
    """
    return " ".join(filter(None, map(_word_key, fold(text).split())))


@lru_cache(maxsize=1 << 16)
def _word_key(word: str) -> str:
    if word.isdecimal():
        return word
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1]
    if _GREEK.search(word):
        if _LATIN.search(word):
            word = word.translate(_LOOKALIKES)
        word = word.replace("ηυ", "iv").replace("αυ", "av").translate(_GREEK_TO_KEY)
    elif _LATIN.search(word):
        word = _latin_letters(word)
    if not word[0].isdecimal():
        word = word.translate(_DIGIT_LETTERS)
    word = _INITIAL_Y.sub(lambda found: "ag" if found[0] == "ay" else "gi", word)
    word = _PAIR.sub(lambda found: _PAIRS[found[0]], word)
    word = _DOUBLED.sub(r"\1", _VOICELESS_F.sub(lambda f: "" if f[0] == "v" else "v", word))
    return _KATHAREVOUSA.sub("is", word)


def _latin_letters(word: str) -> str:
    # A leading 8, 9 or 3 before two or more letters is theta or xi ("8hsews"), not a number.
    if re.match(r"[893][a-z]{2}", word):
        word = {"8": "th", "9": "th", "3": "x"}[word[0]] + word[1:]
    word = word.replace("q", "k")
    if "h" in word:
        for pattern, replacement in _LATIN_H:
            word = pattern.sub(replacement, word)
    # The q made above is theta already; only the other letters are left to turn.
    return word.translate({key: value for key, value in _LATIN_LETTERS.items() if key != ord("q")})


def same_name(a: str, b: str) -> bool:
    """Whether two spellings name the same thing; an empty name is never the same as anything."""
    key = latin_key(a)
    return bool(key) and key == latin_key(b)
