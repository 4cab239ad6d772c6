"""Computing commissions anew: only here, and only on request (KP-08)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import statements
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import earning
from wayfolk.bookings.operations.recording import lock_booking, require_version
from wayfolk.bookings.statements import Period
from wayfolk.kit.errors import Refusal
from wayfolk.partners import queries as partner_queries
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.partners.operations.partners import PartnerInUse
from wayfolk.staff.rules import Actor

BATCH = 5_000
_COLUMNS = ("commission_minor", "commission_term_id", "commission_basis")


class TermInUse(Refusal):
    """Bookings have earned by the term."""

    code = "term_in_use"


def recompute_commission(booking_id: UUID, *, by: Actor, version: int | None = None) -> Booking:
    """What the booking earns by the terms as they are now. Idempotent.

    Raises NotFound, NotAllowed, StaleBooking.
    """
    _require_rights(by)
    with change_set(by=by, operation="bookings.recompute_commission", summary="") as current:
        booking = lock_booking(booking_id)
        require_version(booking, version)
        before = _values(booking)
        earning.earn([booking], by=by)
        current.summary = (
            current.summary or f"Computed the commission of booking {booking.number} anew"
        )
        if _values(booking) != before:
            booking.save_changes(*earning.FIELDS)
    return booking


def recompute_commissions(partner_id: UUID, *, period: Period, by: Actor) -> int:
    """The same for everything of the period sold through a partner and those below it.

    One change set; returns how many bookings now earn something else. Raises NotFound.
    """
    _require_rights(by)
    with change_set(by=by, operation="bookings.recompute_commission", summary="") as current:
        partner = partner_queries.get_partner(partner_id, by=by)
        bookings = list(statements.list_bookings(partner.id, period).locked())
        before = [_values(booking) for booking in bookings]
        earning.earn(bookings, by=by)
        changed = [b for b, values in zip(bookings, before, strict=True) if _values(b) != values]
        for start in range(0, len(changed), BATCH):
            _write(changed[start : start + BATCH])
        current.summary = current.summary or (
            f"Computed commissions of {partner.name} from {period.first:%-d %b %Y} to"
            f" {period.last:%-d %b %Y} anew: {len(changed):,} of {len(bookings):,} bookings changed"
        )
    return len(changed)


def keep_partner(partner: Partner) -> None:
    """Refuses the removal of a partner through which something was sold."""
    booking = Booking.objects.filter(partner_id=partner.id).first()
    if booking is not None:
        raise PartnerInUse(
            f"Bookings were sold through {partner.name} ({booking.number} among them)."
            " Make the partner inactive instead."
        )


def keep_term(term: CommissionTerm) -> None:
    """Refuses the removal of a term by which something was earned."""
    booking = Booking.objects.filter(commission_term_id=term.id).first()
    if booking is not None:
        raise TermInUse(
            f"Bookings have earned by this term ({booking.number} among them). Give it a last day"
            " instead; what was earned stays as it is."
        )


def _require_rights(by: Actor) -> None:
    by.require_module("bookings")
    by.require_module("partners")
    by.require("bookings.edit")
    by.require("partners.terms")


def _values(booking: Booking) -> tuple[int | None, UUID | None, str]:
    return booking.commission_minor, booking.commission_term_id, booking.commission_basis


def _write(bookings: Sequence[Booking]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": str(booking.id),
            "commission_minor": booking.commission_minor,
            "commission_term_id": booking.commission_term_id and str(booking.commission_term_id),
            "commission_basis": booking.commission_basis,
        }
        for booking in bookings
    ]
    deriving.update_rows(Booking._meta.db_table, _COLUMNS, rows)
