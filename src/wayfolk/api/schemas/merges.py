"""Merges of customers as the API takes and shows them. Records are named by Customer No."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.changes import UndoReport
from wayfolk.api.schemas.fields import Body, Number


class MergeRequest(Body):
    """Which records become one: those in `absorbed` part of `survivor`."""

    survivor: Number
    absorbed: list[Number] = Field(min_length=1, max_length=50)
    choices: dict[str, Number] = Field(
        default_factory=dict,
        max_length=50,
        description="Field (or email, phone, mobile, evening_phone, fax, address) -> the record"
        " whose value is taken.",
    )


class MergeOrder(MergeRequest):
    """`fingerprint`: the plan's. `confirmed`: codes of its guards that you looked at."""

    fingerprint: str = Field(max_length=64)
    confirmed: list[str] = Field(default_factory=list, max_length=50)


class MergeParty(BaseModel):
    number: int
    name: str


class MergeValue(BaseModel):
    """What a record has in the field, and who changed it last, when."""

    number: int
    value: str
    changed_at: datetime | None
    changed_by: str


class MergeField(BaseModel):
    """`chosen`: whose value the survivor gets; `combined`: one made of several."""

    code: str
    label: str
    values: list[MergeValue]
    chosen: int
    reason: str
    combined: str | None
    is_shown: bool
    may_choose: bool


class MergeRelation(BaseModel):
    """Rows that move, sentences about those that are united, and about those that stay."""

    code: str
    label: str
    moved: int
    united: list[str]
    staying: list[str]


class MergeGuard(BaseModel):
    """A blocking one refuses the merge; the others want to be confirmed by their code."""

    code: str
    message: str
    is_blocking: bool


class MergePlan(BaseModel):
    survivor: MergeParty
    absorbed: list[MergeParty]
    fields: list[MergeField]
    relations: list[MergeRelation]
    guards: list[MergeGuard]
    fingerprint: str


class Merge(BaseModel):
    """`is_repeat`: it had been made before. `unmerged_by_id`: the change that took it back."""

    id: UUID
    survivor: MergeParty
    absorbed: list[MergeParty]
    made_by: str
    made_at: datetime
    change_id: UUID
    unmerged_by_id: UUID | None
    is_repeat: bool = False


class RowMadeSince(BaseModel):
    """A row that came to the survivor after the merge. `because`: why it is proposed so."""

    key: str
    noun: str
    words: str
    made_at: datetime
    proposed: int
    because: str


class ReversalPreview(BaseModel):
    """What taking the merge back would do."""

    report: UndoReport
    rows_made_since: list[RowMadeSince]


class Reversal(Body):
    """`assignments`: key of a row made since -> the record that it belongs to.

    `choices`: how conflicts are decided; without it they refuse the reversal.
    """

    assignments: dict[str, Number] = Field(default_factory=dict, max_length=10_000)
    choices: dict[str, Literal["restore", "keep"]] | None = Field(default=None, max_length=2_000)
