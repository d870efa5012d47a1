"""Runs in the peer's own environment: questions from standard input, answers and seconds to output.

It knows nothing of this project: the peer gets its normal settings, through its own Python library.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from nominatim_api import NominatimAPI, NominatimAPIAsync

AT_ONCE = 4
"""Searches in flight; the library keeps up to five connections unless told otherwise."""
HOUSE_RANK = 30
"""The library's rank of houses and places inside them."""


def answer(results: Any) -> dict[str, Any] | None:
    """The best answer: where, and whether it says to be the house itself."""
    if not results:
        return None
    best = results[0]
    is_house = best.housenumber is not None or best.rank_address >= HOUSE_RANK
    return {"lat": best.lat, "lon": best.lon, "address": is_house}


def one_by_one(folder: str, warm: list[str], texts: list[str]) -> tuple[list[Any], list[float]]:
    """Answers and seconds of each, asked one after the other."""
    found, seconds = [], []
    with NominatimAPI(folder) as api:
        for text in warm:
            api.search(text)
        for text in texts:
            began = time.perf_counter()
            results = api.search(text)
            seconds.append(time.perf_counter() - began)
            found.append(answer(results))
    return found, seconds


async def at_once(folder: str, texts: list[str]) -> float:
    """Seconds for all, several in flight."""
    async with NominatimAPIAsync(folder) as api:
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(text: str) -> None:
            async with room:
                await api.search(text)

        began = time.perf_counter()
        await asyncio.gather(*(ask(text) for text in texts))
        return time.perf_counter() - began


def main() -> None:
    asked = json.load(sys.stdin)
    folder = asked["folder"]
    found, seconds = one_by_one(folder, asked["warm"], asked["texts"])
    together = asyncio.run(at_once(folder, asked["batch"]))
    print(json.dumps({"found": found, "seconds": seconds, "batch_seconds": together}))


if __name__ == "__main__":
    main()
