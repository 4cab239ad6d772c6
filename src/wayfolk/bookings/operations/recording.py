"""Creating, changing and cancelling bookings. Each function is one change set."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import folding, rules
from wayfolk.bookings.models import Booking, BookingLine, BookingStatus
from wayfolk.bookings.operations import earning
from wayfolk.bookings.rules import BookingData
from wayfolk.customers.models import Customer
from wayfolk.identity.search import recency
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.organization import brands, numbering
from wayfolk.organization.models import NumberKind
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor


class StaleBooking(Conflict):
    """Somebody saved the booking meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_booking(data: BookingData, *, by: Actor) -> Booking:
    """A new booking with the next number, connected to nothing yet.

    Without other words it was booked today, in the organisation's currency, by whoever
    creates it, and of the first brand. The number is of its brand's range (TQ-53). Raises
    NotAllowed, InvalidValues (field -> message), NumbersUsedUp.
    """
    by.require_module("bookings")
    by.require("bookings.edit")
    given = rules.checked(data).fields
    fields = {**_defaults(by), **given}
    _require_editable((n for n, v in given.items() if v != _default(n, by)), by)
    rules.require_consistent(fields, base_currency=by.currency)
    with change_set(by=by, operation="bookings.create", summary="") as current:
        _require_references(fields)
        if fields.get("partner_id"):
            earning.require_partner(fields["partner_id"], by)
        brand = brands.chosen(fields.get("brand_id"))
        fields["brand_id"] = brand.id if brand else None
        number = numbering.take_number(NumberKind.BOOKING, brand_id=fields["brand_id"])
        booking = Booking(number=number, **fields)
        booking.folded_product = folding.fold_product(booking.product)
        _require_unused_reference(booking)
        earning.earn([booking], by=by)
        of_brand = f" ({brand})" if brand else ""
        current.summary = current.summary or f"Created booking {booking}{of_brand}"
        booking.save(force_insert=True)
        recency.touch([booking.customer_id])
    return booking


def update_booking(
    booking_id: UUID, data: BookingData, *, by: Actor, version: int | None = None
) -> Booking:
    """Change what was booked, for whom, or its money. The connection stays as it is.

    `version` is the one that the editor saw; another present one raises StaleBooking and
    changes nothing. Values equal to the present ones are no change. Raises NotFound,
    NotAllowed, InvalidValues.
    """
    by.require_module("bookings")
    by.require("bookings.edit")
    cleaned = rules.checked(data).fields
    with change_set(by=by, operation="bookings.update", summary="") as current:
        booking = lock_booking(booking_id)
        require_version(booking, version)
        changed = {n: v for n, v in cleaned.items() if getattr(booking, n) != v}
        _require_same_brand(booking, changed)
        _require_editable(changed, by)
        has_cost = booking.cost_minor is not None
        rules.require_amounts_restated(
            _restated(changed, cleaned), has_cost=has_cost, currency=cleaned.get("currency", "")
        )
        _require_without_lines(booking, changed)
        for name, value in changed.items():
            setattr(booking, name, value)
        _require_whole(booking, changed, by)
        current.summary = current.summary or f"Updated booking {booking}"
        if changed:
            booking.folded_product = folding.fold_product(booking.product)
            earned = _earn_anew(booking, changed, by)
            booking.save_changes(*changed, "folded_product", *earned)
    return booking


def cancel_booking(booking_id: UUID, *, by: Actor, version: int | None = None) -> Booking:
    """Mark a booking as cancelled: it leaves the money of every total. Idempotent."""
    by.require_module("bookings")
    by.require("bookings.edit")
    with change_set(by=by, operation="bookings.cancel", summary="") as current:
        booking = lock_booking(booking_id)
        require_version(booking, version)
        current.summary = current.summary or f"Cancelled booking {booking}"
        if booking.status != BookingStatus.CANCELLED:
            booking.status = BookingStatus.CANCELLED
            booking.save_changes("status")
    return booking


def lock_booking(booking_id: UUID) -> Booking:
    """The booking, locked until the transaction ends; raises NotFound."""
    booking = Booking.objects.filter(id=booking_id).locked().first()
    if booking is None:
        raise NotFound("There is no such booking. It may have been taken back meanwhile.")
    return booking


def require_version(booking: Booking, version: int | None) -> None:
    """Raises StaleBooking unless `version` is the present one (None: whatever it is)."""
    if version is not None and booking.version != version:
        raise StaleBooking(
            f"Booking {booking.number} was changed by someone else meanwhile.",
            details={"version": booking.version, "expected": version},
        )


def derive_folded(booking_ids: Collection[UUID]) -> None:
    """Derive the folded product names again, after an undo put former values back."""
    bookings = Booking.objects.filter(id__in=booking_ids)
    deriving.derive_column(bookings, "folded_product", "product", folding.fold_product)


def _defaults(by: Actor) -> dict[str, Any]:
    names = ("booked_on", "currency", "exchange_rate", "assignee_id")
    return {name: _default(name, by) for name in names}


def _default(name: str, by: Actor) -> Any:
    """What a new booking has in a field of which nothing is said."""
    own: dict[str, Any] = {
        "booked_on": clock.today(by.time_zone),
        "currency": by.currency,
        "exchange_rate": Decimal(1),
        "assignee_id": by.author_id if by.author_kind in {"user", "api"} else None,
    }
    if name in own:
        return own[name]
    field = Booking._meta.get_field(name)
    return field.get_default()  # type: ignore[union-attr]


def _restated(changed: Mapping[str, Any], given: Mapping[str, Any]) -> set[str]:
    """The changed fields, and the amounts that were given again with the same figure."""
    return set(changed) | (set(given) & set(rules.AMOUNTS))


def _require_whole(booking: Booking, changed: Mapping[str, Any], by: Actor) -> None:
    """What must hold for the whole booking after the change, and of what it now points at."""
    names = (*rules.DATES, "customer_id", "product", "currency", "exchange_rate")
    rules.require_consistent(
        {name: getattr(booking, name) for name in names}, base_currency=by.currency
    )
    _require_references(changed)
    if changed.get("partner_id"):
        earning.require_partner(changed["partner_id"], by)
    if "reference" in changed:
        _require_unused_reference(booking)


def _require_same_brand(booking: Booking, changed: Mapping[str, Any]) -> None:
    if "brand_id" in changed:
        raise InvalidValues(
            {
                "brand_id": f"Booking {booking.number} keeps its brand, of whose range its number"
                " is. Cancel it and make a new one of the other brand."
            }
        )


def _require_without_lines(booking: Booking, changed: Mapping[str, Any]) -> None:
    """Price and cost of a booking with lines are their sums, in their currency."""
    derived = [name for name in (*rules.AMOUNTS, "currency") if name in changed]
    if derived and BookingLine.objects.filter(booking_id=booking.id).exists():
        raise InvalidValues(
            {
                name: f"Booking {booking.number} has lines, from which its {rules.LABELS[name]}"
                " follows. Change the lines instead."
                for name in derived
            }
        )


def _earn_anew(booking: Booking, changed: Mapping[str, Any], by: Actor) -> tuple[str, ...]:
    """A booking sold through another partner earns by that one's terms, or no longer.

    In another currency the former commission would mean something else.
    """
    if not {"partner_id", "currency"} & set(changed):
        return ()
    earning.earn([booking], by=by)
    return earning.FIELDS


def _require_references(fields: Mapping[str, Any]) -> None:
    errors = {}
    customer_id, assignee_id = fields.get("customer_id"), fields.get("assignee_id")
    if customer_id and not Customer.objects.present().filter(id=customer_id).exists():
        errors["customer_id"] = "There is no such customer. It may have been deleted meanwhile."
    if assignee_id and not Membership.objects.filter(id=assignee_id).exists():
        errors["assignee_id"] = "There is no such user. Choose one from the list."
    if errors:
        raise InvalidValues(errors)


def _require_unused_reference(booking: Booking) -> None:
    """External references name one booking each, so that an import finds it again."""
    if not booking.reference:
        return
    same = Booking.objects.filter(reference=booking.reference).exclude(id=booking.id).first()
    if same is not None:
        raise InvalidValues(
            {
                "reference": f"Booking {same.number} has the external reference"
                f" “{booking.reference}” already."
            }
        )


def _require_editable(names: Iterable[str], by: Actor) -> None:
    """Refuse the whole change when a field in it is not this actor's to edit."""
    refused = sorted(
        {
            rules.LABELS[name]
            for name in names
            if name in rules.FIELD_RULES and not by.may_edit(rules.FIELD_RULES[name])
        }
    )
    if refused:
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change"
            f" {', '.join(refused)}. An administrator can allow it under Settings, Roles.",
            details={"fields": refused},
        )
