"""Runs of the geocoder over a register: how far each is, so that it can go on."""
