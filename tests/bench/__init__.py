"""Speed, measured: every line is a ratio to a target or to a peer in the same run."""
