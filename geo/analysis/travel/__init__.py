"""How long journeys take: along roads, or by straight line where none are loaded."""

from geo.analysis.travel.straight import (
    ROUNDING_MINUTES,
    TravelBasis,
    geodesic_costs,
    nearest_minutes,
    straight_line_costs,
)

__all__ = [
    "ROUNDING_MINUTES",
    "TravelBasis",
    "geodesic_costs",
    "nearest_minutes",
    "straight_line_costs",
]
