"""The one way to ask what time it is, so that tests and imports can choose it."""

from datetime import date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def today(zone: str | tzinfo) -> date:
    """The calendar day in the organisation's time zone (an IANA name or a tzinfo)."""
    tz = ZoneInfo(zone) if isinstance(zone, str) else zone
    return now().astimezone(tz).date()


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA names in order. Looking the files up takes 20 ms."""
    return tuple(sorted(available_timezones()))
