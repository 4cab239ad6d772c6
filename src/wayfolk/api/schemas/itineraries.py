"""Itineraries, the customers on them, and the stages."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.customers import NewCustomer
from wayfolk.api.schemas.fields import (
    Body,
    Count,
    CustomerReference,
    Day,
    Filters,
    Instant,
    Number,
    Paged,
    Text,
    Version,
)


class Person(BaseModel):
    """A member of the organisation."""

    id: UUID
    name: str


class ItineraryFields(BaseModel):
    """Fields that can be read and written."""

    name: Text
    arrival_at: Instant | None = None
    departure_at: Instant | None = None
    adults: Count = 0
    children: Count = 0
    infants: Count = 0
    notes: Text


class LinkChoice(Body):
    """A customer of the list: an existing one by number, or a new one, made in the same step."""

    number: Number | None = None
    new: NewCustomer | None = None
    is_poc: bool = Field(default=False, description="Point of contact.")
    is_travelling: bool = True
    is_leader: bool = Field(default=False, description="Trip leader; at most one.")


class _Written(Body, ItineraryFields):
    stage: str = Field(default="", max_length=40, description="Code of a stage.")
    assignee_id: UUID | None = Field(default=None, strict=False)


class NewItinerary(_Written):
    """A name is enough; a list of customers may be empty."""

    customers: list[LinkChoice] = Field(default_factory=list, max_length=500)


class ItineraryChanges(_Written):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class LinkList(Body):
    """The whole list in its order, judged on its final state."""

    customers: list[LinkChoice] = Field(max_length=500)
    fingerprint: str | None = Field(
        default=None, max_length=64, description="Of the list that was edited; another is refused."
    )


class AddedCustomers(Body):
    """Either existing customers by number, or one new customer."""

    numbers: list[Number] | None = Field(default=None, min_length=1, max_length=500)
    new: NewCustomer | None = None


class LinkChanges(Body):
    """Three independent facts; those that are absent stay as they are."""

    is_poc: bool | None = None
    is_travelling: bool | None = None
    is_leader: bool | None = None


class LinkedCustomer(BaseModel):
    """A customer on the itinerary, with what tells people apart."""

    customer: CustomerReference
    is_poc: bool
    is_travelling: bool
    is_leader: bool
    status: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    past_trips: int


class LinkedCustomers(BaseModel):
    items: list[LinkedCustomer]
    fingerprint: str
    warnings: list[str] = Field(
        default_factory=list, description="For the reader; they refuse nothing."
    )


class ItinerarySummary(ItineraryFields):
    number: int
    trip_id: str
    version: int
    stage: str
    assignee: Person | None = None
    created_at: datetime
    updated_at: datetime


class Itinerary(ItinerarySummary):
    customers: list[LinkedCustomer]
    warnings: list[str] = Field(default_factory=list)


class ItineraryList(Paged):
    items: list[ItinerarySummary]


class ItineraryFilters(Filters):
    q: str | None = Field(default=None, max_length=200, description="Trip ID or trip name.")
    stage: str | None = Field(default=None, max_length=40, description="Code of a stage.")
    assignee_id: UUID | None = None
    arrival_from: Day | None = None
    arrival_until: Day | None = None
    sort: Literal["number", "name", "-created_at"] = "number"


class Stage(BaseModel):
    code: str
    label: str
    is_closed: bool = Field(description="No longer offered; itineraries in it stay in it.")


class Stages(BaseModel):
    items: list[Stage]


class NewStage(Body):
    label: str


class StageChanges(Body):
    label: str | None = None
    is_closed: bool | None = None


class StageOrder(Body):
    codes: list[str] = Field(min_length=1, max_length=500)
