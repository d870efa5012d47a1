"""Polygons of the municipalities of Greece, from a file."""
