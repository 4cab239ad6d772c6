"""When a message that could not be handed over is tried again."""

from datetime import datetime, timedelta

# After the first attempt, the second, ...: a server that is down over night is still met.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1_440))
LOST_AFTER = timedelta(minutes=10)  # far beyond the longest time that an attempt can take
OVERDUE_AFTER = timedelta(minutes=5)  # its job was lost, or never made


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try once more after so many attempts; None when it is enough."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
