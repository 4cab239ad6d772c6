"""Imports of files, and the mappings that say which column fills what."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Body, Paged
from wayfolk.integrations.imports.mapping import Lookalikes, Method

Line = Annotated[str, Field(max_length=2_000)]


class MappingRule(Body):
    """How one field gets its value from the columns of a row."""

    target: Line = Field(description="Such as customer.given_name.")
    method: Method = "copy"
    columns: list[Line] = Field(default_factory=list, max_length=300)
    value: Line = ""
    base: Line = ""
    table: dict[Line, Line] = Field(default_factory=dict, max_length=1_000)


class MappingRules(Body):
    """A whole mapping."""

    rules: list[MappingRule] = Field(max_length=300)
    date_orders: dict[Line, Literal["ymd", "dmy", "mdy"]] = Field(
        default_factory=dict, max_length=300
    )
    system: Annotated[str, Field(min_length=1, max_length=80)] = "file"
    shift_days: int = Field(default=0, ge=-36_500, le=36_500)
    lookalikes: Lookalikes = Field(
        default="create",
        description="New customers who are likely somebody who is there: create them (with a"
        " remark afterwards), update whom they look like, or skip the row as refused.",
    )


class NamedMapping(MappingRules):
    name: str = Field(max_length=200)


class MappingName(BaseModel):
    name: str


class MappingNames(BaseModel):
    items: list[MappingName]


class ImportStart(Body):
    """A mapping by its name, or the rules themselves."""

    mapping: str | None = Field(default=None, max_length=200)
    rules: MappingRules | None = None


class ImportRun(BaseModel):
    """One file and how far its import is."""

    id: UUID
    file_name: str
    state: Literal["draft", "queued", "running", "finished", "stopped", "failed"]
    headers: list[str]
    notes: list[str]
    row_count: int
    done_count: int
    refused_count: int
    not_attempted_count: int
    remarked_count: int
    counts: dict[str, Any] = Field(description="Per kind: created, updated, unchanged.")
    change_id: UUID | None = Field(default=None, description="What takes the import back.")
    started_by: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str = ""


class ImportRuns(Paged):
    items: list[ImportRun]
