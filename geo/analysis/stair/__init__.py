"""The stair of coverage: each person in need stands at the first gap that stops them."""

from geo.analysis.stair.steps import PARTS, Stair, coverage_stair

__all__ = ["PARTS", "Stair", "coverage_stair"]
