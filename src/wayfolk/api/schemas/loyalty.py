"""Bonus points, bonus packages, customer extras, and the lists and rule behind them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.bookings import AMOUNT_MAX
from wayfolk.api.schemas.fields import Body, Day, Filters, Number, Paged, Text, Version
from wayfolk.loyalty.rules import LABEL_MAX, MONTHS_MAX, POINTS_MAX, QUANTITY_MAX

EntryKind = Literal["earned", "granted", "redeemed", "expired", "corrected", "transferred"]
Gain = Annotated[int, Field(ge=1, le=POINTS_MAX)]
Id = Annotated[UUID, Field(strict=False)]
Rate = Annotated[int, Field(ge=0, le=POINTS_MAX)]


class PointsEntry(BaseModel):
    """A line of the ledger; it is never edited."""

    id: UUID
    points: int = Field(description="Negative: fewer.")
    kind: EntryKind
    reason: str
    booking: int | None = Field(default=None, description="BKG. No.")
    entered_on: Day
    expires_on: Day | None
    author: str
    created_at: datetime


class PointsList(Paged):
    items: list[PointsEntry]


class PointsFilters(Filters):
    """The latest lines first."""


class PointsBalance(BaseModel):
    balance: int = Field(description="Gained Bonus: the sum of the ledger.")
    earned: int = Field(description="Earned and granted.")
    redeemed: int
    expired: int


class NewPoints(Body):
    """`kind` says what is done: the points are positive, but those of a correction."""

    kind: Literal["granted", "redeemed", "corrected", "transferred"]
    points: int = Field(ge=-POINTS_MAX, le=POINTS_MAX)
    reason: Text
    expires_on: Day | None = Field(default=None, description="Of granted points.")
    booking: Number | None = Field(default=None, description="Of granted and redeemed points.")
    to: Number | None = Field(default=None, description="Customer No; of transferred points.")


class PackageFields(BaseModel):
    """Fields that can be read and written."""

    benefit: Text
    valid_to: Day | None = Field(default=None, description="The last day; null: without end.")
    notes: Text


class NewPackage(Body, PackageFields):
    """Valid from today unless said; points or a benefit."""

    programme: Id
    points: Gain | None = Field(default=None, description="Added to the ledger when it is used.")
    valid_from: Day | None = None


class PackageChanges(Body, PackageFields):
    """Fields that are absent stay as they are. `status`: use it, or end it."""

    programme: Id | None = None
    points: Gain | None = None
    valid_from: Day | None = None
    status: Literal["used", "ended"] | None = None
    version: Version | None = None


class Package(PackageFields):
    id: UUID
    version: int
    programme: UUID
    programme_name: str
    points: int | None = None
    valid_from: Day
    status: Literal["active", "used", "ended"]
    closed_on: Day | None


class PackageList(BaseModel):
    items: list[Package]


class ExtraFields(BaseModel):
    """Fields that can be read and written."""

    description: Text
    valid_to: Day | None = Field(default=None, description="The last day; null: without end.")
    notes: Text


class NewExtra(Body, ExtraFields):
    """Once and from today unless said."""

    kind: Id
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] = 1
    valid_from: Day | None = None


class ExtraChanges(Body, ExtraFields):
    """Fields that are absent stay as they are."""

    kind: Id | None = None
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] | None = None
    valid_from: Day | None = None
    version: Version | None = None


class Extra(ExtraFields):
    id: UUID
    version: int
    kind: UUID
    kind_name: str
    quantity: int
    used: int
    used_on: Day | None
    valid_from: Day


class ExtraList(BaseModel):
    items: list[Extra]


class ListEntry(BaseModel):
    id: UUID
    label: str
    is_closed: bool


class NewListEntry(Body):
    label: str = Field(max_length=4 * LABEL_MAX)


class ListEntryChanges(Body):
    label: str | None = Field(default=None, max_length=4 * LABEL_MAX)
    is_closed: bool | None = None


class ListEntries(BaseModel):
    items: list[ListEntry]


class RuleFields(BaseModel):
    is_on: bool
    from_on: Day = Field(description="Bookings that return from this day on earn.")
    amount_minor: Annotated[
        int, Field(ge=1, le=AMOUNT_MAX, description="In the organisation's currency.")
    ]
    points_per_amount: Rate
    points_per_night: Rate
    points_per_trip: Rate
    months_valid: Annotated[int, Field(ge=1, le=MONTHS_MAX)] | None


class NewRule(Body, RuleFields):
    """The whole rule; points earned already stay."""

    version: Version | None = None


class EarningRule(RuleFields):
    version: int
