"""Totals by parts and by years that the database keeps, against a pencil and the slow rules.

TQ-21 to TQ-27, TQ-29, TQ-57; decision 7 of the rules.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.bookings import making
from tests.bookings.test_kept_totals import cents
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import lines, operations, queries, rules
from wayfolk.bookings.line_rules import LineData
from wayfolk.bookings.models import Booking, BookingLine, CustomerTotals, CustomerYear, LineCategory
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.organization.models import Organization

_numbers = count(2_000_000)
_RATES = {"EUR": "1", "NOK": "0.08654321", "JPY": "0.00612345", "KWD": "3.00714999"}
_DAYS = [None, date(2024, 12, 31), date(2025, 1, 1), date(2026, 7, 4)]

bookings = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["confirmed", "confirmed", "waitlisted", "cancelled"]),
        "currency": st.sampled_from(sorted(_RATES)),
        "total_minor": st.integers(-(10**7), 10**9),
        "cost_minor": st.none() | st.integers(0, 10**9),
        "booked_on": st.sampled_from([date(2023, 5, 1), date(2025, 5, 1)]),
        "departs_on": st.sampled_from(_DAYS),
        "adults": st.integers(0, 9),
        "children": st.integers(0, 3),
        "infants": st.integers(0, 3),
    }
)
priced = st.tuples(
    st.sampled_from(rules.KINDS), st.integers(0, 10**8), st.none() | st.integers(0, 10**8)
)
# Of which booking, of which line, and what of it: places count round.
edits = st.lists(
    st.tuples(
        st.sampled_from(["line", "lines", "relined", "moved", "unlined", "booking", "gone"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.lists(priced, min_size=1, max_size=3),
        bookings,
    ),
    max_size=7,
)


class Desk:
    """Two customers, their bookings and lines, written as raw as the ORM writes."""

    def __init__(self, cast: Cast) -> None:
        self.by = cast.manager
        self.customers = [making.customer(self.by), making.customer(self.by, "Bo")]
        self.categories = dict(LineCategory.objects.values_list("kind", "id"))

    def book(self, values: dict[str, Any], whose: int) -> Booking:
        return Booking(
            number=next(_numbers),
            customer=self.customers[whose % 2],
            product="Spa",
            exchange_rate=Decimal(_RATES[values["currency"]]),
            **values,
        )

    def line(self, booking: Booking, price: tuple[str, int, int | None]) -> BookingLine:
        kind, amount, cost = price
        return BookingLine(
            booking=booking,
            position=1,
            category_id=self.categories[kind],
            kind=kind,
            currency=booking.currency,
            amount_minor=-amount if kind == "discount" else amount,
            cost_minor=cost,
        )

    def edit(self, edit: tuple[str, int, int, list[Any], dict[str, Any]]) -> None:
        what, place, other, prices, values = edit
        present = list(Booking.objects.order_by("number"))
        if not present:
            return
        booking = present[place % len(present)]
        of_booking = BookingLine.objects.filter(booking=booking)
        some = list(of_booking.order_by("id"))
        if what == "line":
            self.line(booking, prices[0]).save(force_insert=True)
        elif what == "lines":
            targets = present[other % len(present) :]
            rows = [self.line(target, price) for target in targets for price in prices]
            BookingLine.objects.bulk_create(rows)
        elif what == "relined" and some:
            row = self.line(booking, prices[0])
            changed = {
                name: getattr(row, name)
                for name in ("kind", "category_id", "amount_minor", "cost_minor")
            }
            BookingLine.objects.filter(id=some[other % len(some)].id).update(**changed)
        elif what == "moved":
            target = present[other % len(present)]
            if target.currency == booking.currency:
                of_booking.update(booking=target)
        elif what == "unlined":
            of_booking.filter(id__in=[each.id for each in some[: other + 1]]).delete()
        elif what == "gone":
            of_booking.delete()
            Booking.objects.filter(id=booking.id).delete()
        elif what == "booking":
            self.change(booking, values, other)

    def change(self, booking: Booking, values: dict[str, Any], whose: int) -> None:
        """Everything of a booking; with lines all but what follows from them."""
        new = self.book(values, whose)
        has_lines = BookingLine.objects.filter(booking=booking).exists()
        names = [
            *("status", "booked_on", "departs_on", "adults", "children", "infants", "customer_id"),
            *(() if has_lines else ("currency", "exchange_rate", "total_minor", "cost_minor")),
        ]
        Booking.objects.filter(id=booking.id).update(**{n: getattr(new, n) for n in names})


def with_a_pencil(customer_id: UUID) -> dict[str, Any]:
    """Booking after booking, line after line."""
    found: dict[str, Any] = defaultdict(int)
    last: list[date] = []
    for booking in Booking.objects.filter(customer_id=customer_id):
        if booking.status != "confirmed":
            found["cancelled" if booking.status == "cancelled" else "waitlisted"] += 1
            continue
        of_booking = list(BookingLine.objects.filter(booking=booking))
        prices = [(each.kind, each.amount_minor, each.cost_minor) for each in of_booking]
        prices = prices or [("basic", booking.total_minor, booking.cost_minor)]
        day = booking.departs_on or booking.booked_on
        last += [booking.departs_on] if booking.departs_on else []
        pax = booking.adults + booking.children
        for name, value in (("confirmed", 1), ("pax", pax), ("infants", booking.infants)):
            found[name] += value
        found[day.year, "bookings"] += 1
        found[day.year, "pax"] += pax
        if all(cost is None for *_, cost in prices):
            found["without_cost"] += 1
            found[day.year, "without_cost"] += 1
        for kind, amount, cost in prices:
            for name in (kind, "turnover", (day.year, "turnover")):
                found[name] += cents(amount, booking)
            for name in ("cost", (day.year, "cost")):
                found[name] += cents(cost or 0, booking)
    found["last"] = max(last, default=None)
    return {name: value for name, value in found.items() if value}


def as_kept(customer_id: UUID, cast: Cast) -> dict[str, Any]:
    totals = queries.customer_totals(customer_id, by=cast.manager)
    found: dict[Any, Any] = {kind: part.minor for kind, part in totals.parts.items()}
    names = ("pax", "infants", "confirmed", "waitlisted", "cancelled", "without_cost")
    found |= {name: getattr(totals, name) for name in names}
    found |= {"turnover": totals.turnover.minor, "cost": totals.cost.minor}
    found["last"] = totals.last_departure_on
    for year in queries.customer_years(customer_id, by=cast.manager):
        figures = (year.turnover_minor, year.cost_minor, year.bookings, year.pax, year.without_cost)
        names = ("turnover", "cost", "bookings", "pax", "without_cost")
        found |= {(year.year, n): v for n, v in zip(names, figures, strict=True)}
    assert sum(part.minor for part in totals.parts.values()) == totals.turnover.minor
    return {name: value for name, value in found.items() if value}


def assert_true(customers: Sequence[Customer], cast: Cast) -> None:
    for customer in customers:
        kept = queries.customer_totals(customer.id, by=cast.manager)
        assert as_kept(customer.id, cast) == with_a_pencil(customer.id)
        everything = Booking.objects.filter(customer_id=customer.id)
        assert queries.totals_of(everything, by=cast.manager) == kept
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # prices are the sums of their lines
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


_EUROS: dict[str, Any] = {
    "status": "confirmed",
    "currency": "EUR",
    "total_minor": 500,
    "cost_minor": None,
    "booked_on": date(2025, 5, 1),
    "departs_on": None,
    "adults": 2,
    "children": 0,
    "infants": 0,
}
# Another currency, and then a line in it: done again, the line comes first.
_NEW_CURRENCY = [
    ("booking", 0, 1, [("other", 141, None)], {**_EUROS, "currency": "JPY"}),
    ("line", 0, 0, [("other", 141, None)], _EUROS),
]


@example([_EUROS], _NEW_CURRENCY)
@given(st.lists(bookings, min_size=1, max_size=6), edits)
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # Each example writes whole histories: shrinking one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_tq24_tq25_tq26_parts_agree_with_a_pencil_after_whatever_is_written(
    cast: Cast, made: list[dict[str, Any]], edited: list[Any]
) -> None:
    """D-07: lines added, changed, moved and removed, one by one or many at once; their undo."""
    with tenancy.scope(cast.organization.id), transaction.atomic():
        with change_set(by=cast.manager, operation="t", summary="T"):
            desk = Desk(cast)
            Booking.objects.bulk_create([desk.book(v, n) for n, v in enumerate(made)])
        assert_true(desk.customers, cast)
        before = [as_kept(customer.id, cast) for customer in desk.customers]
        with change_set(by=cast.manager, operation="t", summary="T") as second:
            for edit in edited:
                desk.edit(edit)
                assert_true(desk.customers, cast)
        after = [as_kept(customer.id, cast) for customer in desk.customers]
        if second.was_written:
            undone = undo_change_set(second.id, by=cast.manager)
            assert_true(desk.customers, cast)
            assert [as_kept(customer.id, cast) for customer in desk.customers] == before
            if undone.change_set_id:
                undo_change_set(undone.change_set_id, by=cast.manager)
                assert_true(desk.customers, cast)
                assert [as_kept(customer.id, cast) for customer in desk.customers] == after
        transaction.set_rollback(True)  # the next example begins with an empty desk


def test_tq28_lines_may_come_before_their_booking_and_customer(cast: Cast) -> None:
    """Redo puts rows back in the order of their tables."""
    by = cast.manager
    with change_set(by=by, operation="t", summary="T") as current:
        ann = making.customer(by)
        booking = making.booking(by, ann, total_minor=12_345)
        fee = LineCategory.objects.get(code="fee")
        data = LineData({"category_id": fee.id, "amount_minor": 700})
        operations.add_line(booking.id, data, by=by)
    with tenancy.scope(cast.organization.id):
        kept = as_kept(ann.id, cast)
        undone = undo_change_set(current.id, by=by)
        assert not CustomerTotals.objects.filter(id=ann.id).exists()
        assert not CustomerYear.objects.filter(customer_id=ann.id).exists()
        undo_change_set(undone.change_set_id, by=by)
        assert as_kept(ann.id, cast) == with_a_pencil(ann.id) == kept
        assert kept["fee"] == 700
        assert [line.kind for line in lines.list_lines(booking.id, by=by)] == ["basic", "fee"]


def test_another_base_currency_makes_other_parts_and_years(cast: Cast) -> None:
    by = cast.manager
    ann = making.customer(by)
    abroad = making.booking(
        by, ann, total_minor=5_000, currency="NOK", exchange_rate=Decimal("0.1")
    )
    making.booking(by, ann, total_minor=1_000)
    with tenancy.scope(cast.organization.id):
        fee = LineCategory.objects.get(code="fee")
        data = LineData({"category_id": fee.id, "amount_minor": 700})
        operations.add_line(abroad.id, data, by=by)
        assert as_kept(ann.id, cast)["fee"] == 70
        Organization.objects.filter(id=cast.organization.id).update(currency="NOK")
        kept = CustomerTotals.objects.get(id=ann.id)
        assert (kept.basic_minor, kept.fees_minor) == (5_000 + 1_000, 700)
        assert kept.turnover_minor == 6_700
        assert CustomerYear.objects.get(customer_id=ann.id).turnover_minor == 6_700


def test_the_last_departure_is_looked_for_when_it_goes(cast: Cast) -> None:
    by = cast.manager
    ann = making.customer(by)
    making.booking(by, ann, departs_on=date(2026, 6, 11))
    later = making.booking(by, ann, departs_on=date(2027, 1, 2))
    making.booking(by, ann, departs_on=date(2028, 1, 2), status="waitlisted")

    def last() -> date | None:
        with tenancy.scope(cast.organization.id):
            return CustomerTotals.objects.get(id=ann.id).last_departure_on

    assert last() == date(2027, 1, 2)
    operations.cancel_booking(later.id, by=by)
    assert last() == date(2026, 6, 11)


def _plan(customer_order: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    rows = CustomerTotals.objects.order_by(f"-{customer_order}", "-id")
    if customer_order == "last_departure_on":
        rows = rows.filter(last_departure_on__isnull=False)
    return rows.explain()


def test_tq30_customers_are_listed_by_their_figures_from_an_index(cast: Cast) -> None:
    explain: Callable[[str], str] = _plan
    with tenancy.scope(cast.organization.id):
        for column, index in {
            "turnover_minor": "bookings_totals_turnover",
            "confirmed": "bookings_totals_confirmed",
            "pax": "bookings_totals_pax",
            "last_departure_on": "bookings_totals_last",
        }.items():
            plan = explain(column)
            assert index in plan
            assert "Sort" not in plan
