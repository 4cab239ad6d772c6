"""Making a booking of an offer, and a customer of its offeree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import operations as bookings
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import BookingData
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import creating
from wayfolk.identity.matching.creating import ASK, Answers
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.sales.models import Offer, OfferStatus
from wayfolk.sales.operations import offers
from wayfolk.sales.operations.sending import cancel_planned
from wayfolk.sales.rules import offers as rules
from wayfolk.staff.rules import Actor

# What a booking takes over from its offer as it stands.
_TAKEN = (
    "brand_id",
    *("departs_on", "returns_on", "transport", "resort", "hotel"),
    *("adults", "children", "infants", "currency", "exchange_rate", "assignee_id"),
)


@dataclass(frozen=True)
class Buyer:
    """Who becomes the customer of an offer that has none: one who is there, or a new one.

    `answers`: whom the new one may resemble.
    """

    customer_id: UUID | None = None
    new: CustomerData | None = None
    answers: Answers = ASK


@dataclass(frozen=True)
class Conversion:
    """How a booking differs from its offer; `booking`: fields of rules.BookingData."""

    buyer: Buyer = Buyer()
    booking: Mapping[str, Any] = field(default_factory=dict)


def convert_offer(
    offer_id: UUID, conversion: Conversion | None = None, *, by: Actor, version: int | None = None
) -> Booking:
    """Make the booking that the offer proposes; the offer is sold and leads to it.

    One change set with the customer, if a new one is made: undo takes all of it back. Raises
    WrongStatus for an offer that is sold, closed or expired, NotAllowed, InvalidValues, StaleOffer,
    PossibleDuplicate for a new customer who looks like somebody who is there.
    """
    offers.require_rights(by)
    by.require("bookings.edit")
    wished = conversion or Conversion()
    with change_set(by=by, operation="offers.convert", summary="") as current:
        offer = offers.lock_offer(offer_id)
        offers.require_version(offer, version)
        rules.require_step(offer.status, "convert", number=offer.number)
        _require_price_seen(offer, by)
        current.summary = current.summary or f"Made a booking of offer {offer}"
        customer_id = _customer_of(offer, wished.buyer, by)
        values = {**proposed_booking(offer), **wished.booking, "customer_id": customer_id}
        booking = bookings.create_booking(BookingData(values), by=by)
        offer.customer_id, offer.booking, offer.status = customer_id, booking, OfferStatus.SOLD
        offers.save(offer, by, "customer_id", "booking_id", "status")
        cancel_planned(offer.id, "The offer was sold.")
    return booking


def link_customer(
    offer_id: UUID, buyer: Buyer, *, by: Actor, version: int | None = None
) -> Customer:
    """The offeree is, or becomes, this customer; what was typed of them stays on the offer."""
    offers.require_rights(by)
    with change_set(by=by, operation="offers.link_customer", summary="") as current:
        offer = offers.lock_offer(offer_id)
        offers.require_version(offer, version)
        current.summary = current.summary or f"Gave offer {offer} its customer"
        customer_id = _customer_of(offer, buyer, by)
        if offer.customer_id != customer_id:
            offer.customer_id = customer_id
            offers.save(offer, by, "customer_id")
        customer: Customer = Customer.objects.get(id=customer_id)
    return customer


def proposed_booking(offer: Offer) -> dict[str, Any]:
    """The booking's fields as the offer has them."""
    return {
        **{name: getattr(offer, name) for name in _TAKEN},
        "product": offer.title,
        "total_minor": offer.price_minor or 0,
        "notes": offer.notes,
        **({"contact_phone": offer.offeree_phone} if offer.offeree_phone else {}),
    }


def proposed_customer(offer: Offer) -> CustomerData:
    """The offeree as a new customer: the last word is the family name."""
    given, _, family = offer.offeree_name.strip().rpartition(" ")
    names = {"given_name": given, "family_name": family} if given else {"given_name": family}
    reach = {"email": offer.offeree_email, "phone": offer.offeree_phone}
    contacts = {("primary", kind): value for kind, value in reach.items() if value}
    return CustomerData(fields=names, contacts=contacts)


def _customer_of(offer: Offer, buyer: Buyer, by: Actor) -> UUID:
    """The chosen customer, the new one, or the one that the offer has."""
    if buyer.customer_id is not None:
        found = Customer.objects.present().filter(id=buyer.customer_id).first()
        if found is None:
            raise InvalidValues(
                {"customer_id": "There is no such customer. It may have been deleted meanwhile."}
            )
        customer_id: UUID = found.id
        return customer_id
    if buyer.new is not None:
        made = creating.create_checked(buyer.new, by=by, answers=buyer.answers).customer
        new_id: UUID = made.id
        return new_id
    if offer.customer_id is None:
        raise InvalidValues(
            {
                "customer_id": f"{offer.offeree_name} is no customer yet. Choose a customer, or"
                " let one be created of what is known."
            }
        )
    own_id: UUID = offer.customer_id
    return own_id


def _require_price_seen(offer: Offer, by: Actor) -> None:
    """The booking would show a price that is hidden from this role."""
    if offer.price_minor is not None and not by.may_see("offer.price"):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see the price of offers, so it cannot make a"
            " booking with that price. Somebody whose role shows it has to.",
            details={"field": "offer.price"},
        )
