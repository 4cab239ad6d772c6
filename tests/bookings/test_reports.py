"""The two reports: of bookings with money, of passengers without (TQ-57)."""

from collections import defaultdict
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bookings import making, travelling
from tests.bookings.test_kept_parts import Desk, bookings, priced
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries
from wayfolk.bookings.models import Booking, BookingLine
from wayfolk.bookings.reports import of_bookings, of_passengers
from wayfolk.bookings.statements import BOOKED, DEPARTS, Period
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed
from wayfolk.kit.money import Money

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), DEPARTS)


def _booked(cast: Cast, period: Period, group: str) -> of_bookings.BookingReport:
    with tenancy.scope(cast.organization.id):
        return of_bookings.booking_report(period, group, by=cast.manager)


def _travelled(cast: Cast, group: str, period: Period = YEAR) -> of_passengers.PassengerReport:
    with tenancy.scope(cast.organization.id):
        return of_passengers.passenger_report(period, group, by=cast.manager)


@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(bookings, st.lists(priced, max_size=3)), max_size=6),
    of=st.sampled_from([BOOKED, DEPARTS]),
)
def test_tq57_bookings_come_to_what_the_slow_rules_say(
    cast: Cast, rows: list[Any], of: str
) -> None:
    """Every group and the total, to the cent, in four currencies."""
    with transaction.atomic():
        with change_set(by=cast.manager, operation="test", summary="Booked"):
            _compare(Desk(cast), rows, of)
        transaction.set_rollback(True)


def _compare(desk: Desk, rows: list[Any], of: str) -> None:
    for values, prices in rows:
        booking = desk.book(values, 0)
        booking.save(force_insert=True)
        BookingLine.objects.bulk_create([desk.line(booking, price) for price in prices])
    period = Period(date(2024, 1, 1), date(2026, 12, 31), of)
    found = of_bookings.booking_report(period, "month", by=desk.by)
    months: dict[str, list[Any]] = defaultdict(list)
    for booking in Booking.objects.all():
        day = booking.booked_on if of == BOOKED else booking.departs_on
        if day is not None and period.first <= day <= period.last:
            months[f"{day:%Y-%m}"].append(booking.id)
    assert [line.key for line in found.lines] == sorted(months)
    everybody = [each for ids in months.values() for each in ids]
    for line in (*found.lines, found.total):
        ids = months[line.key] if line.key else everybody
        slow = queries.totals_of(Booking.objects.filter(id__in=ids), by=desk.by)
        assert _figures(line) == (
            slow.confirmed,
            slow.waitlisted,
            slow.cancelled,
            slow.pax,
            slow.infants,
            slow.without_cost,
            slow.turnover,
            slow.cost,
            slow.turnover.minor - slow.cost.minor,
        )


def _figures(line: of_bookings.Line) -> tuple[Any, ...]:
    assert line.profit is not None
    return (
        line.confirmed,
        line.waitlisted,
        line.cancelled,
        line.pax,
        line.infants,
        line.without_cost,
        line.turnover,
        line.cost,
        line.profit.minor,
    )


def test_tq57_passengers_are_counted_by_journeys_and_by_heads(cast: Cast) -> None:
    """A family of three travels twice; of an aunt's journey nobody named the second place."""
    people = travelling.family(cast)
    anna, emil, ulla = (people[name] for name in ("anna", "emil", "ulla"))
    travelling.booked(cast, anna, emil, adults=1, children=1, departs_on=date(2026, 3, 1))
    travelling.booked(cast, anna, emil, adults=1, children=1, departs_on=date(2026, 7, 1))
    travelling.booked(cast, ulla, adults=2, departs_on=date(2026, 7, 9))
    travelling.booked(cast, ulla, departs_on=date(2025, 7, 9))
    travelling.booked(cast, ulla, departs_on=date(2026, 8, 1), status="cancelled")

    found = _travelled(cast, "month")
    assert [(x.name, x.journeys, x.people, x.firsts) for x in found.lines] == [
        ("2026-03", 2, 2, 2),
        ("2026-07", 3, 3, 0),
    ]
    assert (found.total.journeys, found.total.people, found.total.firsts) == (5, 3, 2)
    assert found.unnamed == 1

    ages = _travelled(cast, "age")
    assert [(x.name, x.journeys, x.people) for x in ages.lines] == [
        ("2–11", 2, 1),
        ("30–44", 2, 1),
        ("", 1, 1),
    ]


def test_tq57_neither_report_has_what_is_the_others() -> None:
    """Money is of bookings, heads are of passengers; no figure stands in both."""
    of_booking = {each.name for each in fields(of_bookings.Line)}
    of_passenger = {each.name for each in fields(of_passengers.Line)}
    assert of_booking & of_passenger == {"key", "name"}
    assert {"turnover", "cost", "profit", "confirmed"} <= of_booking
    assert {"journeys", "people"} <= of_passenger


def test_groups_are_named_and_the_largest_comes_first(cast: Cast) -> None:
    making.booking(cast.advisor, product="Spa", total_minor=5_000, hotel="Azul")
    making.booking(cast.advisor, product="Cruise", total_minor=90_000)
    making.booking(cast.advisor, product="Cruise", total_minor=1_000, status="cancelled")
    found = _booked(cast, YEAR, "product")
    assert [(x.name, x.confirmed, x.cancelled, x.turnover) for x in found.lines] == [
        ("Cruise", 1, 1, Money(90_000, "EUR")),
        ("Spa", 1, 0, Money(5_000, "EUR")),
    ]
    assert found.total.turnover == Money(95_000, "EUR")
    assert {x.name for x in _booked(cast, YEAR, "hotel").lines} == {"Azul", ""}
    for group in of_bookings.GROUPS:
        assert _booked(cast, YEAR, group).total.confirmed == 2
    for group in of_passengers.GROUPS:
        assert _travelled(cast, group).total.journeys == 0


def test_a_period_that_ends_before_it_begins_and_a_group_that_is_none(cast: Cast) -> None:
    backwards = Period(date(2026, 2, 1), date(2026, 1, 1), DEPARTS)
    with pytest.raises(InvalidValues, match="before it begins"):
        _booked(cast, backwards, "month")
    with pytest.raises(InvalidValues, match="before it begins"):
        _travelled(cast, "month", backwards)
    with pytest.raises(InvalidValue, match="“colour” is no way to divide"):
        _booked(cast, YEAR, "colour")
    with pytest.raises(InvalidValue, match="“colour” is no way to divide"):
        _travelled(cast, "colour")


@pytest.mark.parametrize(
    ("code", "gone"),
    [
        ("booking.cost", {"cost", "profit"}),
        ("booking.profit", {"profit"}),
        ("booking.total", {"turnover", "profit"}),
    ],
)
def test_hidden_amounts_are_in_no_line_and_not_in_the_total(
    cast: Cast, code: str, gone: set[str]
) -> None:
    making.booking(cast.advisor, total_minor=5_000)
    by = making.not_seeing(cast.manager, code)
    with tenancy.scope(by.organization_id):
        found = of_bookings.booking_report(YEAR, "month", by=by)
    for line in (*found.lines, found.total):
        amounts = {name: getattr(line, name) for name in ("turnover", "cost", "profit")}
        assert {name for name, amount in amounts.items() if amount is None} == gone


def test_who_may_not_see_birthdays_cannot_divide_by_age(cast: Cast) -> None:
    by = making.not_seeing(cast.manager, "customer.birth_on")
    with tenancy.scope(by.organization_id):
        assert "age" not in of_passengers.groups_for(by)
        with pytest.raises(NotAllowed, match="date of birth"):
            of_passengers.passenger_report(YEAR, "age", by=by)
