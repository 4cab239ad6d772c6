"""Who was opened, booked or travelled lately: of equal matches they come first."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from wayfolk.identity.search import asking, trips
from wayfolk.kit import clock

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_STEP_HOURS = 12


def hours(moment: datetime) -> int:
    """The unit of `recency`: hours since 2020."""
    return int((moment - _EPOCH).total_seconds() // 3600)


def touch(customer_ids: Sequence[UUID]) -> None:
    """Remember that these were opened or booked now. Inside a scope.

    Written at most twice a day for each.
    """
    if customer_ids:
        asking.prepared_rows(
            "SELECT search_touch(%s::uuid[], %s, %s)",
            [list(customer_ids), hours(clock.now()), _STEP_HOURS],
        )


def last_travelled(customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The hour in which the last journey ended, of those who have travelled."""
    functions = trips.last_day_functions()
    if not customer_ids or not functions:
        return {}
    asked = " UNION ALL ".join(f"SELECT * FROM {each}(%s::uuid[])" for each in functions)
    latest: dict[UUID, int] = {}
    for customer_id, day in asking.prepared_rows(asked, [list(customer_ids)] * len(functions)):
        hour = hours(datetime(day.year, day.month, day.day, tzinfo=UTC))
        latest[customer_id] = max(hour, latest.get(customer_id, hour))
    return latest
