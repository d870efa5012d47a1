"""Beneficiaries, households, needs and residents of institutions."""
