"""Scenarios: what is asked, read strictly, and what it changes in the frames of an analysis."""
