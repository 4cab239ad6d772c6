"""Creating, editing and cancelling a stay."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.stays import operations, queries
from wayfolk.stays.models import Stay
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.stays.forms import StayForm


@require_http_methods(["GET", "POST"])
@signed_in("stays.edit", module="stays")
def create(request: HttpRequest) -> HttpResponse:
    """A new stay; `guest` in the address chooses whose."""
    by = actor_of(request)
    if request.method == "GET":
        form = StayForm(by=by, chosen={"guest": request.GET.get("guest", "")})
        return _show(request, form)
    form = StayForm(request.POST, by=by)
    if record_picker.is_searching(request.POST):
        return _show(request, form)
    stay = saving.create_from(
        form, lambda names: operations.create_stay(form.data_of(names), by=by)
    )
    if stay is None:
        return _show(request, form, status=422)
    toasts.add(request, f"Created stay {stay.reservation_number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(stay.id))


@require_http_methods(["GET", "POST"])
@signed_in("stays.edit", module="stays")
def edit(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    by = actor_of(request)
    stay = queries.get_stay(stay_id, by=by)
    if request.method == "GET":
        form = StayForm(by=by, stay=stay)
        return _show(request, form, stay=stay, version=stay.version)
    form, version = StayForm(request.POST, by=by, stay=stay), saving.posted_version(request)
    if record_picker.is_searching(request.POST):
        return _show(request, form, stay=stay, version=version)

    def update(names: set[str], seen: int) -> Stay:
        return operations.update_stay(stay.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[Stay, StayForm]:
        present = queries.get_stay(stay.id, by=by)
        return present, StayForm(by=by, stay=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, stay=stay, status=outcome.status, **context)
    saving.tell_updated(request, f"Stay {outcome.record.reservation_number}")
    return htmx.redirect(request, page_url(stay.id))


@require_POST
@signed_in("stays.edit", module="stays")
def cancel(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    stay = operations.cancel_stay(stay_id, by=actor_of(request))
    toasts.add(request, f"Cancelled stay {stay.reservation_number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(stay_id))


def page_url(stay_id: UUID) -> str:
    return reverse("stays:detail", args=[stay_id])


def _show(
    request: HttpRequest,
    form: StayForm,
    *,
    status: int = 200,
    stay: Stay | None = None,
    **context: Any,
) -> HttpResponse:
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    context |= {
        "form": form,
        "stay": stay,
        "record": stay,
        "noun": "stay",
        "back_url": page_url(stay.id) if stay else reverse("stays:list"),
    }
    return render(request, "stays/form.html", context, status=status)
