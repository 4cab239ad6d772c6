"""Brands, their number ranges and reminder days."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Body, Number

BrandCode = Annotated[str, Field(max_length=80)]
RangedKind = Literal["booking", "offer"]


class NumberRange(BaseModel):
    """Numbers that are given to records of one brand alone; both ends belong to it."""

    id: UUID
    kind: RangedKind
    first: int
    last: int
    next: int = Field(description="The next one to be given; `last` + 1: used up.")


class Brand(BaseModel):
    """A sales identity. Bookings and offers name it by its code, those of the first one null."""

    code: str
    name: str
    is_first: bool = Field(description="Records that name no brand are its.")
    is_active: bool
    reminder_days: str | None = Field(
        description='When its offers remind, such as 3,7,14; "": never; null: as set for all.'
    )
    ranges: list[NumberRange]


class Brands(BaseModel):
    items: list[Brand]


class NewBrand(Body):
    name: str = Field(max_length=1_000)
    code: str = Field(max_length=1_000, description="2 to 8 letters or digits.")


class BrandChanges(Body):
    """Fields that are absent stay as they are."""

    name: str = Field(default="", max_length=1_000)
    code: str = Field(default="", max_length=1_000)
    is_active: bool = True
    reminder_days: str = Field(
        default="",
        max_length=80,
        description='Days after sending, such as 3,7,14; "": as set for all; "never": on none.',
    )


class NewNumberRange(Body):
    kind: RangedKind
    first: Number
    last: Number
