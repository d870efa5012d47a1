"""Who provides which service where, with which staff."""
