"""Pure sums: arrays in, dataclasses out."""
