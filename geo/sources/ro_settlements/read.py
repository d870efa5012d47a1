"""Reads the settlements of Romania: SIRUTA from its package, points and other names from GeoNames."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.sources.batch import Batch
from geo.sources.geonames import dump
from geo.sources.installed import python_file
from geo.sources.rows import Rows
from geo.sources.settling import ByName, Gathered, Settlement, frame_of
from geo.sources.source import Source, checksum
from geo.sources.tables import read_table

COUNTY = "40"
MUNICIPALITIES = {"1", "2", "3", "4"}
"""County seats, towns, communes, other municipalities."""

CAPITAL, SECTOR = "179132", "6"
"""Bucharest is a municipality of its own kind (9, as the seats of others); its sectors are below it."""

KINDS = {"9": "town", "17": "town", SECTOR: "quarter"}
"""Kinds of settlements that are no villages: seats of municipalities and of towns, sectors."""

KNOWN = MUNICIPALITIES | KINDS.keys() | {COUNTY, "10", "11", "18", "19", "22", "23"}
"""All kinds: 10 and 11 belong to municipalities, 18 and 19 to towns, 22 and 23 to communes."""

_OFFICE = re.compile(r"^(JUDEȚUL|MUNICIPIUL|ORAȘUL|ORAȘ|COMUNA|BUCUREȘTI (?=SECTORUL)) *")
_SMALL_WORDS = frozenset(
    [
        "a", "al", "cel", "cea", "cu", "de", "din", "dintre", "fără", "în", "la", "lui", "pe",
        "peste", "și", "sub",
    ]
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+\.?")
_ROMAN = re.compile(r"[IVX]{2,}")


@dataclass(frozen=True)
class Entry:
    """A row of SIRUTA; `above` is the code of what it belongs to, `postcode` empty where none."""

    code: str
    name: str
    kind: str
    above: str
    postcode: str

    @property
    def municipality(self) -> bool:
        return self.kind in MUNICIPALITIES or self.code == CAPITAL

    @property
    def settlement(self) -> bool:
        """Bucharest is both: a municipality and the city one writes."""
        return self.code == CAPITAL or not (self.municipality or self.kind == COUNTY)


def read(path: Path | None, source: Source) -> Batch:
    """Frame `settlements` of Romania (EPSG:4326); `path` None: the installed package's siruta.csv.

    `area_code` is the SIRUTA code of the municipality (UAT), of a sector of Bucharest its own;
    `parent` is the municipality's name, `unit` the county's. A settlement that GeoNames does not
    list within its municipality has no geometry: its municipality is known, not its point.
    """
    file = path or python_file("sirutalib", "siruta.csv")
    rows = read_table(file, source)
    known = entries(rows)
    found = gather(known, rows)
    return Batch(
        source_id=source.id,
        frames={"settlements": frame_of(found.settlements)},
        counts={
            "rows": len(rows.frame),
            "counties": sum(entry.kind == COUNTY for entry in known.values()),
            "municipalities": sum(entry.municipality for entry in known.values()),
            "settlements": len(found.settlements),
            "with_point": sum(each.point is not None for each in found.settlements),
            "geonames": found.places,
        },
        notes=tuple(rows.notes),
        rejected=(*rows.found(), *found.problems),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(file),
    )


def gather(known: Mapping[str, Entry], rows: Rows) -> Gathered:
    """The settlements of SIRUTA, joined with those of GeoNames."""
    source = rows.source
    settlements = _settlements(known, rows)
    names = dump.names_file()
    places = dump.places(names, source)
    good, problems = dump.split(places, source, names.name)
    _join(settlements, good, dump.codes(dump.codes_file(), source), rows)
    without = sum(each.point is None for each in settlements)
    rows.notes.append(
        f"{without:,} settlements have no point (GeoNames lists places from 500 residents on):"
        " known by their municipality only"
    )
    return Gathered(settlements, rows, tuple(problems), len(places))


def entries(rows: Rows) -> dict[str, Entry]:
    """SIRUTA's rows by code; refuses those without a name or of an unknown kind, or hung nowhere."""
    codes = rows.check_codes("code")
    texts = [rows.texts(name) for name in ("name", "kind", "above", "postcode")]
    known: dict[str, Entry] = {}
    for number, code, name, kind, above, postcode in zip(codes.index, codes, *texts, strict=True):
        if not name:
            rows.reject(int(number), "name", "the name is missing", "Give the settlement's name.")
        if kind not in KNOWN:
            rows.reject(int(number), "kind", "no kind of SIRUTA", "Correct it.")
        if not rows.refused(int(number)):
            known[code] = Entry(code, titled(name), kind, above, _postcode(postcode))
    return known


def _postcode(text: str) -> str:
    """Six digits, a leading zero restored; empty where SIRUTA writes 0, above the settlements."""
    return "" if text in ("", "0") else text.zfill(6)


def titled(name: str) -> str:
    """A name as one writes it, without its office: MUNICIPIUL ALBA IULIA is Alba Iulia."""
    bare = _OFFICE.sub("", name)
    return _WORD.sub(lambda word: _word(word.group(), first=word.start() == 0), bare)


def _word(word: str, *, first: bool) -> str:
    if _ROMAN.fullmatch(word) or len(word.rstrip(".")) < len(word) <= 2:
        return word
    small = word.lower()
    return small if small in _SMALL_WORDS and not first else small.capitalize()


def _settlements(known: Mapping[str, Entry], rows: Rows) -> list[Settlement]:
    """The settlements, each under its municipality and county; refuses those hung on neither."""
    number_of = {code: int(str(number)) for number, code in rows.texts("code").items()}
    found: list[Settlement] = []
    for entry in known.values():
        if not entry.settlement:
            continue
        above = entry if entry.code == CAPITAL else known.get(entry.above)
        county = known.get(above.above) if above else None
        if above is None or not above.municipality or county is None or county.kind != COUNTY:
            problem = "its municipality or county stands in no row"
            rows.reject(number_of[entry.code], "above", problem, "Give the code of the one above.")
            continue
        area = entry.code if entry.kind == SECTOR else above.code
        kind = KINDS.get(entry.kind, "village")
        found.append(Settlement(entry.code, entry.name, kind, area, above.name, county.name))
    return found


def _join(
    settlements: list[Settlement],
    places: list[dict[str, Any]],
    codes: Mapping[str, dump.Codes],
    rows: Rows,
) -> None:
    """Give settlements point, other names and residents of the GeoNames place within their UAT."""
    index = ByName()
    for each in settlements:
        within = CAPITAL if each.kind == KINDS[SECTOR] else each.area_code
        index.add(within, each, spellings(each.name))
    joined, unknown = 0, 0
    for place in places:
        code = codes.get(str(place["geonameid"]))
        called = [place["name"], *dump.other_names(place)]
        names = [spelling for name in called for spelling in spellings(titled(name))]
        found = index.find(code.second, names) if code else []
        if not found:
            unknown += 1
            continue
        joined += 1
        same = found[0]
        if same.point is None:
            same.point = (float(place["longitude"]), float(place["latitude"]))
        same.called(called)
        same.peopled(int(place["population"]))
        if same.kind == "town" and (same.population or 0) >= dump.CITY_RESIDENTS:
            same.kind = "city"
    rows.notes.append(
        f"GeoNames: {joined:,} places joined by name within their municipality, {unknown:,} left"
        " out, SIRUTA lists none of that name there"
    )


def spellings(name: str) -> tuple[str, ...]:
    """A name and, since â and î stand for one sound in two orthographies, the name with î."""
    other = name.replace("â", "î").replace("Â", "Î")
    return (name,) if other == name else (name, other)
