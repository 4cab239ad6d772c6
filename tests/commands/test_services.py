"""Child processes of a runner: kept up, given up, stopped with all they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wayfolk.commands import services
from wayfolk.commands.services import Service, ServiceFailedError, Services

# Writes its own number and that of a child of its own, then waits.
_FAMILY = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
path = pathlib.Path(sys.argv[1])
path.with_suffix(".new").write_text(f"{os.getpid()} {child.pid}")
path.with_suffix(".new").rename(path)
time.sleep(60)
"""


def python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def family(path: Path) -> list[int]:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return [int(pid) for pid in path.read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"  # nobody may be there to collect it


def wait_for_death(pids: list[int]) -> None:
    deadline = time.monotonic() + 20
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_service_that_was_killed_starts_again_without_its_old_children(tmp_path: Path) -> None:
    said: list[str] = []
    running = Services(said.append)
    running.start(Service("sleeper", python(_FAMILY, tmp_path / "pids")))
    first = family(tmp_path / "pids")
    (tmp_path / "pids").unlink()
    os.kill(first[0], signal.SIGKILL)
    running.keep_up_until((tmp_path / "pids").exists)
    second = family(tmp_path / "pids")
    wait_for_death(first)
    assert said == ["The sleeper ended (killed by SIGKILL); starting it again."]
    running.stop()
    wait_for_death(second)


def test_a_service_that_does_not_come_up_is_given_up() -> None:
    said: list[str] = []
    running = Services(said.append)
    running.start(Service("failing service", python("raise SystemExit(7)")))
    with pytest.raises(ServiceFailedError, match=r"failing service ended 3 times.*exit code 7"):
        running.keep_up_until(lambda: False)
    assert len(said) == 2
    running.stop()


def test_a_service_that_will_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _FAMILY
    service = Service("deaf service", python(deaf, tmp_path / "pids"), stop_patience_seconds=0.2)
    service.start()
    pids = family(tmp_path / "pids")
    service.stop()
    wait_for_death(pids)


def test_services_stop_in_the_order_of_their_start(tmp_path: Path) -> None:
    note = (
        "import pathlib, signal, sys\n"
        "def end(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2]); raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(sys.argv[1] + sys.argv[2]).touch()\n"
        "while True: signal.pause()\n"
    )
    running = Services(print)
    for name in ("a", "b"):
        running.start(Service(name, python(note, tmp_path / "order", name)))
    running.keep_up_until(lambda: all((tmp_path / f"order{name}").exists() for name in "ab"))
    running.stop()
    assert (tmp_path / "order").read_text() == "ab"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_no_service_outlives_a_killed_runner(tmp_path: Path) -> None:
    runner = (
        "import sys, time\n"
        "from wayfolk.commands.services import Service\n"
        "Service('sleeper', [sys.executable, '-c', *sys.argv[1:]]).start()\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        python(runner, _FAMILY, tmp_path / "pids"),
        env=os.environ | {"PYTHONPATH": str(Path(services.__file__).parents[2])},
    ) as process:
        service, grandchild = family(tmp_path / "pids")
        process.kill()
    wait_for_death([service])
    os.kill(grandchild, signal.SIGKILL)  # its own parent would have taken it along
