"""The office with its small gazetteer, as the tests of locating have it."""

from __future__ import annotations

from tests.integration.locating.conftest import opened, places

__all__ = ["opened", "places"]
