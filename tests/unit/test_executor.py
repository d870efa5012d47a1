"""Work in parts: in order, told about, called off, and done again where a worker was lost."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.errors import InvalidInput
from geo.executor import Cancelled, PartFailed, open_executor

HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of the fixture of all unit tests: this machine may be spoken to, no other."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        assert address[0] == HERE, f"a unit test tried to connect to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


def square(number: int) -> int:
    # The later the shorter, so that parts end in another order than they began.
    time.sleep(0.02 / (number + 1))
    return number * number


def refuse_three(number: int) -> int:
    if number == 3:
        raise InvalidInput("three is not taken")
    return number


def divide(number: int) -> float:
    return 1 / number


def die_once(task: tuple[int, str]) -> int:
    """The first worker that comes to part 4 is lost with it."""
    number, marker = task
    if number == 4 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


def always_die(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def where(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two workers for one test: another one kills some."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host=HERE,
        dashboard_address=None,
        silence_logs=50,
    ) as started:
        yield started


@pytest.mark.parametrize("workers", [None, 1, 2])
def test_results_come_in_the_order_of_their_items(workers):
    told = []
    with open_executor(workers) as executor:
        found = executor.run(square, range(7), progress=lambda *seen: told.append(seen))
        assert found == [0, 1, 4, 9, 16, 25, 36]
        assert executor.run(square, []) == []
    assert [seen[:2] for seen in told] == [(done, 7) for done in range(8)]
    assert told[0][2] is None
    assert all(left >= 0 for *_, left in told[1:])
    assert told[-1][2] == 0


def test_processes_are_others_and_nothing_given_is_this_one():
    with open_executor(2) as executor:
        assert executor.workers == 2
        assert os.getpid() not in executor.run(where, range(4))
    with open_executor() as executor:
        assert set(executor.run(where, range(2))) == {os.getpid()}


def test_zero_workers_are_one_a_core():
    with open_executor(0) as executor:
        assert executor.workers == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("workers", [None, 2])
def test_a_part_that_fails_is_named_with_its_reason(workers):
    with open_executor(workers) as executor:
        with pytest.raises(PartFailed, match="Part 4 of 6 failed: three is not taken") as failed:
            executor.run(refuse_three, range(6))
        assert failed.value.part == 3
        assert isinstance(failed.value.__cause__, InvalidInput)
        with pytest.raises(PartFailed, match=r"Part 1 of 2 failed: ZeroDivisionError$"):
            executor.run(divide, [0, 1])
        # The executor is whole after a failure.
        assert executor.run(square, [2]) == [4]


@pytest.mark.parametrize("workers", [None, 2])
def test_work_can_be_called_off(workers):
    done = []
    with open_executor(workers) as executor, pytest.raises(Cancelled, match=r"after \d+ of 400"):
        executor.run(
            square,
            range(400),
            progress=lambda number, *_: done.append(number),
            cancelled=lambda: len(done) > 5,
        )
    assert 5 < len(done) < 100


def test_a_lost_process_is_survived(tmp_path):
    marker = tmp_path / "died"
    with open_executor(2) as executor:
        found = executor.run(die_once, [(number, str(marker)) for number in range(9)])
    assert marker.exists()
    assert found == [number * 10 for number in range(9)]


def test_a_part_that_kills_every_worker_is_named_and_no_other():
    with open_executor(2) as executor:
        with pytest.raises(PartFailed, match="Part 3 of 5 failed: it kills its worker") as failed:
            executor.run(always_die, range(5))
        assert failed.value.part == 2
        assert executor.run(square, [3]) == [9]


def test_on_a_cluster_as_here(cluster):
    told = []
    with open_executor(dask=cluster.scheduler_address) as executor:
        assert executor.workers == 2
        assert executor.run(
            square, range(7), progress=lambda *seen: told.append(seen[:2])
        ) == executor.run(square, range(7))
        with pytest.raises(PartFailed, match="Part 4 of 6 failed: three is not taken"):
            executor.run(refuse_three, range(6))
    assert told[-1] == (7, 7)


def test_a_worker_killed_in_the_middle_changes_no_number(cluster):
    """The catchment of a region in parts on two workers, one of which is killed half-way."""
    # Here and not above: every process that a test starts reads the head of this file.
    import numpy as np

    from geo.analysis.catchment import floating_catchment
    from geo.analysis.catchment.parts import straight_line_catchment
    from geo.analysis.travel import straight_line_costs

    draw = np.random.default_rng(5)
    people, places = draw.integers(0, 900, 4000).astype(float), draw.integers(1, 60, 300)
    origins, sites = draw.random((4000, 2)) * 60_000, draw.random((300, 2)) * 60_000
    speed = {"detour_factor": 1.4, "speed_kmh": 25.0}
    killed = []

    def kill_one(done: int, total: int, _: float | None) -> None:
        if done == total // 4 and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    with open_executor(dask=cluster.scheduler_address) as executor:
        found = straight_line_catchment(
            people, places, origins, sites, 30,
            **speed, largest_part=150, executor=executor, progress=kill_one,
        )  # fmt: skip
    assert killed
    cost = straight_line_costs(origins, sites, threshold_minutes=30, **speed)
    whole = floating_catchment(people, places, cost, 30)
    assert found.access == pytest.approx(whole.access, rel=1e-9)
    assert found.level == pytest.approx(whole.level, rel=1e-9)
    assert found.reached.tolist() == whole.reached.tolist()


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"workers": 2, "dask": "tcp://127.0.0.1:1"}, "either"),
        ({"workers": -1}, "0 or more"),
        ({"dask": "nonsense://here"}, "is no address"),
    ],
)
def test_what_cannot_be_opened_is_refused(asked, why):
    with pytest.raises(InvalidInput, match=why), open_executor(**asked):
        pass


def test_a_scheduler_that_does_not_answer_is_told_within_seconds(monkeypatch):
    monkeypatch.setattr("geo.dask_scheduler.SECONDS_TO_CONNECT", 1)
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        address = f"tcp://{HERE}:{taken.getsockname()[1]}"
        with pytest.raises(InvalidInput, match="No Dask scheduler"), open_executor(dask=address):
            pass
