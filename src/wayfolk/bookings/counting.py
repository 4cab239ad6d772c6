"""The bookings behind a figure of the totals, and what each of them counts there (decision 7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from wayfolk.bookings import lines, queries, rules
from wayfolk.bookings.models import Booking, BookingLine, BookingQuerySet, BookingStatus
from wayfolk.bookings.rules import Figures, Totals
from wayfolk.staff.rules import Actor

_SOLD = Q(status=BookingStatus.CONFIRMED)
_PROFIT = ("booking.total", "booking.cost", "booking.profit")


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure of the totals. `seen_with`: the controlled fields that all have to be seen.

    `of` gives the figure of totals, of one booking's as well as of all: an amount in minor units
    of the organisation's currency where `is_money`, else a number. `kinds`: of lines that a
    booking has to have (one without lines is all Basic).
    """

    label: str
    of: Callable[[Totals], int]
    condition: Q = _SOLD
    kinds: Sequence[str] = ()
    seen_with: Sequence[str] = ()
    is_money: bool = False

    def is_open_to(self, by: Actor) -> bool:
        return all(by.may_see(code) for code in self.seen_with)


def _part(label: str, *kinds: str) -> Counted:
    return Counted(
        label,
        lambda totals: sum(totals.parts[kind].minor for kind in kinds),
        kinds=kinds,
        seen_with=("booking.total",),
        is_money=True,
    )


def _sum(label: str, of: Callable[[Totals], int], *seen_with: str) -> Counted:
    return Counted(label, of, seen_with=seen_with, is_money=True)


# Code, as it stands in addresses -> figure.
FIGURES: Mapping[str, Counted] = {
    "turnover": _sum("Total turnover", lambda t: t.turnover.minor, "booking.total"),
    "bookings": Counted("Confirmed bookings", lambda t: t.confirmed),
    "pax": Counted("Pax", lambda t: t.pax, _SOLD & (Q(adults__gt=0) | Q(children__gt=0))),
    "infants": Counted("Infants", lambda t: t.infants, _SOLD & Q(infants__gt=0)),
    "basic": _part("Basic", "basic"),
    "insurance": _part("Insurance", "insurance"),
    "transfers": _part("Transfers", "transfer"),
    "fees": _part("Fees", "fee"),
    # Five parts add up to the turnover; three of what the last one holds are told again below.
    "others": _part(
        "Discounts, supplements and others", "discount", "supplement", "pickup", "other"
    ),
    "pickup": _part("Pickup point total", "pickup"),
    "discounts": _part("Discount total", "discount"),
    "supplements": _part("Supplement total", "supplement"),
    "cost": _sum("Total cost", lambda t: t.cost.minor, "booking.cost"),
    "profit": _sum("Total profit", lambda t: t.profit.minor, *_PROFIT),
    "without_cost": Counted(
        "Cost not known",
        lambda t: t.without_cost,
        _SOLD & Q(cost_minor__isnull=True),
        seen_with=("booking.cost",),
    ),
    "waitlisted": Counted(
        "Waitlisted",
        lambda t: t.waitlisted,
        Q(status__in=[BookingStatus.WAITLISTED, BookingStatus.PLACE_FOUND]),
    ),
    "cancelled": Counted("Cancelled", lambda t: t.cancelled, Q(status=BookingStatus.CANCELLED)),
}


def narrow(bookings: BookingQuerySet, code: str) -> BookingQuerySet:
    """Those of `bookings` that the figure counts."""
    figure = FIGURES[code]
    narrowed = bookings.filter(figure.condition)
    if not figure.kinds:
        return narrowed
    own = BookingLine.objects.order_by().filter(
        organization_id=OuterRef("organization_id"), booking_id=OuterRef("id")
    )
    has_some = Exists(own.filter(kind__in=figure.kinds))
    if "basic" not in figure.kinds:
        return narrowed.filter(has_some)
    return narrowed.filter(has_some | ~Exists(own))


def shares(bookings: Sequence[Booking], code: str, *, by: Actor) -> dict[UUID, int]:
    """What each of these bookings counts in the figure; it is the sum of all of them."""
    of_lines = lines.figures_by_booking([booking.id for booking in bookings])

    def share(booking: Booking) -> int:
        figures: Figures = queries.figures_of(booking, of_lines.get(booking.id, ()))
        return FIGURES[code].of(rules.totals([figures], base_currency=by.currency))

    return {booking.id: share(booking) for booking in bookings}
