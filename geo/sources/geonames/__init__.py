"""Settlements of a country, from GeoNames."""
