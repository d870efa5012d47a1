"""Checked rows into the registers: known again by source and identifier, changes kept, undone whole."""
