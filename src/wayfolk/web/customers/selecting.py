"""Which customers a form means: those ticked, or all that a list shows.

Sending, exporting and changing many at once read their form with it.
"""

from django.http import QueryDict

from wayfolk.customers.models import CustomerQuerySet, Status
from wayfolk.kit.errors import InvalidValue
from wayfolk.segments import queries
from wayfolk.segments.rules import parsing
from wayfolk.staff.rules import Actor

NUMBERS_MAX = 5_000


def customers_of(data: QueryDict, *, by: Actor) -> CustomerQuerySet:
    """The customers of the fields `number` (repeated), or of `all=1` with `query`.

    `query` is the query string of the list, whose filters hold as they do there. Never anybody
    whose data is restricted. Raises InvalidValue(s) where nobody is chosen or a filter is wrong:
    acting on more people than were meant is worse than not acting.
    """
    if data.get("all") == "1":
        listed = QueryDict(data.get("query", "").lstrip("?"))
        filters = parsing.parse(dict(listed.lists()), by=by).require_sound()
        rows = queries.matching(filters, by=by)
    else:
        rows = queries.chosen(numbers_in(data), by=by)
    return rows.exclude(status=Status.RESTRICTED)


def numbers_in(data: QueryDict) -> list[int]:
    """The Customer Nos that are ticked; raises InvalidValue for none and for too many."""
    given = [*data.getlist("number"), *data.getlist("selected")]
    found = sorted({int(n) for n in given if n.isascii() and n.isdigit() and len(n) < 16})
    if not found:
        raise InvalidValue("No customer is ticked. Tick at least one, or choose all.")
    if len(found) > NUMBERS_MAX:
        raise InvalidValue(
            f"{len(found):,} customers are ticked; {NUMBERS_MAX:,} are the most. Narrow the list"
            " and choose all that it shows."
        )
    return found
