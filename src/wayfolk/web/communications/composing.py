"""Writing an email or SMS to a customer, and cancelling one that still waits."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.communications import queries
from wayfolk.communications.operations import sending, settings
from wayfolk.communications.rules import reach
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import Refusal
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.communications.forms import MessageForm
from wayfolk.web.settings import answers


@require_http_methods(["GET", "POST"])
@signed_in("communications.send", module="communications")
def email(request: HttpRequest, number: int) -> HttpResponse:
    return _write(request, number, reach.EMAIL)


@require_http_methods(["GET", "POST"])
@signed_in("communications.send", module="communications")
def sms(request: HttpRequest, number: int) -> HttpResponse:
    return _write(request, number, reach.SMS)


@require_POST
@signed_in("communications.send", module="communications")
def cancel(request: HttpRequest, row_id: UUID) -> HttpResponse:
    message = sending.cancel_message(row_id, by=actor_of(request))
    toasts.add(request, "The message is not sent.", undo_url=toasts.undo_url())
    back = htmx.local_url(request, request.POST.get("next"), fallback="")
    return htmx.redirect(request, back) if back else back_to(request, message.customer)


def back_to(request: HttpRequest, customer: Customer | None) -> HttpResponse:
    """The customer's page, whose sections are as they were left.

    Without a fragment in the address: for one the browser would not load the page anew.
    """
    if customer is None:
        return htmx.redirect(request, reverse("home"))
    return htmx.redirect(request, reverse("customers:detail", args=[customer.number]))


def _write(request: HttpRequest, number: int, channel: str) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    sending.require_visible(channel, by)
    customer = customer_queries.get_customer_by_number(number, by=by)
    choices = queries.choices(customer, channel, by=by)
    if request.method == "GET":
        return _show(request, customer, channel, MessageForm(channel=channel, choices=choices), by)
    form = MessageForm(request.POST, channel=channel, choices=choices)
    if form.is_valid():
        values = {"subject": "", **form.cleaned_data}
        try:
            sending.send_message(customer=customer, channel=channel, **values, by=by)
        except Refusal as refused:
            answers.put_into(form, refused)
        else:
            word = "email" if channel == reach.EMAIL else "SMS"
            text = f"The {word} to {customer.name} is on its way."
            toasts.add(request, text, undo_url=toasts.undo_url())
            return back_to(request, customer)
    return _show(request, customer, channel, form, by, status=422)


def _show(
    request: HttpRequest,
    customer: Customer,
    channel: str,
    form: MessageForm,
    by: Actor,
    *,
    status: int = 200,
) -> HttpResponse:
    word = "Email" if channel == reach.EMAIL else "SMS"
    standing = sending.standing_of(customer)
    reason = reach.obstacle(standing, is_advertising=False)
    context = {
        "customer": customer,
        "form": form,
        "word": word,
        "has_choice": bool(form.fields["address"].choices),  # type: ignore[attr-defined]
        "obstacle": reach.obstacle_words(reason, customer.name) if reason else "",
        "not_set_up": _not_set_up(channel),
        "settings_url": _settings_url(by),
        "dialog_title": f"{word} to {customer.name}",
    }
    return render(request, "communications/write.html", context, status=status)


def _not_set_up(channel: str) -> str:
    try:
        settings.load_settings(channel)
    except settings.NotSetUp as refused:
        return refused.message
    return ""


def _settings_url(by: Actor) -> str:
    return reverse("settings:messages") if by.may("organization.administer") else ""
