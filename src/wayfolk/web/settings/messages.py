"""Settings: by which mail server and SMS gateway the organisation writes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.communications.delivery.outcomes import ACCEPTED
from wayfolk.communications.models import MailServer, Purpose, SmsGateway
from wayfolk.communications.operations import settings
from wayfolk.communications.rules import reach
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.communications.forms import GatewayForm, MailServerForm
from wayfolk.web.settings import answers

_RIGHT = "organization.administer"
_KEPT = "One is stored. Leave this empty to keep it."
_GONE = "None is stored for this server."


@require_http_methods(["GET", "POST"])
@signed_in(_RIGHT, module="communications")
def messages(request: HttpRequest) -> HttpResponse:
    """Both forms; this address takes the mail server's."""
    if request.method == "GET":
        return _show(request)
    form = MailServerForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        password = values.pop("password") or None
        try:
            settings.save_mail_server(values, by=actor_of(request), password=password)
        except InvalidValues as refused:
            answers.put_into(form, refused)
        else:
            answers.tell_done(request, "The mail server is saved.")
            return htmx.redirect(request, reverse("settings:messages"))
    return _show(request, mail_form=form, status=422)


@require_POST
@signed_in(_RIGHT, module="communications")
def gateway(request: HttpRequest) -> HttpResponse:
    form = GatewayForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        token = values.pop("token") or None
        try:
            settings.save_gateway(values, by=actor_of(request), token=token)
        except InvalidValues as refused:
            answers.put_into(form, refused)
        else:
            answers.tell_done(request, "The SMS gateway is saved.")
            return htmx.redirect(request, reverse("settings:messages"))
    return _show(request, gateway_form=form, status=422)


@require_POST
@signed_in(_RIGHT, module="communications")
def test(request: HttpRequest) -> HttpResponse:
    """Send a few words at once, and say what the server answered."""
    channel = reach.SMS if request.POST.get("channel") == reach.SMS else reach.EMAIL
    address = request.POST.get("address", "")
    try:
        outcome = settings.send_test(channel, address, by=actor_of(request))
    except Refusal as refused:
        result = {"is_good": False, "words": refused.message, "channel": channel}
        return _show(request, result=result, status=422)
    words = settings.words_of_test(outcome, address)
    if outcome.kind == ACCEPTED:
        toasts.add(request, words)
        return htmx.redirect(request, reverse("settings:messages"))
    result = {"is_good": False, "words": words, "channel": channel}
    return _show(request, result=result)


def _show(
    request: HttpRequest,
    *,
    mail_form: MailServerForm | None = None,
    gateway_form: GatewayForm | None = None,
    result: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    server, stored_gateway = MailServer.objects.first(), SmsGateway.objects.first()
    mail_form = mail_form or MailServerForm(initial=_initial(server, MailServerForm))
    gateway_form = gateway_form or GatewayForm(initial=_initial(stored_gateway, GatewayForm))
    if server is not None:
        is_kept = settings.has_secret(Purpose.MAIL, server.bound_to)
        mail_form.fields["password"].help_text = _KEPT if is_kept else _GONE
    if stored_gateway is not None:
        is_kept = settings.has_secret(Purpose.SMS, stored_gateway.bound_to)
        gateway_form.fields["token"].help_text = _KEPT if is_kept else _GONE
    context = {
        "mail_form": mail_form,
        "gateway_form": gateway_form,
        "has_mail": server is not None,
        "has_gateway": stored_gateway is not None,
        "result": result,
        "own_address": actor_of(request).email,
    }
    return render(request, "settings/messages.html", context, status=status)


def _initial(stored: Any, form: type[Any]) -> dict[str, Any]:
    if stored is None:
        return {}
    secret = {"password", "token"}
    return {n: getattr(stored, n) for n in form.base_fields if n not in secret}
