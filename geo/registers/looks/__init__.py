"""Who looked at a person's record, and erasing the record for good."""
