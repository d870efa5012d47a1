"""Which street worker works with which person."""
