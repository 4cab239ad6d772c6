"""Saved views: those of the reader, and those shared with everybody."""

from uuid import UUID

from django.db.models import Q

from wayfolk.kit import text
from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.segments.models import DefaultView, ListSettings, SavedView
from wayfolk.segments.rules import fields
from wayfolk.staff.rules import Actor


def list_views(list_name: str, *, by: Actor) -> TenantQuerySet[SavedView]:
    """The reader's own and the shared ones, by name."""
    by.require("customers.view")
    rows: TenantQuerySet[SavedView] = SavedView.objects.filter(list_name=list_name)
    return rows.filter(Q(is_shared=True) | Q(owner_id=by.author_id)).order_by("folded_name", "id")


def get_view(view_id: UUID, list_name: str, *, by: Actor) -> SavedView:
    """One of them; raises NotFound, also for a private one of somebody else."""
    view = list_views(list_name, by=by).filter(id=view_id).first()
    if view is None:
        raise NotFound("There is no such view. It may have been deleted, or made private.")
    return view


def get_view_by_name(name: str, list_name: str, *, by: Actor) -> SavedView:
    """The reader's own view of the name before a shared one; raises NotFound."""
    rows = list(list_views(list_name, by=by).filter(folded_name=text.fold(name)))
    own = sorted(rows, key=lambda view: view.owner_id != by.author_id)
    if not own:
        raise NotFound(f"There is no view “{name[:80]}”. Shared views and your own can be used.")
    return own[0]


def default_view(list_name: str, *, by: Actor) -> SavedView | None:
    """The view with which the list opens for the reader; one made private meanwhile is none."""
    rows = DefaultView.objects.filter(list_name=list_name, member_id=by.author_id)
    found: DefaultView | None = rows.select_related("view").first() if by.author_id else None
    if found is None:
        return None
    view: SavedView = found.view
    return view if view.is_shared or view.owner_id == by.author_id else None


def may_change(view: SavedView, *, by: Actor) -> bool:
    """Its owner may; a shared one also whoever administers the organisation."""
    if view.owner_id == by.author_id:
        return True
    return view.is_shared and by.may("organization.administer")


def hidden_filters(list_name: str) -> frozenset[str]:
    """Filters that this organisation does not offer."""
    found: ListSettings | None = ListSettings.objects.filter(list_name=list_name).first()
    return frozenset(found.hidden_filters if found else ()) & frozenset(fields.CONFIGURABLE)
