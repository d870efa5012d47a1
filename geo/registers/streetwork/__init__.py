"""Rounds and located reports from the street."""
