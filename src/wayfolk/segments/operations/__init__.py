"""Keeping views of lists: save, rename, replace, share, delete, open with one; set up filters."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import text
from wayfolk.kit.errors import Conflict, InvalidValue, NotAllowed
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.segments.models import DefaultView, ListSettings, SavedView
from wayfolk.segments.queries import views
from wayfolk.segments.rules import fields
from wayfolk.staff.rules import Actor

CUSTOMERS = "customers"
NAME_MAX = 80
QUERY_MAX = 4_000
VIEWS_MAX = 100
# Of an address: where in the list one is, and which view it was.
_PASSING = frozenset({"after", "before", "view", "page"})


def state_of(query: str) -> str:
    """What of a list's address is its state: filters, columns and order."""
    pairs = parse_qsl(query.lstrip("?"), keep_blank_values=False)
    return urlencode([(name, value) for name, value in pairs if name not in _PASSING])


def save_view(
    name: str, query: str, *, by: Actor, is_shared: bool = False, list_name: str = CUSTOMERS
) -> SavedView:
    """Keep the state of a list under a name, for oneself or for the organisation.

    Raises InvalidValue for a name that is none, Conflict for one's own other view of the name.
    """
    owner_id = _member(by)
    cleaned, folded = _checked_name(name)
    state = _checked_state(query)
    _require_sharing(is_shared, by)
    with change_set(by=by, operation="views.save", summary=f"Saved {_told(cleaned, is_shared)}"):
        own = SavedView.objects.filter(list_name=list_name, owner_id=owner_id)
        _require_free(own.filter(folded_name=folded), cleaned)
        if own.count() >= VIEWS_MAX:
            raise InvalidValue(f"You have {VIEWS_MAX} views. Delete one first.", field="name")
        view: SavedView = SavedView.objects.create(
            list_name=list_name,
            owner_id=owner_id,
            name=cleaned,
            folded_name=folded,
            is_shared=is_shared,
            query=state,
        )
    return view


def change_view(
    view_id: UUID,
    *,
    by: Actor,
    name: str | None = None,
    query: str | None = None,
    is_shared: bool | None = None,
    list_name: str = CUSTOMERS,
) -> SavedView:
    """Rename a view, replace what it shows, share it or make it private; None stays as it is."""
    _member(by)
    with change_set(by=by, operation="views.change", summary="") as current:
        view = _changeable(view_id, list_name, by)
        changed = []
        if name is not None and name != view.name:
            view.name, view.folded_name = _checked_name(name)
            others = SavedView.objects.filter(
                list_name=list_name, owner_id=view.owner_id, folded_name=view.folded_name
            )
            _require_free(others.exclude(id=view.id), view.name)
            changed += ["name", "folded_name"]
        if query is not None:
            view.query = _checked_state(query)
            changed.append("query")
        if is_shared is not None and is_shared != view.is_shared:
            _require_sharing(is_shared, by)
            view.is_shared = is_shared
            changed.append("is_shared")
        if changed:
            view.save_changes(*changed)
        current.summary = current.summary or f"Changed {_told(view.name, view.is_shared)}"
    return view


def delete_view(view_id: UUID, *, by: Actor, list_name: str = CUSTOMERS) -> SavedView:
    """Remove a view; lists that opened with it open as usual again."""
    _member(by)
    with change_set(by=by, operation="views.delete", summary="") as current:
        view = _changeable(view_id, list_name, by)
        current.summary = current.summary or f"Deleted {_told(view.name, view.is_shared)}"
        DefaultView.objects.filter(view_id=view.id).delete()
        SavedView.objects.filter(id=view.id).delete()
    return view


def open_with(view_id: UUID | None, *, by: Actor, list_name: str = CUSTOMERS) -> None:
    """Let the list open with a view for oneself; None: as usual."""
    member_id = _member(by)
    with change_set(by=by, operation="views.default", summary="Chose how a list opens"):
        present = DefaultView.objects.filter(list_name=list_name, member_id=member_id)
        if view_id is None:
            present.delete()
            return
        view = views.get_view(view_id, list_name, by=by)
        row: DefaultView | None = present.locked().first()
        if row is None:
            DefaultView.objects.create(list_name=list_name, member_id=member_id, view_id=view.id)
        elif row.view_id != view.id:
            row.view_id = view.id
            row.save_changes("view_id")


def offer_filters(names: Iterable[str], *, by: Actor, list_name: str = CUSTOMERS) -> None:
    """Which of the configurable filters (users, transports, hotels) the list offers (TQ-32)."""
    by.require("organization.administer")
    offered = set(names)
    unknown = sorted(offered - set(fields.CONFIGURABLE))
    if unknown:
        raise InvalidValue(f"“{unknown[0][:40]}” is none of {', '.join(fields.CONFIGURABLE)}.")
    hidden = [name for name in fields.CONFIGURABLE if name not in offered]
    with change_set(
        by=by, operation="list_settings.change", summary="Changed the filters of the customers list"
    ):
        row: ListSettings | None = ListSettings.objects.filter(list_name=list_name).locked().first()
        if row is None:
            ListSettings.objects.create(list_name=list_name, hidden_filters=hidden)
        elif row.hidden_filters != hidden:
            row.hidden_filters = hidden
            row.save_changes("hidden_filters")


def _member(by: Actor) -> UUID:
    by.require("customers.view")
    if by.author_id is None:
        raise NotAllowed("Views belong to members. Sign in, or use a token of a member.")
    return by.author_id


def _told(name: str, is_shared: bool) -> str:
    """The name of a private view is nobody else's business: history is read by many."""
    return f"the list view “{name}”" if is_shared else "a private list view"


def _checked_name(name: str) -> tuple[str, str]:
    cleaned = text.clean(name)
    folded = text.fold(cleaned)[:NAME_MAX]
    if not folded or len(cleaned) > NAME_MAX:
        raise InvalidValue(
            f"A view needs a name of 1 to {NAME_MAX} characters with a letter or digit.",
            field="name",
        )
    return cleaned, folded


def _checked_state(query: str) -> str:
    if len(query) > QUERY_MAX:
        raise InvalidValue("These filters are too long to be kept. Take some off.", field="query")
    return state_of(query)


def _require_sharing(is_shared: bool, by: Actor) -> None:
    if is_shared:
        by.require("customers.edit")


def _require_free(others: TenantQuerySet[SavedView], name: str) -> None:
    if others.exists():
        raise Conflict(
            f"You have a view “{name}” already. Choose another name, or replace that one.",
            field="name",
        )


def _changeable(view_id: UUID, list_name: str, by: Actor) -> SavedView:
    """The view, locked; raises NotFound, NotAllowed."""
    seen = views.get_view(view_id, list_name, by=by)
    if not views.may_change(seen, by=by):
        raise NotAllowed(
            f"The view “{seen.name}” belongs to somebody else. Save it under a name of your own."
        )
    view: SavedView = SavedView.objects.filter(id=view_id).locked().get()
    return view
