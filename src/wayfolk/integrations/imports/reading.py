"""Reading a stored file in a process of its own, a batch ahead of the one that is written.

Cleaning a row takes as much Python as PostgreSQL takes to write it; in a thread the two would
share one core. The process needs no Django and no database, so it starts in a moment. It ends
with its last batch, or when nobody reads it any more.
"""

import pickle
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, BinaryIO, cast

from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports import preparing
from wayfolk.integrations.imports.cleaned import Surroundings
from wayfolk.integrations.imports.preparing import Kind, Prepared
from wayfolk.integrations.imports.receiving import read_stored
from wayfolk.integrations.imports.rows import RowCleaner
from wayfolk.kit import processes
from wayfolk.kit.processes import Process


@dataclass(frozen=True)
class Task:
    """What to read, and how. `sizes`: rows of each batch; the last one holds for all further."""

    path: Path
    skip: int
    headers: list[str]
    mapping: dict[str, Any]
    around: Surroundings
    kind: Kind
    sizes: Sequence[int]


class ReaderDied(OSError):
    """The reading process ended before the file did."""


def started_reader() -> AbstractContextManager[Process]:
    """A process that waits for its task. Leaving the context ends it."""
    return processes.started(__name__)


@contextmanager
def read_batches(task: Task, reader: Process | None = None) -> Iterator[Iterator[list[Prepared]]]:
    """The file's batches, in its order, from `reader` or a process of their own.

    Raises whatever reading raised there (OSError where the file is gone), or ReaderDied.
    """
    with nullcontext(reader) if reader else started_reader() as process:
        asked, answered = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        received = _received(answered)
        try:
            pickle.dump(task, asked, protocol=pickle.HIGHEST_PROTOCOL)
            asked.flush()
            yield received
        finally:
            process.kill()  # which also ends a receiver that waits for the next batch
            received.close()


def _received(answers: BinaryIO) -> Generator[list[Prepared], None, None]:
    """The batches, each taken as soon as it is there: a full pipe would stop the reader."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-receiver") as receiver:
        coming = receiver.submit(pickle.load, answers)
        while batch := _taken(coming):
            coming = receiver.submit(pickle.load, answers)
            yield batch


def _taken(coming: Future[Any]) -> list[Prepared]:
    try:
        answer = coming.result()
    except (EOFError, pickle.UnpicklingError) as error:
        raise ReaderDied("the process that reads the file ended early") from error
    if isinstance(answer, Exception):
        raise answer
    return cast("list[Prepared]", answer)


def batches(task: Task) -> Iterator[list[Prepared]]:
    """The batches themselves, read in this process; an empty one is the last."""
    cleaner = RowCleaner(mappings.from_json(task.mapping), task.headers, task.around)
    rows = read_stored(task.path, skip=task.skip)
    for size in chain(task.sizes, repeat(task.sizes[-1])):
        batch = [preparing.prepare(cleaner.clean(row), task.kind) for row in islice(rows, size)]
        yield batch
        if not batch:
            return


def main() -> None:
    """The process: a task on standard input, its batches on standard output."""
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own process
    out = sys.stdout.buffer
    try:
        for batch in batches(task):
            out.write(pickle.dumps(batch, protocol=pickle.HIGHEST_PROTOCOL))
            out.flush()
    except BrokenPipeError:
        sys.stderr.close()  # nobody is left to read the rest, nor a complaint about it
    except Exception as error:  # noqa: BLE001 - raised again where the batches are read
        out.write(pickle.dumps(error))
        out.flush()


if __name__ == "__main__":
    main()
