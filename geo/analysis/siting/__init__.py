"""Where to open, close and grow services: exact where the size allows, always with bound and gap."""

from geo.analysis.siting.centre import p_centre
from geo.analysis.siting.closure import Closure, cheapest_closure
from geo.analysis.siting.cover import max_cover
from geo.analysis.siting.covering import set_cover
from geo.analysis.siting.fairest import Levels, fairest_cover
from geo.analysis.siting.median import p_median
from geo.analysis.siting.places import Floor, Growth
from geo.analysis.siting.reallocation import Reallocation, Shift, reallocate
from geo.analysis.siting.result import (
    Fairness,
    Infeasible,
    Limits,
    NotFinished,
    ShadowPrice,
    Siting,
)
from geo.analysis.siting.rules import Candidates, SitingRules, candidates
from geo.analysis.siting.sites import Sites

__all__ = [
    "Candidates",
    "Closure",
    "Fairness",
    "Floor",
    "Growth",
    "Infeasible",
    "Levels",
    "Limits",
    "NotFinished",
    "Reallocation",
    "ShadowPrice",
    "Shift",
    "Sites",
    "Siting",
    "SitingRules",
    "candidates",
    "cheapest_closure",
    "fairest_cover",
    "max_cover",
    "p_centre",
    "p_median",
    "reallocate",
    "set_cover",
]
