"""What was done, by whom, and taking it back."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Body, Filters, Instant, Paged


class Change(BaseModel):
    """One thing that somebody did; it can be taken back as a whole."""

    id: UUID
    operation: str
    summary: str
    author_kind: str
    author: str
    author_id: UUID | None = None
    reason: str = ""
    started_at: datetime
    undoes_id: UUID | None = None
    undone_by_id: UUID | None = Field(
        default=None, description="The undo of it that stands, if there is one."
    )
    may_undo: bool


class ChangeList(Paged):
    items: list[Change]


class ChangeFilters(Filters):
    author_id: UUID | None = None
    area: str | None = Field(default=None, max_length=40, description="Such as customers.")
    since: Instant | None = None
    until: Instant | None = None


class FieldChange(BaseModel):
    label: str
    before: str
    after: str


class RowChange(BaseModel):
    """One row's part, in words, as far as the caller may see it."""

    title: str
    fields: list[FieldChange]


class ChangeDetail(Change):
    rows: list[RowChange]
    next_after: int | None = Field(default=None, description="`after` of the next page of rows.")


class RowFilters(BaseModel):
    after: int = Field(default=0, ge=0, le=2**62)


class UndoChoices(Body):
    """How conflicts are decided: key of the conflict -> restore or keep."""

    choices: dict[str, Literal["restore", "keep"]] | None = Field(default=None, max_length=2_000)


class UndoReport(BaseModel):
    """`conflicts`: values that others changed since and that were kept as they are now."""

    change_id: UUID | None = Field(default=None, description="The undo, itself a change.")
    reversed: int
    kept_count: int
    conflict_count: int
    kept: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]


class UndoJob(BaseModel):
    """An undo too large for one request, on its way."""

    id: UUID
    state: Literal["waiting", "running", "done", "refused"]
    message: str
    change_id: UUID | None = None


class History(BaseModel):
    """What happened to one record and its parts, newest first."""

    items: list[ChangeDetail]
    next_before: int | None = None


class HistoryFilters(BaseModel):
    before: int | None = Field(default=None, ge=1, le=2**62)
