"""Registered population of the municipalities of Romania, start of 2022."""
