"""The registers over HTTP: what there is, lists, records, edits that merge, conflicts, files."""
