"""Bookings, what they are connected to, and their totals. Amounts are in minor units."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from wayfolk.api.schemas.brands import BrandCode
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
from wayfolk.api.schemas.preferences import Preference
from wayfolk.api.schemas.stays import ItineraryReference

Status = Literal["confirmed", "waitlisted", "place_found", "cancelled"]
AMOUNT_MAX = 10**15


def decimal_text(value: Any) -> Any:
    """A decimal that is sent as text, so that no client rounds it."""
    try:
        number = Decimal(value) if isinstance(value, str) and len(value) <= 30 else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        message = 'write it as text, like "1.0842"'
        raise ValueError(message)
    return number


Rate = Annotated[
    Decimal,
    BeforeValidator(decimal_text),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,8})?$"}),
]
RateText = Annotated[str, Field(description="Base currency per unit of `currency`.")]
Minor = Annotated[
    int, Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX, description="In minor units of `currency`.")
]


class BookingFields(BaseModel):
    """Fields that can be read and written."""

    status: Status = "confirmed"
    product: Text
    transport: Text
    resort: Text
    hotel: Text
    departs_on: Day | None = None
    returns_on: Day | None = None
    contact_phone: Text
    adults: Count = 0
    children: Count = 0
    infants: Count = 0
    currency: Annotated[str, Field(default_factory=str, description="ISO 4217.")]
    total_minor: Minor = 0
    cost_minor: Minor | None = None
    source: Literal["", "web", "phone", "email", "trade"] = ""
    agency: Text
    reference: Text
    notes: Text


class _Written(Body, BookingFields):
    customer: Number | None = Field(default=None, description="Customer No.")
    booked_on: Day | None = None
    exchange_rate: Rate = Decimal(1)
    assignee_id: UUID | None = Field(default=None, strict=False)
    partner: Number | None = Field(
        default=None, description="Customer No of the trade partner that it is sold through."
    )


class NewBooking(_Written):
    """Customer and product are needed; it is booked today, in the base currency, unless said."""

    brand: BrandCode | None = Field(
        default=None,
        description="Short code; null: the first brand. The number is of its range.",
    )


class BookingChanges(_Written):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class StayReference(BaseModel):
    id: UUID
    reservation_number: str
    property: str


PassengerType = Literal["adult", "child", "infant"]


class Passenger(BaseModel):
    """Somebody who travels. What would tell a date of birth is absent where the role hides it."""

    customer: CustomerReference
    is_lead: bool
    issued_name: str = Field(description="The name that documents were issued with.")
    type: PassengerType | None = Field(
        default=None, description="On the day of travel; null: the age then is not known."
    )
    is_type_given: bool = Field(description="Said by hand; else it follows from the age.")
    age: int | None = Field(default=None, description="Full years on the day of travel.")
    birth_on: Day | None = None
    preferences: list[Preference] = Field(
        default_factory=list, description="Allergies first; those that the caller may see."
    )


class PassengerAges(BaseModel):
    infant_below: int
    child_below: int


class Passengers(BaseModel):
    """Everybody who travels on a booking, in their order; exactly one leads."""

    travel_on: Day | None = Field(
        default=None, description="The day that ages are of; absent where it is not seen."
    )
    ages: PassengerAges
    items: list[Passenger]


class AddedPassengers(Body):
    customers: list[Number] = Field(min_length=1, max_length=500, description="Customer Nos.")


class PassengerChanges(Body):
    """Fields that are absent stay as they are."""

    is_lead: Literal[True] | None = Field(
        default=None, description="Leads instead of who does now."
    )
    type: PassengerType | Literal[""] | None = Field(
        default=None, description='By hand; "" leaves it to the age.'
    )


class Connection(BaseModel):
    """What the booking belongs to: one stay, or one itinerary, or nothing."""

    stay: StayReference | None = None
    itinerary: ItineraryReference | None = Field(
        default=None, description="Its own, or its stay's; absent where the caller sees none."
    )


class Booking(BookingFields):
    """A booking. Fields that the role hides are absent."""

    number: int
    version: int
    brand: str | None = Field(default=None, description="Short code; null: the first brand.")
    customer: CustomerReference
    booked_on: Day
    exchange_rate: RateText = "1"
    profit_minor: int | None = Field(default=None, description="Price less cost, if known.")
    assignee: Person | None = None
    partner: CustomerReference | None = Field(
        default=None, description="Sold through; absent where trade partners are not seen."
    )
    commission_minor: int | None = Field(
        default=None, description="What the partner earns, as it was computed; null: not computed."
    )
    commission_basis: str = Field(default="", description="By what it was computed, in words.")
    connection: Connection
    passengers: list[Passenger] = Field(
        default_factory=list, description="Who travels; in the answer of a single booking only."
    )
    created_at: datetime
    updated_at: datetime


class BookingList(Paged):
    items: list[Booking]


class BookingFilters(Filters):
    q: str | None = Field(
        default=None, max_length=200, description="Product name, BKG. No or external reference."
    )
    status: Status | None = None
    is_connected: Literal["false"] | None = Field(
        default=None, description="false: only those that belong to nothing yet."
    )
    customer: Number | None = Field(default=None, description="Customer No.")
    brand: BrandCode | None = Field(default=None, description="Short code of their brand.")
    passenger: Number | None = Field(
        default=None, description="Customer No of somebody who travels, whoever booked."
    )
    partner: Number | None = Field(
        default=None, description="Customer No of the trade partner that sold them."
    )
    booked_from: Day | None = None
    booked_to: Day | None = None
    departs_from: Day | None = None
    departs_to: Day | None = None
    sort: Literal["number", "booked_on", "-booked_on"] = "number"


class NewConnection(Body):
    """Exactly one stay or one itinerary."""

    stay_id: UUID | None = Field(default=None, strict=False)
    itinerary: Number | None = Field(default=None, description="Number of the Trip ID.")
    version: Version | None = Field(default=None, description="Of the booking that was seen.")


class ConnectionStep(BaseModel):
    step: Literal["Connected", "Moved", "Disconnected"]
    at: datetime
    author: str
    summary: str
    change_id: UUID


class ConnectionHistory(BaseModel):
    connection: Connection
    steps: list[ConnectionStep] = Field(
        default_factory=list, description="Latest first; absent without the right to see history."
    )


class TargetFilters(BaseModel):
    q: str = Field(
        max_length=200,
        description="Reservation ID, trip name or Trip ID; at least three characters.",
    )


class Targets(BaseModel):
    """What a booking can be connected to."""

    stays: list[StayReference]
    itineraries: list[ItineraryReference]
    is_too_short: bool = Field(description="Fewer than three characters: nothing was searched.")


class Totals(BaseModel):
    """Confirmed bookings, in the organisation's currency; the others are counted apart."""

    currency: str
    turnover_minor: int = 0
    cost_minor: int = 0
    profit_minor: int = 0
    profit_per_pax_minor: int | None = None
    pax: int
    infants: int
    confirmed: int
    waitlisted: int
    cancelled: int
    without_cost: int = 0


class BookingsWithTotals(BaseModel):
    items: list[Booking]
    totals: Totals
