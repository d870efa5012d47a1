"""The reading process: limits itself, reads one file, hands on cells; started by sandbox.py."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO

from geo.files.limits import Limits
from geo.files.message import Wanted
from geo.files.reading import read
from geo.files.refused import FileRefused
from geo.files.wire import send


def main() -> None:
    """Read the file that the one argument describes, and end."""
    task = json.loads(sys.argv[1])
    limits = Limits(**task["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    seconds = limits.processor_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Whatever a library prints must not come between the messages.
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _work(Path(task["path"]), Wanted(**task["wanted"]), limits, stream)


def _work(path: Path, wanted: Wanted, limits: Limits, stream: BinaryIO) -> None:
    try:
        for message in read(path, wanted, limits):
            send(stream, message)
        send(stream, None)
    except FileRefused as refusal:
        send(stream, refusal)
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more
    except MemoryError:
        send(stream, FileRefused("memory"))
    except BaseException:
        # A parser that fails in a way we did not foresee: told as damage. What it says may hold
        # what stands in the file, so nothing of it is passed on.
        send(stream, FileRefused("damaged"))
        os._exit(1)


if __name__ == "__main__":
    main()
