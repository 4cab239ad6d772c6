"""The dialog for a partner's business id, and removing one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import InvalidValues
from wayfolk.partners import queries
from wayfolk.partners.models import Partner
from wayfolk.partners.operations import ids
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.partners.forms import BusinessIdForm
from wayfolk.web.partners.presenters import page_url


@require_http_methods(["GET", "POST"])
@signed_in("partners.edit", module="partners")
def add(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, partner, BusinessIdForm(initial={"country": by.country}))
    form = BusinessIdForm(request.POST)
    if not form.is_valid():
        return _show(request, partner, form, status=422)
    try:
        noted = ids.add_business_id(partner.id, **form.cleaned_data, by=by)
    except InvalidValues as refused:
        saving.show_refusal(form, refused, {})
        return _show(request, partner, form, status=422)
    toasts.add(request, f"Noted {noted.number} of {partner.name}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(number))


@require_POST
@signed_in("partners.edit", module="partners")
def remove(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    removed = ids.remove_business_id(row_id, by=actor_of(request))
    toasts.add(request, f"Removed {removed.number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(number))


def _show(
    request: HttpRequest, partner: Partner, form: BusinessIdForm, *, status: int = 200
) -> HttpResponse:
    context = {"partner": partner, "form": form, "dialog_title": "Add a business id"}
    return render(request, "partners/business_id.html", context, status=status)
