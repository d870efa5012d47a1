"""Two records that may be one person: found, decided by a person, brought together on request."""
