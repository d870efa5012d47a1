"""Reads the registers' fields strictly: a misspelt key or a word without a name is an error."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from geo.errors import NeedsmapError, NotFound
from geo.fields.shape import KINDS, LANGUAGES, PROFILE_WORDS, Field, Register, Word
from geo.profiles.strict import Table

Content = dict[str, Any]

FOLDER = Path(__file__).parent
SHARED = "_shared"
WORDS = "_words"
NEEDS_WORDS = ("choice", "choices")


def registers(folder: Path = FOLDER) -> tuple[str, ...]:
    """The names of all registers: one file `<name>.toml` each."""
    return tuple(sorted(p.stem for p in folder.glob("*.toml") if not p.stem.startswith("_")))


@cache
def load(name: str) -> Register:
    """The register of that name. Raises NotFound, naming those there are."""
    return load_from(FOLDER, name)


def load_from(folder: Path, name: str) -> Register:
    """A register from a folder of one's own; NeedsmapError names file and key of what is wrong."""
    known = registers(folder)
    if name not in known:
        raise NotFound(f"There is no register '{name}'.", hint=", ".join(known))
    file = folder / f"{name}.toml"
    content = _content(file)
    shared = _content(folder / f"{SHARED}.toml")
    words = _vocabularies(folder)
    own = content.get("fields", {})
    if isinstance(own, dict):
        content["fields"] = {key: _merged(file, key, value, shared) for key, value in own.items()}
    top = Table(content, file.name)
    table = top.text("table")
    inner = top.table("fields")
    fields = {key: _field(inner.table(key), key, words) for key in inner.left()}
    identity = top.texts("identity") if top.has("identity") else ()
    for part in identity:
        if part not in fields:
            raise top.fail("identity", f"names '{part}', which is no field")
    for field in fields.values():
        if field.refers_to and field.refers_to not in known:
            raise inner.fail(field.name, f"refers to '{field.refers_to}', which is no register")
    register = Register(
        name=name,
        table=table,
        personal=top.truth("personal") if top.has("personal") else False,
        identity=identity,
        names=top.names("names", LANGUAGES),
        fields=fields,
    )
    top.finish()
    return register


def _content(path: Path) -> Content:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NeedsmapError(f"{path.name}: cannot be read: {error}") from error


def _merged(file: Path, key: str, own: Any, shared: Content) -> Any:
    """A field's keys over those of the shared definition that it is `like`."""
    if not isinstance(own, dict) or "like" not in own:
        return own
    like = own["like"]
    if like not in shared:
        raise NeedsmapError(
            f"{file.name}: key 'fields.{key}.like' names '{like}', which is not shared",
            hint=f"Mend it, or define [{like}] in {SHARED}.toml.",
        )
    return {**shared[like], **{name: value for name, value in own.items() if name != "like"}}


def _vocabularies(folder: Path) -> dict[str, tuple[Word, ...]]:
    file = folder / f"{WORDS}.toml"
    top = Table(_content(file), file.name)
    found = {}
    for name in top.left():
        table = top.table(name)
        found[name] = tuple(_word(table, code) for code in table.left())
    return found


def _word(table: Table, code: str) -> Word:
    inner = table.table(code)
    also = inner.texts("also") if inner.has("also") else ()
    word = Word(code, {language: inner.text(language) for language in LANGUAGES}, also)
    inner.finish()
    return word


def _field(table: Table, name: str, words: dict[str, tuple[Word, ...]]) -> Field:
    kind = table.one_of("kind", KINDS)
    vocabulary = table.text("words") if table.has("words") else None
    if vocabulary is not None and vocabulary not in words:
        raise table.fail("words", f"names '{vocabulary}', which is no list of words")
    words_from = table.one_of("words_from", PROFILE_WORDS) if table.has("words_from") else None
    if (kind in NEEDS_WORDS) != bool(vocabulary or words_from):
        raise table.fail("words", "go with the kinds choice and choices, and with no other")
    refers_to = table.text("refers_to") if table.has("refers_to") else None
    if (kind in ("reference", "references")) != (refers_to is not None):
        raise table.fail("refers_to", "goes with the kinds reference and references")
    carried = table.truth("carried") if table.has("carried") else False
    field = Field(
        name=name,
        kind=next(each for each in KINDS if each == kind),
        names=table.names("names", LANGUAGES),
        also=table.texts("also") if table.has("also") else (),
        required=table.truth("required") if table.has("required") else False,
        personal=table.truth("personal") if table.has("personal") else False,
        column=None if carried else (table.text("column") if table.has("column") else name),
        least=table.number("least") if table.has("least") else None,
        most=table.number("most") if table.has("most") else None,
        pattern=table.pattern("pattern") if table.has("pattern") else None,
        words=words[vocabulary] if vocabulary else (),
        words_from=next((each for each in PROFILE_WORDS if each == words_from), None),
        refers_to=refers_to,
        default=table.text("default") if table.has("default") else None,
    )
    table.finish()
    return field
