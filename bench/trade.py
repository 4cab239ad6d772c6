"""What trade partners cost: the effective terms of one agency, a statement over 100,000 bookings.

On the company of the pages benchmark. Targets: terms under 5 ms; the statement's sums under 3 s.
"""

from collections.abc import Callable
from datetime import date
from random import Random

from django.db import connection

from bench import company, ground
from bench.generator import plan
from wayfolk.bookings import statements
from wayfolk.bookings.statements import Period
from wayfolk.kit import clock, tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.partners import queries
from wayfolk.partners.models import Level, Partner
from wayfolk.staff.rules import Actor
from wayfolk.web.partners import statement_excel, statement_pdf

TARGET_TERMS_MS = 5
TARGET_STATEMENT_MS = 3_000
_AGENCIES = 300
_TURNS = 5
_EVER = Period(date(2000, 1, 1), date(2100, 1, 1))


def run(rows: int = 1_000_000, seed: int = 1) -> ground.Figures:
    """Percentiles of both, with what was found."""
    of = company.prepared(rows, seed)
    organization = Organization.objects.get(id=of.plan.organization_id)
    by = actors.get_system_actor(organization)
    with tenancy.scope(organization.id):
        largest = queries.get_partner_by_number(
            plan.customer_number(plan.partner_customer(0)), by=by
        )
        return {
            "partners": Partner.objects.count(),
            "targets": f"terms under {TARGET_TERMS_MS} ms, sums under {TARGET_STATEMENT_MS} ms",
            "figures": [*_terms(seed, by), *_statement(largest, organization.name, by)],
        }


def _terms(seed: int, by: Actor) -> list[ground.Figures]:
    """Of agencies as a page has them, and with loading the agency first."""
    ids = list(
        Partner.objects.filter(level=Level.AGENCY).order_by("id").values_list("id", flat=True)
    )
    drawn = Random(seed).sample(ids, min(_AGENCIES, len(ids)))
    loaded = [queries.get_partner(each, by=by) for each in drawn]
    today = clock.today(by.time_zone)
    count = sum(len(queries.terms_in_force(each, today, by=by)) for each in loaded)
    return [
        _timed(
            "effective terms",
            [lambda p=each: queries.terms_in_force(p, today, by=by) for each in loaded],
        )
        | {"of": f"{count / len(loaded):.1f} terms"},
        _timed(
            "agency and its terms",
            [
                lambda i=each: queries.terms_in_force(queries.get_partner(i, by=by), today, by=by)
                for each in drawn
            ],
        ),
    ]


def _statement(partner: Partner, name: str, by: Actor) -> list[ground.Figures]:
    """Of everything that was ever sold through the largest consortium."""

    def sums() -> statements.Statement:
        return statements.statement_of(partner.id, _EVER, by=by)

    found = sums()
    of = {"of": f"{found.count:,} bookings"}

    def excel() -> bytes:
        return statement_excel.workbook_of(
            found, statements.sold_of(found, by=by), organization=name
        )

    def pdf() -> bytes:
        sold = statements.sold_of(found, by=by, limit=statement_pdf.BOOKINGS_MAX)
        today = clock.today(by.time_zone)
        return statement_pdf.document_of(found, sold, organization=name, today=today)

    return [
        _timed("statement: sums", [sums] * _TURNS) | of,
        _timed("statement: Excel", [excel] * 2) | of,
        _timed("statement: PDF", [pdf] * 2) | of,
    ]


def _timed(what: str, calls: list[Callable[[], object]]) -> ground.Figures:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clocks = ground.Clocks(cursor.fetchone()[0])
    calls[0]()
    for call in calls:
        clocks.time(call)
    return {"what": what, "of": "", **clocks.figures()}
