"""`make bench`: runs every measurement and prints one table of ratios."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from tests.bench import imports, line, permission, rows, tiles
from tests.bench.measure import Measured


def main() -> int:
    """Print the table; exit 1 when a ratio misses its target."""
    found: list[Measured] = [*line.measure(), *tiles.measure()]
    found += [*imports.measure(), *permission.measure(), *rows.measure()]
    table = Table(title="needsmap bench")
    for column in ("what", "ours", "against", "ratio", "target", ""):
        table.add_column(column)
    for one in found:
        table.add_row(
            one.what,
            one.ours,
            one.against,
            f"{one.ratio:.2f}",
            f"at most {one.target:.2f}",
            "ok" if one.met else "MISSED",
        )
    Console().print(table)
    return 0 if all(one.met for one in found) else 1


sys.exit(main())
