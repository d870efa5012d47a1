"""The audit log: whether it is whole; the end of records whose time is over."""
