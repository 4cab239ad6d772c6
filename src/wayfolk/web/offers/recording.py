"""Creating and editing an offer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.sales.models import Offer
from wayfolk.sales.operations import offers as operations
from wayfolk.sales.queries import offers as queries
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.offers.forms import OfferForm
from wayfolk.web.offers.presenters import page_url


@require_http_methods(["GET", "POST"])
@signed_in("offers.edit", module="offers")
def create(request: HttpRequest) -> HttpResponse:
    """A new offer; `customer` in the address chooses whose."""
    by = actor_of(request)
    if request.method == "GET":
        form = OfferForm(by=by, chosen={"customer": request.GET.get("customer", "")})
        return _show(request, form)
    form = OfferForm(request.POST, by=by)
    if record_picker.is_searching(request.POST):
        return _show(request, form)
    offer = saving.create_from(
        form, lambda names: operations.create_offer(form.data_of(names), by=by)
    )
    if offer is None:
        return _show(request, form, status=422)
    toasts.add(request, f"Created offer {offer.number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(offer))


@require_http_methods(["GET", "POST"])
@signed_in("offers.edit", module="offers")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    if request.method == "GET":
        form = OfferForm(by=by, offer=offer)
        return _show(request, form, offer=offer, version=offer.version)
    form = OfferForm(request.POST, by=by, offer=offer)
    version = saving.posted_version(request)
    if record_picker.is_searching(request.POST):
        return _show(request, form, offer=offer, version=version)

    def update(names: set[str], seen: int) -> Offer:
        data = form.data_of(names)
        return operations.update_offer(offer.id, data, by=by, version=seen)

    def reload() -> tuple[Offer, OfferForm]:
        present = queries.get_offer(offer.id, by=by)
        return present, OfferForm(by=by, offer=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, offer=offer, status=outcome.status, **context)
    saving.tell_updated(request, f"Offer {number}")
    return htmx.redirect(request, page_url(offer))


def _show(
    request: HttpRequest,
    form: OfferForm,
    *,
    status: int = 200,
    offer: Offer | None = None,
    **context: Any,
) -> HttpResponse:
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    context |= {
        "form": form,
        "offer": offer,
        "record": offer,
        "noun": "offer",
        "back_url": page_url(offer) if offer else reverse("offers:list"),
    }
    return render(request, "offers/form.html", context, status=status)
