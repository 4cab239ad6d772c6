"""KP-08: what partners earn on bookings, stored as it was, computed anew only on request."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bookings import making
from tests.partners import making as trade
from tests.world import Cast
from wayfolk.audit import taking_back, undoing
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations.commission import TermInUse
from wayfolk.bookings.operations.earning import _Turnover
from wayfolk.bookings.rules import BookingData
from wayfolk.bookings.statements import Period
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.kit.money import Money
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.partners.operations import partners, terms
from wayfolk.partners.operations.partners import PartnerInUse
from wayfolk.partners.rules.records import PartnerData
from wayfolk.partners.rules.terms import TermData
from wayfolk.staff.rules import Actor


def sold(by: Actor, through: Partner, **fields: Any) -> Booking:
    return making.booking(by, **{"partner_id": through.id, **fields})


def change(booking: Booking, by: Actor, **fields: Any) -> Booking:
    with tenancy.scope(by.organization_id):
        return operations.update_booking(booking.id, BookingData(fields), by=by)


def change_term(term: CommissionTerm, by: Actor, **fields: Any) -> None:
    with tenancy.scope(by.organization_id):
        terms.update_term(term.id, TermData(fields), by=by)


def recompute(by: Actor, partner: Partner) -> int:
    with tenancy.scope(by.organization_id):
        return operations.recompute_commissions(
            partner.id, period=Period(date(2026, 1, 1), date(2026, 12, 31)), by=by
        )


def reloaded(booking: Booking, by: Actor) -> Booking:
    with tenancy.scope(by.organization_id):
        return Booking.objects.get(id=booking.id)


def test_a_booking_earns_by_the_nearest_term_of_its_booking_date(cast: Cast) -> None:
    """KP-08."""
    by = cast.manager
    consortium, agency, agent = trade.line(by)
    trade.term(by, consortium, "8", valid_from=date(2025, 1, 1))
    term = trade.term(by, agency, "10", valid_from=date(2026, 5, 1))
    booking = sold(by, agent, booked_on=date(2026, 5, 1))
    assert booking.commission == Money(1_200, "EUR")
    assert booking.commission_term_id == term.id
    assert booking.commission_basis == (
        "10 % of the price. Term of Nordic Horizons for all products from 1 May 2026"
    )
    assert sold(by, agent, booked_on=date(2026, 4, 30)).commission == Money(960, "EUR")


def test_without_a_term_nothing_is_computed_and_it_says_so(cast: Cast) -> None:
    by = cast.manager
    booking = sold(by, trade.partner(by))
    assert booking.commission is None
    assert booking.commission_basis == "No term was valid on 1 May 2026."


def test_terms_that_change_later_change_nothing_until_asked(cast: Cast) -> None:
    by = cast.manager
    owner = trade.partner(by)
    term = trade.term(by, owner, "10")
    booking = sold(by, owner)
    change_term(term, by, rate=Decimal(20))
    change(booking, by, total_minor=50_000, departs_on=date(2026, 8, 1))
    assert reloaded(booking, by).commission == Money(1_200, "EUR")
    with tenancy.scope(by.organization_id):
        operations.recompute_commission(booking.id, by=by)
        assert Booking.objects.get().commission == Money(10_000, "EUR")
        operations.recompute_commission(booking.id, by=by)  # again: no change
        undoing.undo_change_set(
            next(
                c.id
                for c in making.ChangeSet.objects.order_by("-started_at", "-id")
                if c.operation == "bookings.recompute_commission"
            ),
            by=by,
        )
        assert Booking.objects.get().commission == Money(1_200, "EUR")


def test_another_partner_earns_by_its_own_terms_and_none_earns_nothing(cast: Cast) -> None:
    by = cast.manager
    first, second = trade.partner(by), trade.partner(by, "Fjord Tours")
    trade.term(by, first, "10")
    trade.term(by, second, None, kind="per_passenger", amount_minor=700, currency="EUR")
    booking = sold(by, first, adults=2, children=1, infants=1)
    assert change(booking, by, partner_id=second.id).commission == Money(2_100, "EUR")
    nobody = change(booking, by, partner_id=None)
    assert (nobody.commission, nobody.commission_term_id, nobody.commission_basis) == (
        None,
        None,
        "",
    )


def test_in_another_currency_the_commission_is_computed_anew(cast: Cast) -> None:
    by = cast.manager
    owner = trade.partner(by)
    trade.term(by, owner, "10")
    booking = sold(by, owner)
    changed = change(
        booking, by, currency="NOK", exchange_rate=Decimal("0.085"), total_minor=140_000,
        cost_minor=None,
    )  # fmt: skip
    assert changed.commission == Money(14_000, "NOK")


def test_an_amount_in_a_currency_without_a_rate_is_not_guessed(cast: Cast) -> None:
    by = cast.manager
    owner = trade.partner(by)
    trade.term(by, owner, None, kind="per_booking", amount_minor=700, currency="USD")
    booking = sold(by, owner)
    assert booking.commission is None
    assert booking.commission_basis.startswith("No rate is known for the term's USD")


def test_tiers_count_the_turnover_of_everybody_below_until_the_day_before(cast: Cast) -> None:
    """KP-08."""
    by = cast.manager
    consortium, agency, agent = trade.line(by)
    tiers = [(0, Decimal(5)), (20_000, Decimal(8))]
    trade.term(by, consortium, None, kind="tiered", tiers=tiers)
    sold(by, consortium, booked_on=date(2025, 12, 31), total_minor=10**9)  # another year
    sold(by, agency, booked_on=date(2026, 1, 1), total_minor=15_000)
    waiting = sold(by, agency, booked_on=date(2026, 1, 2), total_minor=9_000, status="waitlisted")
    same_day = sold(by, agent, booked_on=date(2026, 1, 3), total_minor=5_000)
    reached = sold(by, agent, booked_on=date(2026, 1, 4), total_minor=10_000)
    assert waiting.commission == Money(450, "EUR")
    assert same_day.commission == Money(250, "EUR")  # 150.00 before
    assert reached.commission == Money(800, "EUR")  # 200.00 before
    assert reached.commission_basis.startswith(
        "8 % of the price at a turnover of EUR 200.00. Term of Northern Alliance"
    )


@given(
    st.lists(
        st.tuples(st.dates(date(2025, 11, 1), date(2026, 3, 1)), st.integers(-5_000, 5_000)),
        max_size=30,
    ),
    st.dates(date(2025, 11, 1), date(2026, 3, 1)),
)
def test_turnover_is_that_of_a_slow_sum(sales: list[tuple[date, int]], day: date) -> None:
    turnover = _Turnover()
    for sold_on, minor in sales:
        turnover.by_day[sold_on] += minor
    turnover.settle()
    slow = sum(minor for sold_on, minor in sales if date(day.year, 1, 1) <= sold_on < day)
    assert turnover.before(day) == slow


def test_a_period_is_computed_anew_at_once_and_taken_back_at_once(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    by = cast.manager
    consortium, agency, agent = trade.line(by)
    term = trade.term(by, consortium, "10")
    kept = sold(by, agency, booked_on=date(2027, 1, 1))
    bookings = [sold(by, through) for through in (consortium, agency, agent)]
    other = sold(by, trade.partner(by, "Fjord Tours"))
    change_term(term, by, rate=Decimal(20))
    with django_assert_max_num_queries(22):
        assert recompute(by, consortium) == 3
    done = making.last_change_set(by)
    assert done.summary == (
        "Computed commissions of Northern Alliance from 1 Jan 2026 to 31 Dec 2026 anew:"
        " 3 of 3 bookings changed"
    )
    assert [reloaded(b, by).commission_minor for b in bookings] == [2_400] * 3
    assert reloaded(kept, by).commission_minor == 1_200
    assert reloaded(other, by).commission_minor is None
    assert recompute(by, consortium) == 0
    with tenancy.scope(by.organization_id):
        undoing.undo_change_set(done.id, by=by)
    assert [reloaded(b, by).commission_minor for b in bookings] == [1_200] * 3


def test_partners_and_terms_in_use_stay(cast: Cast) -> None:
    by = cast.manager
    owner = trade.partner(by)
    term = trade.term(by, owner)
    booking = sold(by, owner)
    with tenancy.scope(by.organization_id):
        with pytest.raises(PartnerInUse, match=f"{booking.number} among them"):
            partners.remove_partner(owner.id, by=by)
        with pytest.raises(TermInUse, match="Give it a last day"):
            terms.remove_term(term.id, by=by)


def test_whom_a_booking_can_be_sold_through(cast: Cast) -> None:
    by = cast.manager
    owner = trade.partner(by)
    booking = sold(by, owner)
    with tenancy.scope(by.organization_id):
        partners.update_partner(owner.id, PartnerData({"status": "inactive"}), by=by)
    with pytest.raises(InvalidValues, match="is inactive as a trade partner"):
        sold(by, owner)
    assert change(booking, by, notes="It stays sold through it").partner_id == owner.id
    with pytest.raises(InvalidValues, match="no such trade partner"):
        sold(by, owner, partner_id=booking.id)
    with pytest.raises(NotAllowed, match="does not include seeing trade partners"):
        sold(making.without_permission(by, "partners.view"), owner)
    with pytest.raises(NotAllowed, match="switched off"):
        sold(making.without_module(by, "partners"), owner)


def test_a_consultant_sells_through_a_partner_and_takes_that_back_without_seeing_what_it_earns(
    cast: Cast,
) -> None:
    owner = trade.partner(cast.manager)
    trade.term(cast.manager, owner)
    by = cast.advisor
    assert not by.may_see("booking.commission")
    booking = making.booking(by)
    assert change(booking, by, partner_id=owner.id).commission_minor == 1_200
    done = making.last_change_set(by)
    with tenancy.scope(by.organization_id):
        taking_back.take_back(done.id, by=by)
        assert Booking.objects.get().partner_id is None
        with pytest.raises(NotAllowed, match="commission terms"):
            operations.recompute_commission(booking.id, by=by)
