"""The one way to ask what time it is, so that tests and imports can choose it."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def today(zone: str | tzinfo) -> date:
    """The calendar day in the organisation's time zone (an IANA name or a tzinfo)."""
    tz = ZoneInfo(zone) if isinstance(zone, str) else zone
    return now().astimezone(tz).date()
