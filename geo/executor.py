"""Work in parts: in this process, on several cores, or on a Dask cluster; the same results each way.

A part is a function of a module and one argument that can be pickled. It must depend on nothing
else, as it is done again where its worker was lost. Whoever can reach a Dask scheduler can run code
on its workers: let it listen on the private network only, or use a tls:// address.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures import Executor as Pool
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from typing import Any, TypeVar

from geo.dask_scheduler import connected
from geo.errors import InvalidInput, NeedsmapError

Item = TypeVar("Item")
Result = TypeVar("Result")

Progress = Callable[[int, int, float | None], None]
"""Called with parts done, parts in all, and seconds left (None before the first is done)."""

POLL_SECONDS = 0.2
SECONDS_WITHOUT_WORKERS = 60.0


class Cancelled(NeedsmapError):
    """The work was called off; parts that were not begun were not done."""


class PartFailed(NeedsmapError):
    """One part could not be done; `part` is its position, the cause is what went wrong in it."""

    def __init__(self, part: int, total: int, why: str) -> None:
        super().__init__(f"Part {part + 1} of {total} failed: {why}")
        self.part = part


class Executor:
    """Does parts one after the other in this process; the others share its interface."""

    workers = 1

    def run(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Result]:
        """The result of every item, in their order.

        Raises PartFailed at the first part that fails (parts not begun are then not done), and
        Cancelled soon after `cancelled` says so; a part that has begun is not broken off.
        """
        watch = _Watch(len(items), progress, cancelled)
        results = []
        for part, item in enumerate(items):
            watch.look()
            try:
                results.append(function(item))
            except Exception as error:
                raise PartFailed(part, len(items), _told(error)) from error
            watch.one_more()
        return results


class _Pooled(Executor):
    """Parts handed to a pool of workers, a few ahead, until all are done.

    A part whose worker is lost is done again, alone; one that loses its workers time and again is
    taken to be what kills them.
    """

    def __init__(self, pool: Pool, workers: int) -> None:
        self._pool = pool
        self.workers = workers

    def run(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Result]:
        watch = _Watch(len(items), progress, cancelled)
        results: dict[int, Result] = {}
        under_way: dict[Future[Result], int] = {}
        waiting, suspects = deque(range(len(items))), deque[int]()
        losses = [0] * len(items)
        try:
            while len(results) < len(items):
                watch.look()
                lost = self._hand_out(function, items, under_way, waiting, suspects)
                done = wait(under_way, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED).done
                for future in done:
                    part = under_way.pop(future)
                    try:
                        results[part] = future.result()
                    except self._worker_lost as error:
                        losses[part] += 1
                        if losses[part] >= self._most_losses:
                            raise PartFailed(part, len(items), "it kills its worker") from error
                        suspects.append(part)
                        lost = True
                    except Exception as error:
                        raise self._why(part, len(items), error) from error
                    else:
                        watch.one_more()
                if lost and not under_way:
                    self._renew()
                if not done:
                    self._check()
        finally:
            for future in under_way:
                future.cancel()
        return [results[part] for part in range(len(items))]

    def _hand_out(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        under_way: dict[Future[Result], int],
        waiting: deque[int],
        suspects: deque[int],
    ) -> bool:
        """Hands out parts; one that was there when a worker was lost goes alone, to be sure.

        True if the pool takes none because a worker was lost.
        """
        while waiting or suspects:
            if len(under_way) >= (1 if suspects else 2 * self.workers):
                return False
            source = suspects or waiting
            try:
                future = self._pool.submit(function, items[source[0]])
            except self._worker_lost:
                return True
            under_way[future] = source.popleft()
        return False

    _worker_lost: type[BaseException] = BrokenProcessPool
    _most_losses = 3

    def _why(self, part: int, total: int, error: Exception) -> NeedsmapError:
        """What is raised of an error that came in place of a part's result."""
        return PartFailed(part, total, _told(error))

    def _renew(self) -> None:
        """Puts new workers in the place of lost ones."""

    def _check(self) -> None:
        """Raises if no worker is left and none comes."""


class _Processes(_Pooled):
    """A process a worker on this machine; started afresh, as forks of threads may lock up.

    Workers end with this process, however it ends, and with the leash that it holds.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        super().__init__(self._fresh(), workers)

    def _fresh(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        held, self._leash = context.Pipe(duplex=False)
        pool = ProcessPoolExecutor(self.workers, context, _begin_worker, (held,))
        # A worker starts for every part while none is idle: all of them here, so that they inherit
        # that Ctrl-C waits until they ignore it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(self.workers):
                pool.submit(int)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return pool

    def _renew(self) -> None:
        self._pool.shutdown(wait=True)
        self._leash.close()
        self._pool = self._fresh()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._leash.close()

    def break_off(self) -> None:
        """Ends the workers in the middle of their parts."""
        self._leash.close()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _begin_worker(leash: Connection) -> None:
    """A terminal sends Ctrl-C to every process: that of the user decides, the workers follow it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    # The system closes the other end also where its process was killed.
    wait_for_any([leash])
    os._exit(1)


class _Cluster(_Pooled):
    """Workers of a Dask scheduler; it hands the parts of a lost worker to another by itself.

    Only after several workers were lost with a part under way does the scheduler give up on it.
    """

    _most_losses = 2

    def __init__(self, client: Any) -> None:
        from distributed import KilledWorker
        from distributed.client import ClosedClientError

        self._client = client
        self._closed = ClosedClientError
        self._worker_lost = KilledWorker
        self._alone_since: float | None = None
        super().__init__(client.get_executor(pure=False), max(1, sum(client.nthreads().values())))

    def _why(self, part: int, total: int, error: Exception) -> NeedsmapError:
        # Nobody here calls parts off while they are waited for: the client does, cut off.
        if isinstance(error, CancelledError):
            return _scheduler_lost()
        return super()._why(part, total, error)

    def _hand_out(self, *asked: Any) -> bool:
        try:
            return super()._hand_out(*asked)
        except self._closed as error:
            raise _scheduler_lost() from error

    def _check(self) -> None:
        workers = self._client.scheduler_info().get("workers")
        if self._client.status != "running" or workers is None:
            raise _scheduler_lost()
        if workers:
            self._alone_since = None
            return
        self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() - self._alone_since > SECONDS_WITHOUT_WORKERS:
            raise NeedsmapError(
                "The Dask cluster has had no worker for a minute",
                hint="Start workers at its scheduler, then run again.",
            )


@contextmanager
def open_executor(workers: int | None = None, dask: str | None = None) -> Iterator[Executor]:
    """An executor: in this process (nothing given), in processes, or on a Dask cluster.

    `workers` is a number of processes, 0 for one a core, 1 for this process. `dask` is the
    address of a scheduler, for example tcp://127.0.0.1:8786. Raises InvalidInput if both are given,
    workers are negative or the scheduler does not answer.
    """
    if workers is not None and dask is not None:
        raise InvalidInput("Give either a number of workers or the address of a Dask scheduler")
    if dask is not None:
        with connected(dask) as client:
            yield _Cluster(client)
        return
    if workers is not None and workers < 0:
        raise InvalidInput(f"The number of workers must be 0 or more, not {workers}")
    if workers == 0:
        workers = len(os.sched_getaffinity(0))
    if workers is None or workers == 1:
        yield Executor()
        return
    pool = _Processes(workers)
    try:
        yield pool
    except (KeyboardInterrupt, SystemExit):
        # Whoever calls off by hand does not wait for parts that have begun.
        pool.break_off()
        raise
    finally:
        pool.close()


def _scheduler_lost() -> NeedsmapError:
    return NeedsmapError(
        "The Dask scheduler was lost in the middle of the work; nothing was kept of it",
        hint="See that the scheduler runs and has workers, then run again.",
    )


@dataclass
class _Watch:
    """Counts parts, tells whoever asked, and stops when told to."""

    total: int
    progress: Progress | None
    cancelled: Callable[[], bool] | None

    def __post_init__(self) -> None:
        self.done = 0
        self.began = time.monotonic()
        if self.progress is not None:
            self.progress(0, self.total, None)

    def look(self) -> None:
        if self.cancelled is not None and self.cancelled():
            raise Cancelled(f"Called off after {self.done} of {self.total} parts")

    def one_more(self) -> None:
        self.done += 1
        if self.progress is not None:
            a_part = (time.monotonic() - self.began) / self.done
            self.progress(self.done, self.total, a_part * (self.total - self.done))


def _told(error: BaseException) -> str:
    """What is said of an error: the sentence of one of ours; of others the kind only.

    The text of a foreign error may hold values of the data.
    """
    return error.message if isinstance(error, NeedsmapError) else type(error).__name__
