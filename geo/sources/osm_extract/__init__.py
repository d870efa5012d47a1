"""Streets, houses, postcodes, places and points of interest of an OpenStreetMap extract."""
