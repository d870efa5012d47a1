"""From files people hand in to the registers: looked at, checked, written as one action, undone."""
