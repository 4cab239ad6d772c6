"""Pages of the customers list in any order, quick among a million: docs/algorithms/lists.md."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Subquery

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import CustomerTotals
from wayfolk.customers.models import Address, ContactSet, Customer, CustomerQuerySet
from wayfolk.kit import paging
from wayfolk.segments import queries
from wayfolk.segments.rules.fields import ORDER_BY_NAME, order_for
from wayfolk.segments.rules.parsing import CustomerFilters
from wayfolk.staff.rules import Actor

# How long an index is walked, and rows are counted, before another way is taken.
WALK_MS = 300
COUNT_MS = 60
SET_MAX = 50_000
# Where at most so many are expected to match, all are found first; no order is walked.
SET_EXPECTED = 5_000


class TakesTooLong(Exception):
    """The statement was ended at its time."""


@dataclass(frozen=True)
class CustomerPage:
    """`count`: of all that match, up to `paging.COUNT_CAP`; `is_counted`: False for "at least"."""

    customers: Sequence[Customer]
    page: paging.Page[Any]
    count: int
    is_counted: bool = True


def page_of(
    filters: CustomerFilters,
    *,
    sort: str = "",
    after: str = "",
    before: str = "",
    size: int = paging.PAGE_SIZE,
    by: Actor,
    among: CustomerQuerySet | None = None,
    counts: bool = True,
) -> CustomerPage:
    """One page of those who pass the filters, in an order of segments.rules.fields.

    `among`: of these customers only. `counts`: False where nobody asks how many there are.
    """
    order = order_for(sort, by)
    rows, are_few = queries.narrowed(filters, by=by)
    is_narrowed = bool(filters) or among is not None
    if among is not None:
        rows = rows & among
    if are_few or not is_narrowed:
        page = _ordered(rows, order, after, before, size, by, is_narrowed=is_narrowed)
    else:
        page, rows = _sought(rows, order, after, before, size, by)
    count, is_counted = _counted(rows, len(page.rows)) if counts else (0, False)
    customers = [getattr(row, "customer", row) for row in page.rows]
    return CustomerPage(customers, page, count, is_counted)


def _sought(
    rows: CustomerQuerySet, order: str, after: str, before: str, size: int, by: Actor
) -> tuple[paging.Page[Any], CustomerQuerySet]:
    """A page of many, and the rows to be counted.

    Along the order's index, asking the filters of each row, for as long as that may take. Filters
    that each leave many and together hardly anybody would make the walk long: then the set is
    found first, which takes whatever all filters take, and ordered.
    """
    if _expected(rows) > SET_EXPECTED:
        try:
            with _at_most(WALK_MS):
                return _ordered(rows, order, after, before, size, by, is_narrowed=True), rows
        except TakesTooLong:
            pass
    found: list[UUID] = list(rows.order_by().values_list("id", flat=True)[:SET_MAX])
    if len(found) < SET_MAX:
        rows = Customer.objects.filter(id__in=found)
    return _ordered(rows, order, after, before, size, by, is_narrowed=True), rows


def _expected(rows: CustomerQuerySet) -> int:
    """How many the database expects to match, by its statistics."""
    plan = json.loads(rows.order_by().values("id").explain(format="json"))
    expected: int = plan[0]["Plan"]["Plan Rows"]
    return expected


def _ordered(
    rows: CustomerQuerySet,
    order: str,
    after: str,
    before: str,
    size: int,
    by: Actor,
    *,
    is_narrowed: bool,
) -> paging.Page[Any]:
    known = ORDER_BY_NAME[order.removeprefix("-")]
    column = f"-{known.column}" if order.startswith("-") else known.column
    listed: Any = rows
    if known.table == "totals":
        listed = booking_queries.list_totals(rows if is_narrowed else None, by=by)
        if known.lacking:
            listed = listed.filter(**{f"{known.column}__isnull": False})
    elif known.table == "address":
        owners = Exists(rows.order_by().filter(id=OuterRef("customer_id")))
        listed = Address.objects.filter(owners, set=ContactSet.PRIMARY).select_related("customer")
    return paging.page_of(listed, order=column, after=after, before=before, size=size)


def _counted(rows: CustomerQuerySet, shown: int) -> tuple[int, bool]:
    """How many there are, up to the cap; those shown, where counting takes too long."""
    try:
        with _at_most(COUNT_MS):
            return paging.count_up_to(rows), True
    except TakesTooLong:
        return shown, False


@contextmanager
def _at_most(milliseconds: int) -> Iterator[None]:
    """Ends what is asked inside after that time; raises TakesTooLong. Nothing else is lost."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield
            cursor.execute("SELECT set_config('statement_timeout', NULL, true)")
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise TakesTooLong from error
        raise


def in_order(rows: CustomerQuerySet, sort: str, *, by: Actor) -> CustomerQuerySet:
    """All of these customers in an order; those with nothing to be ordered by come last."""
    order = order_for(sort, by)
    known = ORDER_BY_NAME[order.removeprefix("-")]
    key: Any = F(known.column)
    if known.table == "totals":
        totals = CustomerTotals.objects.filter(id=OuterRef("id"))
        key = Subquery(totals.values(known.column)[:1])
    elif known.table == "address":
        places = Address.objects.filter(customer_id=OuterRef("id"), set=ContactSet.PRIMARY)
        key = Subquery(places.values(known.column)[:1])
    rows = rows.annotate(order_key=key)
    ordered = F("order_key")
    if order.startswith("-"):
        return rows.order_by(ordered.desc(nulls_last=True), "-id")
    return rows.order_by(ordered.asc(nulls_last=True), "id")
