"""Changing the ticked customers, or all that the list shows: asked for here, done by a job."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wayfolk.audit import undoing
from wayfolk.segments.models import BulkChange, BulkState
from wayfolk.segments.operations import many
from wayfolk.segments.queries import changes as queries
from wayfolk.segments.rules import changes
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers.selecting import customers_of

TONES = {
    BulkState.QUEUED: "neutral",
    BulkState.RUNNING: "info",
    BulkState.FINISHED: "success",
    BulkState.STOPPED: "warning",
    BulkState.FAILED: "danger",
}


@require_POST
@signed_in("customers.edit")
def change(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    field, _, value = request.POST.get("change", "").partition(":")
    asked = many.ask_for(customers_of(request.POST, by=by), field, value, by=by)
    return htmx.redirect(request, reverse("customers:change_of_many", args=[asked.id]))


@require_GET
@signed_in("customers.view")
def detail(request: HttpRequest, change_id: UUID) -> HttpResponse:
    by = actor_of(request)
    asked = queries.get_change(change_id, by=by)
    was_written = asked.done_count > 0 and not asked.is_under_way
    is_undone = was_written and undoing.is_undone(asked.change_set_id)
    context = {
        "change": asked,
        "title": changes.summary_of(asked.field, asked.value, asked.total).replace("Made", "Make"),
        "tone": TONES[BulkState(asked.state)],
        "job": _progress_of(asked),
        "is_undone": is_undone,
        "may_undo": was_written and not is_undone,
        "refusals": asked.refusals.items(),
    }
    return render(request, "customers/change_of_many.html", context)


@require_GET
@signed_in("customers.view")
def progress(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """What changes while it runs; the whole page once it has ended."""
    asked = queries.get_change(change_id, by=actor_of(request))
    if not htmx.wants_fragment(request) or not asked.is_under_way:
        return htmx.redirect(request, reverse("customers:change_of_many", args=[asked.id]))
    return render(request, "jobs/progress.html", {"job": _progress_of(asked)})


@require_POST
@signed_in("customers.edit")
def stop(request: HttpRequest, change_id: UUID) -> HttpResponse:
    many.stop(change_id, by=actor_of(request))
    toasts.add(request, "It stops after the customers that it is at.", level="info")
    return htmx.redirect(request, reverse("customers:change_of_many", args=[change_id]))


def _progress_of(asked: BulkChange) -> dict[str, object]:
    return {
        "label": "Changing customers",
        "done": asked.position,
        "total": asked.total,
        "remaining": "",
        "is_under_way": asked.is_under_way,
        "poll_url": reverse("customers:change_progress", args=[asked.id]),
        "note": "You can leave this page; the change goes on.",
    }
