"""Opening a change set: the frame around every write."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.db import connection

from wayfolk.audit.models import ChangeSet
from wayfolk.kit import clock, ids, tenancy


class Author(Protocol):
    """Whoever a change is put down to; staff.Actor is one."""

    @property
    def organization_id(self) -> int: ...
    @property
    def author_kind(self) -> str: ...
    @property
    def author_id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...


@dataclass
class OpenChangeSet:
    """A change set while its operation runs. `summary` may still be completed."""

    id: UUID
    operation: str
    summary: str
    was_written: bool = False
    report: dict[str, object] = field(default_factory=dict)


_open: ContextVar[OpenChangeSet | None] = ContextVar("wayfolk_change_set", default=None)
_last_written: ContextVar[UUID | None] = ContextVar("wayfolk_last_change_set", default=None)
correlation_id: ContextVar[str] = ContextVar("wayfolk_correlation_id", default="")


@contextmanager
def change_set(
    *,
    by: Author,
    operation: str,
    summary: str,
    reason: str = "",
    undoes_id: UUID | None = None,
    continues: UUID | None = None,
) -> Iterator[OpenChangeSet]:
    """Everything written inside belongs to one change set, in one transaction.

    Inside another change set it joins that one, so that an operation made of operations
    is taken back as one. `continues` goes on with a change set begun in an earlier
    transaction (an import in batches). A change set in which nothing changed is not kept:
    `was_written` is False afterwards.
    """
    outer = _open.get()
    if outer is not None:
        yield outer
        return
    current = OpenChangeSet(continues or ids.new_id(), operation, summary)
    with tenancy.scope(by.organization_id):
        _announce(str(current.id))
        token = _open.set(current)
        try:
            yield current
        finally:
            _open.reset(token)
        _check_constraints()
        _announce("")
        _store(current, by, reason, undoes_id)
        _last_written.set(current.id if current.was_written else None)


def last_written_id() -> UUID | None:
    """The change set that this thread's latest operation left, None if it changed nothing.

    For whoever offers Undo right after an operation: ask before calling another one.
    """
    return _last_written.get()


def _announce(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL wayfolk.change_set_id = '{value}'")


def _check_constraints() -> None:
    """Deferred rules answer here, inside the operation, not at some later commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _store(current: OpenChangeSet, by: Author, reason: str, undoes_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM audit_change"
            " WHERE organization_id = %s AND change_set_id = %s)",
            [by.organization_id, current.id],
        )
        current.was_written = bool(cursor.fetchone()[0])
    if not current.was_written:
        return
    now = clock.now()
    stored, is_new = ChangeSet.objects.get_or_create(
        organization_id=by.organization_id,
        id=current.id,
        defaults={
            "operation": current.operation,
            "summary": current.summary,
            "author_kind": by.author_kind,
            "author_id": by.author_id,
            "author_name": by.name,
            "reason": reason,
            "correlation_id": correlation_id.get(),
            "undoes_id": undoes_id,
            "report": current.report,
            "started_at": now,
            "finished_at": now,
        },
    )
    if not is_new:
        ChangeSet.objects.filter(id=stored.id).update(
            summary=current.summary, report=current.report, finished_at=now
        )
