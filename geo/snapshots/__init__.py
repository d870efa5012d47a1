"""Frozen exact results with their history."""
