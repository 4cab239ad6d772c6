"""The list of passenger ages, and the form of one entry."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.passengers import operations, queries, rules
from wayfolk.passengers.models import AgeBand
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.passengers.forms import AgesForm

_ADMINISTER = "organization.administer"


@require_GET
@signed_in(_ADMINISTER, module="bookings")
def age_list(request: HttpRequest) -> HttpResponse:
    """What is set; without an entry for every product the usual ages hold."""
    bands = queries.list_bands(by=actor_of(request))
    context = {
        "bands": [(band, _period(band)) for band in bands],
        "usual": rules.in_words(rules.DEFAULT),
    }
    return render(request, "passengers/list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def create(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _show(request, AgesForm())
    form, by = AgesForm(request.POST), actor_of(request)
    band = saving.create_from(
        form, lambda names: operations.create_band(form.data_of(names), by=by)
    )
    if band is None:
        return _show(request, form, status=422)
    toasts.add(request, f"Passenger ages for {band} are set.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("passenger_ages:list"))


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module="bookings")
def edit(request: HttpRequest, band_id: UUID) -> HttpResponse:
    by = actor_of(request)
    band = queries.get_band(band_id, by=by)
    if request.method == "GET":
        return _show(request, AgesForm(band=band), band=band, version=band.version)
    form, version = AgesForm(request.POST, band=band), saving.posted_version(request)

    def update(names: set[str], seen: int) -> AgeBand:
        return operations.update_band(band.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[AgeBand, AgesForm]:
        present = queries.get_band(band_id, by=by)
        return present, AgesForm(band=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, band=band, status=outcome.status, **context)
    saving.tell_updated(request, f"Passenger ages for {outcome.record}")
    return htmx.redirect(request, reverse("passenger_ages:list"))


@require_POST
@signed_in(_ADMINISTER, module="bookings")
def remove(request: HttpRequest, band_id: UUID) -> HttpResponse:
    band = operations.remove_band(band_id, by=actor_of(request))
    toasts.add(request, f"Passenger ages for {band} are removed.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("passenger_ages:list"))


def _period(band: AgeBand) -> str:
    words = rules.period_words(queries.band_of(band))
    return words[0].upper() + words[1:]


def _show(
    request: HttpRequest,
    form: AgesForm,
    *,
    band: AgeBand | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "form": form,
        "record": band,
        "noun": "ages",
        "back_url": reverse("passenger_ages:list"),
    }
    return render(request, "passengers/form.html", context, status=status)
