"""Carrying an import out: batch by batch, resumable, one change set.

Each batch is one transaction that holds its records, its problems and the run's new position.
A worker that dies between two batches, or inside one, loses nothing: the run goes on from its
position with the same change set.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, DataError, IntegrityError, OperationalError

from wayfolk.audit.change_sets import change_set
from wayfolk.integrations.imports import files, reading
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.bookkeeping import Problems, Progress, Statistics
from wayfolk.integrations.imports.cleaned import Surroundings
from wayfolk.integrations.imports.ingesting import Ingest, Records
from wayfolk.integrations.imports.preparing import Kind
from wayfolk.integrations.imports.problems import RowsRefused
from wayfolk.integrations.imports.trade import files as trade
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit import clock, database_errors, ids, tenancy
from wayfolk.kit.dates import Order
from wayfolk.kit.errors import Conflict, NotFound, Refusal
from wayfolk.kit.exclusive_lock import ExclusiveLock
from wayfolk.kit.processes import Process
from wayfolk.kit.text import fold
from wayfolk.organization import brands
from wayfolk.staff.rules import Actor

logger = logging.getLogger(__name__)

# Each is read while the one before is written: the first are small, so that PostgreSQL has
# something to write soon, and none is so much larger than the last that writing waits for it.
FIRST_BATCHES = (500, 800, 1_200, 1_800)
BATCH_ROWS = 2_500
COMPARED_ROWS = 100  # where rows are compared before they are written: seconds, not minutes
_ATTEMPTS = 4
_WAIT_SECONDS = 0.5

OnProgress = Callable[[ImportRun], None]
Batch = Sequence[Any]  # rows as the Ingest has them


class ImportBusy(Conflict):
    """Another import of the organisation is running; imports take turns."""

    code = "import_busy"


def carry_out(
    run_id: UUID,
    *,
    by: Actor,
    on_progress: OnProgress | None = None,
    waits: bool = False,
    reader: Process | None = None,
) -> ImportRun:
    """Run a queued import, or go on with one that was interrupted; a finished one is left alone.

    `reader`: a process that was started ahead. Raises ImportBusy when another import of the
    organisation is running, unless `waits`.
    """
    with _turn(by.organization_id, waits=waits):
        run = _begin(run_id, by.organization_id)
        if run.state != RunState.RUNNING:
            return run
        try:
            _run_batches(run, by, on_progress, reader)
        except (Refusal, OSError) as error:
            words = error.message if isinstance(error, Refusal) else f"The file is gone: {error}."
            fail(run, words)
        except Exception:
            _end(
                run,
                RunState.FAILED,
                failure="Wayfolk met an error that it does not know. What was imported so far is"
                " kept; continue the import, or take it back.",
            )
            logger.exception("import %s failed", run.id)
            raise
    return run


@contextmanager
def _turn(organization_id: int, *, waits: bool) -> Iterator[None]:
    lock = ExclusiveLock(files.lock_path(organization_id))
    while not lock.acquire():
        if not waits:
            raise ImportBusy("Another import is running; this one starts when it has ended.")
        time.sleep(_WAIT_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _begin(run_id: UUID, organization_id: int) -> ImportRun:
    with tenancy.scope(organization_id):
        run = ImportRun.objects.filter(id=run_id).locked().first()
        if run is None:
            raise NotFound("There is no such import. It may have been removed.")
        if run.is_under_way:
            run.state = RunState.RUNNING
            run.change_set_id = run.change_set_id or ids.new_id()
            run.started_at = run.started_at or clock.now()
            run.save_changes("state", "change_set_id", "started_at")
    return run


def surroundings(by: Actor) -> Surroundings:
    return Surroundings(
        currency=by.currency,
        country=by.country,
        date_order=cast("Order", by.date_order),
        today=clock.today(by.time_zone),
        brands=_brands(by.organization_id),
    )


def _brands(organization_id: int) -> dict[str, str]:
    """Folded code or name of a brand -> its code."""
    with tenancy.scope(organization_id):
        known = brands.by_reference().values()
    return {fold(word): brand.code for brand in known for word in (brand.name, brand.code)}


def _run_batches(
    run: ImportRun, by: Actor, on_progress: OnProgress | None, reader: Process | None
) -> None:
    mapping = mappings.from_json(run.mapping)
    mappings.require_runnable(mapping, run.headers)
    kinds = frozenset(mapping.kinds)
    kind = Kind(by.organization_id, by.country, mapping.system, kinds, mapping.lookalikes)
    with _ingesting(run, by, kind, reader) as (ingest, coming):
        batches = _Batches(run, by, ingest)
        for rows in coming:
            batches.write(rows)
            if on_progress is not None:
                on_progress(run)
            if _is_stop_requested(run):
                _end(run, RunState.STOPPED)
                return
    _end(run, RunState.FINISHED)


@contextmanager
def _ingesting(
    run: ImportRun, by: Actor, kind: Kind, reader: Process | None
) -> Iterator[tuple[Ingest, Iterator[list[Any]]]]:
    """What writes the file's batches, and the batches that are still to be written."""
    task = reading.Task(
        path=files.path_of(by.organization_id, run.id),
        skip=run.position,
        headers=run.headers,
        mapping=run.mapping,
        around=surroundings(by),
        kind=kind,
        sizes=(*FIRST_BATCHES, BATCH_ROWS) if kind.lookalikes == "create" else (COMPARED_ROWS,),
    )
    if "partner" in kind.kinds:
        yield trade.open_file(run, by, task)
        return
    # The next batch is read and prepared while PostgreSQL writes the one before.
    with reading.read_batches(task, reader) as coming:
        yield Records(run, by, kind), coming


def _is_stop_requested(run: ImportRun) -> bool:
    with tenancy.scope(run.organization_id):
        return ImportRun.objects.filter(id=run.id, is_stop_requested=True).exists()


def _end(run: ImportRun, state: RunState, *, failure: str = "") -> None:
    run.state, run.failure, run.finished_at = state, failure, clock.now()
    run.is_stop_requested = False
    with tenancy.scope(run.organization_id):
        run.save_changes("state", "failure", "finished_at", "is_stop_requested")


def fail(run: ImportRun, words: str) -> None:
    """The import cannot be carried out; `words` say why."""
    _end(run, RunState.FAILED, failure=words)


class _Batches:
    """Writes the batches of one run."""

    def __init__(self, run: ImportRun, by: Actor, ingest: Ingest) -> None:
        self._run = run
        self._by = by
        self._ingest = ingest
        self._statistics = Statistics(by.organization_id)

    def write(self, batch: Batch) -> None:
        """One transaction; where a database rule objects, halves, down to the row at fault."""
        try:
            self._write_patiently(batch)
        except RowsRefused as refused:
            reasons = refused.reasons
            self.write(
                [
                    row.refused(reasons[row.number]) if row.number in reasons else row
                    for row in batch
                ]
            )
        except DatabaseError as error:
            if not _is_about_rows(error):
                raise
            logger.info("import %s: a batch is split: %s", self._run.id, error)
            if len(batch) == 1:
                self._write_patiently([batch[0].refused(_in_words(error))])
                return
            middle = len(batch) // 2
            self.write(batch[:middle])
            self.write(batch[middle:])

    def _write_patiently(self, batch: Batch) -> None:
        """Again after a deadlock or a lock that took too long: others work meanwhile."""
        for attempt in range(_ATTEMPTS):
            try:
                self._write_once(batch)
            except OperationalError:
                if attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(0.2 * 2**attempt)
            else:
                return

    def _write_once(self, batch: Batch) -> None:
        run = self._run
        with change_set(
            by=self._by,
            operation="imports.run",
            summary=f"Imported {run.file_name}",
            continues=run.change_set_id,
        ) as current:
            problems = Problems()
            written = self._ingest.write(batch, problems)
            problems.store(run)
            after = Progress(run, len(batch), written, problems)
            current.summary = after.summary()
            after.store()
            # Before the deferred rules are checked: their plans are made then, and kept.
            self._statistics.count(len(batch))
        after.apply()
        self._ingest.committed()


def _is_about_rows(error: DatabaseError) -> bool:
    """Whether the database objects to what some row says, and not to how or when it is said."""
    if isinstance(error, OperationalError):
        return False
    is_known = database_errors.find_refusal(error) is not None
    return is_known or isinstance(error, IntegrityError | DataError)


def _in_words(error: DatabaseError) -> str:
    """What a rule of the database says about a row, for whoever mends the file."""
    text = str(error)
    if "dates_in_order" in text:
        return (
            "With this row the record would end before it begins: somebody changed its dates since."
        )
    if "unique" in text:
        return "Another record has the same number or reference already."
    known = database_errors.find_refusal(error)
    if known is not None:
        return known.message
    return f"The database does not accept this row: {text.splitlines()[0][:200]}"
