"""Which customers a list shows: filters asked of every domain, pages in any order.

See docs/algorithms/lists.md for how a page stays quick among a million.
"""

from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import CustomerQuerySet
from wayfolk.identity.search.queries import STATUSES as SEARCHED
from wayfolk.identity.search.queries import find_ids
from wayfolk.segments.queries.conditions import Condition, conditions_of
from wayfolk.segments.rules.parsing import CustomerFilters
from wayfolk.staff.rules import Actor

SELECTIVE_MAX = 1_000


def matching(filters: CustomerFilters, *, by: Actor) -> CustomerQuerySet:
    """All customers that pass the filters and the words of the search box, in no order."""
    return _searched(_passing(conditions_of(filters, by=by), by), filters, by)


def narrowed(filters: CustomerFilters, *, by: Actor) -> tuple[CustomerQuerySet, bool]:
    """The same, and whether they are known to be few.

    Few, because one filter alone is passed by at most SELECTIVE_MAX customers, whom its index
    names: then the others are asked of these only.
    """
    conditions = conditions_of(filters, by=by)
    few = None if filters.q else _fewest(conditions)
    rows = _searched(_passing(conditions, by), filters, by)
    if few is None:
        return rows, bool(filters.q)
    return rows.filter(id__in=few), True


def _passing(conditions: list[Condition], by: Actor) -> CustomerQuerySet:
    rows = customer_queries.list_customers(by=by)
    for condition in conditions:
        rows = rows.filter(condition.test)
    return rows


def _searched(rows: CustomerQuerySet, filters: CustomerFilters, by: Actor) -> CustomerQuerySet:
    if not filters.q:
        return rows
    status = filters.get("status")
    return rows.filter(id__in=find_ids(filters.q, by=by, statuses=[status] if status else SEARCHED))


def _fewest(conditions: list[Condition]) -> list[UUID] | None:
    """The customers whom the most selective filter leaves, None where each leaves too many.

    One statement asks all filters at once, each for no more than SELECTIVE_MAX and one.
    """
    asked: list[str] = []
    given: list[Any] = []
    for each in conditions:
        if each.source is not None:
            rows = each.source.order_by().values(each.customer)[: SELECTIVE_MAX + 1]
            sql, params = rows.query.sql_with_params()
            asked.append(f"SELECT array_agg(s.id) AS ids, count(*) AS n FROM ({sql}) AS s(id)")
            given += params
    if not asked:
        return None
    together = " UNION ALL ".join(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN n <= %s THEN coalesce(ids, '{{}}') END FROM ({together}) AS asked"
            " ORDER BY n LIMIT 1",
            [SELECTIVE_MAX, *given],
        )
        (fewest,) = cursor.fetchone()
    return None if fewest is None else list(set(fewest))


def chosen(numbers: list[int], *, by: Actor) -> CustomerQuerySet:
    """The customers of these numbers that exist for the actor."""
    return customer_queries.list_customers(by=by).filter(number__in=numbers)
