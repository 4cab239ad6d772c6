"""Noting, changing and removing preferences of customers (KP-38)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations, queries
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.passengers.preference_forms import SUGGESTIONS_ID, PreferenceForm


@require_http_methods(["GET", "POST"])
@signed_in("customers.edit")
def create(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    if request.method == "GET":
        return _show_new(request, PreferenceForm(by=by), customer)
    form = PreferenceForm(request.POST, by=by)

    def add(names: set[str]) -> Preference:
        kind = form.cleaned_data["kind"]
        return operations.add_preference(customer.id, kind, form.data_of(names), by=by)

    made = saving.create_from(form, add)
    if made is None:
        return _show_new(request, form, customer, status=422)
    toasts.add(request, f"{made} noted.", undo_url=toasts.undo_url())
    return htmx.redirect(request, _page_url(customer))


@require_http_methods(["GET", "POST"])
@signed_in("customers.edit")
def edit(request: HttpRequest, preference_id: UUID) -> HttpResponse:
    by = actor_of(request)
    preference = queries.get_preference(preference_id, by=by)
    if request.method == "GET":
        form = PreferenceForm(by=by, preference=preference)
        return _show(request, form, preference, version=preference.version)
    form = PreferenceForm(request.POST, by=by, preference=preference)

    def update(names: set[str], seen: int) -> Preference:
        data = form.data_of(names)
        return operations.update_preference(preference.id, data, by=by, version=seen)

    def reload() -> tuple[Preference, PreferenceForm]:
        present = queries.get_preference(preference_id, by=by)
        return present, PreferenceForm(by=by, preference=present)

    version = saving.posted_version(request)
    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, preference, status=outcome.status, **context)
    saving.tell_updated(request, str(outcome.record))
    return htmx.redirect(request, _page_url(preference.customer))


@require_POST
@signed_in("customers.edit")
def remove(request: HttpRequest, preference_id: UUID) -> HttpResponse:
    by = actor_of(request)
    removed = operations.remove_preference(preference_id, by=by)
    toasts.add(request, f"{removed} removed.", undo_url=toasts.undo_url())
    return htmx.redirect(request, _page_url(removed.customer))


def _page_url(customer: Customer) -> str:
    return reverse("customers:detail", args=[customer.number])


def _show_new(
    request: HttpRequest, form: PreferenceForm, customer: Customer, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "customer": customer,
        "back_url": _page_url(customer),
        "suggestions_id": SUGGESTIONS_ID,
        "dialog_title": f"New preference of {customer.name}",
    }
    return render(request, "passengers/new_preference.html", context, status=status)


def _show(
    request: HttpRequest,
    form: PreferenceForm,
    preference: Preference,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "form": form,
        "customer": preference.customer,
        "record": preference,
        "noun": "preference",
        "title": f"Edit {preference.get_kind_display().lower()}",
        "back_url": _page_url(preference.customer),
        "suggestions_id": SUGGESTIONS_ID,
    }
    return render(request, "passengers/preference.html", context, status=status)
