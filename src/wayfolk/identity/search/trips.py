"""How often and when customers have travelled, as the domains that know it register it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from uuid import UUID

from django.db import connection

# (first day, day after the last one) -> customers and the days on which journeys of theirs ended.
Endings = Callable[[date, date], Iterable[tuple[UUID, date]]]

# Domains count at least so far; of somebody with so many trips or more it is "200+".
COUNTED_MAX = 200

_functions: list[str] = []
_last: list[str] = []
_endings: list[Endings] = []


def on_counted(function: str) -> None:
    """Register an SQL function (ids uuid[]) -> (customer_id uuid, trips bigint) of past trips.

    SQL, so that one statement asks everything that is shown of the customers found.
    """
    _functions.append(function)


def on_travelled(function: str) -> None:
    """Register an SQL function (ids uuid[]) -> (customer_id uuid, travelled_on date): the last day.

    Of equal matches those who travelled lately come first.
    """
    _last.append(function)


def on_ended(endings: Endings) -> None:
    """Register who came home in a period: nobody writes anything on the day a journey ends."""
    _endings.append(endings)


def ended(first: date, before: date) -> Iterator[tuple[UUID, date]]:
    """Everybody of the current organisation who came home in [first, before)."""
    for endings in _endings:
        yield from endings(first, before)


def last_day_functions() -> list[str]:
    return _last


def counting_functions() -> list[str]:
    return _functions


def count_past(customer_id: UUID) -> int:
    """Trips of the customer that are over (KP-29): the most that one of the domains counts.

    The same number as beside their name in a search.
    """
    if not _functions:
        return 0
    each = " UNION ALL ".join(f"SELECT trips FROM {name}(%s::uuid[])" for name in _functions)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(max(trips), 0) FROM ({each}) AS counted",
            [[customer_id]] * len(_functions),
        )
        found: int = cursor.fetchone()[0]
    return found
