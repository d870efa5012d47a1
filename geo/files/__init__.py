"""Files that people hand in: guarded, read by a child process, handed on as cells of text."""
