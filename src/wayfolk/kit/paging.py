"""Pages of long lists by keyset: the next page starts after the last row shown.

No page is slower than the first one, and rows that come in meanwhile shift nothing.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 50
COUNT_CAP = 1_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the list's order, and the cursors of its neighbours ("" where there is none)."""

    rows: Sequence[Row]
    previous_cursor: str = ""
    next_cursor: str = ""


def page_of(
    rows: QuerySet[Row, Row],
    *,
    order: str,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
    either: Sequence[Q] | None = None,
) -> Page[Row]:
    """One page of `rows` ordered by a column that is never null ("-booked_on"), then by id.

    An index (organization_id, column, id) serves it in either direction; an annotation can be
    the column where the rows are few. A cursor that cannot
    be read, from an address cut short, gives the first page.

    `either`: only rows of one of these few groups (of none: none), each of which has an index
    (organization_id, its column, order, id).
    """
    column = order.removeprefix("-")
    is_backwards = bool(before) and not after
    position = _position(rows, column, before if is_backwards else after)
    ordered = ordered_from(rows, order=order, after=after, before=before)
    if either is not None:
        ordered = ordered.filter(id__in=_first_of_each(ordered, either, size + 1))
    found = list(ordered[: size + 1])
    has_more, shown = len(found) > size, found[:size]
    if is_backwards:
        shown.reverse()
    has_previous = has_more if is_backwards else position is not None
    has_next = (position is not None) if is_backwards else has_more
    return Page(
        rows=shown,
        previous_cursor=_cursor(rows, shown[0], column) if shown and has_previous else "",
        next_cursor=_cursor(rows, shown[-1], column) if shown and has_next else "",
    )


def ordered_from(
    rows: QuerySet[Row, Row], *, order: str, after: str = "", before: str = ""
) -> QuerySet[Row, Row]:
    """The rows that lie beyond the cursor, in the order in which a page of them is read."""
    column, is_descending = order.removeprefix("-"), order.startswith("-")
    is_backwards = bool(before) and not after
    position = _position(rows, column, before if is_backwards else after)
    goes_down = is_descending != is_backwards
    sign = "-" if goes_down else ""
    ordered = rows.order_by(f"{sign}{column}", f"{sign}id")
    if position:
        return ordered.filter(_beyond(column, position, "lt" if goes_down else "gt"))
    return ordered


def _first_of_each(ordered: QuerySet[Row, Row], groups: Sequence[Q], count: int) -> list[UUID]:
    """Ids of the first rows of each group, in one query.

    Asked for all groups together, the planner reads the whole list in its order until it has met
    enough of them: whole years of it for somebody who has not booked lately.
    """
    bare = ordered.select_related(None)
    firsts = [bare.filter(group).values_list("id", flat=True)[:count] for group in groups]
    return list(firsts[0].union(*firsts[1:], all=True)) if firsts else []


def count_up_to(rows: QuerySet[Row, Row], cap: int = COUNT_CAP) -> int:
    """The number of rows, counted no further than `cap`, which then means "at least"."""
    return rows.order_by()[:cap].count()


def _beyond(column: str, position: tuple[Any, UUID], comparison: str) -> Q:
    """The plain range comes first: it is what the index is entered by."""
    value, row_id = position
    return Q(**{f"{column}__{comparison}e": value}) & (
        Q(**{f"{column}__{comparison}": value}) | Q(**{f"id__{comparison}": row_id})
    )


def _field(rows: QuerySet[Row, Row], column: str) -> Any:
    annotation = rows.query.annotations.get(column)
    return annotation.output_field if annotation else rows.model._meta.get_field(column)


def _cursor(rows: QuerySet[Row, Row], row: Row, column: str) -> str:
    is_annotated = column in rows.query.annotations
    value = getattr(row, column) if is_annotated else _field(rows, column).value_to_string(row)
    text = f"{value}|{row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(rows: QuerySet[Row, Row], column: str, cursor: str) -> tuple[Any, UUID] | None:
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        value, _, row_id = text.rpartition("|")
        return _field(rows, column).to_python(value), UUID(row_id)
    except (binascii.Error, ValueError, ValidationError):
        return None
