"""From an address as typed to a place with its class, radius and reason."""
