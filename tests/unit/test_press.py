"""Documents are made one at a time, each once, and not for more readers than there is room."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.deps import Press
from geo.errors import Busy


def test_equal_requests_make_one_document() -> None:
    press, made = Press(waiting=8, seconds=5), []

    def make() -> bytes:
        made.append(1)
        return b"document"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: press.get(("a",), make), range(8)))
    assert answers == [b"document"] * 8
    assert len(made) == 1


def test_beyond_the_room_it_says_so_at_once() -> None:
    press, begun, go_on = Press(waiting=1, seconds=5), threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        go_on.wait(5)
        return b"slow"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(press.get, ("a",), slow)
        assert begun.wait(5)
        with pytest.raises(Busy):
            press.get(("b",), lambda: b"other")
        go_on.set()
        assert first.result() == b"slow"
    assert press.get(("a",), lambda: b"never") == b"slow"
    assert press.get(("b",), lambda: b"other") == b"other"
