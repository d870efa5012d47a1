"""Which characters the bytes of a text file stand for: marked, UTF-8, or a guess that is sure."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from geo.files.alphabets import likely
from geo.files.refused import FileRefused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LANGUAGES = {
    "bg": ("Bulgarian", {"cp1251", "iso8859_5", "koi8_r", "cp855", "cp866", "mac_cyrillic"}),
    "el": ("Greek", {"cp1253", "iso8859_7", "cp737", "mac_greek"}),
    "en": ("English", {"cp1252", "iso8859_1", "iso8859_15", "mac_roman"}),
    "it": ("Italian", {"cp1252", "iso8859_1", "iso8859_15", "mac_roman"}),
    "pl": ("Polish", {"cp1250", "iso8859_2", "mac_latin2"}),
    "ro": ("Romanian", {"cp1250", "iso8859_2", "iso8859_16"}),
}
"""Our language codes: what charset-normalizer calls the language, and the encodings in which
offices write it. A guess outside of these is a mistake (Polish was taken for ISO 8859-14)."""

COHERENCE = 30.0
"""Per cent of letters that fit the language's habits: right guesses on real tables of
municipality names reach 50 to 65, a short or mistaken text stays under 20 (tried on the Greek,
Bulgarian and Polish tables in their common encodings)."""

RIVAL_COHERENCE, RIVAL_CHAOS = 8.0, 5.0
"""Another reading in the same language is a rival, and there is no ground to choose, when it is
less coherent by less than the first and more chaotic by less than the second: Polish in ISO
8859-2 differs from its other readings by 3 and 0, Greek in Windows-1253 by 10 and 7."""

BLOCK = 1 << 20
SAMPLE_BYTES = 200_000
"""Of lines with letters beyond ASCII: enough for any guess."""

WIDE_SHARE = 0.95
"""Share of signs of European texts from which bytes with zeros among them are taken for UTF-16."""


def marked(data: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names."""
    return next((name for mark, name in MARKS if data.startswith(mark)), None)


def attempt(data: bytes, name: str) -> tuple[str | None, int]:
    """The text and 0; or None and the place of the first byte that is not of this encoding."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        return None, error.start
    return (None, text.index("\0")) if "\0" in text else (text, 0)


def sure_guess(data: bytes, language: str) -> tuple[str, str] | None:
    """Text and encoding where nobody is asked: only what the declared language makes certain."""
    expected, encodings = LANGUAGES.get(language, ("", set()))
    guesses = [guess for guess in from_bytes(data) if expected in guess.languages]
    if not guesses:
        return None
    best = max(guesses, key=lambda guess: guess.percent_coherence)
    text = str(best)
    rivals = [
        guess
        for guess in guesses
        if str(guess) != text
        and guess.percent_coherence > best.percent_coherence - RIVAL_COHERENCE
        and guess.percent_chaos < best.percent_chaos + RIVAL_CHAOS
    ]
    if best.percent_coherence < COHERENCE or best.encoding not in encodings or rivals:
        return None
    return text, best.encoding


def encoding_of(path: Path, wanted: str | None) -> tuple[str, bool]:
    """The encoding of a text file, and whether it was guessed; the whole file is looked at.

    Order: a byte order mark; UTF-16 by its zero bytes, unless the person wants another; UTF-8
    beyond ASCII, since no other text looks like that by chance; what the person wants; the
    likeliest of the European encodings, which the person sees before anything is written. Raises FileRefused where nothing fits.
    """
    with path.open("rb") as stream:
        beginning = stream.read(BLOCK)
    mark = marked(beginning)
    if mark is not None:
        return mark, False
    wide = _wide(beginning) if wanted is None else None
    if wide is not None:
        return wide, True
    fits, sample = _survey(path)
    if fits and sample:
        return "utf-8", False
    if wanted is not None:
        return _known(wanted), False
    if fits:
        return "utf-8", False
    guess = likely(sample)
    if guess is None:
        raise FileRefused("encoding_unsure")
    return guess, True


def _known(wanted: str) -> str:
    try:
        return codecs.lookup(wanted).name
    except LookupError:
        raise FileRefused("encoding_unknown", found=wanted[:40]) from None


def _survey(path: Path) -> tuple[bool, bytes]:
    """Whether all of the file is UTF-8, and its first lines with bytes beyond ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    fits, sample = True, b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if len(sample) < SAMPLE_BYTES and not block.isascii():
                lines = [line for line in block.splitlines() if not line.isascii()]
                sample = b"\n".join([sample, *lines])[:SAMPLE_BYTES]
            if fits:
                fits = _decodes(decoder, block)
            if not fits and len(sample) >= SAMPLE_BYTES:
                break
    return fits and _decodes(decoder, b"", final=True), sample.strip(b"\n")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _wide(beginning: bytes) -> str | None:
    """UTF-16 without a mark: zero bytes, and letters of our scripts when read in pairs."""
    if b"\0" not in beginning:
        return None
    whole = beginning[: len(beginning) // 2 * 2]
    shares = {name: _european(whole, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= WIDE_SHARE else None


def _european(data: bytes, name: str) -> float:
    """The share of signs that belong to European texts, read in an encoding; 0 for other bytes."""
    text = data.decode(name, "replace")
    fit = sum(
        sign in "\t\r\n" or " " <= sign < "\u0530" or "\u1e00" <= sign < "\u2200" for sign in text
    )
    return fit / max(len(text), 1)
