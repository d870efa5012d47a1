"""Residents of Attica's municipalities, census 2021."""
