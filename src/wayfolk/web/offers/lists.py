"""Settings: the lists from which offers and catalog orders choose."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.sales.models import Catalogue, CloseReason
from wayfolk.sales.operations import lists as operations
from wayfolk.sales.queries import lists as queries
from wayfolk.sales.rules import lists as rules
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in

_WORDS = {
    "close-reasons": (
        "Reasons for closing an offer",
        "reason",
        "An offer is closed with one of these. A closed reason is no longer offered.",
        "offers",
    ),
    "catalogues": (
        "Catalogues",
        "catalogue",
        "What customers can order. A closed catalogue is no longer offered.",
        "catalogs",
    ),
}


@require_http_methods(["GET", "POST"])
@signed_in("organization.administer")
def entry_list(request: HttpRequest, name: str) -> HttpResponse:
    """The list; posted to, a new entry at its end."""
    model = _model(request, name)
    if request.method == "POST":
        label = request.POST.get("label", "")
        return _done(request, name, lambda by: operations.add_entry(model, label, by=by))
    return _page(request, name)


@require_POST
@signed_in("organization.administer")
def rename(request: HttpRequest, name: str, entry_id: UUID) -> HttpResponse:
    model, label = _model(request, name), request.POST.get("label", "")
    return _done(request, name, lambda by: operations.rename_entry(model, entry_id, label, by=by))


@require_POST
@signed_in("organization.administer")
def set_closed(request: HttpRequest, name: str, entry_id: UUID) -> HttpResponse:
    """Close an entry, or open it again."""
    model, closes = _model(request, name), request.POST.get("is_closed") == "1"
    return _done(request, name, lambda by: operations.set_closed(model, entry_id, closes, by=by))


@require_POST
@signed_in("organization.administer")
def remove(request: HttpRequest, name: str, entry_id: UUID) -> HttpResponse:
    model = _model(request, name)
    return _done(request, name, lambda by: operations.remove_entry(model, entry_id, by=by))


def _model(request: HttpRequest, name: str) -> type[CloseReason] | type[Catalogue]:
    model = queries.LISTS.get(name)
    if model is None:
        raise Http404
    actor_of(request).require_module(_WORDS[name][3])
    return model


def _done(request: HttpRequest, name: str, change: Callable[[Actor], object]) -> HttpResponse:
    """Carry out the change; a refusal is shown on the page, which stays as it was."""
    try:
        change(actor_of(request))
    except NotFound:
        raise
    except Refusal as refused:
        return _page(request, name, refusal=refused.message, status=422)
    undo_url = toasts.undo_url()
    text = "Changed the list." if undo_url else "Nothing had changed."
    toasts.add(request, text, level="success" if undo_url else "info", undo_url=undo_url)
    return htmx.redirect(request, reverse("sales_lists:list", args=[name]))


def _page(request: HttpRequest, name: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    model = _model(request, name)
    title, noun, subtitle, _ = _WORDS[name]
    context = {
        "name": name,
        "title": title,
        "noun": noun,
        "subtitle": subtitle,
        "entries": queries.list_entries(model),
        "used": queries.list_used(model),
        "refusal": refusal,
        "label": request.POST.get("label", "") if refusal else "",
        "label_max": rules.LABEL_MAX,
    }
    return render(request, "offers/entries.html", context, status=status)
