"""Polygons of the voivodeships of Poland, from a file."""
