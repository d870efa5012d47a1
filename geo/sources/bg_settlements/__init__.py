"""The towns and villages of Bulgaria."""
