"""Polygons of the municipalities (UAT) of Romania, from a file."""
