"""Files that a run keeps while it works: its owner's alone, and never somebody else's."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from geo.errors import InvalidInput

_OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OWNERS_ALONE = stat.S_IRUSR | stat.S_IWUSR


def open_own(path: Path, *, make: bool = True) -> BinaryIO:
    """A working file to read and write, as it stands; where there is none, it is made or not.

    Through a link a run would write over another file, and whoever owns the file, or has it under
    another name, would read the addresses. Raises InvalidInput naming the file to remove where it
    is a link, has several names, is another user's or no file; FileNotFoundError where there is
    none and none is made.
    """
    try:
        handle = _handle(path, make=make)
    except FileNotFoundError:
        raise
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise _refused(path, why or "it cannot be opened") from None
    try:
        if why := _wrong(os.fstat(handle)):
            raise _refused(path, why)
        os.fchmod(handle, _OWNERS_ALONE)
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "r+b")


def check_own(path: Path) -> None:
    """Raises InvalidInput where a working file is there and `open_own` would refuse it."""
    try:
        open_own(path, make=False).close()
    except FileNotFoundError:
        return


def _handle(path: Path, *, make: bool) -> int:
    if make:
        try:
            return os.open(path, _OPEN | os.O_CREAT | os.O_EXCL, _OWNERS_ALONE)
        except FileExistsError:
            pass  # from a run before, or somebody else's: what it is, is looked at below
    return os.open(path, _OPEN)


def _wrong(found: os.stat_result) -> str:
    """Why a file must not be written; empty where it may be."""
    if not stat.S_ISREG(found.st_mode):
        return "it is no file that could be replaced"
    if found.st_uid != os.geteuid():
        return "it belongs to another user"
    if found.st_nlink != 1:
        return "the same file has other names, or none any more"
    return ""


def _refused(path: Path, why: str) -> InvalidInput:
    return InvalidInput(
        f"{path}: this working file is not used ({why}).",
        hint=f"See whose it is and remove {path}, or give another name for the result.",
    )
