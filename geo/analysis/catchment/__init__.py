"""Floating catchments: how much of the services in reach falls to whoever lives in a place."""

from geo.analysis.catchment.decay import Decay
from geo.analysis.catchment.floating import (
    Catchment,
    Method,
    floating_catchment,
    spatial_access_ratio,
)

__all__ = ["Catchment", "Decay", "Method", "floating_catchment", "spatial_access_ratio"]
