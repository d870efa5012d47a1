"""`make bench`: runs every measurement and prints one table of ratios."""

from __future__ import annotations

import sys

from tests.bench import geocode, imports, line, permission, rows, tiles
from tests.bench.measure import Measured, show

found: list[Measured] = [*line.measure(), *tiles.measure()]
found += [*imports.measure(), *permission.measure(), *rows.measure(), *geocode.measure()]
sys.exit(show(found))
