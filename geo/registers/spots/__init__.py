"""Spots that teams keep themselves: the square by the church, the shelter under the bridge."""
