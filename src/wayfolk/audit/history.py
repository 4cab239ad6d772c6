"""Queries: recent change sets, one change set's rows, the history of one record.

Everything is filtered by what the reader may see: without history.view only their own change
sets; of a part of the product that is closed to them none at all.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from wayfolk.audit import wording
from wayfolk.audit.models import Change, ChangeSet
from wayfolk.audit.sentences import RowChange, Telling
from wayfolk.audit.wording import Reader
from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet

ROWS_PAGE = 100
RECORD_ENTRIES = 20
RECORD_ROWS = 400


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the recent changes is asked for; None and "" ask for all."""

    author_id: UUID | None = None
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change set with the undo of it that stands, if there is one."""

    change_set: ChangeSet
    undone_by: ChangeSet | None
    may_undo: bool
    rows: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """The newest entries about one record; `before_seq` asks for older ones, None for no more."""

    entries: list[Entry] = field(default_factory=list)
    before_seq: int | None = None


def list_change_sets(filters: Filters, *, by: Reader) -> TenantQuerySet[ChangeSet]:
    """The change sets that this reader may know of, for a page by (started_at, id)."""
    return _visible(by).filter(_conditions(filters))


def entries_of(found: Iterable[ChangeSet], *, by: Reader) -> list[Entry]:
    """Each change set with the undo of it that stands, and whether to offer Undo."""
    change_sets = list(found)
    undone = _standing_undos([row.id for row in change_sets])
    return [
        Entry(row, undone.get(row.id), row.id not in undone and _seems_undoable(row, by))
        for row in change_sets
    ]


def get_entry(change_set_id: UUID, *, by: Reader) -> Entry:
    """One change set; raises NotFound also for one that this reader may not know of."""
    found = _visible(by).filter(id=change_set_id).first()
    if found is None:
        raise NotFound("There is no such change, or it is not for your role to see.")
    return entries_of([found], by=by)[0]


def rows_of(
    change_set_id: UUID, *, by: Reader, after_seq: int = 0, limit: int = ROWS_PAGE
) -> tuple[list[RowChange], int | None]:
    """What the change set did to each row, in its order; and where the next page starts."""
    chosen = Change.objects.filter(change_set_id=change_set_id, seq__gt=after_seq)
    found = list(chosen.order_by("seq")[: limit + 1])
    next_seq = found[limit - 1].seq if len(found) > limit else None
    return Telling(found[:limit], by).rows(), next_seq


def count_rows(change_set_id: UUID, *, cap: int) -> int:
    """How many rows the change set touched, counted up to `cap`."""
    chosen = Change.objects.filter(change_set_id=change_set_id)
    return int(chosen.order_by("seq")[:cap].count())


FindPredecessors = Callable[[UUID], Collection[UUID]]
_predecessors: list[FindPredecessors] = []


def on_predecessors(find: FindPredecessors) -> None:
    """Records that became part of another: its history is theirs as well."""
    _predecessors.append(find)


def history_of(
    subject_id: UUID, *, by: Reader, before_seq: int | None = None, limit: int = RECORD_ENTRIES
) -> RecordHistory:
    """What happened to one record and its parts, newest first.

    The caller has checked that the reader may see the record itself.
    """
    if not by.may("history.view"):
        return RecordHistory()
    about = [subject_id, *(found for find in _predecessors for found in find(subject_id))]
    newest = _change_sets_about(about, by, before_seq, limit + 1)
    ids = [change_set_id for change_set_id, _ in newest[:limit]]
    found = {row.id: row for row in _visible(by).filter(id__in=ids)}
    rows = _rows_about(about, ids, by)
    entries = [
        Entry(e.change_set, e.undone_by, e.may_undo, tuple(rows.get(e.change_set.id, ())))
        for e in entries_of([found[i] for i in ids if i in found], by=by)
    ]
    return RecordHistory(entries, newest[limit - 1][1] if len(newest) > limit else None)


_ABOUT = """
    SELECT change_set_id, max(seq) FROM (
        SELECT change_set_id, seq FROM audit_change
        WHERE organization_id = %s AND subject_id = ANY (%s) AND seq < %s
        UNION ALL
        SELECT change_set_id, seq FROM audit_change
        WHERE organization_id = %s AND related_id = ANY (%s) AND seq < %s
    ) about GROUP BY change_set_id ORDER BY max(seq) DESC LIMIT %s
"""
_NEWEST = 2**62


def _change_sets_about(
    about: list[UUID], by: Reader, before_seq: int | None, limit: int
) -> list[tuple[UUID, int]]:
    part: list[int | list[UUID]] = [by.organization_id, about, before_seq or _NEWEST]
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, [*part, *part, limit])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _rows_about(
    about: list[UUID], change_set_ids: list[UUID], by: Reader
) -> dict[UUID, list[RowChange]]:
    of_them = Q(subject_id__in=about) | Q(related_id__in=about)
    changes = Change.objects.filter(of_them, change_set_id__in=change_set_ids).order_by("seq")
    rows: dict[UUID, list[RowChange]] = {}
    for row in Telling(changes[:RECORD_ROWS], by).rows():
        rows.setdefault(row.change_set_id, []).append(row)
    return rows


def _visible(by: Reader) -> TenantQuerySet[ChangeSet]:
    chosen: TenantQuerySet[ChangeSet] = ChangeSet.objects.all()
    if not by.may("history.view"):
        return chosen.filter(author_id=by.author_id)
    if by.may(wording.ADMINISTER):
        closed = [area.code for area in wording.areas() if not area.is_open_to(by)]
        return chosen.exclude(area__in=closed) if closed else chosen
    return chosen.filter(area__in=[area.code for area in wording.areas() if area.is_open_to(by)])


def _conditions(filters: Filters) -> Q:
    conditions = Q()
    if filters.author_id is not None:
        conditions &= Q(author_id=filters.author_id)
    if filters.area:
        conditions &= Q(area=filters.area)
    if filters.since is not None:
        conditions &= Q(started_at__gte=filters.since)
    if filters.until is not None:
        conditions &= Q(started_at__lt=filters.until)
    return conditions


def _standing_undos(ids: list[UUID]) -> dict[UUID, ChangeSet]:
    """For each of these, the undo of it that was not taken back in its turn."""
    if not ids:
        return {}
    undos = list(ChangeSet.objects.filter(undoes_id__in=ids))
    withdrawn = _standing_undos([undo.id for undo in undos])
    return {undo.undoes_id: undo for undo in undos if undo.id not in withdrawn}


def _seems_undoable(change_set: ChangeSet, by: Reader) -> bool:
    """Whether to offer Undo; the undo itself looks at every table that was touched."""
    permission = wording.undo_permission_of(change_set.operation)
    area = wording.area_of(change_set.operation)
    is_own = change_set.author_id is not None and change_set.author_id == by.author_id
    return (is_own or by.may("history.undo")) and by.may(permission or area.edit)
