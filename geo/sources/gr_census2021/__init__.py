"""Residents of the municipalities of Greece, census 2021."""
