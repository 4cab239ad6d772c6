"""Pages of a list for programs: the cursors of kit.paging, signed.

A cursor is opaque and belongs to one order; one that is made up, cut short or of another
list is refused, where a page for people would start again at the beginning.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest
from pydantic import BaseModel

from wayfolk.kit import paging
from wayfolk.kit.errors import InvalidValue

List = TypeVar("List", bound=BaseModel)
LIMIT_MAX = 200
LIMIT_DEFAULT = 50
_signer = signing.Signer(salt="wayfolk.api.cursor")


@dataclass(frozen=True)
class Page:
    """Rows of one page; `next_cursor` None at the end of the list."""

    rows: Sequence[Any]
    next_cursor: str | None = None


def page_of(rows: QuerySet[Any, Any], *, order: str, cursor: str | None, limit: int) -> Page:
    """The rows after `cursor`, ordered by a column that is never null, then by id.

    Raises InvalidValue for a cursor that is none of this list.
    """
    label = f"{rows.model._meta.label}:{order}"
    found = paging.page_of(rows, order=order, after=_read(cursor, label), size=limit)
    return Page(found.rows, _write(found.next_cursor, label))


def walk(find: Callable[[str], paging.Page[Any]], label: str, *, cursor: str | None) -> Page:
    """The page that `find` gives after a position; `label` names the list and its order.

    Raises InvalidValue for a cursor that is none of this list.
    """
    found = find(_read(cursor, label))
    return Page(found.rows, _write(found.next_cursor, label))


def slice_of(ranked: Sequence[Any], label: str, *, cursor: str | None, limit: int) -> Page:
    """A page of a ranked, bounded list (search results): the cursor is a position in it."""
    start = int(_read(cursor, label) or 0)
    end = start + limit
    return Page(ranked[start:end], _write(str(end) if end < len(ranked) else "", label))


def body_of(
    request: HttpRequest, page: Page, shape: type[List], present: Callable[[Any], Any]
) -> List:
    """The answer to a list: `items`, and where the next page is."""
    following = None
    if page.next_cursor:
        query = {**request.GET.dict(), "cursor": page.next_cursor}
        following = f"{request.path}?{urlencode(query)}"
    return shape.model_construct(
        items=[present(row) for row in page.rows], next=following, next_cursor=page.next_cursor
    )


def _write(position: str, label: str) -> str | None:
    """A cursor of the list named `label`; None for no position."""
    return _signer.sign_object([label, position]) if position else None


def _read(cursor: str | None, label: str) -> str:
    """The position in it, "" without one. Raises InvalidValue for a cursor of another list."""
    if not cursor:
        return ""
    try:
        found, position = _signer.unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _no_cursor() from error
    if found != label:
        raise _no_cursor()
    return str(position)


def _no_cursor() -> InvalidValue:
    return InvalidValue(
        "The cursor does not belong to this list. Take it from “next_cursor” of the page before,"
        " or leave it out to start at the beginning.",
        field="cursor",
    )
