"""`python -m tests.bench.geocode`: the geocoder's part of `make bench` alone."""

from __future__ import annotations

import sys

from tests.bench import geocode
from tests.bench.measure import show

sys.exit(show(geocode.measure()))
