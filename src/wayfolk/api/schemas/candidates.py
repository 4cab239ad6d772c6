"""Customers whom a new one may be already, as the API names them."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class Evidence(BaseModel):
    """What speaks for the same person (above zero) or against it (below)."""

    field: str
    text: str
    weight: float = Field(description="In bits: 1 more makes it twice as likely.")


class Candidate(BaseModel):
    """A customer who may be the same. Evidence of fields that the role hides is absent."""

    id: UUID
    number: int
    name: str = ""
    level: Literal["warn", "suggest"] = Field(
        description="warn: likely the same, refused unless allowed; suggest: possibly."
    )
    weight: float = Field(description="All evidence together, in bits.")
    probability: float = Field(description="That it is the same, from 0 to 1.")
    evidence: list[Evidence]


class Candidates(BaseModel):
    """The likeliest first, at most five."""

    items: list[Candidate]
