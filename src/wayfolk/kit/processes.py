"""Our own modules in processes of their own, for work that another core can do meanwhile."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import wayfolk

Process = subprocess.Popen[bytes]


@contextmanager
def started(module: str) -> Iterator[Process]:
    """The module's `main`, which reads its standard input and answers on its standard output.

    Leaving the context ends it.
    """
    command = [sys.executable, "-m", module]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            with suppress(BrokenPipeError):  # what it did not read any more
                process.stdin.close()  # type: ignore[union-attr]


def _environment() -> dict[str, str]:
    """The modules of this very copy of the product, wherever we were started from."""
    places = [str(Path(wayfolk.__path__[0]).parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
