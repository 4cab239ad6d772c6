"""Payments on bookings, due dates and balances. Amounts are in minor units."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.bookings import AMOUNT_MAX, Rate
from wayfolk.api.schemas.fields import (
    Body,
    CustomerReference,
    Day,
    Filters,
    Number,
    Paged,
    Text,
    Version,
)

Direction = Literal["in", "refund"]
State = Literal["pending", "received", "reversed"]
Method = Literal["card", "transfer", "cash", "voucher", "gift_card", "other"]
Amount = Annotated[int, Field(ge=1, le=AMOUNT_MAX)]
RateText = Annotated[str, Field(description="The booking's currency per unit of `currency`.")]


class PaymentFields(BaseModel):
    """Fields that can be read and written."""

    method: Method
    paid_on: Day
    amount_minor: Amount
    currency: str
    reference: Annotated[
        str, Field(default_factory=str, description="Never a card number: those are refused.")
    ]
    notes: Text


class NewPayment(Body):
    """Paid today in the booking's currency unless said."""

    method: Method
    amount_minor: Amount
    direction: Direction = "in"
    is_pending: bool = Field(default=False, description="Announced, not there yet.")
    paid_on: Day | None = None
    currency: str | None = None
    exchange_rate: Rate = Decimal(1)
    payer: Number | None = Field(default=None, description="Customer No, if another one paid.")
    reference: Text
    notes: Text


class PaymentChanges(Body):
    """Fields that are absent stay as they are. `state`: a pending one is received, or reversed."""

    state: Literal["received", "reversed"] | None = None
    method: Method | None = None
    paid_on: Day | None = None
    amount_minor: Amount | None = None
    currency: str | None = None
    exchange_rate: Rate | None = None
    payer: Number | None = None
    reference: Text
    notes: Text
    version: Version | None = None


class Payment(PaymentFields):
    id: UUID
    version: int
    created_at: datetime
    booking: int = Field(description="BKG. No.")
    direction: Direction
    state: State
    exchange_rate: RateText
    payer: CustomerReference | None = None


class PaymentList(Paged):
    items: list[Payment]


class PaymentFilters(Filters):
    """Of one customer's bookings."""


class DueDate(Body):
    due_on: Day
    amount_minor: Amount | None = Field(
        default=None, description="In the booking's currency; null: all that is left."
    )


class DueDates(Body):
    """null takes one away; one that is absent stays."""

    deposit: DueDate | None = None
    final: DueDate | None = None


class Balance(BaseModel):
    """How a booking stands, in its own currency."""

    booking: int
    currency: str
    price_minor: int = Field(description="0 for a cancelled booking.")
    paid_minor: int
    pending_minor: int
    balance_minor: int = Field(description="Negative: more came in than the price.")
    late_minor: int = Field(description="Of what was due before today.")
    due_on: Day | None = Field(description="First day by which too little had come in.")
    is_overpaid: bool
    deposit: DueDate | None
    final: DueDate | None


class BookingPayments(BaseModel):
    balance: Balance
    items: list[Payment]


class CustomerSum(BaseModel):
    """Bookings with payments or due dates, in one currency."""

    currency: str
    bookings: int
    price_minor: int
    paid_minor: int
    pending_minor: int
    balance_minor: int


class LateBooking(BaseModel):
    booking: int
    product: str
    due_on: Day
    missing_minor: int
    currency: str


class CustomerBalance(BaseModel):
    sums: list[CustomerSum]
    late: list[LateBooking] = Field(description="The longest due first, 20 at most.")
