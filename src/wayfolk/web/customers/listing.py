"""The customers list: search box, filters, columns, order, saved views, selection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from wayfolk.identity.search.queries import LIST_MAX, Hit, find_customers
from wayfolk.identity.search.queries import STATUSES as SEARCHED
from wayfolk.kit import paging
from wayfolk.segments import queries
from wayfolk.segments.models import SavedView
from wayfolk.segments.queries import pages, views
from wayfolk.segments.rules import fields
from wayfolk.segments.rules.fields import Column
from wayfolk.segments.rules.parsing import CustomerFilters
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import filtering, list_rows
from wayfolk.web.customers.filtering import LIST, FilterForm
from wayfolk.web.customers.list_rows import Row
from wayfolk.web.search.new_customer import create_url
from wayfolk.web.search.people import person

# The view that shows everybody, for those whose list opens with another one.
EVERYBODY = "all"


@dataclass(frozen=True)
class Listed:
    """What the list shows. count: of all that match; message: a sentence about the search."""

    rows: list[Row]
    page: paging.Page[Any]
    count: int
    count_text: str
    message: str = ""
    is_best_only: bool = False  # there are more matches than are shown


@require_safe
@signed_in("customers.view")
def customer_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    if not request.GET:
        opening = views.default_view(LIST, by=by)
        if opening is not None:
            return htmx.redirect(request, address_of(opening))
    filters = filtering.read(request.GET, by=by)
    columns = fields.columns_for(request.GET.get("columns", "").split(","), by)
    listed = (
        _found(filters, columns, by) if filters.q else _paged(request.GET, filters, columns, by)
    )
    template = "_list.html" if htmx.target(request) == "customers" else "list.html"
    return render(
        request, f"customers/{template}", _context(request.GET, filters, columns, listed, by)
    )


@require_safe
@signed_in("customers.view")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    rows = queries.matching(filtering.read(request.GET, by=by), by=by)
    return lists.answer_count(request, rows, "customers", reverse("customers:list"))


@require_safe
@signed_in("customers.view")
def more_filters(request: HttpRequest) -> HttpResponse:
    """The filters that are not always needed; their choices cost queries of their own."""
    by = actor_of(request)
    form = FilterForm(request.GET, filtering.read(request.GET, by=by), by=by)
    if not htmx.wants_fragment(request):
        return htmx.redirect(
            request, f"{reverse('customers:list')}?{request.GET.urlencode()}&more=1"
        )
    return render(request, "customers/_more_filters.html", {"form": form})


def address_of(view: SavedView) -> str:
    """The list in the state that a view keeps."""
    return f"{reverse('customers:list')}?view={view.id}" + (f"&{view.query}" if view.query else "")


def _context(
    query: QueryDict,
    filters: CustomerFilters,
    columns: Sequence[Column],
    listed: Listed,
    by: Actor,
) -> dict[str, Any]:
    form = FilterForm(query, filters, by=by)
    chips = filtering.chips_of(query, filters, by=by)
    keeps = [(n, query[n]) for n in ("columns", "view") if query.get(n)]
    common = lists.page_context(query, listed.page, form, chips)
    return {
        **common,
        "kept": [*common["kept"], *keeps],
        "kept_by_filters": [*keeps, *((n, query[n]) for n in ("q", "sort") if query.get(n))],
        "shows_more": form.is_further_used or "more" in query,
        "more_url": f"{reverse('customers:more_filters')}?{query.urlencode()}",
        "all_filters_url": f"{lists.without(query)}&more=1",
        "rows": listed.rows,
        "headings": list_rows.headings(columns, sorts=not filters.q),
        "count": listed.count,
        "count_text": listed.count_text,
        "query": filters.q,
        "message": listed.message,
        "faults": list(filters.faults.values()),
        "is_best_only": listed.is_best_only,
        "lacking": _lacking(query, filters, by),
        "clear_url": _clear_url(query),
        "create_url": create_url(filters.q, by),
        "exact_url": _exact_url(query) if listed.count_text.endswith("+") else "",
        "hidden_notes": filtering.hidden_by(filters, chips, by=by) if not listed.rows else [],
        "list_query": _state(query),
        "may_edit": by.may("customers.edit"),
        **_actions(by),
        **_views(query, by),
    }


def _actions(by: Actor) -> dict[str, Any]:
    """What can be done with ticked customers, where the part that does it is there."""
    can_write = by.may("communications.bulk") and by.has_module("communications")
    return {
        "bulk_url": _url_of("communications:bulk_create") if can_write else "",
        "may_export": by.may("exports.run"),
        "may_merge": by.may("customers.merge"),
        "may_set_status": by.may("customers.edit") and by.may_edit("customer.status"),
        "may_administer": by.may("organization.administer"),
    }


def _url_of(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _views(query: QueryDict, by: Actor) -> dict[str, Any]:
    """The saved views as tabs, and which of them the list shows."""
    found = list(views.list_views(LIST, by=by))
    current = next((view for view in found if str(view.id) == query.get("view")), None)
    opening = views.default_view(LIST, by=by) if current else None
    state = f"?{query.urlencode()}"
    tabs = [
        {
            "label": view.name,
            "url": address_of(view),
            "is_current": view is current,
            "is_shared": view.is_shared,
        }
        for view in found
    ]
    return {
        "views": tabs,
        "everybody_url": f"{reverse('customers:list')}?view={EVERYBODY}",
        "current_view": current,
        "may_change_view": current is not None and views.may_change(current, by=by),
        "opens_with_it": current is not None and opening == current,
        "columns_url": reverse("customers:columns") + state,
        "save_view_url": reverse("customers:save_view") + state,
        "export_url": reverse("exports:create") + f"?all=1&{urlencode({'query': _state(query)})}",
        "settings_url": reverse("customers:list_settings"),
        "default_url": reverse("customers:open_with") + state,
        **_urls_of(current, state),
    }


def _urls_of(current: SavedView | None, state: str) -> dict[str, str]:
    if current is None:
        return {}
    return {
        "view_url": reverse("customers:change_view", args=[current.id]) + state,
        "delete_view_url": reverse("customers:delete_view", args=[current.id]),
    }


def _paged(
    query: QueryDict, filters: CustomerFilters, columns: Sequence[Column], by: Actor
) -> Listed:
    """The list in the order of a column."""
    found = pages.page_of(
        filters,
        sort=query.get("sort", ""),
        after=query.get("after", ""),
        before=query.get("before", ""),
        by=by,
    )
    is_at_least = not found.is_counted or found.count >= paging.COUNT_CAP
    text = f"{found.count:,}" + ("+" if is_at_least else "")
    return Listed(list_rows.rows_of(found.customers, columns, by=by), found.page, found.count, text)


def _found(filters: CustomerFilters, columns: Sequence[Column], by: Actor) -> Listed:
    """The best matches that pass the filters, best first.

    The filters are asked of more matches only where too few of the first ones pass them.
    """
    status = filters.get("status")
    rest = queries.matching(replace(filters, q=""), by=by)
    for width in (paging.PAGE_SIZE + 1, LIST_MAX):
        found = find_customers(
            filters.q, by=by, limit=width, statuses=[status] if status else SEARCHED
        )
        ids = rest.filter(id__in=[hit.customer_id for hit in found.hits])
        passed = set(ids.values_list("id", flat=True))
        if len(passed) > paging.PAGE_SIZE or len(found.hits) < width:
            break
    best = [hit for hit in found.hits if hit.customer_id in passed]
    shown = best[: paging.PAGE_SIZE]
    customers = rest.in_bulk([hit.customer_id for hit in shown])
    plain = list_rows.rows_of([customers[hit.customer_id] for hit in shown], columns, by=by)
    rows = [_marked(row, hit, filters.q) for row, hit in zip(plain, shown, strict=True)]
    page = paging.Page([row.customer for row in rows])
    count = len(shown)
    return Listed(rows, page, count, str(count), found.message, len(best) > count)


def _marked(row: Row, hit: Hit, query: str) -> Row:
    found = person(hit, query)
    return replace(row, title=found.title, reason=found.reason, trips=hit.trips)


def _lacking(query: QueryDict, filters: CustomerFilters, by: Actor) -> str:
    """Whom the order leaves out, in words."""
    if filters.q:
        return ""
    order = fields.order_for(query.get("sort", ""), by)
    return fields.ORDER_BY_NAME[order.removeprefix("-")].lacking


def _state(query: QueryDict) -> str:
    return lists.without(query, "view").removeprefix("?")


def _clear_url(query: QueryDict) -> str:
    """Everybody, in the columns and order that the list has."""
    kept = QueryDict(mutable=True)
    kept["view"] = EVERYBODY
    for name in ("columns", "sort"):
        if query.get(name):
            kept.setlist(name, query.getlist(name))
    return f"{reverse('customers:list')}?{kept.urlencode()}"


def _exact_url(query: QueryDict) -> str:
    return reverse("customers:count") + lists.without(query, "sort", "columns", "view")
