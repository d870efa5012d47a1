"""Lets a process of its own read a file: whatever happens to that one, this one lives."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from geo.files.guard import check_file
from geo.files.limits import STANDARD, Limits
from geo.files.message import Message, Wanted
from geo.files.refused import FileRefused
from geo.files.wire import HEAD_BYTES, length_of, unpacked

ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""All the reading process is told: no settings, no passwords, one thread."""

PIPE_BYTES = 1 << 20
ENDED_FOR = {signal.SIGXCPU: "time", signal.SIGKILL: "memory", signal.SIGABRT: "memory"}
"""What it means when the reading process was ended by a signal; any other is a crash."""


def read_file(
    path: Path, wanted: Wanted | None = None, limits: Limits = STANDARD
) -> Iterator[Message]:
    """What a file holds, piece by piece, read by a process of limited memory and time.

    The reading process waits where nobody takes its pieces and ends when this iterator does.
    Raises FileRefused; after the first piece too.
    """
    check_file(path, limits)
    with _reading(path, wanted or Wanted(), limits) as process:
        while True:
            message = _next(process, limits)
            if message is None:
                return
            yield message


@contextmanager
def _reading(path: Path, wanted: Wanted, limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    task = {"path": str(path.resolve()), "wanted": asdict(wanted), "limits": asdict(limits)}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-m", "geo.files.child", json.dumps(task)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def _next(process: subprocess.Popen[bytes], limits: Limits) -> Message | None:
    until = time.monotonic() + limits.silence_seconds
    head = _read(process, HEAD_BYTES, until)
    try:
        return unpacked(_read(process, length_of(head), until))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FileRefused("crash") from None


def _read(process: subprocess.Popen[bytes], wanted: int, until: float) -> bytes:
    """So many bytes from the reading process; raises FileRefused where they do not come."""
    assert process.stdout is not None
    handle = process.stdout.fileno()
    parts: list[bytes] = []
    while wanted:
        ready, _, _ = select.select([handle], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise FileRefused("time")
        part = os.read(handle, min(wanted, PIPE_BYTES))
        if not part:
            _explain(process)
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _explain(process: subprocess.Popen[bytes]) -> NoReturn:
    code = process.wait()
    if code < 0:
        raise FileRefused(ENDED_FOR.get(signal.Signals(-code), "crash"))
    raise FileRefused("crash")
