"""The list of looks at a record as a page to print and hand over, in the person's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment

from api.schemas import Language

WORDS = Path(__file__).with_name("looks.toml")
PLACE = ZoneInfo("Europe/Athens")
PAGE = """<!doctype html>
<html lang="{{ lang }}">
<head><meta charset="utf-8"><title>{{ say.title }}</title>
<style>
body { font: 11pt/1.4 sans-serif; margin: 2cm; color: #111 }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #999; padding: .25em .5em; text-align: left; vertical-align: top }
caption { text-align: left; margin-bottom: 1em }
thead { display: table-header-group }
</style></head>
<body><h1>{{ say.title }}</h1>
<table><caption>{{ say.explanation }}</caption>
<thead><tr>{% for head in (say.when, say.who, say.where, say.what, say.record, say.why) %}
<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</tbody></table></body></html>
"""


def page_of(items: Sequence[Mapping[str, Any]], lang: Language) -> str:
    """A whole HTML page; a word that has no translation stands as it is in the log."""
    words = _words()
    say = {name: texts[lang] for name, texts in words["page"].items()}

    def told(kind: str, code: str | None) -> str:
        return "–" if code is None else words[kind].get(code, {}).get(lang, code)

    rows = [
        (
            _when(item["at"]),
            told("roles", item["role"]),
            item["territory"] or "–",
            told("actions", item["action"]),
            told("records", item["subject"]),
            told("purposes", item["purpose"]),
        )
        for item in items
    ]
    return str(_page().render(lang=lang, say=say, rows=rows))


def _when(at: str | None) -> str:
    if at is None:
        return "–"
    return datetime.fromisoformat(at).astimezone(PLACE).strftime("%Y-%m-%d %H:%M")


@cache
def _page() -> Any:
    return Environment(autoescape=True).from_string(PAGE)


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
