"""A cluster that is not there, goes away or is none; and Ctrl-C while processes work."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.errors import InvalidInput, NeedsmapError
from geo.executor import open_executor

HERE = "127.0.0.1"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of the fixture of all unit tests: this machine may be spoken to, no other."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        assert address[0] == HERE, f"a unit test tried to connect to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


def square(number: int) -> int:
    time.sleep(0.1)
    return number * number


def started(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address, and the scheduler and its two workers as processes of their own."""
    told = tmp_path / "scheduler.json"
    port = ("--host", HERE, "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
    running = [started("distributed.cli.dask_scheduler", *port)]
    until = time.monotonic() + 30
    while not told.exists() or not told.read_text().strip():
        assert time.monotonic() < until
        time.sleep(0.1)
    address = json.loads(told.read_text())["address"]
    alone = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", HERE)
    running += [started("distributed.cli.dask_worker", address, *alone) for _ in range(2)]
    yield address, running
    for process in running:
        process.kill()
        process.wait()


def begun(script: Path) -> subprocess.Popen[str]:
    """A process that is the first of its group, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def ended(main: subprocess.Popen[str]) -> str:
    """What it said as an error, after it and all it started ended within seconds."""
    began = time.monotonic()
    # Whoever still works holds the other end of these pipes.
    timer = threading.Timer(20, lambda: os.killpg(main.pid, signal.SIGKILL))
    timer.start()
    _, errors = main.communicate()
    timer.cancel()
    assert time.monotonic() - began < 10
    return errors


@pytest.mark.parametrize(
    "address",
    ["nonsense", "", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "http://127.0.0.1:80", "tcp://:1"],
)
def test_what_is_no_address_is_told_at_once(address):
    began = time.monotonic()
    with pytest.raises(InvalidInput, match="is no address") as refused, open_executor(dask=address):
        pass
    assert "tcp://HOST:PORT" in refused.value.hint
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("address", [f"tcp://{HERE}:1", f"{HERE}:1", f"tls://{HERE}:1"])
def test_an_address_where_nobody_listens_is_told_at_once(address):
    began = time.monotonic()
    with pytest.raises(InvalidInput, match="refused"), open_executor(dask=address):
        pass
    assert time.monotonic() - began < 1


def test_whoever_listens_but_says_nothing_is_no_scheduler(monkeypatch):
    monkeypatch.setattr("geo.dask_scheduler.SECONDS_TO_CONNECT", 1)
    with socket.socket() as silent:
        silent.bind((HERE, 0))
        silent.listen()
        address = f"tcp://{HERE}:{silent.getsockname()[1]}"
        began = time.monotonic()
        with (
            pytest.raises(InvalidInput, match="does not answer as a Dask"),
            open_executor(dask=address),
        ):
            pass
        assert time.monotonic() - began < 5


def test_a_worker_is_not_taken_for_the_scheduler(cluster):
    from distributed import Client

    with Client(cluster[0], set_as_default=False) as client:
        client.wait_for_workers(1, timeout=30)
        worker = next(iter(client.scheduler_info()["workers"]))
    with pytest.raises(InvalidInput, match="not its scheduler"), open_executor(dask=worker):
        pass


@pytest.mark.parametrize("lost", ["scheduler", "worker"])
def test_of_a_cluster_that_loses_a_process_half_way(cluster, lost, caplog):
    address, (scheduler, worker, _) = cluster
    victim = scheduler if lost == "scheduler" else worker

    def kill(done: int, *_: Any) -> None:
        if done == 4:
            victim.send_signal(signal.SIGKILL)

    with open_executor(dask=address) as executor:
        if lost == "worker":
            assert executor.run(square, range(40), progress=kill) == [k * k for k in range(40)]
            return
        began = time.monotonic()
        with pytest.raises(NeedsmapError, match="scheduler was lost") as told:
            executor.run(square, range(200), progress=kill)
        assert "run again" in told.value.hint
        assert time.monotonic() - began < 20
        # Nor does a second work wait for what is gone.
        with pytest.raises(NeedsmapError, match="scheduler was lost"):
            executor.run(square, range(3))


EARLY = """
import time
from geo.executor import open_executor

if __name__ == "__main__":
    print("opens", flush=True)
    with open_executor(2) as executor:
        executor.run(time.sleep, [60.0, 60.0])
"""


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.5])
def test_ctrl_c_while_processes_start_is_told_by_the_first_alone(tmp_path, seconds):
    script = tmp_path / "work.py"
    script.write_text(EARLY)
    main = begun(script)
    assert main.stdout is not None
    assert main.stdout.readline() == "opens\n"
    time.sleep(seconds)
    os.killpg(main.pid, signal.SIGINT)
    errors = ended(main)
    assert errors.count("Traceback") == errors.count("\nKeyboardInterrupt") == 1


WORK = """
import sys, time
from geo.executor import open_executor

if __name__ == "__main__":
    with open_executor(2) as executor:
        executor.run(time.sleep, [0.0, 0.0, 60.0, 60.0], progress=lambda *done: print(*done, flush=True))
"""


@pytest.mark.parametrize("how", ["ctrl_c", "interrupt", "kill"])
def test_processes_end_with_the_one_that_started_them(tmp_path, how):
    script = tmp_path / "work.py"
    script.write_text(WORK)
    main = begun(script)
    assert main.stdout is not None
    seen = [main.stdout.readline() for _ in range(3)]
    assert seen[-1].startswith("2 4")
    time.sleep(0.5)  # both long parts have begun
    if how == "ctrl_c":
        os.killpg(main.pid, signal.SIGINT)
    else:
        main.send_signal(signal.SIGINT if how == "interrupt" else signal.SIGKILL)
    assert "SpawnProcess" not in ended(main)
