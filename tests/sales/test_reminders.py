"""Reminders of offers on a list of days (TQ-51)."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bookings import making as booked
from tests.sales import making
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.customers import operations as customers
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed
from wayfolk.organization import actors
from wayfolk.sales import tasks
from wayfolk.sales.models import CloseReason, Offer
from wayfolk.sales.operations import daily, lists, offers, sending
from wayfolk.sales.rules import reminders
from wayfolk.sales.rules.offers import OfferData
from wayfolk.sales.rules.reminders import Verdict
from wayfolk.staff.rules import Actor

Later = Callable[..., int]


@pytest.fixture
def later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Later:
    """The hourly run, so many days after today, at noon or another hour of the organisation's."""
    ticks = itertools.count()
    start = clock.now().astimezone(ZoneInfo(cast.organization.time_zone))

    def run(days: int, *, hour: int = 12) -> int:
        at = start.replace(hour=hour, minute=30) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: at + timedelta(milliseconds=next(ticks)))
        return daily.follow_time(by=actors.get_system_actor(cast.organization, "Reminders"))

    return run


def states(offer: Offer, by: Actor) -> list[str]:
    return [reminder.state for reminder in making.reminders(offer.id, by)]


def test_tq_51_each_day_of_the_list_reminds_once(cast: Cast, later: Later) -> None:
    by = cast.advisor
    made = making.sent(by)
    assert [later(days) for days in (0, 2, 3, 3, 6, 7, 14, 21, 22)] == [0, 0, 1, 0, 0, 1, 1, 1, 0]
    assert states(made, by) == ["sent"] * 4
    first, *reminded = making.messages(made.id, by)
    assert len(reminded) == 4
    assert first.author_id == by.author_id
    assert reminded[0].author_id is None
    assert "some days ago we sent you our offer" in reminded[0].body
    assert reminded[0].body.rstrip().endswith("Ida Lund")


def test_tq_51_after_days_of_standstill_one_mail_goes_and_no_burst(
    cast: Cast, later: Later
) -> None:
    by = cast.advisor
    made = making.sent(by)
    assert later(15) == 1
    assert states(made, by) == ["skipped", "skipped", "sent", "planned"]
    assert later(40) == 0
    assert states(made, by) == ["skipped", "skipped", "sent", "skipped"]
    assert "had passed" in making.reminders(made.id, by)[3].reason


def test_nobody_is_written_to_at_night_and_expiry_comes_anyway(cast: Cast, later: Later) -> None:
    by = cast.advisor
    made = making.sent(by, valid_until=clock.today(by.time_zone) + timedelta(days=2))
    assert later(3, hour=3) == 0
    assert states(made, by) == ["planned"] * 4
    assert making.stored(made.id, by).status == "expired"
    assert later(3) == 0
    reminder = making.reminders(made.id, by)[0]
    assert (reminder.state, reminder.reason) == ("skipped", "The offer was expired by then.")


def test_tq_51_the_switch_of_an_offer_and_a_cancelled_reminder_hold(
    cast: Cast, later: Later
) -> None:
    by = cast.advisor
    quiet, made = making.sent(by), making.sent(by)
    with tenancy.scope(by.organization_id):
        offers.update_offer(quiet.id, OfferData({"is_reminding": False}), by=by)
        first = making.reminders(made.id, by)[0]
        sending.cancel_reminder(first.id, by=by)
        with pytest.raises(InvalidValue, match="cancelled already"):
            sending.cancel_reminder(first.id, by=by)
        with pytest.raises(NotAllowed):
            sending.cancel_reminder(first.id, by=cast.viewer)
    assert later(3) == 0
    assert states(quiet, by)[0] == "skipped"
    assert making.reminders(made.id, by)[0].reason == "Cancelled by Ida Lund."
    assert later(7) == 1


def test_an_undone_cancellation_lets_it_go(cast: Cast, later: Later) -> None:
    by = cast.advisor
    made = making.sent(by)
    with tenancy.scope(by.organization_id):
        sending.cancel_reminder(making.reminders(made.id, by)[0].id, by=by)
    making.undo_last(by)
    assert later(3) == 1


def test_a_reminder_that_went_is_not_taken_back_and_so_goes_once(cast: Cast, later: Later) -> None:
    by = cast.administrator
    made = making.sent(by)
    assert later(3) == 1
    with pytest.raises(NotAllowed):
        taking_back.take_back(booked.last_change_set(by).id, by=by)
    assert later(3) == 0
    assert states(made, by)[0] == "sent"


def test_who_may_not_be_written_to_is_skipped_and_the_reason_kept(cast: Cast, later: Later) -> None:
    by = cast.manager
    nobody = booked.customer(by)
    made = making.offer(by, nobody)
    with tenancy.scope(by.organization_id):
        message = sending.Message("typed@example.com", "Offer", "Here it is.")
        sending.send_offer(made.id, message, by=by)
    gone = making.sent(by, making.customer(by, "gone@example.com"))
    with tenancy.scope(by.organization_id):
        customers.delete_customer(gone.customer_id, by=by)
    assert later(3) == 0
    assert making.reminders(made.id, by)[0].reason == "There is no email address to write to."
    assert set(states(gone, by)) == {"cancelled"}


def test_a_reminder_can_go_by_sms(cast: Cast, later: Later) -> None:
    by = cast.advisor
    with tenancy.scope(by.organization_id):
        lists.update_settings(
            {"reminder_channel": "sms", "reminder_days": "2"}, by=cast.administrator
        )
    made = making.sent(
        by, offeree_name="Lena", offeree_email="l@example.com", offeree_phone="+351 912 345 678"
    )
    assert later(2) == 1
    message = making.messages(made.id, by)[-1]
    assert (message.channel, message.subject) == ("sms", "")


def test_sending_once_more_begins_the_days_anew(cast: Cast, later: Later) -> None:
    by = cast.advisor
    made = making.sent(by)
    assert later(3) == 1
    with tenancy.scope(by.organization_id):
        sending.send_offer(made.id, sending.propose_message(made, by=by), by=by)
    assert sorted(states(made, by)) == ["cancelled"] * 3 + ["planned"] * 4 + ["sent"]
    assert [later(days) for days in (6, 10)] == [1, 1]


def test_a_closed_offer_reminds_no_more_and_undo_of_the_sending_takes_the_days_back(
    cast: Cast, later: Later
) -> None:
    by = cast.advisor
    made = making.sent(by)
    with tenancy.scope(by.organization_id):
        offers.close_offer(made.id, making.reason(by), by=by)
    assert later(3) == 0
    other = making.sent(by)
    making.undo_last(by)
    assert making.reminders(other.id, by) == []
    assert making.stored(other.id, by).status == "unsent"


def test_the_job_serves_every_organisation(cast: Cast, later: Later) -> None:
    made = making.sent(cast.advisor)
    assert later(2) == 0
    tasks.follow_time(0)
    assert later(3) == 1
    assert states(made, cast.advisor)[0] == "sent"


def test_without_the_module_nothing_goes(cast: Cast) -> None:
    by = actors.get_system_actor(cast.organization)
    assert daily.follow_time(by=booked.without_module(by, "offers")) == 0


@pytest.mark.parametrize(
    ("written", "days"),
    [("3, 7;14 21", (3, 7, 14, 21)), ("", ()), ("7,3,7", (3, 7))],
)
def test_the_list_of_days_is_read_as_people_write_it(written: str, days: tuple[int, ...]) -> None:
    assert reminders.parse_days(written) == days


@pytest.mark.parametrize(
    "written", ["0", "-3", "3.5", "366", "soon", ",".join(map(str, range(1, 14)))]
)
def test_other_lists_are_refused(written: str) -> None:
    with pytest.raises(InvalidValues):
        reminders.parse_days(written)


@dataclass(frozen=True)
class Planned:
    due_on: date


TODAY = date(2027, 3, 1)


@given(st.sets(st.integers(0, 60), max_size=12), st.sampled_from(["", "It was sold."]))
def test_tq_51_at_most_one_goes_and_none_that_is_old(ages: set[int], obstacle: str) -> None:
    due = [Planned(TODAY - timedelta(days=age)) for age in ages]
    decisions = reminders.decide(due, today=TODAY, obstacle=obstacle)
    sent = [day for day, each in decisions.items() if each.verdict == Verdict.SEND]
    assert set(decisions) == {each.due_on for each in due}
    assert all(each.reason for each in decisions.values() if each.verdict == Verdict.SKIP)
    youngest = min(ages, default=99)
    expected = youngest <= reminders.LATE_DAYS and not obstacle
    assert sent == ([TODAY - timedelta(days=youngest)] if expected else [])


def test_a_line_of_which_nothing_is_known_is_left_out() -> None:
    text = "Dear {name},\n\n{price}\nValid until {valid_until}.\nBye"
    assert reminders.fill(text, {"name": "Ann"}) == "Dear Ann,\n\nBye"
    assert reminders.fill("{name} {title}", {"title": "Week"}) == " Week"


def test_a_closed_reason_is_no_longer_offered_and_one_in_use_stays(cast: Cast) -> None:
    by, office = cast.advisor, cast.administrator
    made = making.offer(by)
    with tenancy.scope(by.organization_id):
        reason = making.reason(by)
        offers.close_offer(made.id, reason, by=by)
        with pytest.raises(lists.EntryInUse, match="Close it instead"):
            lists.remove_entry(CloseReason, reason, by=office)
        lists.set_closed(CloseReason, reason, True, by=office)
        offers.reopen_offer(made.id, by=by)
        with pytest.raises(InvalidValues, match="choose a reason"):
            offers.close_offer(made.id, reason, by=by)
        with pytest.raises(NotAllowed):
            lists.add_entry(CloseReason, "X", by=by)
