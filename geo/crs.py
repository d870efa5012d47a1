"""Which projection stores places, measures distances and draws tiles."""

from __future__ import annotations

GEOGRAPHIC = 4326
"""Stored coordinates: WGS 84 longitude and latitude in degrees."""

METRIC = 3035
"""Distances and areas: ETRS89-LAEA Europe, metres, equal area."""

WEB = 3857
"""Tiles only: Web Mercator; never measure in it."""

LATITUDE_LIMIT = 85.06
"""The northern and southern edge of Web Mercator, degrees."""
