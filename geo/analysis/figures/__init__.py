"""The figures of an analysis: rows by municipality, from the frames of its inputs."""
