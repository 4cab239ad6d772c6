"""Mailing an offer: subject and text come filled in and can be corrected."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wayfolk.kit.errors import InvalidValue, InvalidValues, NotFound, Refusal
from wayfolk.sales.models import Offer
from wayfolk.sales.operations import sending
from wayfolk.sales.operations.sending import Message
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.rules import reminders
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.offers.presenters import page_url


class SendForm(forms.Form):
    address = forms.CharField(
        label="To",
        widget=forms.TextInput(attrs={"inputmode": "email"}),
        error_messages={"required": "There is no email address: write one."},
    )
    subject = forms.CharField(max_length=reminders.SUBJECT_MAX)
    body = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 14}))


@require_http_methods(["GET", "POST"])
@signed_in("offers.edit", module="offers")
def send(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    if request.method == "GET":
        proposed = sending.propose_message(offer, by=by)
        initial = {name: getattr(proposed, name) for name in ("address", "subject", "body")}
        return _show(request, offer, SendForm(initial=initial))
    form = SendForm(request.POST)
    if not form.is_valid():
        return _show(request, offer, form, status=422)
    try:
        sending.send_offer(
            offer.id,
            Message(**form.cleaned_data),
            by=by,
            version=saving.posted_version(request) or None,
        )
    except NotFound:
        raise
    except InvalidValues as refused:
        saving.show_refusal(form, refused, {})
        return _show(request, offer, form, status=422)
    except InvalidValue as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _show(request, offer, form, status=422)
    except Refusal as refused:
        form.add_error(None, refused.message)
        return _show(request, offer, form, status=422)
    toasts.add(request, f"Offer {number} is on its way.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(offer))


def _show(request: HttpRequest, offer: Offer, form: SendForm, *, status: int = 200) -> HttpResponse:
    days = queries.get_settings().reminder_days.replace(",", ", ")
    context = {
        "offer": offer,
        "form": form,
        "back_url": page_url(offer),
        "days": days if offer.is_reminding else "",
    }
    return render(request, "offers/send.html", context, status=status)
