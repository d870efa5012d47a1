"""What sites have and cost: places today and at most, cents by place and by site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geo.analysis.apportionment import Wholes
from geo.analysis.arrays import Bools
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput


@dataclass(frozen=True)
class Sites:
    """What each of m sites has and costs.

    `places` today (0: not open today), `most` places it may ever have, `cost_per_place` and
    `cost_per_site` whole cents a year, the second owed as soon as the site is open (None: zeros).
    """

    places: ArrayLike
    most: ArrayLike
    cost_per_place: ArrayLike
    cost_per_site: ArrayLike | None = None


@dataclass(frozen=True)
class SiteFigures:
    """`Sites` after the checks, whole numbers (m,) each."""

    places: Wholes
    most: Wholes
    cents: Wholes
    site_cents: Wholes

    def cost(self, places: Wholes, open_sites: Bools) -> int:
        """Whole cents of these places at these open sites, exactly."""
        return sum(
            int(n) * int(each) + int(is_open) * int(once)
            for n, each, once, is_open in zip(
                places, self.cents, self.site_cents, open_sites, strict=True
            )
        )


def read_sites(sites: Sites, size: int) -> SiteFigures:
    """Whole numbers by site. Raises InvalidInput, also where a site has more than its most."""
    places = whole_counts(sites.places, "places", size)
    most = whole_counts(sites.most, "most", size)
    over = np.flatnonzero(places > most)
    if over.size:
        raise InvalidInput(
            f"Site {over[0]} has {places[over[0]]} places today, more than its 'most'"
        )
    cents = whole_counts(sites.cost_per_place, "cost_per_place", size)
    once = np.zeros(size, dtype=np.int64)
    if sites.cost_per_site is not None:
        once = whole_counts(sites.cost_per_site, "cost_per_site", size)
    return SiteFigures(places, most, cents, once)
