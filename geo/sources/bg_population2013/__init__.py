"""Residents of the municipalities of Bulgaria, December 2013."""
