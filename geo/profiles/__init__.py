"""A country as data: levels, norms, service types, languages."""
