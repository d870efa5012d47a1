"""The towns and villages of Poland."""
