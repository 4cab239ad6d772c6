"""Settings, Reasons of service cases: the organisation's own list (TQ-48)."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.service import queries
from wayfolk.service.operations import reasons
from wayfolk.service.rules import cases
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in

_PERMISSION = "organization.administer"


@require_http_methods(["GET", "POST"])
@signed_in(_PERMISSION, module="service")
def reason_list(request: HttpRequest) -> HttpResponse:
    """The list; posted to, a new reason at its end."""
    if request.method == "POST":
        name = request.POST.get("name", "")
        return _done(request, "Added the reason.", lambda by: reasons.add_reason(name, by=by))
    return _page(request)


@require_POST
@signed_in(_PERMISSION, module="service")
def rename(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    name = request.POST.get("name", "")
    return _done(
        request, "Renamed the reason.", lambda by: reasons.rename_reason(reason_id, name, by=by)
    )


@require_POST
@signed_in(_PERMISSION, module="service")
def move(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    """One place up or down."""
    places = -1 if request.POST.get("to") == "up" else 1
    return _done(
        request, "Changed the order.", lambda by: reasons.move_reason(reason_id, places, by=by)
    )


@require_POST
@signed_in(_PERMISSION, module="service")
def switch(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    """Stop offering a reason, or offer it again."""
    is_active = request.POST.get("is_active") == "1"
    text = "The reason is offered again." if is_active else "The reason is no longer offered."
    return _done(request, text, lambda by: reasons.set_active(reason_id, is_active, by=by))


@require_POST
@signed_in(_PERMISSION, module="service")
def remove(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    return _done(request, "Removed the reason.", lambda by: reasons.remove_reason(reason_id, by=by))


def _done(request: HttpRequest, text: str, change: Callable[[Actor], object]) -> HttpResponse:
    """Carry out the change; a refusal is shown on the page, which stays as it was."""
    try:
        change(actor_of(request))
    except NotFound:
        raise
    except Refusal as refused:
        return _page(request, refusal=refused.message, status=422)
    undo = toasts.undo_url()
    toasts.add(
        request,
        text if undo else "Nothing had changed.",
        level="success" if undo else "info",
        undo_url=undo,
    )
    return htmx.redirect(request, reverse("reasons:list"))


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "reasons": queries.list_reasons(),
        "used": queries.used_reasons(),
        "refusal": refusal,
        "name": request.POST.get("name", "") if refusal else "",
        "name_max": cases.REASON_MAX,
    }
    return render(request, "cases/reasons.html", context, status=status)
