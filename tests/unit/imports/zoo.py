"""Ten thousand tables as offices send them: drawn by a seed, so that each can be drawn again."""

from __future__ import annotations

import random
from dataclasses import dataclass

WORDS = {
    "el": ("Δομή Αστέγων", "Κέντρο Κοινότητας", "Άγιος Δημήτριος", "Ξενώνας Φιλοξενίας", "Οδός Σόλωνος 5"),
    "pl": ("Ośrodek Pomocy", "Świętochłowice", "Dzienny Dom", "Łódź Śródmieście", "ul. Żółta 7"),
    "ro": ("Centru de zi", "Bistriţa-Năsăud", "Căminul Sălaj", "Îngrijire la domiciliu", "Strada Ţărilor 2"),
    "bg": ("Дневен център", "Велико Търново", "Защитено жилище", "Благоевград", "ул. Шипка 3"),
    "en": ("Day centre", "Night shelter", "Food bank", "North office", "High Street 1"),
}  # fmt: skip
HEADERS = {
    "el": ("Κωδικός", "Ονομασία", "Είδος υπηρεσίας", "Διεύθυνση", "Τ.Κ.", "Θέσεις", "lat", "lon"),
    "pl": ("id", "nazwa", "typ", "adres", "kod pocztowy", "liczba miejsc", "szerokosc", "dlugosc"),
    "ro": ("cod", "denumire", "tip", "adresa", "cod postal", "locuri", "latitudine", "longitudine"),
    "bg": ("код", "наименование", "вид", "адрес", "пощенски код", "места", "ширина", "дължина"),
    "en": ("id", "name", "type", "address", "postcode", "capacity", "latitude", "longitude"),
}  # fmt: skip
ENCODINGS = {
    "el": ("cp1253", "iso8859_7", "utf-8", "utf-8-sig", "utf-16"),
    "pl": ("cp1250", "iso8859_2", "utf-8", "utf-16-le"),
    "ro": ("cp1250", "iso8859_2", "utf-8"),
    "bg": ("cp1251", "utf-8", "utf-16-be"),
    "en": ("cp1252", "utf-8", "ascii"),
}
TYPES = ("DPS", "community_centre", "Κέντρο Κοινότητας", "ops", "centru de zi", "x", "")
ODD = (
    "", " ", "-", "NaN", "Infinity", "-Infinity", "1e400", "1,5", "1.234,56", "1 234", "12.5.2024",
    "31/02/2024", "2024-13-01", "=1+1", "'=1+1", "\u200f\u202bעברית", "مرحبا", "\x00", "a\x00b", "\x07",
    "𝔘𝔫𝔦", "é" * 400, "null", "true", "#N/A", "'", '"', "\\N", "\\", "\ufeff", "\x1f", "\x1e", "١٢", "٣,٥",
    "1_000", "0x10", "99999999999999999999", "--5", "+", "5" * 400, "\u2028", "a\tb", "😀" * 50,
)  # fmt: skip


@dataclass(frozen=True)
class Animal:
    """One file, and how many of its rows after the header hold anything (None: not said)."""

    seed: int
    data: bytes
    records: int | None


def animal(seed: int) -> Animal:
    """The file of a seed."""
    draw = random.Random(seed)
    language = draw.choice(list(WORDS))
    encoding = draw.choice(ENCODINGS[language])
    delimiter = draw.choice(",;\t|")
    header = list(HEADERS[language])
    rows = [_row(draw, language) for _ in range(draw.choice((0, 1, 2, 5, 20, 60)))]
    certain = True
    tricks = draw.sample(list(TRICKS), draw.choice((0, 1, 1, 2, 3)))
    for trick in sorted(tricks, key=list(TRICKS).index):
        certain &= TRICKS[trick](draw, header, rows)
    end = draw.choice(("\n", "\r\n", "\r"))
    text = end.join(_line(draw, cells, delimiter) for cells in [header, *rows])
    text += draw.choice(("", end, end * 3))
    data = text.encode(encoding, "replace")
    if draw.random() < 0.03:
        data, certain = _torn(draw, data), False
    records = sum(any(cell.strip() for cell in row) for row in rows)
    return Animal(seed, data, records if certain else None)


def _row(draw: random.Random, language: str) -> list[str]:
    words = WORDS[language]
    decimal = draw.choice(".,")
    return [
        str(draw.randint(1, 10**6)),
        draw.choice(words),
        draw.choice(TYPES),
        draw.choice(words),
        f"{draw.randint(10, 99)}-{draw.randint(100, 999)}",
        draw.choice((str(draw.randint(0, 300)), f"{draw.randint(1, 9)}{decimal}5", "")),
        f"{draw.uniform(34, 55):.4f}".replace(".", decimal),
        f"{draw.uniform(14, 30):.4f}".replace(".", decimal),
    ]


def _line(draw: random.Random, cells: list[str], delimiter: str) -> str:
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"'
        if any(sign in cell for sign in (delimiter, '"', "\n", "\r")) or draw.random() < 0.05
        else cell
        for cell in cells
    )


def _odd_cells(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    for row in rows:
        if draw.random() < 0.5:
            row[draw.randrange(len(row))] = draw.choice(ODD)
    return True


def _newlines(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    for row in rows:
        row[1] = row[1].replace(" ", draw.choice(("\n", "\r\n", "\n\n")))
    return True


def _duplicate_headers(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    header[draw.randrange(len(header))] = header[draw.randrange(len(header))]
    return True


def _ragged(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    for row in rows:
        if draw.random() < 0.3:
            del row[draw.randrange(1, len(row)) :]
        elif draw.random() < 0.2:
            row.extend(["extra"] * draw.randint(1, 5))
    return True


def _blank_rows(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    for _ in range(3):
        rows.insert(draw.randint(0, len(rows)), [""] * draw.choice((1, len(header))))
    return True


def _title(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    rows.insert(0, list(header))
    header[:] = ["A register of everything"]
    return False


def _no_header(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    header[:] = [str(draw.random()) for _ in header]
    return False


def _totals(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    rows.append(["", draw.choice(("Razem", "Σύνολο", "Total", "Общо")), "", "", "", "123", "", ""])
    return True


def _long_cell(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    if rows and draw.random() < 0.1:
        rows[0][1] = "x" * draw.choice((200_000, 10_000_000))
    return True


def _same_twice(draw: random.Random, header: list[str], rows: list[list[str]]) -> bool:
    rows.extend([list(row) for row in rows[:5]])
    return True


TRICKS = {
    "odd cells": _odd_cells,
    "newlines": _newlines,
    "long cell": _long_cell,
    "same twice": _same_twice,
    "duplicate headers": _duplicate_headers,
    "totals": _totals,
    "ragged": _ragged,
    "blank rows": _blank_rows,
    "title": _title,
    "no header": _no_header,
}
"""In the order in which they are played."""


def _torn(draw: random.Random, data: bytes) -> bytes:
    """A file that was cut off, or of which some bytes are wrong."""
    if not data:
        return data
    if draw.random() < 0.5:
        return data[: draw.randrange(len(data))]
    torn = bytearray(data)
    for _ in range(5):
        torn[draw.randrange(len(torn))] = draw.randrange(256)
    return bytes(torn)
