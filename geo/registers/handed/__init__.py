"""Files that people hand in over HTTP: kept until somebody confirms how they are to be read."""
