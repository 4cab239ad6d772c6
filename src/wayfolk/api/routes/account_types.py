"""The account type of a customer: what converting it would do, and converting it."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import customers as presenter
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import customers as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.customers import queries
from wayfolk.customers.operations import converting
from wayfolk.customers.rules.conversion import Names
from wayfolk.kit.errors import Conflict

router = Resource()
_NAMES = ("given_name", "family_name", "company_name")


@router.post(
    "/customers/{number}/convert",
    response=shapes.Converted,
    openapi_extra=VERSIONED,
)
def convert_customer(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.Conversion
) -> Any:
    """Make a person a company or a company a person; with `dry_run` the plan, changing nothing."""
    by = actor_of(request)
    found = queries.get_customer_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.get("version"))
    plan = converting.plan(found.id, by=by, to_kind=body.to_kind)
    planned = presenter.conversion_plan(plan)
    if body.dry_run:
        versions.mark(response, plan.version)
        return shapes.Converted.model_construct(plan=planned, customer=None)
    names = asdict(plan.names) | {name: sent[name] for name in _NAMES if name in sent}
    try:
        converting.convert(found.id, body.to_kind, Names(**names), by=by, version=expected)
    except Conflict as error:
        theirs = presenter.customer(queries.get_customer(found.id, by=by), by=by)
        raise versions.stale(
            request, error, yours=sent, theirs=theirs.model_dump(exclude_unset=True)
        ) from error
    stored = queries.get_customer(found.id, by=by)
    versions.mark(response, stored.version)
    return shapes.Converted.model_construct(
        plan=planned, customer=presenter.customer(stored, by=by)
    )
