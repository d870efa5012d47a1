"""`make bench`: runs every measurement and prints one table of ratios."""

from __future__ import annotations

import sys

from tests.bench import (
    allocation,
    catchments,
    geocode,
    imports,
    line,
    permission,
    roads,
    rows,
    siting,
    tiles,
)
from tests.bench.measure import Measured, show

found: list[Measured] = [*line.measure(), *tiles.measure()]
found += [*imports.measure(), *permission.measure(), *rows.measure(), *geocode.measure()]
found += allocation.measure()
found += roads.measure()
found += siting.measure()
found += catchments.measure()
sys.exit(show(found))
