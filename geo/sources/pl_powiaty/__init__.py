"""Polygons of the counties of Poland."""
