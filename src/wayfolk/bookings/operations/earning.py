"""What partners earn on bookings: computed here, stored by whoever asks (KP-08).

Prose: docs/algorithms/commission.md.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate
from uuid import UUID

from django.db.models import DecimalField, F, Sum

from wayfolk.bookings.models import Booking, BookingStatus
from wayfolk.kit import money
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.kit.money import Money
from wayfolk.partners import queries as partner_queries
from wayfolk.partners.models import Partner, PartnerStatus
from wayfolk.partners.rules import terms
from wayfolk.partners.rules.terms import Sale, Term
from wayfolk.staff.rules import Actor

FIELDS = ("commission_minor", "commission_term", "commission_basis")
_NAME_MAX = 100


def require_partner(partner_id: UUID, by: Actor) -> None:
    """Raises when this actor cannot sell through the partner, or nobody can."""
    by.require_module("partners")
    if not by.may("partners.view"):
        raise NotAllowed(
            f"Your role “{by.role_name}” does not include seeing trade partners, so it cannot"
            " choose one for a booking. An administrator can change that under Settings, Roles.",
            details={"permission": "partners.view"},
        )
    partner = Partner.objects.filter(id=partner_id).select_related("customer").first()
    if partner is None:
        raise InvalidValues({"partner_id": "There is no such trade partner. Choose another one."})
    if partner.status != PartnerStatus.ACTIVE:
        raise InvalidValues(
            {
                "partner_id": f"{partner.name} is inactive as a trade partner. Choose another one,"
                " or make it active first."
            }
        )


def earn(bookings: Sequence[Booking], *, by: Actor) -> None:
    """Set the commission of each booking by the terms valid on its booking date; saves nothing.

    A handful of queries, however many bookings there are.
    """
    wanted = {booking.partner_id for booking in bookings if booking.partner_id is not None}
    partners = Partner.objects.filter(id__in=wanted).with_names() if wanted else ()
    owners = {owner.id: owner for partner in partners for owner in partner.chain}
    reaching = partner_queries.terms_reaching(partners) if wanted else {}
    chosen = {
        booking.id: terms.effective_term(
            reaching.get(booking.partner_id, ()), product=booking.product, day=booking.booked_on
        )
        for booking in bookings
        if booking.partner_id is not None
    }
    turnovers = _turnovers(bookings, chosen.values(), by.currency)
    for booking in bookings:
        term = chosen.get(booking.id)
        if term is None:
            _forget(booking)
            continue
        turnover = turnovers[term.id].before(booking.booked_on) if term.id in turnovers else 0
        _set(booking, term, owners[term.partner_id], turnover=turnover, base=by.currency)


@dataclass
class _Turnover:
    """Confirmed turnover by day, in minor units of the base currency, of one term's partners."""

    by_day: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def settle(self) -> None:
        self.days = sorted(self.by_day)
        self.sums = list(accumulate(self.by_day[day] for day in self.days))

    def before(self, day: date) -> int:
        """From the first of January until the day before."""
        return int(self._until(day) - self._until(date(day.year, 1, 1)))

    def _until(self, day: date) -> Decimal:
        count = bisect_left(self.days, day)
        return self.sums[count - 1] if count else Decimal(0)


def _turnovers(
    bookings: Sequence[Booking], chosen: Iterable[Term | None], base: str
) -> dict[UUID, _Turnover]:
    """For each tiered term the turnover of its owner and everybody below, in the years asked."""
    tiered = {term.id: term for term in chosen if term is not None and term.kind == terms.TIERED}
    if not tiered:
        return {}
    days = [booking.booked_on for booking in bookings]
    first, last = date(min(days).year, 1, 1), max(days)
    found: dict[UUID, _Turnover] = {}
    of_owner: dict[UUID, _Turnover] = {}
    for term in tiered.values():
        if term.partner_id not in of_owner:
            of_owner[term.partner_id] = _turnover_of(term.partner_id, first, last, base)
        found[term.id] = of_owner[term.partner_id]
    return found


def _turnover_of(owner_id: UUID, first: date, last: date, base: str) -> _Turnover:
    sums = (
        Booking.objects.filter(
            partner_id__in=partner_queries.ids_below(owner_id),
            status=BookingStatus.CONFIRMED,
            booked_on__gte=first,
            booked_on__lt=last,
        )
        .values("booked_on", "currency")
        .annotate(sum=Sum(F("total_minor") * F("exchange_rate"), output_field=DecimalField()))
        .order_by()
        .values_list("booked_on", "currency", "sum")
    )
    turnover = _Turnover()
    for day, currency, amount in sums:
        scale = money.exponent(base) - money.exponent(currency)
        turnover.by_day[day] += amount.scaleb(scale)
    turnover.settle()
    return turnover


def _forget(booking: Booking) -> None:
    booking.commission_minor, booking.commission_term_id = None, None
    day = f"{booking.booked_on:%-d %b %Y}"
    booking.commission_basis = f"No term was valid on {day}." if booking.partner_id else ""


def _set(booking: Booking, term: Term, owner: Partner, *, turnover: int, base: str) -> None:
    sale = Sale(booking.total, Decimal(booking.exchange_rate), booking.pax)
    earned = terms.commission(term, sale, base_currency=base, turnover_minor=turnover)
    booking.commission_minor = None if earned is None else earned.minor
    booking.commission_term_id = term.id
    booking.commission_basis = _basis(term, owner, earned, turnover, base)


def _basis(term: Term, owner: Partner, earned: Money | None, turnover: int, base: str) -> str:
    """By what it was computed, in words that outlive the term."""
    if earned is None:
        what = f"No rate is known for the term's {term.currency}, so nothing was computed"
    elif term.kind == terms.TIERED:
        percent = terms.percent_words(terms.tier_rate(term.tiers, turnover))
        what = f"{percent} of the price at a turnover of {Money(turnover, base)}"
    else:
        what = terms.in_words(term, base_currency=base)
    scope = f"“{term.product}”" if term.product else "all products"
    since = f"{term.valid_from:%-d %b %Y}"
    text = f"{what}. Term of {owner.name[:_NAME_MAX]} for {scope} from {since}"
    return text[:300]
