"""Invented registers of Attica for the demo."""
