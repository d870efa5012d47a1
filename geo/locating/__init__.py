"""Addresses of records to places: gazetteers at hand, runs over registers, decisions of people."""
