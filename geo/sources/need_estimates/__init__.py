"""Estimates of need that somebody made: surveys, models of small areas, rates."""
