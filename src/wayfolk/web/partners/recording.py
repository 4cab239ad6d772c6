"""Making a customer a trade partner, editing it, taking that back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.partners import queries
from wayfolk.partners.models import Partner
from wayfolk.partners.operations import partners
from wayfolk.partners.operations.partners import PartnerInUse
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.partners.forms import PartnerForm
from wayfolk.web.partners.presenters import page_url


@require_http_methods(["GET", "POST"])
@signed_in("partners.edit", module="partners")
def create(request: HttpRequest) -> HttpResponse:
    """A new partner; `customer` and `parent` in the address choose who and below whom."""
    by = actor_of(request)
    if request.method == "GET":
        chosen = {name: request.GET.get(name, "") for name in ("customer", "parent", "level")}
        return _show(request, PartnerForm(by=by, chosen={k: v for k, v in chosen.items() if v}))
    form = PartnerForm(request.POST, by=by)
    if record_picker.is_searching(request.POST):
        return _show(request, form)

    def make(names: set[str]) -> Partner:
        customer = form.cleaned_data["customer"]
        return partners.create_partner(customer.id, form.data_of(names), by=by)

    partner = saving.create_from(form, make)
    if partner is None:
        return _show(request, form, status=422)
    toasts.add(request, f"{partner.name} is a trade partner now.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(partner.number))


@require_http_methods(["GET", "POST"])
@signed_in("partners.edit", module="partners")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    if request.method == "GET":
        form = PartnerForm(by=by, partner=partner)
        return _show(request, form, partner=partner, version=partner.version)
    form = PartnerForm(request.POST, by=by, partner=partner)
    version = saving.posted_version(request)
    if record_picker.is_searching(request.POST):
        return _show(request, form, partner=partner, version=version)

    def update(names: set[str], seen: int) -> Partner:
        return partners.update_partner(partner.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[Partner, PartnerForm]:
        present = queries.get_partner(partner.id, by=by)
        return present, PartnerForm(by=by, partner=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, partner=partner, status=outcome.status, **context)
    saving.tell_updated(request, partner.name)
    return htmx.redirect(request, page_url(number))


@require_POST
@signed_in("partners.edit", module="partners")
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """A plain customer again; refused in words while others lean on it."""
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    try:
        customer = partners.remove_partner(partner.id, by=by)
    except PartnerInUse as refused:
        toasts.add(request, refused.message, level="error")
        return htmx.redirect(request, page_url(number))
    said = f"{customer.name} is no trade partner any more."
    toasts.add(request, said, undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("partners:list"))


def _show(
    request: HttpRequest,
    form: PartnerForm,
    *,
    status: int = 200,
    partner: Partner | None = None,
    **context: Any,
) -> HttpResponse:
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    context |= {
        "form": form,
        "partner": partner,
        "record": partner,
        "noun": "trade partner",
        "back_url": page_url(partner.number) if partner else reverse("partners:list"),
    }
    return render(request, "partners/form.html", context, status=status)
