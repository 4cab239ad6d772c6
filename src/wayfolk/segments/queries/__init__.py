"""Which customers a list shows: filters asked of every domain, pages in any order.

See docs/algorithms/lists.md for how a page stays quick among a million.
"""

from uuid import UUID

from django.db.models import F, IntegerField, Value

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
    rows = customer_queries.list_customers(by=by)
    for condition in conditions_of(filters, by=by):
        rows = rows.filter(condition.test)
    return _searched(rows, filters, by)


def narrowed(filters: CustomerFilters, *, by: Actor) -> tuple[CustomerQuerySet, bool]:
    """The same, and whether they are known to be few.

    Few, because one filter alone is passed by at most SELECTIVE_MAX customers, whom its index
    names: then the others are asked of these only.
    """
    conditions = conditions_of(filters, by=by)
    few = None if filters.q else _fewest(conditions)
    rows = matching(filters, by=by)
    if few is None:
        return rows, bool(filters.q)
    return rows.filter(id__in=few), True


def _searched(rows: CustomerQuerySet, filters: CustomerFilters, by: Actor) -> CustomerQuerySet:
    if not filters.q:
        return rows
    status = filters.get("status")
    return rows.filter(id__in=find_ids(filters.q, by=by, statuses=[status] if status else SEARCHED))


def _fewest(conditions: list[Condition]) -> list[UUID] | None:
    """The customers whom the most selective filter leaves, None where each leaves too many.

    One query asks all filters at once, each for no more than SELECTIVE_MAX and one.
    """
    asked = [
        source.order_by().values_list("asked", "of")[: SELECTIVE_MAX + 1]
        for source in (
            each.source.annotate(
                asked=Value(index, output_field=IntegerField()), of=F(each.customer)
            )
            for index, each in enumerate(conditions)
            if each.source is not None
        )
    ]
    if not asked:
        return None
    found: dict[int, list[UUID]] = {i: [] for i, each in enumerate(conditions) if each.has_source}
    for index, customer_id in asked[0].union(*asked[1:], all=True):
        found[index].append(customer_id)
    fewest = min(found.values(), key=len)
    return list(set(fewest)) if len(fewest) <= SELECTIVE_MAX else None


def chosen(numbers: list[int], *, by: Actor) -> CustomerQuerySet:
    """The customers of these numbers that exist for the actor."""
    return customer_queries.list_customers(by=by).filter(number__in=numbers)
