"""Customers as they are compared, made of the database's rows by processes of their own.

Cleaning a row takes three times as long as reading it. The processes need no Django and no
database; they end with us, whatever ends us, because their input ends then.
"""

import os
import pickle
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, cycle, islice
from typing import Any, BinaryIO, cast

from wayfolk.identity.matching.batch import engines
from wayfolk.identity.matching.record import facts_of, record_of
from wayfolk.kit import batching, processes
from wayfolk.kit.errors import Conflict

CHUNK = 20_000
PROCESSES_MOST = 8
AHEAD = 2  # chunks that a process has been given and not answered yet
DIED = "A process that prepared customers for comparison was ended. Nothing was changed; try again."

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """shared: emails and phones that too many have; relays: further domains of booking sites."""

    shared: frozenset[str]
    relays: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """first: the number of its first record."""

    first: int
    rows: Sequence[Row]

    def table(self, around: Surroundings) -> Any:
        records = map(record_of, self.rows)
        facts = [facts_of(e, shared=around.shared, relays=around.relays) for e in records]
        return engines.table_of(facts, self.first)


def cleaned(rows: Iterable[Row], around: Surroundings) -> Iterator[Any]:
    """Arrow tables of the facts of these rows (record.record_of), in their order.

    Raises Conflict if one of the processes dies.
    """
    chunks = _chunks(rows)
    ahead = list(islice(chunks, 2))
    if len(ahead) < 2:  # done before a process had started
        yield from (chunk.table(around) for chunk in ahead)
        return
    with ExitStack() as running:
        count = min(os.cpu_count() or 1, PROCESSES_MOST)
        cleaners = [running.enter_context(_cleaner(around)) for _ in range(count)]
        answers: deque[Future[Any]] = deque()
        for cleaner, chunk in zip(cycle(cleaners), chain(ahead, chunks), strict=False):
            answers.append(cleaner.ask(chunk))
            if len(answers) >= AHEAD * count:
                yield answers.popleft().result()
        for answer in answers:
            yield answer.result()


def _chunks(rows: Iterable[Row]) -> Iterator[_Chunk]:
    first = 0
    for batch in batching.batches(rows, CHUNK):
        yield _Chunk(first, batch)
        first += len(batch)


@dataclass(frozen=True, slots=True)
class _Cleaner:
    """One of the processes. Its thread waits for the pipes, in both directions."""

    process: processes.Process
    thread: ThreadPoolExecutor

    def ask(self, chunk: _Chunk) -> Future[Any]:
        return self.thread.submit(self._answer, chunk)

    def _answer(self, chunk: _Chunk) -> Any:
        try:
            self.send(chunk)
            answer = pickle.load(cast("BinaryIO", self.process.stdout))  # noqa: S301 - our own
        except (OSError, EOFError, pickle.UnpicklingError):
            raise Conflict(DIED) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def send(self, what: object) -> None:
        asked = cast("BinaryIO", self.process.stdin)
        pickle.dump(what, asked, protocol=pickle.HIGHEST_PROTOCOL)
        asked.flush()


@contextmanager
def _cleaner(around: Surroundings) -> Iterator[_Cleaner]:
    with (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="cleaner") as thread,
        processes.started(__name__) as process,
    ):
        found = _Cleaner(process, thread)
        with suppress(BrokenPipeError):  # told when it is asked
            found.send(around)
        yield found
        thread.shutdown(wait=False, cancel_futures=True)


def main() -> None:
    """The process: surroundings and chunks on standard input, tables on standard output."""
    asked, out = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):  # nobody asks any more
        around = pickle.load(asked)  # noqa: S301 - written by our own process
        while True:
            chunk = pickle.load(asked)  # noqa: S301 - the same
            try:
                answer = chunk.table(around)
            except Exception as error:  # noqa: BLE001 - raised again where it was asked
                answer = error
            pickle.dump(answer, out, protocol=pickle.HIGHEST_PROTOCOL)
            out.flush()


if __name__ == "__main__":
    main()
