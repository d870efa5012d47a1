"""The checklist of a place where people are received (requirements S99, S100)."""

from __future__ import annotations

ITEMS = (
    "step_free_entrance",
    "accessible_toilet",
    "lift",
    "reception_area",
    "waiting_area",
    "private_office",
    "staff_toilet",
    "distinct_space",
    "owned_by_municipality",
)
"""Each is true or false once somebody looked; an item that is absent was not looked at."""
