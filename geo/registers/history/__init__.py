"""What became of a row: every edit with before and after, and edits that stand against each other."""
