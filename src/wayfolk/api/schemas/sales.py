"""Offers with their reminders, catalog orders, and the lists both choose from."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.bookings import AMOUNT_MAX, Rate, RateText
from wayfolk.api.schemas.brands import BrandCode
from wayfolk.api.schemas.customers import NewCustomer
from wayfolk.api.schemas.fields import (
    Body,
    Count,
    CustomerReference,
    Day,
    Filters,
    Number,
    Paged,
    Text,
    Version,
)
from wayfolk.api.schemas.itineraries import Person

OfferStatus = Literal["unsent", "available", "expired", "sold", "closed"]
CustomerType = Literal["", "individual", "couple", "family", "group", "company", "trade"]
OrderStatus = Literal["ordered", "sent", "cancelled"]
Price = Annotated[
    int, Field(ge=0, le=AMOUNT_MAX, description="In minor units of `currency`; null: none yet.")
]


class OfferFields(BaseModel):
    """Fields that can be read and written."""

    kind: Literal["request", "proposal"] = "request"
    offeree_name: Text
    offeree_email: Text
    offeree_phone: Text
    title: Text
    departs_on: Day | None = None
    returns_on: Day | None = None
    transport: Text
    resort: Text
    hotel: Text
    adults: Count = 0
    children: Count = 0
    infants: Count = 0
    currency: Annotated[str, Field(default_factory=str, description="ISO 4217.")]
    price_minor: Price | None = None
    valid_until: Day | None = None
    follow_up_on: Day | None = None
    customer_type: CustomerType = ""
    is_reminding: bool = Field(default=True, description="Whether its reminders go.")
    notes: Text


class _WrittenOffer(Body, OfferFields):
    customer: Number | None = Field(default=None, description="Customer No.")
    exchange_rate: Rate = Decimal(1)
    assignee_id: UUID | None = Field(default=None, strict=False)


class NewOffer(_WrittenOffer):
    """A title, and a customer or the name of an offeree, are needed."""

    brand: BrandCode | None = Field(
        default=None,
        description="Short code; null: the first brand. The number is of its range.",
    )


class OfferChanges(_WrittenOffer):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class Offer(OfferFields):
    """An offer. Fields that the role hides are absent. It is in no total (see Totals)."""

    number: int
    version: int
    brand: str | None = Field(default=None, description="Short code; null: the first brand.")
    status: OfferStatus
    customer: CustomerReference | None = Field(
        default=None, description="null: an offeree who is no customer yet."
    )
    exchange_rate: RateText = "1"
    assignee: Person | None = None
    sent_on: Day | None = None
    close_reason: str = ""
    booking: int | None = Field(
        default=None, description="BKG. No of what it became; absent where bookings are not seen."
    )
    created_by: Person | None = None
    updated_by: Person | None = None
    created_at: datetime
    updated_at: datetime


class OfferList(Paged):
    items: list[Offer]


class OfferFilters(Filters):
    q: str | None = Field(
        default=None, max_length=200, description="Title, name of the offeree, or Offer No."
    )
    status: OfferStatus | None = None
    kind: Literal["request", "proposal"] | None = None
    customer: Number | None = Field(default=None, description="Customer No.")
    brand: BrandCode | None = Field(default=None, description="Short code of their brand.")
    assignee_id: UUID | None = None
    departs_from: Day | None = None
    departs_to: Day | None = None
    follow_up_by: Day | None = Field(
        default=None, description="Open offers to follow up by that day."
    )
    sort: Literal["number", "-number"] = "number"


class OfferMessage(Body):
    """What is absent is filled in from the settings and the customer's address."""

    address: str | None = Field(default=None, max_length=254)
    subject: str | None = Field(default=None, max_length=250)
    body: str | None = Field(default=None, max_length=20_000)


class OfferClosing(Body):
    reason_id: UUID = Field(strict=False, description="Of the list of close reasons.")


class OfferBooking(Body):
    """How the booking differs from the offer, and who buys where the offer has no customer."""

    customer: Number | None = Field(default=None, description="Customer No.")
    new_customer: NewCustomer | None = None
    status: Literal["confirmed", "waitlisted", "place_found"] = "confirmed"
    product: Text
    booked_on: Day | None = None
    departs_on: Day | None = None
    returns_on: Day | None = None
    adults: Count = 0
    children: Count = 0
    infants: Count = 0
    total_minor: Annotated[int, Field(ge=0, le=AMOUNT_MAX)] = 0
    exchange_rate: Rate = Decimal(1)
    version: Version | None = Field(default=None, description="Of the offer that was seen.")


class OfferReminder(BaseModel):
    """A reminder of an offer."""

    id: UUID
    day: int = Field(description="Days after the sending.")
    due_on: Day
    state: Literal["planned", "sent", "cancelled", "skipped"]
    sent_at: datetime | None = None
    reason: str = Field(default="", description="Why it was cancelled or skipped.")


class OfferReminders(BaseModel):
    items: list[OfferReminder]


class OfferSettings(BaseModel):
    """On which days offers remind, and what is written; texts may have placeholders."""

    reminder_days: str = Field(description="Days after sending, such as 3,7,14,21.")
    reminder_channel: Literal["email", "sms"]
    offer_subject: str
    offer_body: str
    reminder_subject: str
    reminder_body: str


class OfferSettingsChanges(Body):
    """Fields that are absent stay as they are."""

    reminder_days: str = Field(default="", max_length=80)
    reminder_channel: Literal["email", "sms"] = "email"
    offer_subject: str = Field(default="", max_length=1_000)
    offer_body: str = Field(default="", max_length=50_000)
    reminder_subject: str = Field(default="", max_length=1_000)
    reminder_body: str = Field(default="", max_length=50_000)


class ListEntry(BaseModel):
    """An entry of a list that administrators keep; a closed one is no longer offered."""

    id: UUID
    label: str
    is_closed: bool


class ListEntries(BaseModel):
    items: list[ListEntry]


class NewListEntry(Body):
    label: str


class ListEntryChanges(Body):
    """Fields that are absent stay as they are."""

    label: str | None = None
    is_closed: bool | None = None


class CatalogOrderFields(BaseModel):
    """Fields that can be read and written."""

    copies: Annotated[int, Field(ge=1, le=999)] = 1
    channel: Literal["", "phone", "email", "web", "letter", "shop", "fair"] = ""
    recipient: Text
    lines: Text
    postcode: Text
    city: Text
    country: Annotated[str, Field(default_factory=str, description="ISO 3166.")]
    notes: Text


class _WrittenOrder(Body, CatalogOrderFields):
    customer: Number | None = Field(default=None, description="Customer No.")
    catalogue_id: UUID | None = Field(default=None, strict=False)
    ordered_on: Day | None = None


class NewCatalogOrder(_WrittenOrder):
    """Of today, to the customer's or household's address, unless said."""


class CatalogOrderChanges(_WrittenOrder):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class CatalogOrder(CatalogOrderFields):
    """A catalog order. Fields that the role hides are absent."""

    number: int
    version: int
    status: OrderStatus
    customer: CustomerReference
    catalogue: ListEntry
    ordered_on: Day
    sent_on: Day | None = None
    created_by: Person | None = None
    updated_by: Person | None = None
    created_at: datetime
    updated_at: datetime


class CatalogOrderList(Paged):
    items: list[CatalogOrder]


class CatalogOrderFilters(Filters):
    status: OrderStatus | None = None
    customer: Number | None = Field(default=None, description="Customer No.")
    catalogue_id: UUID | None = None
    sort: Literal["number", "-number"] = "number"
