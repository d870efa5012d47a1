"""What a map client must know to read the vector tiles of a layer."""
