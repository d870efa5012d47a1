"""Handed-in tables on their way to a register: columns guessed, rows checked, verdicts told."""
