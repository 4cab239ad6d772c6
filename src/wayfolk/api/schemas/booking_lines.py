"""Booking lines, their categories, pickup points, and the totals of a customer."""

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from wayfolk.api.schemas.bookings import Minor, Totals, decimal_text
from wayfolk.api.schemas.fields import Body, Count, Day, Text, Version
from wayfolk.bookings.line_rules import CHOICE_DAYS_MAX, LINES_MAX

Kind = Literal["basic", "insurance", "transfer", "fee", "discount", "supplement", "pickup", "other"]
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _hour(value: Any) -> Any:
    if isinstance(value, str) and not _HOUR.fullmatch(value):
        message = "write an hour like 07:45"
        raise ValueError(message)
    return time.fromisoformat(value) if isinstance(value, str) else value


Hour = Annotated[
    time, BeforeValidator(_hour), WithJsonSchema({"type": "string", "pattern": _HOUR.pattern})
]


class Category(BaseModel):
    """A category of lines. `code`: of those that every organisation has; "" for its own."""

    id: UUID
    name: str
    kind: Kind
    code: str
    is_retired: bool


class CategoryList(BaseModel):
    items: list[Category]


class NewCategory(Body):
    name: str = Field(max_length=200)
    kind: Kind = Field(description="Which part of a turnover such lines are; never changes.")


class CategoryChanges(Body):
    """Fields that are absent stay as they are."""

    name: str | None = Field(default=None, max_length=200)
    is_retired: bool | None = Field(default=None, description="Not offered any more.")


class _PickupFields(BaseModel):
    code: Annotated[str, Field(default_factory=str, max_length=100)]
    description: Text
    meets_at: Hour | None = None
    price_minor: Minor = 0
    cost_minor: Minor | None = None
    currency: Annotated[str, Field(default_factory=str, description="ISO 4217.")]
    price_tag: Text
    route: Text
    choice_days: Annotated[int, Field(ge=0, le=CHOICE_DAYS_MAX)] | None = Field(
        default=None,
        description="Until how many days before departure guests may take another point of the"
        " route by a link; null: never.",
    )
    is_retired: bool = False


class PickupChanges(Body, _PickupFields):
    """Fields that are absent stay as they are; a new one costs nothing unless said."""

    version: Version | None = None


class PickupPoint(_PickupFields):
    """A pickup point of the catalogue. The cost is absent where the role hides it."""

    id: UUID
    version: int
    meets_at: str | None = None  # type: ignore[assignment]


class PickupList(BaseModel):
    items: list[PickupPoint]


Percentage = Annotated[
    Decimal,
    BeforeValidator(decimal_text),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,2})?$"}),
]


class _AdjustmentFields(BaseModel):
    code: Annotated[str, Field(default_factory=str, max_length=100)]
    description: Text
    kind: Annotated[str, Field(default_factory=str, description="discount or supplement.")]
    rate: Percentage | None = Field(
        default=None, description="Percent of the basic price; or an amount."
    )
    amount_minor: Minor | None = Field(default=None, description="More than 0 for a discount too.")
    currency: Annotated[str, Field(default_factory=str, description="ISO 4217.")]
    is_per_passenger: bool = False
    product: Text
    is_permanent: bool = False
    bonus_code: Annotated[str, Field(default_factory=str, max_length=100)]
    beside_id: UUID | None = Field(
        default=None,
        strict=False,
        description="Only for bookings that have a line of this category.",
    )
    is_retired: bool = False


class AdjustmentChanges(Body, _AdjustmentFields):
    """Fields that are absent stay as they are; either a rate or an amount is needed.

    `product`: empty for a general one, else what it is specific to, or begins with. A permanent
    one is proposed on every booking that it fits; one with a bonus code is given by that alone.
    """

    version: Version | None = None


class Adjustment(_AdjustmentFields):
    """A discount or supplement of the catalogue."""

    id: UUID
    version: int
    rate: str | None = None  # type: ignore[assignment]


class AdjustmentList(BaseModel):
    items: list[Adjustment]


class LineFields(Body):
    """Fields that are absent stay as they are; what it is made of gives what is not said."""

    category_id: UUID | None = Field(default=None, strict=False)
    pickup_point_id: UUID | None = Field(default=None, strict=False)
    adjustment_id: UUID | None = Field(default=None, strict=False)
    bonus_code: Annotated[
        str, Field(default_factory=str, max_length=100, description="Instead of adjustment_id.")
    ]
    description: Text
    pax: Count | None = None
    amount_minor: Minor = Field(
        default=0, description="In the booking's currency; a discount's is 0 or less."
    )
    cost_minor: Minor | None = None


class NewLine(LineFields):
    version: Version | None = Field(default=None, description="Of the booking that was seen.")


class SetLine(LineFields):
    id: UUID | None = Field(default=None, strict=False, description="Of a line that stays.")


class SetLines(Body):
    """All lines of a booking in their order; those that are not in it are removed."""

    items: list[SetLine] = Field(max_length=LINES_MAX)
    version: Version | None = Field(default=None, description="Of the booking that was seen.")


class Line(BaseModel):
    """A part of a booking's price. The cost is absent where the role hides it.

    `guest_url`: the guest's own page, which lets whoever has it choose another pickup point of the
    route until `guest_chooses_until`. Both are absent where there is nothing to choose.
    """

    id: UUID
    category: Category
    pickup_point_id: UUID | None
    adjustment_id: UUID | None
    description: str
    pax: int | None
    amount_minor: int
    cost_minor: int | None = None
    guest_chooses_until: Day | None = None
    guest_url: str = ""


class Lines(BaseModel):
    """Without lines a booking is all Basic, with the price and cost that it has."""

    currency: str
    total_minor: int
    cost_minor: int | None = None
    items: list[Line]


class Parts(BaseModel):
    """What a turnover is made of; they add up to it. Discounts are 0 or less."""

    basic_minor: int
    insurance_minor: int
    transfers_minor: int
    fees_minor: int
    discounts_minor: int
    supplements_minor: int
    pickup_minor: int
    others_minor: int


class Year(BaseModel):
    """Confirmed bookings by the year of departure (without one: of booking)."""

    year: int
    bookings: int
    pax: int
    turnover_minor: int = 0
    cost_minor: int = 0
    profit_minor: int = 0


class CustomerTotals(Totals):
    """All of a customer's bookings. Figures that the role hides are absent."""

    parts: Parts | None = None
    last_departure_on: Day | None = None
    years: list[Year]
