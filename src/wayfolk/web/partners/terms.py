"""The forms for commission terms."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings.operations.commission import TermInUse
from wayfolk.kit.errors import NotFound
from wayfolk.partners import queries
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.partners.operations import terms
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.partners.forms import TermForm
from wayfolk.web.partners.presenters import page_url


@require_http_methods(["GET", "POST"])
@signed_in("partners.terms", module="partners")
def create(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, partner, TermForm(by=by))
    form = TermForm(request.POST, by=by)
    term = saving.create_from(
        form, lambda names: terms.create_term(partner.id, form.data_of(names), by=by)
    )
    if term is None:
        return _show(request, partner, form, status=422)
    toasts.add(request, f"New term of {partner.name}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(number))


@require_http_methods(["GET", "POST"])
@signed_in("partners.terms", module="partners")
def edit(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    term = _term(partner, row_id, by)
    if request.method == "GET":
        form = TermForm(by=by, term=term)
        return _show(request, partner, form, term=term, version=term.version)
    form, version = TermForm(request.POST, by=by, term=term), saving.posted_version(request)

    def update(names: set[str], seen: int) -> CommissionTerm:
        return terms.update_term(term.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[CommissionTerm, TermForm]:
        present = _term(partner, row_id, by)
        return present, TermForm(by=by, term=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, partner, form, term=term, status=outcome.status, **context)
    saving.tell_updated(request, f"Term of {partner.name}")
    return htmx.redirect(request, page_url(number))


@require_POST
@signed_in("partners.terms", module="partners")
def remove(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    """Gone as if it had never been; one that bookings earned by is refused in words."""
    try:
        terms.remove_term(row_id, by=actor_of(request))
    except TermInUse as refused:
        toasts.add(request, refused.message, level="error")
        return htmx.redirect(request, page_url(number))
    toasts.add(request, "Removed the term.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(number))


def _term(partner: Partner, row_id: UUID, by: Actor) -> CommissionTerm:
    for term in queries.list_terms(partner.id, by=by):
        if term.id == row_id:
            return term
    raise NotFound("There is no such term. It may have been removed meanwhile.")


def _show(
    request: HttpRequest,
    partner: Partner,
    form: TermForm,
    *,
    term: CommissionTerm | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "partner": partner,
        "form": form,
        "term": term,
        "record": term,
        "noun": "term",
        "back_url": page_url(partner.number),
    }
    return render(request, "partners/term.html", context, status=status)
