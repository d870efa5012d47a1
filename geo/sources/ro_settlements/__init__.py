"""The towns and villages of Romania."""
