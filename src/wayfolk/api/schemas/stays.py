"""Stays and the properties (hotels) they are at."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

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

Status = Literal["expected", "in_house", "departed", "no_show", "cancelled"]


class StayFields(BaseModel):
    """Fields that can be read and written."""

    reservation_number: Text
    status: Status = "expected"
    arrival_on: Day | None = None
    departure_on: Day | None = None
    room_type: Text
    room: Text
    meal_plan: Text
    adults: Count = 0
    children: Count = 0
    infants: Count = 0
    source: Text
    notes: Text


class _Written(Body, StayFields):
    property_id: UUID | None = Field(default=None, strict=False)
    property_name: str | None = Field(
        default=None,
        max_length=200,
        description="Instead of property_id: the hotel of this name, made if there is none.",
    )
    guest: Number | None = Field(default=None, description="Customer No.")


class NewStay(_Written):
    """Reservation ID, property, guest and dates are needed."""


class StayChanges(_Written):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class Property(BaseModel):
    id: UUID
    name: str
    version: int


class Properties(Paged):
    items: list[Property]


class PropertyName(Body):
    name: str


class PropertyChanges(PropertyName):
    version: Version | None = None


class PropertyReference(BaseModel):
    id: UUID
    name: str


class ItineraryReference(BaseModel):
    number: int
    trip_id: str
    name: str


class Stay(StayFields):
    id: UUID
    version: int
    property: PropertyReference
    guest: CustomerReference
    itinerary: ItineraryReference | None = Field(
        default=None, description="Absent where itineraries are not for the caller to see."
    )
    nights: int
    created_at: datetime
    updated_at: datetime


class StayList(Paged):
    items: list[Stay]


class StayFilters(Filters):
    q: str | None = Field(default=None, max_length=200, description="Of a reservation ID.")
    property_id: UUID | None = None
    status: Status | None = None
    arrival_from: Day | None = None
    arrival_to: Day | None = None
    guest: Number | None = Field(default=None, description="Customer No.")
    sort: Literal["arrival_on", "-arrival_on"] = "arrival_on"


class ItineraryNumber(Body):
    itinerary: Number = Field(description="Number of the Trip ID.")
