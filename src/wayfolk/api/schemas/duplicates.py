"""Possible duplicates, their verdicts and the rules that find them, as the API has them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.candidates import Evidence
from wayfolk.api.schemas.fields import Body, Number

Reason = Literal["", "same_email", "same_phone", "same_address", "similar_name"]


class DuplicatePair(BaseModel):
    """Two records that may be one, by Customer No. Evidence of hidden fields is absent."""

    customers: list[int]
    weight: float = Field(description="All evidence together, in bits.")
    probability: float
    evidence: list[Evidence]


class DuplicatePairs(BaseModel):
    """Those that wait, the likeliest first; `remaining`: by reason, "" for all, at most 10,000."""

    items: list[DuplicatePair]
    remaining: dict[str, int]


class Judgement(Body):
    """`not_same`: no two of these are one. `later`: they come back after all others."""

    customers: list[Number] = Field(min_length=2, max_length=10)
    verdict: Literal["not_same", "later"]


class Judged(BaseModel):
    """pairs: how many of them that decided."""

    pairs: int


class NewMatchingRules(Body):
    """Weights in bits; each more makes it twice as likely to be the same person."""

    suggest_from: float = Field(description="Shown beside a new customer; -5 to 40.")
    warn_from: float = Field(description="Asked about before another record is made.")
    fields_off: list[str] = Field(max_length=20, description="Comparisons that do not count.")
    own_bits: dict[str, float] = Field(
        max_length=100,
        description="“comparison.level” -> its weight by hand, -30 to 30. Of others what was"
        " learned holds, or what Wayfolk ships.",
    )


class MatchingRules(BaseModel):
    suggest_from: float
    warn_from: float
    fields_off: list[str]
    own_bits: dict[str, float]
    usual_bits: dict[str, float] = Field(description="What holds where nothing is set by hand.")
    trained_at: datetime | None


class MatchingEffect(BaseModel):
    """What rules would do: pairs that are known, and of the newest customers how many would have
    been shown or asked about somebody.
    """

    pairs_suggested_now: int
    pairs_suggested_then: int
    pairs_warned_now: int
    pairs_warned_then: int
    customers_looked_at: int
    customers_suggested_now: int
    customers_suggested_then: int
    customers_warned_now: int
    customers_warned_then: int


class DuplicateSearch(BaseModel):
    """A look through all customers. `fresh`: pairs that did not wait before."""

    id: UUID
    state: Literal["queued", "running", "finished", "failed"]
    phase: str
    customers: int
    pairs: int
    fresh: int
    failure: str
    asked_by: str
    finished_at: datetime | None
