"""What time does to the offers of an organisation."""

from zoneinfo import ZoneInfo

from wayfolk.kit import clock
from wayfolk.sales.operations import offers, sending
from wayfolk.sales.rules import reminders
from wayfolk.staff.rules import Actor


def follow_time(*, by: Actor) -> int:
    """Expire what is over; by day, send what is due. Returns how many reminders went.

    Hours and days are the organisation's. Safe to run at any time and as often as one likes.
    """
    if not by.has_module("offers"):
        return 0
    here = clock.now().astimezone(ZoneInfo(by.time_zone))
    offers.expire_offers(here.date(), by=by)
    may_write = by.has_module("communications") and reminders.is_writing_hour(here)
    return sending.send_due_reminders(here.date(), by=by) if may_write else 0
