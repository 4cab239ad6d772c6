"""Trade partners, their business ids, contacts, terms and statements."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from wayfolk.api.schemas.bookings import AMOUNT_MAX, decimal_text
from wayfolk.api.schemas.customers import NewCustomer
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
from wayfolk.partners.rules.terms import TIERS_MAX

Level = Literal["consortium", "agency", "agent"]
Status = Literal["active", "inactive"]
Role = Literal["sales", "reservations", "accounting", "management", "other"]
TermKind = Literal["percentage", "per_booking", "per_passenger", "tiered"]
Percent = Annotated[
    Decimal,
    BeforeValidator(decimal_text),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,4})?$"}),
]
Positive = Annotated[int, Field(ge=0, le=AMOUNT_MAX)]


class BusinessId(BaseModel):
    id: UUID
    country: str
    scheme: str
    number: str
    normalised: str = Field(description="The one form that tells it from others.")


class NewBusinessId(Body):
    country: str = Field(description="ISO 3166.")
    scheme: str = Field(description="vat, abn, cvr, iata, ...; other is stored unchecked.")
    number: str


class PartnerFields(BaseModel):
    """Fields that can be read and written."""

    level: Level = "agency"
    status: Status = "active"
    currency: Annotated[str, Field(default_factory=str, description="Default; ISO 4217.")]
    payment_days: Annotated[int, Field(ge=0, le=365)] | None = None
    payment_terms: Text
    tier: Text


class _Written(Body, PartnerFields):
    parent: Number | None = Field(
        default=None, description="Customer No of the partner above; null for none."
    )


class NewPartner(_Written):
    """The customer and the level are needed."""

    customer: Number = Field(description="Customer No; a company, or a person as an agent.")


class NewPartnerTerms(_Written):
    """The level is needed; the default currency is the organisation's unless given."""


class NewCompanyPartner(Body):
    """A company that is not on record yet, as a trade partner from its first day."""

    company: NewCustomer = Field(description="`kind` is company whether it is sent or not.")
    partner: NewPartnerTerms
    business_id: NewBusinessId | None = None


class PartnerChanges(_Written):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class ContactFields(BaseModel):
    role: Role = "other"
    from_on: Day | None = None
    to_on: Day | None = Field(default=None, description="The first day on which it is no more so.")


class NewContact(Body, ContactFields):
    person: Number = Field(description="Customer No of a person.")


class ContactChanges(Body, ContactFields):
    """Fields that are absent stay as they are."""


class Contact(ContactFields):
    id: UUID
    person: CustomerReference


class Partner(PartnerFields):
    """A trade partner. `tier` is absent for roles that do not see commercial terms."""

    customer: CustomerReference
    version: int
    parent: CustomerReference | None = None
    created_at: datetime
    updated_at: datetime


class PartnerRecord(Partner):
    """With what belongs to it."""

    business_ids: list[BusinessId]
    contacts: list[Contact]


class PartnerList(Paged):
    items: list[Partner]


class PartnerFilters(Filters):
    q: str | None = Field(default=None, max_length=200, description="Words of the name.")
    level: Level | None = None
    status: Status | None = None
    parent: Number | None = Field(default=None, description="Customer No of the partner above.")
    sort: Literal["name", "-name"] = "name"


class Tier(BaseModel):
    turnover_from_minor: int = Field(
        ge=0, le=AMOUNT_MAX, description="In minor units of the organisation's currency."
    )
    percent: str


class WrittenTier(Body):
    turnover_from_minor: Positive
    percent: Percent


class TermFields(BaseModel):
    kind: TermKind = "percentage"
    product: Annotated[
        str,
        Field(default_factory=str, description="Words of the product's name; empty: every one."),
    ]
    valid_from: Day | None = None
    valid_to: Day | None = Field(
        default=None, description="The first day on which it no longer holds; null: open."
    )
    amount_minor: Positive | None = Field(
        default=None, description="Per booking or per passenger, in minor units of `currency`."
    )
    currency: Text
    remark: Text


class _WrittenTerm(Body, TermFields):
    percent: Percent | None = None
    tiers: list[WrittenTier] = Field(default_factory=list, max_length=TIERS_MAX)


class NewTerm(_WrittenTerm):
    """Kind, first day and the values of the kind are needed."""


class TermChanges(_WrittenTerm):
    """Fields that are absent stay as they are; values of another kind are emptied."""

    version: Version | None = None


class Term(TermFields):
    id: UUID
    version: int
    percent: str | None = None
    tiers: list[Tier]


class Terms(BaseModel):
    items: list[Term]


class EffectiveTerm(BaseModel):
    """A term in force for a partner, and where it comes from."""

    id: UUID
    partner: CustomerReference = Field(description="Whose term it is: the partner or one above.")
    product: str
    valid_from: Day
    valid_to: Day | None = None
    words: str = Field(description='As "10 % of the price".')
    overridden_by: CustomerReference | None = Field(
        default=None, description="The nearer partner whose term holds instead, if there is one."
    )


class EffectiveTerms(BaseModel):
    day: Day
    items: list[EffectiveTerm] = Field(description="In the order in which they are looked through.")


class EffectiveDay(BaseModel):
    day: Day | None = Field(default=None, description="Today unless said.")


class StatementPeriod(BaseModel):
    first: Day
    last: Day = Field(description="Included.")
    of: Literal["booked", "departs"] = "booked"


class StatementLine(BaseModel):
    """What one partner earned in one currency; amounts in its minor units."""

    partner: CustomerReference
    level: Level
    currency: str
    bookings: int
    uncomputed: int = Field(description="Bookings without a commission.")
    turnover_minor: int
    commission_minor: int


class StatementTotal(BaseModel):
    currency: str
    bookings: int
    uncomputed: int
    turnover_minor: int
    commission_minor: int


class Statement(BaseModel):
    """Confirmed bookings of the partner and everybody below it."""

    partner: CustomerReference
    first: Day
    last: Day
    of: Literal["booked", "departs"]
    lines: list[StatementLine]
    totals: list[StatementTotal]
    not_confirmed: int


class Recomputed(BaseModel):
    changed: int
