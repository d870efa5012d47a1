"""Long work of the service: done one after the other on a thread of its own, in the order it came."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from geo.errors import Busy


class Keyed(Protocol):
    """Work that is known by a key."""

    @property
    def key(self) -> UUID: ...


Job = TypeVar("Job", bound=Keyed)


class Line(Generic[Job]):
    """Does one job at a time; beyond a few that wait it says so.

    The thread dies with the process: a job must leave nothing half done, and be found again.
    """

    def __init__(self, name: str, waiting: int, do: Callable[[Job], None], full: Busy) -> None:
        self._name = name
        self._do = do
        self._full = full
        self._jobs: queue.Queue[Job] = queue.Queue(waiting)
        self._known: set[UUID] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def has(self, key: UUID) -> bool:
        """Whether a job waits or is under way here."""
        with self._lock:
            return key in self._known

    def add(self, job: Job) -> None:
        """Put a job at the end of the line; raises Busy where the line is full."""
        with self._lock:
            if job.key in self._known:
                return
            try:
                self._jobs.put_nowait(job)
            except queue.Full:
                raise Busy(self._full.message, hint=self._full.hint) from None
            self._known.add(job.key)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                self._do(job)
            finally:
                with self._lock:
                    self._known.discard(job.key)
                self._jobs.task_done()
