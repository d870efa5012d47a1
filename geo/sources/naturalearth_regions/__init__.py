"""Outlines of regions, from Natural Earth."""
