"""Customers as the API shows and takes them.

Contact fields are flat ("primary_email"), named as in forms, imports and error messages.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.paging import LIMIT_DEFAULT, LIMIT_MAX
from wayfolk.api.schemas.candidates import Candidate
from wayfolk.api.schemas.fields import (
    Body,
    CustomerReference,
    Day,
    Filters,
    Instant,
    Number,
    Paged,
    Text,
    Version,
)

Country = Annotated[
    str, Field(default_factory=str, pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")
]


class CustomerFields(BaseModel):
    """Fields that can be read and written."""

    title: Text
    given_name: Text
    middle_name: Text
    family_name: Text
    company_name: Text
    birth_on: Day | None = None
    gender: Literal["", "female", "male", "other"] = ""
    language: Text
    nationality: Country
    is_special_guest: bool = False
    takes_newsletter: bool | None = Field(
        default=None, description="Whether they want it; null where they were not asked."
    )
    notes: Text
    primary_email: Text
    primary_phone: Text
    primary_mobile: Text
    primary_evening_phone: Text
    primary_fax: Text
    primary_lines: Text
    primary_postcode: Text
    primary_city: Text
    primary_country: Country
    secondary_email: Text
    secondary_phone: Text
    secondary_mobile: Text
    secondary_evening_phone: Text
    secondary_fax: Text
    secondary_lines: Text
    secondary_postcode: Text
    secondary_city: Text
    secondary_country: Country


class NewCustomer(Body, CustomerFields):
    """A first name (a company: its name) is enough.

    A company has no title, first, middle or last name, birth_on, gender and nationality.
    """

    kind: Literal["person", "company"] = "person"
    allow_duplicate: bool = Field(
        default=False, description="Create it even where somebody likely the same is there."
    )


class CustomerDraft(Body, CustomerFields):
    """What is known of somebody so far; all of it is optional."""

    kind: Literal["person", "company"] = "person"


class CustomerChanges(Body, CustomerFields):
    """Fields that are absent stay as they are; "" empties one."""

    status: Literal["active", "inactive"] = "active"
    kind: Literal["person", "company"] = Field(
        default="person", description="The present one only; see POST /customers/{number}/convert."
    )
    version: Version | None = Field(
        default=None, description="The version that was edited, where If-Match cannot be sent."
    )


class Conversion(Body):
    """To which account type, and the names afterwards.

    Names that are absent are as the plan proposes them. With `dry_run` nothing is changed.
    """

    to_kind: Literal["person", "company"]
    given_name: Text
    family_name: Text
    company_name: Text
    dry_run: bool = False
    version: Version | None = Field(
        default=None, description="That of the plan, where If-Match cannot be sent."
    )


class MovedName(BaseModel):
    """A name under its former field and the new one."""

    value: str
    field: str
    to: str


class ConversionObstacle(BaseModel):
    """What has to end first; `record` (household, partner, booking, customer), `number`: where."""

    words: str
    record: str
    number: int | None


class ConversionPlan(BaseModel):
    """What the conversion would do; it is refused while there are obstacles."""

    customer: int
    to_kind: str
    version: int
    given_name: str
    family_name: str
    company_name: str
    kept: list[str]
    moved: list[MovedName]
    lost: list[str] = Field(description="Names of the fields that are emptied.")
    obstacles: list[ConversionObstacle]


class CustomerStatus(Body):
    status: Literal["active", "inactive"]


class CustomersStatus(CustomerStatus):
    """Several at once, taken back as one change."""

    numbers: list[Number] = Field(min_length=1, max_length=1_000)


class ChangedCount(BaseModel):
    """How many were not so already."""

    changed: int


class Customer(CustomerFields):
    """A customer. Fields that the role hides are absent."""

    number: int
    version: int
    kind: Literal["person", "company"]
    name: str = Field(default="", description="As one would address the record in a list.")
    status: Literal["active", "inactive", "restricted"] = "active"
    merged_into: int | None = Field(
        default=None,
        description="Present where the number asked for is of a record that was merged into this"
        " one; it is this one's number.",
    )
    created_at: datetime
    updated_at: datetime


class CreatedCustomer(Customer):
    """A new customer. `possible_duplicates` is absent where nobody resembles it."""

    possible_duplicates: list[Candidate] = Field(
        default_factory=list, description="Who may be the same, but not likely."
    )


class Converted(BaseModel):
    """The plan as it was before, and the customer afterwards; null for a dry run."""

    plan: ConversionPlan
    customer: Customer | None


class MatchReason(BaseModel):
    """Why a search found the customer."""

    field: str = Field(
        description="name, company, email, phone, city, number, external_id, booking, reservation"
        " or trip."
    )
    kind: str = Field(
        description="exact, beginning, spelling, swapped, nickname, joined, inside, tail or"
        " transliterated."
    )
    text: str = Field(description="The value of the record that matched.")


class CustomerMatch(Customer):
    """Of a search: also how well and why it matched, and what is known of past trips."""

    match_score: float | None = Field(default=None, description="From 0 to 1, 1 for a sure match.")
    match_reasons: list[MatchReason] = []
    match_reason: str = Field(
        default="", description="The reasons in words; empty where it plainly is what `q` says."
    )
    past_trips: int | None = Field(default=None, description="Trips that are over.")


class CustomerList(Paged):
    items: list[CustomerMatch]
    message: str = Field(
        default="", description="About `q`, for its reader: too long, nothing to search for."
    )


MATCHES_DEFAULT = 20  # further matches of a name are rarely read


_BEGINNING = ", compared by its beginning, however it is spelled."
_OF_A_BOOKING = "of one booking that was not cancelled; all such filters mean the same booking."
_SEVERAL = "Several are separated by “|”."
_AMOUNT = "In the organisation's currency, such as 1234.50."
CustomerOrder = Literal[
    "number",
    "-number",
    "name",
    "-name",
    "created",
    "-created",
    "changed",
    "-changed",
    "-updated_at",
    "turnover",
    "-turnover",
    "bookings",
    "-bookings",
    "pax",
    "-pax",
    "last_departure",
    "-last_departure",
    "city",
    "-city",
    "postcode",
    "-postcode",
    "country",
    "-country",
]


class CustomerFilters(Filters):
    q: str | None = Field(
        default=None,
        max_length=200,
        description="Name, company, city, email, phone or number, from the first character on,"
        " misspelled or not; best match first, inactive ones last, restricted ones never; at most"
        " 1,000; `sort` is not heeded then.",
    )
    status: Literal["active", "inactive", "restricted"] | None = None
    kind: Literal["person", "company"] | None = None
    email: str | None = Field(default=None, max_length=254, description="This very address.")
    phone: str | None = Field(default=None, max_length=60, description="This very number.")
    updated_since: Instant | None = Field(default=None, description="Changed at or after.")
    number: str | None = Field(default=None, max_length=20)
    given_name: str | None = Field(default=None, description=f"First name{_BEGINNING}")
    family_name: str | None = Field(default=None, description=f"Last name{_BEGINNING}")
    company: str | None = Field(default=None, description=f"Company{_BEGINNING}")
    contact: str | None = Field(default=None, description=f"A contact of the company{_BEGINNING}")
    mobile: str | None = Field(default=None, description=f"Mobile{_BEGINNING}")
    evening_phone: str | None = Field(default=None, description=f"Evening phone{_BEGINNING}")
    fax: str | None = Field(default=None, description=f"Fax{_BEGINNING}")
    address: str | None = Field(
        default=None, description="Words of the address, from any place on."
    )
    postcode: str | None = Field(default=None, description=f"Zip{_BEGINNING}")
    city: str | None = Field(default=None, description=f"City{_BEGINNING}")
    country: str | None = Field(default=None, max_length=2, description="ISO 3166 alpha-2.")
    newsletter: Literal["yes", "no", "unknown"] | None = None
    special: Literal["yes", "no"] | None = Field(default=None, description="Special guest.")
    household: Literal["yes", "no"] | None = Field(default=None, description="Lives in one.")
    departs_from: date | None = Field(default=None, description=f"Departure {_OF_A_BOOKING}")
    departs_to: date | None = Field(default=None, description=f"Departure {_OF_A_BOOKING}")
    users: str | None = Field(default=None, description=f"Members' ids {_OF_A_BOOKING} {_SEVERAL}")
    transports: str | None = Field(
        default=None, description=f"Transports {_OF_A_BOOKING} {_SEVERAL}"
    )
    hotels: str | None = Field(default=None, description=f"Hotels {_OF_A_BOOKING} {_SEVERAL}")
    turnover_from: str | None = Field(default=None, description=_AMOUNT)
    turnover_to: str | None = Field(default=None, description=_AMOUNT)
    last_departure_from: date | None = None
    last_departure_to: date | None = None
    sort: CustomerOrder = Field(
        default="number",
        description="Descending with a minus. Orders by a departure or a place leave out whoever"
        " has none.",
    )
    limit: int | None = Field(  # type: ignore[assignment]
        default=None,
        ge=1,
        le=LIMIT_MAX,
        description=f"Rows a page: {LIMIT_DEFAULT} unless told, {MATCHES_DEFAULT} of a search.",
    )

    def of_the_list(self) -> dict[str, list[str]]:
        """Those that the customers list has too, as its address would have them."""
        own = {"q", "email", "phone", "updated_since", "sort", "limit", "cursor"}
        given = self.model_dump(mode="json", exclude=own, exclude_none=True)
        several = {"users", "transports", "hotels"}
        return {
            name: str(value).split("|") if name in several else [str(value)]
            for name, value in given.items()
        }

    @property
    def page_size(self) -> int:
        return self.limit or (MATCHES_DEFAULT if self.q else LIMIT_DEFAULT)


class PromotedContact(BaseModel):
    """An itinerary that the deletion leaves, and who becomes its point of contact."""

    itinerary: int
    name: str
    promoted: int | None = Field(description="Customer No of the new point of contact, if any.")


class DeletionPreview(BaseModel):
    """What deleting the customer touches. Counts stop at 1,000; they are absent where the
    caller sees no such records.
    """

    customer: int
    itineraries: list[PromotedContact]
    stays: int = Field(default=0, description="They keep pointing at the record.")
    bookings: int = Field(default=0, description="They keep pointing at the record.")
    travels: int = Field(
        default=0,
        description="Bookings of others on which the customer travels; they keep the record too.",
    )


class SharedWith(BaseModel):
    """Why the value is not one person's own. `number`: of the household or company, if any."""

    kind: Literal["relay", "household", "desk", "many", "some", "role"]
    words: str
    customers: int = Field(description="How many use it, counted no further than 50.")
    number: int | None


class ContactPoint(BaseModel):
    """An email or phone. `shared` is null where nobody else is known to use it."""

    id: UUID
    set: Literal["primary", "secondary"]
    kind: Literal["email", "phone", "mobile", "evening_phone", "fax"]
    value: str
    shared: SharedWith | None


class ContactPoints(BaseModel):
    """Those that the role may see."""

    items: list[ContactPoint]


class CustomerReferences(Paged):
    items: list[CustomerReference]


class NewContactSharing(Body):
    shared_from: int = Field(description="How many customers use it, 2 to 50.")
    relay_domains: list[str] = Field(
        description="What stands after the @ of addresses that a booking site only passes on,"
        " beside those that are known anyway; at most 100."
    )


class ContactSharing(BaseModel):
    """When an email or phone is taken for shared by people with nothing else in common."""

    shared_from: int
    relay_domains: list[str]
    known_relay_domains: list[str] = Field(description="Those of booking sites; they always hold.")
