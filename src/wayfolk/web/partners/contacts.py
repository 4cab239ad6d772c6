"""The dialogs for a partner's contacts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.partners import queries
from wayfolk.partners.models import Partner, PartnerContact
from wayfolk.partners.operations import contacts
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.partners.forms import ContactForm
from wayfolk.web.partners.presenters import page_url


@require_http_methods(["GET", "POST"])
@signed_in("partners.edit", module="partners")
def add(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, partner, ContactForm(by=by))
    form = ContactForm(request.POST, by=by)
    if record_picker.is_searching(request.POST):
        form.errors.clear()
        return _show(request, partner, form)

    def make(_names: set[str]) -> PartnerContact:
        values = dict(form.cleaned_data)
        person = values.pop("person")
        return contacts.add_contact(partner.id, person.id, **values, by=by)

    contact = saving.create_from(form, make)
    if contact is None:
        return _show(request, partner, form, status=422)
    said = f"{contact.person.name} is contact of {partner.name}."
    toasts.add(request, said, undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(number))


@require_http_methods(["GET", "POST"])
@signed_in("partners.edit", module="partners")
def edit(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    contact = _contact(partner, row_id, by)
    if request.method == "GET":
        return _show(request, partner, ContactForm(by=by, contact=contact), contact=contact)
    form = ContactForm(request.POST, by=by, contact=contact)
    if not form.is_valid():
        return _show(request, partner, form, contact=contact, status=422)
    try:
        contacts.update_contact(contact.id, **form.cleaned_data, by=by)
    except InvalidValues as refused:
        saving.show_refusal(form, refused, form.shown_as)
        return _show(request, partner, form, contact=contact, status=422)
    saving.tell_updated(request, f"Contact {contact.person.name}")
    return htmx.redirect(request, page_url(number))


@require_POST
@signed_in("partners.edit", module="partners")
def remove(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    removed = contacts.remove_contact(row_id, by=actor_of(request))
    said = f"{removed.person.name} is no contact any more."
    toasts.add(request, said, undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(number))


def _contact(partner: Partner, row_id: UUID, by: Actor) -> PartnerContact:
    for contact in queries.list_contacts(partner.id, by=by):
        if contact.id == row_id:
            return contact
    raise NotFound("There is no such contact. It may have been removed meanwhile.")


def _show(
    request: HttpRequest,
    partner: Partner,
    form: ContactForm,
    *,
    contact: PartnerContact | None = None,
    status: int = 200,
) -> HttpResponse:
    title = f"Contact {contact.person.name}" if contact else f"Add a contact of {partner.name}"
    context = {"partner": partner, "form": form, "contact": contact, "dialog_title": title}
    return render(request, "partners/contact.html", context, status=status)
