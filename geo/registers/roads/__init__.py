"""The road network of a country."""
