"""Finding the scheduler of a Dask cluster, and saying within seconds what is wrong with its address."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from geo.errors import InvalidInput

SECONDS_TO_CONNECT = 4.0

ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})")
"""Where a scheduler listens: tcp://HOST:PORT, tls://HOST:PORT, or HOST:PORT."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at `address`, closed afterwards.

    Raises InvalidInput within seconds where that is no address, nobody listens there, or whoever
    does is no Dask scheduler.
    """
    _knock(address)
    # Imported only when asked for: it takes a second.
    import distributed
    from distributed.client import logger

    # Its functions carry no types.
    connect: Any = distributed.Client
    loudness = logger.level
    # What is lost on the way is said by us, in one sentence and without a traceback.
    logger.setLevel(logging.CRITICAL + 1)
    try:
        # A client that cannot connect is not even given up in seconds: look first.
        # In a thread of its own: whoever calls may have an event loop running in this one.
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, _greet(address)).result()
        client = connect(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        try:
            yield client
        finally:
            client.close()
    finally:
        logger.setLevel(loudness)


def _knock(address: str) -> None:
    """Raises InvalidInput where the address is none, or nobody listens there."""
    read = ADDRESS.fullmatch(address)
    if read is None or not 0 < int(read[2]) < 2**16:
        raise InvalidInput(
            f"{address!r} is no address of a Dask scheduler",
            hint="Write it as the scheduler prints it: tcp://HOST:PORT, tcp://127.0.0.1:8786.",
        )
    try:
        socket.create_connection((read[1].strip("[]"), int(read[2])), SECONDS_TO_CONNECT).close()
    except OSError as error:
        raise InvalidInput(
            f"No Dask scheduler answers at {address}: {error.strerror or error}",
            hint="Start one (dask scheduler), and write the address as it prints it.",
        ) from error


async def _greet(address: str) -> None:
    """Raises InvalidInput where somebody listens who is no Dask scheduler, or not for us."""
    import distributed
    from distributed.security import Security

    # Its functions carry no types.
    peer: Any = distributed.rpc
    security: Any = Security
    try:
        arguments = security().get_connection_args("client")
        async with peer(address, timeout=SECONDS_TO_CONNECT, connection_args=arguments) as other:
            known = await asyncio.wait_for(other.identity(), SECONDS_TO_CONNECT)
        kind = known["type"]
    except Exception as error:
        raise InvalidInput(
            f"What listens at {address} does not answer as a Dask scheduler"
            f" ({type(error).__name__})",
            hint="See that the port is the scheduler's, not a page's; tls:// needs certificates"
            " in Dask's own settings.",
        ) from error
    if kind != "Scheduler":
        raise InvalidInput(
            f"At {address} listens a Dask {str(kind).lower()}, not its scheduler",
            hint="Write the address of the scheduler, as it prints it.",
        )
