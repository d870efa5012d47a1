"""Residents of the municipalities of Poland, end of 2024."""
