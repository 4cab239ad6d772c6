"""The ages at which passengers become children and adults."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Body, Day, Version
from wayfolk.passengers.rules import AGE_MAX, CHILD_BELOW, INFANT_BELOW

Age = Annotated[int, Field(ge=0, le=AGE_MAX, description="In full years.")]


class AgeFields(BaseModel):
    product: Annotated[
        str,
        Field(default_factory=str, description="Words of the product's name; empty: every one."),
    ]
    infant_below: Age = INFANT_BELOW
    child_below: Age = CHILD_BELOW
    from_on: Day | None = Field(default=None, description="First day of travel; null: since ever.")
    to_on: Day | None = Field(
        default=None, description="The first day on which they no longer hold; null: open."
    )


class NewAges(Body, AgeFields):
    """Ages that are absent are the usual ones."""


class AgeChanges(Body, AgeFields):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class Ages(AgeFields):
    id: UUID
    version: int


class AgeList(BaseModel):
    items: list[Ages]
