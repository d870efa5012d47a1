"""Documents: the planning summary of a municipality or a region."""
