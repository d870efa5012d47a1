"""Polygons of the municipalities of Bulgaria, from a file."""
