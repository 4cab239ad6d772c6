"""Households, who lives in them when, guardians, and people who matter to a household."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

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

Role = Literal["head", "partner", "child", "parent", "relative", "adult"]
Channel = Literal["", "email", "phone", "text", "post"]
ConnectionKind = Literal["emergency", "payer", "other"]
Numbers = list[Number]


class HouseholdFields(BaseModel):
    """Fields that can be read and written."""

    name: Text
    lines: Text
    postcode: Text
    city: Text
    country: Text
    language: Text
    channel: Channel = ""
    newsletter_by_email: bool = False
    newsletter_by_post: bool = False
    notes: Text


class Placed(BaseModel):
    """A member's role, and what of their own counts instead of the household's."""

    role: Role = "adult"
    uses_household_address: bool = True
    uses_household_preferences: bool = True
    channel: Channel = Field(default="", description="The member's own.")
    newsletter_by_email: bool = False
    newsletter_by_post: bool = False


class NewMember(Body, Placed):
    customer: Number = Field(description="Customer No.")
    to_on: Day | None = Field(default=None, description="First day on which they are gone.")


class NewHousehold(Body, HouseholdFields):
    """A name is needed; `members` live there from `from_on` on."""

    members: list[NewMember] = Field(default_factory=list, max_length=100)
    from_on: Day | None = None
    leaving_others: bool = Field(
        default=False, description="They leave the households they live in on that day."
    )


class HouseholdChanges(Body, HouseholdFields):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class HouseholdReference(BaseModel):
    number: int
    name: str


class Household(HouseholdFields):
    """The address is absent where the role hides addresses."""

    number: int
    version: int
    ended_on: date | None = None
    merged_into: HouseholdReference | None = None
    created_at: datetime
    updated_at: datetime
    remarks: list[str] = Field(default_factory=list, description="Of the change just made.")


class HouseholdList(Paged):
    items: list[Household]


class HouseholdFilters(Filters):
    q: str | None = Field(default=None, max_length=200, description="Name, number, city, member.")
    state: Literal["living", "ended", "all"] = "living"
    sort: Literal["name", "-name", "number", "-number"] = "name"


class Address(BaseModel):
    lines: str
    postcode: str
    city: str
    country: str


class Preferences(BaseModel):
    language: str
    channel: str
    newsletter_by_email: bool
    newsletter_by_post: bool


class Member(Placed):
    """Somebody's time in a household, with the address and preferences that count for them."""

    id: UUID
    version: int
    customer: CustomerReference
    from_on: date
    to_on: date | None = Field(description="First day on which they are gone.")
    address: Address | None = Field(
        default=None, description="Absent where the role hides addresses."
    )
    address_from: Literal["household", "own", ""] = ""
    preferences: Preferences
    preferences_from: Literal["household", "own"]


class Members(BaseModel):
    items: list[Member]
    remarks: list[str] = Field(default_factory=list, description="Of the change just made.")


class MemberFilters(BaseModel):
    on: Day | None = Field(default=None, description="Who lived there on that day.")


class MoveIn(Body):
    members: list[NewMember] = Field(min_length=1, max_length=100)
    from_on: Day
    leaving_others: bool = False


class MoveOut(Body):
    customers: Numbers = Field(min_length=1, max_length=100, description="Customer Nos.")
    on: Day


class MemberChanges(Body, Placed):
    """Fields that are absent stay as they are."""

    from_on: Day | None = None
    to_on: Day | None = None
    version: Version | None = None


class NewRole(Body):
    customer: Number
    role: Role


class Split(Body):
    """Into an existing household, or into a new one."""

    customers: Numbers = Field(min_length=1, max_length=100, description="Customer Nos.")
    on: Day
    into: Number | None = Field(default=None, description="Household No; absent: a new one.")
    name: str | None = Field(default=None, max_length=200, description="Of the new one.")
    takes_address: bool = False
    roles: list[NewRole] = Field(default_factory=list, max_length=100)


class Merge(Body):
    households: Numbers = Field(min_length=1, max_length=100, description="Household Nos.")
    on: Day


class OnDay(Body):
    on: Day


class NewConnection(Body):
    customer: Number = Field(description="Customer No.")
    kind: ConnectionKind
    from_on: Day
    to_on: Day | None = None
    note: str = Field(default="", max_length=200)


class Connection(BaseModel):
    id: UUID
    customer: CustomerReference
    kind: ConnectionKind
    note: str
    from_on: date
    to_on: date | None


class Connections(BaseModel):
    items: list[Connection]


class NewGuardian(Body):
    guardian: Number = Field(description="Customer No.")
    from_on: Day
    to_on: Day | None = None


class Guardian(BaseModel):
    id: UUID
    child: CustomerReference
    guardian: CustomerReference
    from_on: date
    to_on: date | None


class Guardians(BaseModel):
    items: list[Guardian]


class CustomerHousehold(BaseModel):
    household: HouseholdReference
    role: Role
    from_on: date
    to_on: date | None


class CustomerHouseholds(BaseModel):
    items: list[CustomerHousehold]


class Suggestion(BaseModel):
    """People who may be one household, or join the one where `neighbours` live."""

    people: list[CustomerReference]
    neighbours: list[CustomerReference]
    household: HouseholdReference | None
    reasons: list[str]


class Suggestions(Paged):
    items: list[Suggestion]


class SuggestionFilters(BaseModel):
    cursor: str | None = Field(
        default=None, max_length=2_000, description="`next_cursor` of the page before."
    )


class Dismissal(Body):
    customers: Numbers = Field(min_length=2, max_length=20, description="Customer Nos.")
