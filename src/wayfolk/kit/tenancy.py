"""One organisation's rows never meet another's: the scope in which every query runs.

`scope` opens a transaction and tells both locks which organisation is meant: the Python
side (managers filter by it) and PostgreSQL (row-level security policies read it).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import OperationalError, connection, transaction
from psycopg.pq import ExecStatus, TransactionStatus

_organization: ContextVar[int | None] = ContextVar("wayfolk_organization", default=None)


class NoOrganization(RuntimeError):
    """A tenant table was queried outside `tenancy.scope`: a programming error."""


def current_organization_id() -> int:
    """The organisation of the innermost scope; raises NoOrganization outside any."""
    organization_id = _organization.get()
    if organization_id is None:
        message = "A tenant table was queried outside tenancy.scope(organization_id)."
        raise NoOrganization(message)
    return organization_id


def has_scope() -> bool:
    return _organization.get() is not None


@contextmanager
def scope(organization_id: int) -> Iterator[None]:
    """One transaction in which only this organisation's rows exist.

    SET LOCAL rather than set_config(): only the statement reaches the workers of a
    sharded cluster. Nested scopes of the same organisation are savepoints; of another
    organisation, the outer one is restored at the end.
    """
    outer = _organization.get()
    with transaction.atomic():
        _announce(organization_id)
        token = _organization.set(organization_id)
        try:
            yield
        finally:
            _organization.reset(token)
        if outer is not None and outer != organization_id:
            _announce(outer)


def _announce(organization_id: int) -> None:
    statement = f"SET LOCAL wayfolk.organization_id = '{int(organization_id)}'"
    raw = connection.connection
    if raw.info.transaction_status != TransactionStatus.IDLE:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        return
    # Both in one round trip, which costs the server more than either statement.
    begun = raw.pgconn.exec_(f"BEGIN; {statement}".encode())
    if begun.status != ExecStatus.COMMAND_OK:
        raise OperationalError(begun.error_message.decode(errors="replace"))
