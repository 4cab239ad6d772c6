"""Totals of bookings (TA-15, decision 7), compared with a slow and obvious sum."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.bookings import making
from tests.world import Cast
from wayfolk.bookings import operations, queries, rules
from wayfolk.bookings.rules import CONFIRMED, STATUSES, Figures
from wayfolk.kit import tenancy
from wayfolk.kit.money import Money
from wayfolk.stays import operations as stay_operations

DECIMALS = {"EUR": 2, "NOK": 2, "JPY": 0, "KWD": 3}

figures = st.builds(
    Figures,
    status=st.sampled_from(STATUSES),
    currency=st.sampled_from(sorted(DECIMALS)),
    exchange_rate=st.decimals("0.00000001", "5000", places=8),
    total_minor=st.integers(-(10**9), 10**9),
    cost_minor=st.none() | st.integers(-(10**9), 10**9),
    pax=st.integers(0, 60),
    infants=st.integers(0, 9),
)


def cents(minor: int, currency: str, rate: Decimal) -> int:
    """Euro cents of an amount, the long way round."""
    if currency == "EUR":
        return minor
    euros = Decimal(minor) / 10 ** DECIMALS[currency] * rate
    return int((euros * 100).quantize(Decimal(1), ROUND_HALF_UP))


@given(st.lists(figures, max_size=30))
def test_ta15_totals_agree_with_a_slow_sum(bookings: list[Figures]) -> None:
    """TQ-26, D-07."""
    found = rules.totals(bookings, base_currency="EUR")
    sold = [b for b in bookings if b.status == "confirmed"]
    turnover = sum(cents(b.total_minor, b.currency, b.exchange_rate) for b in sold)
    known = [b for b in sold if b.cost_minor is not None]
    cost = sum(cents(b.cost_minor or 0, b.currency, b.exchange_rate) for b in known)
    assert found.turnover == Money(turnover, "EUR")
    assert found.cost == Money(cost, "EUR")
    assert found.profit == Money(turnover - cost, "EUR")
    assert found.pax == sum(b.pax for b in sold)
    assert found.infants == sum(b.infants for b in sold)
    assert found.without_cost == len(sold) - len(known)
    assert found.count == len(bookings)
    assert found.confirmed == len(sold)
    assert found.cancelled == sum(b.status == "cancelled" for b in bookings)
    assert (found.profit_per_pax is None) == (found.pax == 0)


@given(st.lists(figures, max_size=12), st.lists(figures, max_size=12))
def test_the_totals_of_two_lists_add_up(one: list[Figures], other: list[Figures]) -> None:
    first, second, both = (rules.totals(x, base_currency="EUR") for x in (one, other, one + other))
    assert first.turnover + second.turnover == both.turnover
    assert first.profit + second.profit == both.profit
    assert first.count + second.count == both.count


def test_no_bookings_give_zero(cast: Cast) -> None:
    """TQ-26, TQ-27."""
    found = rules.totals([], base_currency="EUR")
    assert (found.turnover, found.profit, found.count) == (Money(0, "EUR"), Money(0, "EUR"), 0)
    assert found.profit_per_pax is None


def test_infants_are_counted_apart_from_passengers(cast: Cast) -> None:
    """TQ-23, D-07."""
    by = cast.manager
    booking = making.booking(by, adults=2, children=1, infants=1, total_minor=30_000, cost_minor=1)
    with tenancy.scope(by.organization_id):
        found = queries.totals_of([booking], by=by)
    assert (found.pax, found.infants) == (3, 1)
    assert found.profit_per_pax == Money(10_000, "EUR")  # 29,999 / 3 = 9,999.67 cents


def test_half_a_cent_per_passenger_goes_up() -> None:
    one = Figures(CONFIRMED, "EUR", Decimal(1), 101, 0, 2, 0)
    assert rules.totals([one], base_currency="EUR").profit_per_pax == Money(51, "EUR")


def test_ta15_an_itinerary_adds_up_its_own_bookings_and_those_of_its_stays(cast: Cast) -> None:
    by = cast.manager
    itinerary, stay = making.itinerary(by), making.stay(by)
    with tenancy.scope(by.organization_id):
        stay_operations.set_itinerary(stay.id, itinerary.id, by=by)
    own = making.booking(by, total_minor=20_000, cost_minor=15_000)
    spa = making.booking(
        by, total_minor=100_000, cost_minor=40_000, currency="NOK", exchange_rate=Decimal("0.1")
    )
    waiting = making.booking(by, total_minor=99_900, status="waitlisted")
    gone = making.booking(by, total_minor=99_900, status="cancelled")
    with tenancy.scope(by.organization_id):
        for booking in (own, waiting):
            operations.connect_booking(booking.id, by=by, itinerary_id=itinerary.id)
        for booking in (spa, gone):
            operations.connect_booking(booking.id, by=by, stay_id=stay.id)
        of_itinerary = queries.totals_of(queries.list_for_itinerary(itinerary.id, by=by), by=by)
        of_stay = queries.totals_of(queries.list_for_stay(stay.id, by=by), by=by)
    assert of_itinerary.turnover == Money(30_000, "EUR")
    assert of_itinerary.profit == Money(11_000, "EUR")
    assert (of_itinerary.confirmed, of_itinerary.waitlisted, of_itinerary.cancelled) == (2, 1, 1)
    assert of_stay.turnover == Money(10_000, "EUR")


def test_tq22_tq23_totals_of_a_customer_come_from_the_bookings_linked_to_it(cast: Cast) -> None:
    by, ann, bob = cast.manager, making.customer(cast.manager), making.customer(cast.manager, "Bob")
    for _ in range(3):
        making.booking(by, ann, total_minor=5_000, adults=1, infants=1)
    making.booking(by, bob, total_minor=77_000)
    with tenancy.scope(by.organization_id):
        found = queries.customer_totals(ann.id, by=by)
        nobody = queries.customer_totals(making.customer(by, "New").id, by=by)
    assert found.turnover == Money(15_000, "EUR")
    assert (found.count, found.pax, found.infants) == (3, 3, 3)
    assert nobody.turnover == Money(0, "EUR")
