"""How messages pass from the reading process: a length, then JSON or cells; nothing in them can run."""

from __future__ import annotations

import codecs
import json
import struct
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

from geo.files.limits import MEGABYTE
from geo.files.message import Document, Message, Note, Opened, Rows
from geo.files.refused import FileRefused

MOST_BYTES = 256 * MEGABYTE
"""Of one message: a piece of rows at their widest."""

_LENGTH = struct.Struct(">I")

ROWS = b"R"
_ROWS = struct.Struct(">Qd")
CELL, ROW = "\x1f", "\x1e"
"""Between cells and between rows. In a cell each is told as another control sign, which no value
may hold either."""
_NO_SEPARATORS = str.maketrans({CELL: "\x1a", ROW: "\x1a"})


def _substituted(sign: str) -> Callable[[UnicodeError], tuple[str, int]]:
    def told(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        return sign * (error.end - error.start), error.end

    return told


# Half a character (JSON may write one, no text may hold it) is told as that control sign too.
UNPAIRED, UNPAIRED_IN_JSON = "needsmap.unpaired", "needsmap.unpaired_in_json"
codecs.register_error(UNPAIRED, _substituted("\x1a"))
codecs.register_error(UNPAIRED_IN_JSON, _substituted("\\u001a"))


def send(stream: BinaryIO, message: Message | FileRefused | None) -> None:
    """Write one message; None says that all was sent."""
    data = _spoken(message) if isinstance(message, Rows) else _packed(message)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def length_of(head: bytes) -> int:
    """The length of the message that follows; raises ValueError for one that cannot be ours."""
    length = int(_LENGTH.unpack(head)[0])
    if length > MOST_BYTES:
        raise ValueError("a message of the reading process is too long")
    return length


HEAD_BYTES = _LENGTH.size


def unpacked(data: bytes) -> Message | None:
    """The message of some bytes; raises the FileRefused that was sent, ValueError for no message."""
    if data[:1] == ROWS:
        return _heard(data)
    kind, content = json.loads(data.decode("utf-8"))
    if kind == "opened":
        header = content["header"]
        return Opened(
            **{
                **content,
                "sheets": tuple(content["sheets"]),
                "header": None if header is None else tuple(header),
                "notes": tuple(Note(**note) for note in content["notes"]),
            }
        )
    if kind == "document":
        return Document(content)
    if kind == "refused":
        raise FileRefused(content["code"], **content["values"])
    if kind == "done":
        return None
    raise ValueError("no message of the reading process")


def _spoken(rows: Rows) -> bytes:
    text = ROW.join([CELL.join(row) for row in rows.rows])
    separators = sum(max(len(row) - 1, 0) for row in rows.rows) + len(rows.rows) - 1
    if text.count(CELL) + text.count(ROW) > separators:
        plain = [[cell.translate(_NO_SEPARATORS) for cell in row] for row in rows.rows]
        text = ROW.join([CELL.join(row) for row in plain])
    return ROWS + _ROWS.pack(rows.first, rows.share) + text.encode("utf-8", UNPAIRED)


def _heard(data: bytes) -> Rows:
    first, share = _ROWS.unpack_from(data, 1)
    text = data[1 + _ROWS.size :].decode("utf-8")
    return Rows(first, [row.split(CELL) if row else [] for row in text.split(ROW)], share)


def _packed(message: Message | FileRefused | None) -> bytes:
    body = json.dumps(_content(message), ensure_ascii=False, separators=(",", ":"))
    return body.encode("utf-8", UNPAIRED_IN_JSON)


def _content(message: Message | FileRefused | None) -> list[Any]:
    if isinstance(message, Opened):
        return ["opened", asdict(message)]
    if isinstance(message, Document):
        return ["document", message.content]
    if isinstance(message, FileRefused):
        return ["refused", {"code": message.code, "values": message.values}]
    return ["done", None]
