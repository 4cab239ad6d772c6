"""Types that every shape is made of."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from wayfolk.api.paging import LIMIT_DEFAULT, LIMIT_MAX

NUMBER_MAX = 2**63 - 1
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.+")


def _iso_date(value: Any) -> Any:
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        message = "write a date like 2026-01-31"
        raise ValueError(message)
    if value is not None and not isinstance(value, date | str):
        message = "write a date like 2026-01-31, in quotes"
        raise ValueError(message)
    return value


def _instant(value: Any) -> Any:
    if value is None or isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(value) if _ISO_INSTANT.fullmatch(value) else None
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        message = "write an instant with its time zone, like 2026-01-31T14:30:00Z"
        raise ValueError(message)
    return found


# A field of this kind that is absent from a request stays as it is; "" empties it.
Text = Annotated[str, Field(default_factory=str)]
Day = Annotated[date, Field(strict=False), BeforeValidator(_iso_date)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Number = Annotated[int, Field(ge=1, le=NUMBER_MAX)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Count = Annotated[int, Field(ge=0, le=32_767)]


class Body(BaseModel):
    """What a client sends: unknown fields and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def sent(self) -> dict[str, Any]:
        """The fields that were in the request, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Filters(BaseModel):
    """What every list takes."""

    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX, description="Rows a page.")
    cursor: str | None = Field(
        default=None, max_length=2_000, description="`next_cursor` of the page before."
    )


class Paged(BaseModel):
    """What every list answers beside its `items`."""

    next: str | None = Field(description="Address of the next page, null on the last one.")
    next_cursor: str | None


class CustomerReference(BaseModel):
    """A customer as other records name it. The name is absent where the role hides it."""

    number: int
    name: str = ""
