"""The steps by which a database grows into tables.py."""
