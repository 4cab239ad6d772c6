"""How a search talks to the database: few round trips, statements prepared once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from wayfolk.kit import prepared

TIMEOUT_MS = 1_500


class Asking:
    """The statements of one search: prepared once for each connection, limited in time.

    They run under a savepoint with settings of their own: a limit, plans that are the same for
    every argument (each statement has one good plan, and planning would cost more than the
    search), and no sequential scans, to which a LIMIT tempts a planner that takes a key for
    more common than it is. A round trip costs the server as much as a lookup, so the settings
    travel with the first statement, and their end with the last.
    """

    def __init__(self) -> None:
        self._is_begun = False
        self._is_over = False

    def rows(self, sql: str, values: Sequence[Any], *, is_last: bool) -> list[Any]:
        with connection.wrap_database_errors, prepared.preparing():
            cursor = prepared.cursor()
            with connection.connection.pipeline():
                if not self._is_begun:
                    self._is_begun = True
                    _send(*_BEGINNING)
                cursor.execute(sql, values, prepare=True)
                if is_last:
                    _send(*_END)
            self._is_over = is_last
            return list(cursor.fetchall())

    def close(self, *, has_failed: bool) -> None:
        """Take the settings back, unless the last statement did."""
        if not self._is_begun or self._is_over:
            return
        with connection.wrap_database_errors:
            if has_failed:
                # Not as prepared ones: psycopg forgets all others when one of them rolls back.
                prepared.cursor().execute("ROLLBACK TO SAVEPOINT search")
                prepared.cursor().execute("RELEASE SAVEPOINT search")
            else:
                with prepared.preparing(), connection.connection.pipeline():
                    _send(*_END)


_SETTINGS = (
    f"SELECT set_config('statement_timeout', '{TIMEOUT_MS}', true),"
    " set_config('plan_cache_mode', 'force_generic_plan', true),"
    " set_config('enable_seqscan', 'off', true)"
)
_BEGINNING = ("SAVEPOINT search", _SETTINGS)
_DEFAULTS = (
    "SELECT set_config('statement_timeout', NULL, true), set_config('plan_cache_mode', NULL, true),"
    " set_config('enable_seqscan', NULL, true)"
)
_END = (_DEFAULTS, "RELEASE SAVEPOINT search")


def _send(*statements: str) -> None:
    for statement in statements:
        prepared.cursor().execute(statement, prepare=True)


_asking: ContextVar[Asking] = ContextVar("wayfolk_search")


@contextmanager
def asking() -> Iterator[None]:
    """The functions below may be called within; if one fails, the transaction goes on."""
    mine = Asking()
    token = _asking.set(mine)
    try:
        yield
    except BaseException:
        mine.close(has_failed=True)
        raise
    else:
        mine.close(has_failed=False)
    finally:
        _asking.reset(token)


def ask(sql: str, values: Sequence[Any], *, is_last: bool = False) -> list[Any]:
    return _asking.get().rows(sql, values, is_last=is_last)
