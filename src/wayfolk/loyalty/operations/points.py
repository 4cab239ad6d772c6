"""The points ledger: granting, redeeming, correcting, transferring. Lines are only added."""

from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.customers.operations import lock_customer
from wayfolk.kit import clock
from wayfolk.kit.database_errors import TooFewPoints
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.loyalty import queries, rules
from wayfolk.loyalty.models import Balance, EntryKind, PointsEntry
from wayfolk.staff.rules import Actor


class CustomerHasPoints(Refusal):
    """A customer with points stays until they are used, given to somebody, or over."""

    code = "customer_has_points"


def grant_points(
    customer_id: UUID,
    points: int,
    *,
    reason: str,
    by: Actor,
    expires_on: date | None = None,
    booking_id: UUID | None = None,
) -> PointsEntry:
    """Give a customer points, for a reason. Raises NotFound, NotAllowed, InvalidValues."""
    require_rights(by)
    points = rules.checked_points(points)
    reason = rules.checked_reason(reason, is_needed=True)
    expires_on = rules.checked_expiry(expires_on, today=clock.today(by.time_zone))
    with change_set(by=by, operation="loyalty.grant", summary="") as current:
        customer = lock_customer(customer_id)
        _require_booking(booking_id)
        current.summary = current.summary or f"Granted bonus points to {customer.name}"
        return add_line(
            customer.id, points, EntryKind.GRANTED, by=by, reason=reason,
            expires_on=expires_on, booking_id=booking_id,
        )  # fmt: skip


def redeem_points(
    customer_id: UUID, points: int, *, reason: str, by: Actor, booking_id: UUID | None = None
) -> PointsEntry:
    """Use points of a customer. Raises TooFewPoints for more than there are, and as granting."""
    require_rights(by)
    points = rules.checked_points(points)
    reason = rules.checked_reason(reason, is_needed=True)
    with change_set(by=by, operation="loyalty.redeem", summary="") as current:
        customer = lock_customer(customer_id)
        _require_booking(booking_id)
        _require_enough(customer, points, "redeemed")
        current.summary = current.summary or f"Redeemed bonus points of {customer.name}"
        return add_line(
            customer.id, -points, EntryKind.REDEEMED, by=by, reason=reason, booking_id=booking_id
        )


def correct_points(customer_id: UUID, points: int, *, reason: str, by: Actor) -> PointsEntry:
    """A further line that puts the balance right: more points, or fewer (negative)."""
    require_rights(by)
    rules.checked_points(abs(points))
    reason = rules.checked_reason(reason, is_needed=True)
    with change_set(by=by, operation="loyalty.correct", summary="") as current:
        customer = lock_customer(customer_id)
        if points < 0:
            _require_enough(customer, -points, "taken back")
        current.summary = current.summary or f"Corrected the bonus points of {customer.name}"
        return add_line(customer.id, points, EntryKind.CORRECTED, by=by, reason=reason)


def transfer_points(
    from_id: UUID, to_id: UUID, points: int, *, by: Actor, reason: str = ""
) -> tuple[PointsEntry, PointsEntry]:
    """Hand points on to another customer: one line less, one line more. What was first to be over
    is handed on first, but without its last day: the other one has it without end.
    """
    require_rights(by)
    points = rules.checked_points(points)
    reason = rules.checked_reason(reason, is_needed=False)
    if from_id == to_id:
        raise InvalidValues({"to": "Choose somebody else: these are the same customer's points."})
    with change_set(by=by, operation="loyalty.transfer", summary="") as current:
        people = {each: lock_customer(each) for each in sorted((from_id, to_id))}
        giver, taker = people[from_id], people[to_id]
        _require_enough(giver, points, "handed on")
        words = f": {reason}" if reason else ""
        current.summary = (
            current.summary or f"Transferred bonus points from {giver.name} to {taker.name}"
        )
        gone = add_line(
            giver.id, -points, EntryKind.TRANSFERRED, by=by,
            reason=f"To {taker.name} (No {taker.number}){words}"[:200],
        )  # fmt: skip
        come = add_line(
            taker.id, points, EntryKind.TRANSFERRED, by=by,
            reason=f"From {giver.name} (No {giver.number}){words}"[:200],
        )  # fmt: skip
    return gone, come


def add_line(
    customer_id: UUID,
    points: int,
    kind: str,
    *,
    by: Actor,
    reason: str = "",
    expires_on: date | None = None,
    booking_id: UUID | None = None,
    basis: str = "",
) -> PointsEntry:
    """A line of today; the caller has opened a change set and asked for the rights."""
    made: PointsEntry = PointsEntry.objects.create(
        customer_id=customer_id,
        points=points,
        kind=kind,
        reason=reason,
        expires_on=expires_on,
        booking_id=booking_id,
        basis=basis,
        entered_on=clock.today(by.time_zone),
        author_id=by.author_id,
    )
    return made


def require_rights(by: Actor) -> None:
    """To write points: the permission, and the field."""
    queries.require_points(by)
    by.require("loyalty.edit")
    if not by.may_edit("customer.bonus"):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not change bonus points."
            " An administrator can allow it under Settings, Roles.",
            details={"fields": ["gained bonus"]},
        )


def keep_points(customer: Customer, by: Actor) -> None:
    """Before a customer goes: points are somebody's, so they do not go unnoticed."""
    kept = Balance.objects.filter(id=customer.id, balance__gt=0).first()
    if kept is None:
        return
    has = f"has {kept.balance:,} bonus points" if queries.may_see_points(by) else "has bonus points"
    raise CustomerHasPoints(
        f"{customer.name} {has}, so the record cannot be deleted. Redeem them, or hand them on to"
        " another customer first; or make the customer inactive."
    )


def _require_enough(customer: Customer, points: int, verb: str) -> None:
    """Raises TooFewPoints; the customer is locked, and the database looks once more."""
    kept = Balance.objects.filter(id=customer.id).first()
    has = kept.balance if kept else 0
    if points > has:
        raise TooFewPoints(
            f"{customer.name} has {has:,} points, so {points:,} cannot be {verb}. Use {has:,} at"
            " most."
            if has
            else f"{customer.name} has no points, so none can be {verb}.",
            field="points",
            details={"balance": has},
        )


def _require_booking(booking_id: UUID | None) -> None:
    if booking_id is not None and not Booking.objects.filter(id=booking_id).exists():
        raise InvalidValues({"booking": "There is no such booking. It may be gone meanwhile."})
