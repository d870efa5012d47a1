"""Polygons of the municipalities of Poland, from a file."""
