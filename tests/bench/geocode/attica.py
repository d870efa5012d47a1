"""Thirty thousand streets of Attica: one look-up, a batch, and the memory of the index."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from geo.settings import read_settings
from tests.bench.measure import Measured

SINGLES, BATCH = 2_000, 10_000
MOST_MILLISECONDS, LEAST_A_SECOND, MOST_MEGABYTES = 15.0, 2_000, 500


def measure() -> list[Measured]:
    """Three lines, or none with the reason printed where the packages are not installed."""
    if not (read_settings().packages / "@rallisf1").exists():
        print("Attica's streets: skipped, the package with Greek streets is not installed")
        return []
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.geocode.attica_index", str(SINGLES), str(BATCH)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=1200,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    what = f"{found['streets']:,} street rows of Attica"
    return [
        Measured(
            f"one look-up among {what}, p95 of {SINGLES:,}",
            f"{found['p95']:.2f} ms (median {found['median']:.2f})",
            f"{MOST_MILLISECONDS:.0f} ms",
            found["p95"] / MOST_MILLISECONDS,
            1.0,
        ),
        Measured(
            f"batch of {BATCH:,} addresses among {what}, one process",
            f"{found['rate']:,.0f} a second",
            f"{LEAST_A_SECOND:,} a second",
            LEAST_A_SECOND / found["rate"],
            1.0,
        ),
        Measured(
            f"index of {what} in memory, built in {found['build_seconds']:.1f} s",
            f"{found['megabytes']:.0f} MB",
            f"{MOST_MEGABYTES} MB",
            found["megabytes"] / MOST_MEGABYTES,
            1.0,
        ),
    ]
