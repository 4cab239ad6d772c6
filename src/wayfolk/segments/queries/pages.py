"""Pages of the customers list in any order, quick among a million: docs/algorithms/lists.md."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Subquery

from wayfolk.audit.tenant import TenantModel
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import CustomerTotals
from wayfolk.customers.models import Address, ContactSet, Customer, CustomerQuerySet
from wayfolk.kit import paging
from wayfolk.segments import queries
from wayfolk.segments.rules.fields import ORDER_BY_NAME, Order, order_for
from wayfolk.segments.rules.parsing import CustomerFilters
from wayfolk.staff.rules import Actor

# How long an index is walked, and rows are counted, before another way is taken.
WALK_MS = 300
GLANCE_MS = 60
COUNT_MS = 60
# So many rows at the beginning of an order are looked at before anything else is tried.
GLANCE = 4_000
SET_MAX = 50_000
# Where at most so many are expected to match, all are found first; no order is walked.
SET_EXPECTED = 5_000


class _IsOneOf(Func):
    """Whether a value is in an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


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
    rows, are_few = queries.narrowed(filters, by=by)
    if among is not None:
        rows = rows & among
    window = _Window(order_for(sort, by), after, before, size, by)
    if filters or among is not None:
        page, found = _sought(rows, are_few, window)
    else:
        page, found = window.walk(rows, is_narrowed=False), None
    if not counts:
        count, is_counted = 0, False
    elif found is not None:
        count, is_counted = min(len(found), paging.COUNT_CAP), True
    else:
        known = count_within(rows)
        count, is_counted = (len(page.rows), False) if known is None else (known, True)
    customers = [getattr(row, "customer", row) for row in page.rows]
    return CustomerPage(customers, page, count, is_counted)


@dataclass(frozen=True)
class _Window:
    """Which part of a list is shown, and in which order."""

    order: str
    after: str
    before: str
    size: int
    by: Actor

    def walk(self, rows: CustomerQuerySet, *, is_narrowed: bool = True) -> paging.Page[Any]:
        """Along the order's index, asking of each row whether it is one of `rows`."""
        return self._page(self._listed(rows if is_narrowed else None))

    def glance(self, rows: CustomerQuerySet) -> paging.Page[Any] | None:
        """The page, if the first GLANCE rows of the order have enough of `rows` for it.

        They come as an array: else the planner begins with the filters all the same.
        """
        first = paging.ordered_from(
            self._keyed(self._model.objects.all()),
            order=self._order,
            after=self.after,
            before=self.before,
        )
        ids = ArraySubquery(first.values(self._owner)[:GLANCE])
        found = list(rows.order_by().filter(_IsOneOf(F("id"), ids)).values_list("id", flat=True))
        return self.among(found) if len(found) > self.size else None

    def among(self, found: list[UUID]) -> paging.Page[Any]:
        """Of these alone: they are read by their ids and sorted."""
        return self._page(self._listed(None).filter(**{f"{self._owner}__in": found}))

    def _listed(self, rows: CustomerQuerySet | None) -> Any:
        """The table of the order, of `rows` alone or of everybody."""
        if self._model is CustomerTotals:
            return booking_queries.list_totals(rows, by=self.by)
        if self._model is Address:
            places = Address.objects.filter(set=ContactSet.PRIMARY).select_related("customer")
            if rows is None:
                return places
            return places.filter(Exists(rows.order_by().filter(id=OuterRef("customer_id"))))
        return Customer.objects.all() if rows is None else rows

    @property
    def _known(self) -> Order:
        return ORDER_BY_NAME[self.order.removeprefix("-")]

    @property
    def _model(self) -> type[TenantModel]:
        models: dict[str, type[TenantModel]] = {"totals": CustomerTotals, "address": Address}
        return models.get(self._known.table, Customer)

    @property
    def _owner(self) -> str:
        return "customer_id" if self._model is Address else "id"

    @property
    def _order(self) -> str:
        return f"-{self._known.column}" if self.order.startswith("-") else self._known.column

    def _keyed(self, listed: Any) -> Any:
        """Those who have what the order goes by."""
        column = self._known.column
        return listed.filter(**{f"{column}__isnull": False}) if self._known.lacking else listed

    def _page(self, listed: Any) -> paging.Page[Any]:
        return paging.page_of(
            self._keyed(listed),
            order=self._order,
            after=self.after,
            before=self.before,
            size=self.size,
        )


def _sought(
    rows: CustomerQuerySet, are_few: bool, window: _Window
) -> tuple[paging.Page[Any], list[UUID] | None]:
    """A page of those who pass the filters, and all of them where they had to be found for it.

    Many are met along the order's index, for as long as that may take. Filters that each leave
    many and together hardly anybody would make the walk long: then the set is found first, which
    takes whatever all filters take, and ordered. What the statistics expect of filters together
    is far too low where they belong together, so the beginning of the order is looked at as well.
    """
    if not are_few:
        are_many = _expected(rows) > SET_EXPECTED
        try:
            with _at_most(WALK_MS if are_many else GLANCE_MS):
                page = window.walk(rows) if are_many else window.glance(rows)
            if page is not None:
                return page, None
        except TakesTooLong:
            pass
    found: list[UUID] = list(rows.order_by().values_list("id", flat=True)[:SET_MAX])
    return (window.among(found), found) if len(found) < SET_MAX else (window.walk(rows), None)


def _expected(rows: CustomerQuerySet) -> int:
    """How many the database expects to match, by its statistics."""
    plan = json.loads(rows.order_by().values("id").explain(format="json"))
    expected: int = plan[0]["Plan"]["Plan Rows"]
    return expected


def count_within(rows: CustomerQuerySet, milliseconds: int = COUNT_MS) -> int | None:
    """How many there are, up to the cap; None where counting takes longer."""
    try:
        with _at_most(milliseconds):
            return paging.count_up_to(rows)
    except TakesTooLong:
        return None


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
