"""Polygons of the provinces of Bulgaria, from a file."""
