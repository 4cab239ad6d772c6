"""Filters that a member keeps under a name, for themselves alone.

No change sets: what somebody likes to look at is nobody's history.
"""

from wayfolk.kit import text
from wayfolk.kit.errors import Conflict, InvalidValue
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.models import SavedFilter
from wayfolk.staff.rules import Actor

KEPT_MAX = 30  # of one list
NAME_MAX = 60
QUERY_MAX = 2_000


def list_filters(list_name: str, *, by: Actor) -> TenantQuerySet[SavedFilter]:
    """This member's own, by name."""
    rows: TenantQuerySet[SavedFilter] = SavedFilter.objects.filter(
        membership_id=by.author_id, list_name=list_name
    )
    return rows.order_by("name", "id")


def keep(list_name: str, name: str, query: str, *, by: Actor) -> SavedFilter:
    """Keep filters under a name; one of the same name is replaced.

    Raises InvalidValue for a name or filters that cannot be kept, Conflict for too many.
    """
    label = text.clean(name)
    if not 0 < len(label) <= NAME_MAX:
        raise InvalidValue(f"Give the filter a name of 1 to {NAME_MAX} characters.", field="name")
    if not 0 < len(query) <= QUERY_MAX:
        raise InvalidValue("Choose at least one filter before keeping it.", field="query")
    kept = list_filters(list_name, by=by)
    if not kept.filter(name=label).exists() and kept.count() >= KEPT_MAX:
        raise Conflict(f"You keep {KEPT_MAX} filters here already. Remove one first.")
    saved: SavedFilter
    saved, _ = SavedFilter.objects.update_or_create(
        membership_id=by.author_id, list_name=list_name, name=label, defaults={"query": query}
    )
    return saved


def forget(list_name: str, name: str, *, by: Actor) -> None:
    """Remove one of this member's own; nothing happens where there is none."""
    list_filters(list_name, by=by).filter(name=name).delete()
