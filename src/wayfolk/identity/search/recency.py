"""Who was opened, booked or travelled lately: of equal matches they come first."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from wayfolk.identity.search import trips
from wayfolk.kit import clock, prepared

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_STEP_HOURS = 12
_DAYS_FOLLOWED = 8  # so that a week without the nightly job loses nobody


def hours(moment: datetime) -> int:
    """The unit of `recency`: hours since 2020."""
    return int((moment - _EPOCH).total_seconds() // 3600)


def touch(customer_ids: Sequence[UUID]) -> None:
    """Remember that these were opened or booked now. Inside a scope.

    Written at most twice a day for each.
    """
    if customer_ids:
        _raise(customer_ids, hours(clock.now()), step=_STEP_HOURS)


def _raise(customer_ids: Sequence[UUID], hour: int, *, step: int) -> None:
    """Those who are `step` hours or more behind become recent as of that hour."""
    values = [list(customer_ids), hour, step]
    prepared.rows("SELECT search_touch(%s::uuid[], %s, %s)", values)


def follow_journeys(today: date) -> None:
    """Make those recent whose journeys ended in the last days. Inside a scope; may be repeated."""
    home: dict[date, list[UUID]] = {}
    for customer_id, day in trips.ended(today - timedelta(days=_DAYS_FOLLOWED), today):
        home.setdefault(day, []).append(customer_id)
    for day, customer_ids in sorted(home.items()):
        _raise(customer_ids, _hour_of(day), step=1)


def last_travelled(customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The hour in which the last journey ended, of those who have travelled."""
    functions = trips.last_day_functions()
    if not customer_ids or not functions:
        return {}
    asked = " UNION ALL ".join(f"SELECT * FROM {each}(%s::uuid[])" for each in functions)
    latest: dict[UUID, int] = {}
    for customer_id, day in prepared.rows(asked, [list(customer_ids)] * len(functions)):
        hour = _hour_of(day)
        latest[customer_id] = max(hour, latest.get(customer_id, hour))
    return latest


def _hour_of(day: date) -> int:
    return hours(datetime.combine(day, time(), UTC))
