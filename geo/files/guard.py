"""What is checked before a parser sees a file: its size, and everything a zip claims and holds."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geo.files.limits import Limits
from geo.files.refused import FileRefused

ZIP_MAGIC = b"PK\x03\x04"
READ_BYTES = 1 << 20

RATIO_FROM = 1 << 20
"""Entries smaller than this unpacked may pack as well as they like: nothing can come of them."""

ARCHIVES = (ZIP_MAGIC, b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")

MARKUP = (".xml", ".rels", ".vml")
DECLARATIONS = tuple(
    text.encode(encoding)
    for text in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
"""No sheet needs them; entities are how XML unfolds into gigabytes or fetches other files."""

END_OF_DIRECTORY = b"PK\x05\x06"
DIRECTORY_TAIL = 65_557
"""The list of a zip's entries ends with a record of 22 bytes and a comment of up to 65,535."""


def check_file(path: Path, limits: Limits) -> None:
    """Raise FileRefused where the file is missing, empty, too large, or an unsafe zip."""
    if not path.is_file():
        raise FileRefused("no_such_file")
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("empty")
    if size > limits.file_bytes:
        raise FileRefused("too_large", found=size, most=limits.file_bytes)
    if is_zip(path):
        check_zip(path, limits)


def is_zip(path: Path) -> bool:
    """True where the file begins as a zip does."""
    with path.open("rb") as stream:
        return stream.read(4) == ZIP_MAGIC


def check_zip(path: Path, limits: Limits) -> None:
    """Raise FileRefused for what a zip's list of entries says: counts, sizes, names, kinds."""
    _check_count(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
        raise FileRefused("zip_damaged") from None
    if len(entries) > limits.zip_entries:
        raise FileRefused("zip_entries", found=len(entries), most=limits.zip_entries)
    for entry in entries:
        _check_entry(entry, limits)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.zip_bytes or unpacked > max(
        limits.zip_ratio * path.stat().st_size, RATIO_FROM
    ):
        raise FileRefused("zip_bomb", found=unpacked)


def check_zip_contents(path: Path) -> None:
    """Unpack a zip once without keeping it; raise FileRefused for what its list did not say.

    That is: another archive inside, entities declared in markup, and other bytes than claimed (an
    entry is read as far as its size in the list goes, and its checksum then fails).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                _scan(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise FileRefused("zip_damaged") from None


def _check_count(path: Path, limits: Limits) -> None:
    """Refuse by the number of entries alone, before a list of a million is built."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - DIRECTORY_TAIL))
        tail = stream.read()
    place = tail.rfind(END_OF_DIRECTORY)
    if place < 0 or len(tail) < place + 22:
        raise FileRefused("zip_damaged")
    (entries,) = struct.unpack_from("<H", tail, place + 10)
    if entries > limits.zip_entries:
        raise FileRefused("zip_entries", found=entries, most=limits.zip_entries)


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    drive = len(entry.filename) > 1 and entry.filename[1] == ":"
    if name.is_absolute() or ".." in name.parts or drive:
        raise FileRefused("zip_slip")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FileRefused("zip_link")
    if entry.flag_bits & 1:
        raise FileRefused("zip_encrypted")
    large = entry.file_size > RATIO_FROM
    if large and entry.file_size > limits.zip_ratio * max(entry.compress_size, 1):
        raise FileRefused("zip_bomb", found=entry.file_size)


def _scan(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Look at an entry's unpacked pieces as they come."""
    markup = entry.filename.lower().endswith(MARKUP)
    before = b""
    with archive.open(entry) as stream:
        while piece := stream.read(READ_BYTES):
            if not before and piece.startswith(ARCHIVES):
                raise FileRefused("zip_nested")
            if markup and any(word in before + piece for word in DECLARATIONS):
                raise FileRefused("xml_entities")
            before = piece[-32:]
