"""Proposals for a region: the cheapest closure of a gap, and today's money spent elsewhere."""

from geo.proposing.closing import close_gap
from geo.proposing.ground import Ground, ground_of
from geo.proposing.shifting import shift_places

__all__ = ["Ground", "close_gap", "ground_of", "shift_places"]
