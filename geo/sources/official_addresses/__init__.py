"""Address points of an official register, from a file and a mapping of its columns."""
