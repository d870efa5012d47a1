"""Imports over HTTP: hand a file in, see how it reads, confirm, watch, take back."""
