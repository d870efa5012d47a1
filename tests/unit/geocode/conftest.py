"""The toy gazetteer as fixtures."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from toy_streets import frames

from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.words.habits import Habits, compile_habits
from geo.profiles.profile import load


@pytest.fixture(scope="session")
def habits() -> Habits:
    return compile_habits(load("gr").addresses)


@pytest.fixture(scope="session")
def build() -> Callable[..., Gazetteer]:
    """Builds a gazetteer from the frames, any of them replaced by keyword."""

    def made(**replaced: pd.DataFrame) -> Gazetteer:
        whole = Frames.of(**(frames() | replaced))
        return Gazetteer.from_frames(whole, load("gr").addresses, version="toy")

    return made


@pytest.fixture(scope="session")
def gazetteer(build: Callable[..., Gazetteer]) -> Gazetteer:
    return build()
