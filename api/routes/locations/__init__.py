"""Places over HTTP: locate, reverse, the queue and its decisions, runs, spots, the gazetteer."""
