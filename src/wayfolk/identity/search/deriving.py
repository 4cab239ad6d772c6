"""Keeping the index true: what is written is derived, at once or by the job that follows.

The database queues every written customer (triggers of migration 0001), whoever wrote it. The
application's own single writes derive their customer in the same transaction and take it off
the queue; everything else, and new words of the vocabulary, is done by `catch_up`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wayfolk.identity.search import deletions, keys, recency, store
from wayfolk.identity.search.keys import Entry, Person
from wayfolk.identity.search.spelling import KEYS_VERSION
from wayfolk.kit import prepared, tenancy

CHUNK = 1_000

_WRITE = (
    "search_write(%s::uuid[], %s, %s::int[], %s::int[], %s::int[], %s::int[], %s::text[],"
    " %s::uuid[])"
)
_LOWEST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Row:
    """A customer to derive; `is_found` is False for one that nobody may find."""

    customer_id: UUID
    person: Person
    is_found: bool
    recency: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the derivation of all customers has come."""

    done: int
    is_finished: bool


def derive_now(customer_id: UUID) -> None:
    """A customer that this transaction has written: found by its spelling from now on.

    Words that are new to the vocabulary are left to the job, so that misspellings of a new
    name are understood a second later.
    """
    written, words = _entries(_read([customer_id]), [customer_id])
    prepared.rows(
        f"SELECT {_WRITE}, search_settle(%s::uuid[], %s::text[])",
        [*written, [customer_id], list(words)],
    )


def catch_up(organization_id: int, *, chunk: int = CHUNK) -> int:
    """Derive what is queued, one chunk in one transaction; returns how many customers it was.

    May run anywhere, at any time, more than once at a time: a chunk belongs to the first
    that takes it, and goes back to the queue if its transaction fails.
    """
    with tenancy.scope(organization_id):
        ((taken,),) = store.rows("SELECT search_take_pending(%s)", [chunk])
        ((new_words,),) = store.rows("SELECT search_take_new_words(%s)", [chunk])
        words: Counter[str] = Counter(new_words)
        if taken:
            words += _write(_with_travels(_read(taken)), taken)
        _learn(words)
    return len(taken) + len(new_words)


def rebuild_step(organization_id: int, *, chunk: int = CHUNK) -> Progress:
    """One chunk of the derivation of all customers, in one transaction; begins one if due.

    Due is an organisation whose entries are of another KEYS_VERSION. Search goes on meanwhile.
    """
    with tenancy.scope(organization_id):
        ((version, last_id, done),) = store.rows("SELECT * FROM search_rebuild()", [])
        if version == KEYS_VERSION and last_id is None:
            return Progress(done or 0, is_finished=True)
        begins = version != KEYS_VERSION or last_id is None
        last_id, done = (_LOWEST, 0) if begins else (last_id, done)
        found = _with_travels(_read(None, after=last_id, limit=chunk))
        _learn(_write(found, [row.customer_id for row in found]))
        is_finished = len(found) < chunk
        last_id = None if is_finished else found[-1].customer_id
        done += len(found)
        store.rows("SELECT search_rebuild_to(%s, %s, %s)", [KEYS_VERSION, last_id, done])
    return Progress(done, is_finished)


def rebuild_all(organization_id: int, report: Callable[[int], None]) -> int:
    """Derive every customer again from the first on; returns how many there are."""
    with tenancy.scope(organization_id):
        store.rows("SELECT search_rebuild_to(0, NULL, 0)", [])
    progress = Progress(0, is_finished=False)
    while not progress.is_finished:
        progress = rebuild_step(organization_id)
        report(progress.done)
    return progress.done


def organizations_behind() -> list[int]:
    """Organisations with something to derive."""
    found = store.rows("SELECT search_organizations_behind(%s)", [KEYS_VERSION])
    return [row[0] for row in found]


def _read(ids: Sequence[UUID] | None, *, after: UUID = _LOWEST, limit: int = 0) -> list[Row]:
    """These customers; without ids, the next ones in the order of ids."""
    listed = None if ids is None else list(ids)
    found = prepared.rows("SELECT * FROM search_source(%s::uuid[], %s, %s)", [listed, after, limit])
    return [
        Row(
            customer_id=row[0],
            person=Person(row[1], row[2], row[3], row[4], tuple(row[7]), tuple(row[8])),
            is_found=row[5],
            recency=recency.hours(row[6]),
        )
        for row in found
    ]


def _with_travels(rows: list[Row]) -> list[Row]:
    """The same, as recent as their last journey where that is later than their last change."""
    latest = recency.last_travelled([row.customer_id for row in rows])
    return [
        replace(row, recency=max(row.recency, latest.get(row.customer_id, row.recency)))
        for row in rows
    ]


def _write(rows: Iterable[Row], customer_ids: Sequence[UUID]) -> Counter[str]:
    """Write the entries of `rows`, drop those of the other `customer_ids`; the words in them."""
    written, words = _entries(rows, customer_ids)
    store.rows(f"SELECT {_WRITE}", written)
    return words


def _entries(
    rows: Iterable[Row], customer_ids: Sequence[UUID]
) -> tuple[list[object], Counter[str]]:
    """The values of _WRITE, and the words of the vocabulary that these customers bear."""
    organization_id = tenancy.current_organization_id()
    found = [(row, keys.derive(row.person, organization_id)) for row in rows if row.is_found]
    gone = set(customer_ids) - {row.customer_id for row, _ in found}
    values = [
        [row.customer_id for row, _ in found],
        KEYS_VERSION,
        store.array(row.recency for row, _ in found),
        _nullable(entry.pair for _, entry in found),
        _nullable(entry.second_pair for _, entry in found),
        _nullable(entry.family for _, entry in found),
        [store.array(entry.keys) for _, entry in found],
        list(gone),
    ]
    return values, Counter(word for _, entry in found for word in _words(entry))


def _words(entry: Entry) -> list[str]:
    return [word for word in entry.words if len(word) > 1 and not word.isdigit()]


def _nullable(values: Iterable[int | None]) -> str:
    return store.array("NULL" if value is None else value for value in values)


def _learn(words: Counter[str]) -> None:
    """Count these words in the vocabulary, and add those that it lacks."""
    if not words:
        return
    organization_id = tenancy.current_organization_id()
    ((unknown,),) = store.rows(
        "SELECT search_count_words(%s::text[], %s::int[])",
        [list(words), store.array(words.values())],
    )
    if unknown:
        stored = [store.array(deletions.stored(organization_id, word)) for word in unknown]
        store.rows(
            "SELECT search_add_words(%s::text[], %s::int[], %s::text[])",
            [unknown, store.array(words[word] for word in unknown), stored],
        )
