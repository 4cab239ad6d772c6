"""Commission terms of trade partners, terms in force, statements, computing anew."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import partners as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import partners as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.bookings import operations, statements
from wayfolk.bookings.statements import Period
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, NotAllowed, NotFound
from wayfolk.partners import queries
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.partners.operations import terms
from wayfolk.partners.rules.terms import TermData
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"rate": "percent"}


@router.get("/partners/{number}/terms", response=shapes.Terms)
def list_terms(request: HttpRequest, number: Number) -> Any:
    """All terms of the partner itself, former and coming ones too."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    items = [presenter.term(row) for row in queries.list_terms(found.id, by=by)]
    return shapes.Terms.model_construct(items=items)


@router.get("/partners/{number}/effective-terms", response=shapes.EffectiveTerms)
def list_effective_terms(
    request: HttpRequest, number: Number, asked: Query[shapes.EffectiveDay]
) -> Any:
    """The terms in force on a day, each with the partner that it comes from."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    day: date = asked.day or clock.today(by.time_zone)
    in_force = queries.terms_in_force(found, day, by=by)
    items = [presenter.effective_term(each, by=by) for each in in_force]
    return shapes.EffectiveTerms.model_construct(day=day, items=items)


@router.post("/partners/{number}/terms", response={201: shapes.Term}, openapi_extra=VERSIONED)
def create_term(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewTerm
) -> Any:
    """A new term of the partner."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    with references.naming(_NAMES):
        made = terms.create_term(found.id, _data_of(body), by=by)
    versions.mark(response, made.version)
    return Status(201, presenter.term(made))


@router.patch("/partners/{number}/terms/{id}", response=shapes.Term, openapi_extra=VERSIONED)
def update_term(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    id: UUID,  # noqa: A002
    body: shapes.TermChanges,
) -> Any:
    """Change a term, or end it with `valid_to`; bookings keep what they have earned."""
    by = actor_of(request)
    term = _term(number, id, by)
    expected = versions.expected_version(request, body.version)
    try:
        with references.naming(_NAMES):
            changed = terms.update_term(term.id, _data_of(body), by=by, version=expected)
    except Conflict as error:
        theirs = presenter.term(_term(number, id, by)).model_dump(exclude_unset=True)
        yours = body.model_dump(mode="json", exclude_unset=True, exclude={"version"})
        raise versions.stale(request, error, yours=yours, theirs=theirs) from error
    versions.mark(response, changed.version)
    return presenter.term(changed)


@router.delete("/partners/{number}/terms/{id}", response={204: None})
def remove_term(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """As if there had been no such term; refused once bookings have earned by it."""
    by = actor_of(request)
    terms.remove_term(_term(number, id, by).id, by=by)
    return Status(204, None)


@router.get("/partners/{number}/statement", response=shapes.Statement)
def get_statement(
    request: HttpRequest, number: Number, asked: Query[shapes.StatementPeriod]
) -> Any:
    """What the partner and everybody below it earned in a period."""
    by = actor_of(request)
    found = _stated(number, by)
    period = Period(asked.first, asked.last, asked.of)
    return presenter.statement(statements.statement_of(found.id, period, by=by), by=by)


@router.post("/partners/{number}/commissions", response=shapes.Recomputed)
def recompute_commissions(
    request: HttpRequest, number: Number, asked: Query[shapes.StatementPeriod]
) -> Any:
    """Compute the commissions of a period anew, by the terms as they are now."""
    by = actor_of(request)
    found = _stated(number, by)
    period = Period(asked.first, asked.last, asked.of)
    changed = operations.recompute_commissions(found.id, period=period, by=by)
    return shapes.Recomputed.model_construct(changed=changed)


def _stated(number: int, by: Actor) -> Partner:
    for code, words in (("booking.total", "prices"), ("booking.commission", "commissions")):
        if not by.may_see(code):
            raise NotAllowed(f"Your role “{by.role_name}” does not see {words} of bookings.")
    return queries.get_partner_by_number(number, by=by)


def _term(number: int, term_id: UUID, by: Actor) -> CommissionTerm:
    found = queries.get_partner_by_number(number, by=by)
    for term in queries.list_terms(found.id, by=by):
        if term.id == term_id:
            return term
    raise NotFound("There is no such term of this partner.")


def _data_of(body: shapes.NewTerm | shapes.TermChanges) -> TermData:
    """The domain's names; tiers as pairs."""
    fields = body.sent()
    fields.pop("version", None)
    if "percent" in fields:
        fields["rate"] = fields.pop("percent")
    if "tiers" in fields:
        fields["tiers"] = [(tier.turnover_from_minor, tier.percent) for tier in body.tiers]
    return TermData(fields)
