"""What the customer page and the customers list cost at full size.

One million customers, five million bookings, twelve million lines of bookings. Targets: the page
of a typical customer p95 80 ms, of an agency with 100,000 bookings 200 ms; the list sorted by
turnover with three filters 150 ms; a change of a booking keeps the totals for 2 ms of the
database's time.
"""

from collections.abc import Callable, Iterator
from random import Random

import psycopg
from psycopg import sql

from bench import company, ground, pages
from bench.generator import lines, names, plan
from bench.generator.plan import Plan
from bench.pages import Page

RECIPE = company.Recipe(name="wayfolk_bench_full", plan=lines.FullPlan, makers=lines.COMPANY)
TYPICAL_P95_MS = 80
AGENCY_P95_MS = 200
LIST_P95_MS = 150
KEEPING_MS = 2.0
_EDITS = 200


def run(rows: int = 1_000_000, seed: int = 1, runs: int = 100) -> ground.Figures:
    """Percentiles of pages, sections and lists; what an edit of a booking costs more."""
    of = company.prepared(rows, seed, RECIPE)
    _settle(of.owner_url)
    client = pages.signed_in()
    measured = [(page, pages.measure(client, page, of.plan, runs)) for page in measured_pages()]
    slow = [page.name for page, row in measured if (row.get("p95_ms") or 0) > page.target_ms]
    return {
        "customers": of.plan.customers,
        "bookings": of.plan.bookings,
        "over_target": ", ".join(slow) or "none",
        "pages": [row | {"target": page.target_ms} for page, row in measured],
        "target_of_keeping": f"at most {KEEPING_MS} ms of the database more for a change",
        "keeping_totals": keeping(of.plan, of.owner_url),
    }


def measured_pages() -> Iterator[Page]:
    agency = plan.customer_number(plan.partner_customer(lines.AGENCY))
    yield Page(
        "customer: typical", lambda rng, of: f"/customers/{_anybody(rng, of)}/", TYPICAL_P95_MS
    )
    yield Page("customer: 200 bookings", lambda _rng, _of: f"/customers/{plan.customer_number(0)}/")
    yield Page("customer: agency", lambda _rng, _of: f"/customers/{agency}/", AGENCY_P95_MS)
    for name, query in _FILTERED.items():
        yield Page(
            f"list by turnover: {name}",
            lambda rng, _of, query=query: f"/customers/?sort=-turnover&{_filled(query, rng)}",
            LIST_P95_MS,
        )


# Three filters each, from those that leave most customers to those that leave few or nobody.
_FILTERED = {
    "common": "status=active&country=DE&departs_from=2025-01-01",
    "name and country": "family_name={family}&country=DE&departs_from=2024-06-01",
    "city and hotel": "city={city}&transports=LH+400&departs_from=2023-01-01",
    "rare": "given_name={given}&family_name={family}&postcode=9",
}


def _anybody(rng: Random, of: Plan) -> int:
    return plan.customer_number(rng.randrange(of.customers))


def _filled(query: str, rng: Random) -> str:
    locale = rng.choice(names.LOCALES[:10])
    return query.format(
        family=names.family_name(rng, locale).split()[0],
        given=names.given_name(rng, locale).split()[0],
        city=rng.choice(("Ber", "Lis", "Mad", "Par")),
    )


def _settle(owner_url: str) -> None:
    """Statistics of what the loading of every company does not know."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table in ("bookings_bookingline", "bookings_customertotals", "bookings_customeryear"):
            owner.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


# --- what keeping costs ---------------------------------------------------------------------

# The triggers that keep totals, and those that hold a price to its lines.
_KEEPERS = """
    SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid IN ('bookings_booking'::regclass, 'bookings_bookingline'::regclass)
      AND p.proname ~ '^bookings_(totals|lines|check_price)'
"""
_CHANGES = {
    "booking cancelled": "UPDATE bookings_booking SET status = 'cancelled'"
    " WHERE organization_id = %s AND id = %s",
    "booking's dates and party": "UPDATE bookings_booking SET departs_on = departs_on + 1,"
    " returns_on = returns_on + 1, adults = adults + 1 WHERE organization_id = %s AND id = %s",
    "price of a line": "UPDATE bookings_bookingline SET amount_minor = amount_minor + 100"
    " WHERE organization_id = %s AND booking_id = %s AND kind = 'basic'",
}


def keeping(of: Plan, owner_url: str) -> list[ground.Figures]:
    """Of each change: the database's CPU with and without the triggers, in one transaction each."""
    rng = Random(f"{of.seed}/keeping")
    drawn = [plan.row_id("booking", rng.randrange(of.bookings)) for _ in range(_EDITS)]
    agency = [
        plan.row_id("booking", rng.randrange(plan.HEAVY_BOOKINGS, plan.HEAVY_BOOKINGS + 10_000))
        for _ in range(_EDITS)
    ]
    figures = []
    with psycopg.connect(owner_url, options="-c wayfolk.migrating=on") as owner:
        for whose, ids in (("anybody", drawn), ("agency", agency)):
            for name, statement in _CHANGES.items():
                changes = [
                    lambda i=each, s=statement: owner.execute(s, [of.organization_id, i])
                    for each in ids
                ]
                with_them = _timed(owner, changes)
                without = _timed(owner, changes, switched_off=True)
                figures.append(
                    {
                        "change": f"{name}, of {whose}",
                        "db_cpu_p50": with_them["db_cpu_p50"],
                        "db_cpu_p95": with_them["db_cpu_p95"],
                        "without_p50": without["db_cpu_p50"],
                        "more_p50": round(with_them["db_cpu_p50"] - without["db_cpu_p50"], 3),
                    }
                )
    return figures


def _timed(
    owner: psycopg.Connection, changes: list[Callable[[], object]], *, switched_off: bool = False
) -> ground.Figures:
    """Each change by itself, deferred checks included; then everything is as it was."""
    if switched_off:
        for table, trigger in owner.execute(_KEEPERS).fetchall():
            owner.execute(
                sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(
                    sql.Identifier(table), sql.Identifier(trigger)
                )
            )
    clocks = ground.Clocks(owner.info.backend_pid)
    for change in changes:
        clocks.time(lambda c=change: (c(), owner.execute("SET CONSTRAINTS ALL IMMEDIATE")))
        owner.execute("SET CONSTRAINTS ALL DEFERRED")
    owner.rollback()
    return clocks.figures()
