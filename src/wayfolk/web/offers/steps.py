"""The steps of an offer's life that need no form of their own, and closing."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import InvalidValues
from wayfolk.sales.models import CloseReason, Offer
from wayfolk.sales.operations import offers as operations
from wayfolk.sales.operations import sending
from wayfolk.sales.queries import lists as list_queries
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.rules.offers import OfferData
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.offers.presenters import page_url


class CloseForm(forms.Form):
    close_reason = forms.ChoiceField(label="Why", widget=forms.RadioSelect, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        reasons = list_queries.list_entries(CloseReason, with_closed=False)
        field = self.fields["close_reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(reason.id), reason.label) for reason in reasons]


class FollowUpForm(forms.Form):
    follow_up_on = day_field("Next follow-up")


@require_http_methods(["GET", "POST"])
@signed_in("offers.edit", module="offers")
def close(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show_closing(request, offer, form, status=422 if form.is_bound else 200)
    try:
        reason = form.cleaned_data["close_reason"]
        operations.close_offer(offer.id, UUID(reason) if reason else None, by=by)
    except InvalidValues as refused:
        form.add_error("close_reason", refused.message)
        return _show_closing(request, offer, form, status=422)
    toasts.add(request, f"Closed offer {number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(offer))


@require_POST
@signed_in("offers.edit", module="offers")
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    operations.reopen_offer(offer.id, by=by)
    toasts.add(request, f"Opened offer {number} again.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(offer))


@require_POST
@signed_in("offers.edit", module="offers")
def follow_up(request: HttpRequest, number: int) -> HttpResponse:
    """The next follow-up date; empty: done."""
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    back = htmx.local_url(request, request.POST.get("next"), fallback=page_url(offer))
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        message = form.errors["follow_up_on"][0]
        toasts.add(request, f"Offer {number}: {message}", level="error")
        return htmx.redirect(request, back)
    on = form.cleaned_data["follow_up_on"]
    operations.follow_up(offer.id, on, by=by)
    said = f"is followed up on {on:%-d %b %Y}" if on else "is followed up no more"
    toasts.add(request, f"Offer {number} {said}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, back)


@require_POST
@signed_in("offers.edit", module="offers")
def switch_reminders(request: HttpRequest, number: int) -> HttpResponse:
    """Whether this offer reminds by itself."""
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    is_on = request.POST.get("is_reminding") == "1"
    operations.update_offer(offer.id, OfferData({"is_reminding": is_on}), by=by)
    said = "reminds by itself again" if is_on else "reminds no more"
    toasts.add(request, f"Offer {number} {said}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(offer))


@require_POST
@signed_in("offers.edit", module="offers")
def cancel_reminder(request: HttpRequest, number: int, reminder_id: UUID) -> HttpResponse:
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    reminder = sending.cancel_reminder(reminder_id, by=by)
    said = f"The reminder of {reminder.due_on:%-d %b %Y} is cancelled."
    toasts.add(request, said, undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(offer))


def _show_closing(
    request: HttpRequest, offer: Offer, form: CloseForm, *, status: int
) -> HttpResponse:
    administers = actor_of(request).may("organization.administer")
    context = {
        "offer": offer,
        "form": form,
        "has_reasons": bool(form.fields["close_reason"].choices),  # type: ignore[attr-defined]
        "reasons_url": reverse("sales_lists:list", args=["close-reasons"]) if administers else "",
        "dialog_title": f"Close offer {offer.number}",
    }
    return render(request, "offers/close.html", context, status=status)
