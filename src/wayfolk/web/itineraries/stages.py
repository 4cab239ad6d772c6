"""Settings, Stages: the organisation's own list (TP-43)."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.itineraries import queries, rules
from wayfolk.itineraries.operations import staging
from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.itineraries import presenters


@require_http_methods(["GET", "POST"])
@signed_in("organization.administer", module="itineraries")
def stage_list(request: HttpRequest) -> HttpResponse:
    """The list; posted to, a new stage at its end."""
    if request.method == "POST":
        label = request.POST.get("label", "")
        return _done(request, "Added the stage.", lambda by: staging.add_stage(label, by=by))
    return _page(request)


@require_POST
@signed_in("organization.administer", module="itineraries")
def rename(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    label = request.POST.get("label", "")
    return _done(
        request, "Renamed the stage.", lambda by: staging.rename_stage(stage_id, label, by=by)
    )


@require_POST
@signed_in("organization.administer", module="itineraries")
def move(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    """One place up or down."""
    step = -1 if request.POST.get("to") == "up" else 1
    return _done(
        request, "Changed the order.", lambda by: staging.move_stage(stage_id, step, by=by)
    )


@require_POST
@signed_in("organization.administer", module="itineraries")
def set_closed(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    """Close a stage, or open it again."""
    closes = request.POST.get("is_closed") == "1"
    return _done(
        request,
        "Closed the stage." if closes else "Opened the stage.",
        lambda by: staging.set_closed(stage_id, closes, by=by),
    )


@require_POST
@signed_in("organization.administer", module="itineraries")
def remove(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    return _done(request, "Removed the stage.", lambda by: staging.remove_stage(stage_id, by=by))


def _done(request: HttpRequest, text: str, change: Callable[[Actor], UUID | None]) -> HttpResponse:
    """Carry out the change; a refusal is shown on the page, which stays as it was."""
    try:
        change_set_id = change(actor_of(request))
    except NotFound:
        raise
    except Refusal as refused:
        return _page(request, refusal=refused.message, status=422)
    if change_set_id is None:
        toasts.add(request, "Nothing had changed.", level="info")
    else:
        toasts.add(request, text, undo_url=presenters.undo_url(change_set_id))
    return htmx.redirect(request, reverse("stages:list"))


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "stages": queries.list_stages(),
        "used": queries.list_used_stages(),
        "refusal": refusal,
        "label": request.POST.get("label", "") if refusal else "",
        "label_max": rules.STAGE_LABEL_MAX,
    }
    return render(request, "itineraries/stages.html", context, status=status)
