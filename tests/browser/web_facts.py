"""What the pages know of the code besides its interface, written as files that a test compares.

`python -m tests.browser.web_facts` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.db.access import matrix, rights_of
from geo.db.tables.account import ROLES
from geo.fields import reading
from geo.fields.shape import Field, Register
from geo.imports.country import countries
from geo.imports.mapping import joined
from geo.profiles import profile
from geo.profiles.profile import Profile
from geo.settings import ROOT

MATRIX = ROOT / "web" / "admin" / "matrix.json"
FIELDS = ROOT / "web" / "import" / "fields.json"
WORDS = ROOT / "web" / "import" / "words.json"
VERBS = ("select", "insert", "update", "delete")
LANGUAGES = ("en", "el")


def roles() -> dict[str, dict[str, list[str]]]:
    """Role -> verb -> tables, in the order of the access matrix."""
    return {role: _verbs(role) for role in ROLES}


def fields() -> dict[str, Any]:
    """Register -> what rows are known by without identifiers, and the fields of a file."""
    return {name: _register(reading.load(name)) for name in reading.registers()}


def words() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Country -> list of words of its profile -> code -> names."""
    return {code: _words(profile.load(code)) for code in countries()}


def written(facts: dict[str, Any]) -> str:
    """The facts as the text of their file: one line for each thing that is compared by people."""
    blocks = [f'  "{name}": {_block(inner)}' for name, inner in facts.items()]
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _verbs(role: str) -> dict[str, list[str]]:
    rights = {name: one for name, one in rights_of(role).items() if name in matrix()}
    found = {verb: [name for name, one in rights.items() if verb in one.verbs] for verb in VERBS}
    return {verb: tables for verb, tables in found.items() if tables}


def _register(register: Register) -> dict[str, Any]:
    return {
        "identity": list(register.identity),
        **{
            field.name: {
                "names": {lang: field.names[lang] for lang in LANGUAGES},
                "needed": field.required and field.default is None,
                "joined": field.name in joined(register.name),
                **_meanings(field),
            }
            for field in register.fields.values()
        },
    }


def _meanings(field: Field) -> dict[str, Any]:
    """What the words of a field may mean: a closed list, or a list of the country's profile."""
    if field.words_from:
        return {"words_from": field.words_from}
    closed = {word.code: {lang: word.names[lang] for lang in LANGUAGES} for word in field.words}
    return {"words": closed} if closed else {}


def _words(country: Profile) -> dict[str, dict[str, dict[str, str]]]:
    lists: dict[str, Mapping[str, Mapping[str, str]]] = {
        "service_types": {one.code: one.names for one in country.service_types},
        "target_groups": country.target_groups,
        "specialties": country.specialties,
        "legal_forms": {code: form.names for code, form in country.legal_forms.items()},
        "observation_categories": country.observation_categories,
    }
    own = country.languages[0]
    return {
        name: {
            code: {lang: names.get(lang, names[own]) for lang in LANGUAGES}
            for code, names in named.items()
        }
        for name, named in lists.items()
    }


def _block(inner: dict[str, Any]) -> str:
    lines = [
        f'    "{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in inner.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n  }"


def main() -> None:
    """Write the files."""
    for path, facts in files().items():
        path.write_text(written(facts), encoding="utf-8")


def files() -> dict[Path, dict[str, Any]]:
    """File -> what must stand in it."""
    return {MATRIX: roles(), FIELDS: fields(), WORDS: words()}


if __name__ == "__main__":
    main()
