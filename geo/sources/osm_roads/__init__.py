"""Roads of an OpenStreetMap extract, as a network to travel on."""
