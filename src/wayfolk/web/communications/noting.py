"""Noting calls and notes on a customer, mending and removing them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.communications import queries
from wayfolk.communications.models import Communication
from wayfolk.communications.operations import noting
from wayfolk.communications.rules import notes
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import InvalidValues
from wayfolk.web import saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.communications.composing import back_to
from wayfolk.web.communications.forms import NoteForm
from wayfolk.web.settings import answers


@require_http_methods(["GET", "POST"])
@signed_in("communications.send", module="communications")
def call(request: HttpRequest, number: int) -> HttpResponse:
    return _add(request, number, notes.CALL)


@require_http_methods(["GET", "POST"])
@signed_in("communications.send", module="communications")
def note(request: HttpRequest, number: int) -> HttpResponse:
    return _add(request, number, notes.NOTE)


@require_http_methods(["GET", "POST"])
@signed_in("communications.send", module="communications")
def edit(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    noted = queries.get_communication(row_id, by=by)
    noting.require_noted(noted)
    if request.method == "GET":
        return _show(request, NoteForm(channel=noted.channel, note=noted), noted.customer, noted)
    form = NoteForm(request.POST, channel=noted.channel, note=noted)
    if form.is_valid():
        version = saving.posted_version(request)
        try:
            noting.update_note(noted.id, form.data_of(), by=by, version=version)
        except (InvalidValues, noting.StaleNote) as refused:
            answers.put_into(form, refused)
        else:
            saving.tell_updated(request, noted.get_channel_display())
            return back_to(request, noted.customer)
    return _show(request, form, noted.customer, noted, status=422)


@require_POST
@signed_in("communications.send", module="communications")
def remove(request: HttpRequest, row_id: UUID) -> HttpResponse:
    removed = noting.remove_note(row_id, by=actor_of(request))
    text = f"The {removed.get_channel_display().lower()} is removed."
    toasts.add(request, text, undo_url=toasts.undo_url())
    return back_to(request, removed.customer)


def _add(request: HttpRequest, number: int, channel: str) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    customer = customer_queries.get_customer_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, NoteForm(channel=channel), customer)
    form = NoteForm(request.POST, channel=channel)
    if form.is_valid():
        try:
            noted = noting.add_note(customer.id, form.data_of(), by=by)
        except InvalidValues as refused:
            answers.put_into(form, refused)
        else:
            text = f"{noted.get_channel_display()} noted on {customer.name}."
            toasts.add(request, text, undo_url=toasts.undo_url())
            return back_to(request, customer)
    return _show(request, form, customer, status=422)


def _show(
    request: HttpRequest,
    form: NoteForm,
    customer: Customer | None,
    noted: Communication | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    word = "call" if form.channel == notes.CALL else "note"
    if noted is not None:
        word = noted.get_channel_display().lower()
    who = f" with {customer.name}" if customer and word == "call" else ""
    who = who or (f" on {customer.name}" if customer else "")
    context = {
        "form": form,
        "noted": noted,
        "cancel_url": _page_of(customer),
        "version": request.POST.get("version") or (noted.version if noted else ""),
        "dialog_title": f"{'Edit the' if noted else 'Note a'} {word}{who}",
    }
    return render(request, "communications/note.html", context, status=status)


def _page_of(customer: Customer | None) -> str:
    return reverse("customers:detail", args=[customer.number]) if customer else reverse("home")
