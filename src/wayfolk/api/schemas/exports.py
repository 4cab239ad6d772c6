"""Exports of lists, and saved views of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Body, Paged

Query = Annotated[str, Field(max_length=4_000)]
_QUERY = "Filters, columns and order as the address of the list has them: city=faro&sort=-turnover."


class NewExport(Body):
    """Whom the file has, and what it is like."""

    format: Literal["csv", "xlsx"] = "csv"
    query: Query = Field(default="", description=_QUERY)
    view: str | None = Field(default=None, max_length=80, description="A saved view's name.")
    customers: list[int] = Field(
        default_factory=list, max_length=5_000, description="These customers instead of a query."
    )
    columns: list[Annotated[str, Field(max_length=40)]] = Field(
        default_factory=list,
        max_length=60,
        description="None: those of the view, else all that the caller may see.",
    )
    is_marked: bool = Field(default=True, description="CSV with a byte order mark.")


class Export(BaseModel):
    """One export and how far it is."""

    id: UUID
    state: Literal["queued", "running", "finished", "stopped", "failed"]
    format: Literal["csv", "xlsx"]
    columns: list[str]
    row_count: int = Field(description="Customers to be written; 0 until it is known.")
    done_count: int
    size_bytes: int
    is_file_stored: bool = Field(description="Whether the file can be downloaded.")
    failure: str
    made_by: str
    created_at: datetime
    finished_at: datetime | None


class Exports(Paged):
    items: list[Export]


class SavedView(BaseModel):
    """A state of the customers list under a name."""

    id: UUID
    name: str
    query: str
    is_shared: bool
    is_own: bool


class SavedViews(BaseModel):
    items: list[SavedView]


class NewView(Body):
    name: str = Field(max_length=80)
    query: Query = Field(default="", description=_QUERY)
    is_shared: bool = False


class ViewChanges(Body):
    """What is sent is changed; the rest stays."""

    name: str | None = Field(default=None, max_length=80)
    query: Query | None = None
    is_shared: bool | None = None
