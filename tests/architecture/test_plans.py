"""Lists and searches use indexes: no statement of a page reads a big table from end to end.

The pages are those of the benchmark. PostgreSQL itself counts what a transaction read, inside
functions too, as the application's role and under row-level security.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from bench import pages
from bench.generator import loading
from bench.generator.plan import Plan
from wayfolk.itineraries.models import Stage
from wayfolk.kit import tenancy
from wayfolk.organization import founding
from wayfolk.organization.models import Organization
from wayfolk.staff.models import User

CUSTOMERS = 20_000
BIG_TABLES = (
    "customers_customer",
    "customers_contactpoint",
    "customers_address",
    "itineraries_itinerary",
    "itineraries_itinerarycustomer",
    "stays_stay",
    "bookings_booking",
    "households_household",
    "households_householdmember",
)
# What one statement of a page may read of a big table: what it shows, and a capped count.
MOST_ROWS = 10_000
# bookings_search() looks through the newest 20,000 before it asks the trigrams, by design.
MORE_ROWS = {"bookings_booking": 25_000}

_READ = """
    SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
    FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)
"""


class Reading:
    """Counts the rows that each statement reads: an execute wrapper."""

    def __init__(self) -> None:
        self.greedy: list[str] = []
        # Counts of former transactions stay in the view until the server has collected them.
        self._so_far = self._read()

    def _read(self) -> dict[str, int]:
        with connection.connection.cursor() as cursor:
            return dict(cursor.execute(_READ, [list(BIG_TABLES)]).fetchall())

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        now = self._read()
        for table, rows in now.items():
            read = rows - self._so_far.get(table, 0)
            if read > MORE_ROWS.get(table, MOST_ROWS):
                self.greedy.append(f"{read} rows of {table}: {sql} {params}")
        self._so_far = now
        return answer


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Plan, User]]:
    """20,000 customers and 40,000 bookings, committed, in an organisation of their own."""
    with django_db_blocker.unblock():
        organization = founding.found_organization(
            name="Wide Horizons", country="PT", currency="EUR", time_zone="Europe/Lisbon"
        )
        user = founding.add_user(
            organization, email="wide@example.com", name="Wim", role="administrator", password=None
        )
        of = Plan(organization.id, seed=1, customers=CUSTOMERS, stages=_stages(organization))
        loading.load_small(of, _owner_url())
        _count_kept_rows()
        yield of, user
        for each in connections.all():
            each.close()


def _stages(organization: Organization) -> tuple[Any, ...]:
    with tenancy.scope(organization.id):
        return tuple(Stage.objects.values_list("id", flat=True))


def _count_kept_rows() -> None:
    """What the planner knows of rows that triggers keep, which is else autovacuum's work."""
    with psycopg.connect(_owner_url(), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) bookings_customertotals, bookings_customeryear")


def _owner_url() -> str:
    settings = connections["owner"].settings_dict
    host, port = settings["HOST"], settings["PORT"]
    parts = {"host": host, "port": port, "user": settings["USER"], "password": settings["PASSWORD"]}
    given = " ".join(f"{key}='{value}'" for key, value in parts.items() if value)
    return f"{given} dbname='{settings['NAME']}'"


@pytest.mark.slow
@pytest.mark.parametrize("page", list(pages.pages()), ids=lambda page: page.name)
def test_a_page_reads_only_what_it_shows(
    company: tuple[Plan, User], django_db_blocker: Any, page: pages.Page
) -> None:
    of, user = company
    address = page.address(Random(1), of)
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        # One transaction around the whole request, because the counts are the transaction's.
        with tenancy.scope(of.organization_id):
            with connection.cursor() as cursor:
                # So small a table is read whole for good reason; here it counts if it need be.
                cursor.execute("SET LOCAL enable_seqscan = off")
            reading = Reading()
            with connection.execute_wrapper(reading):
                response = client.get(address)
    assert response.status_code == 200, address
    assert reading.greedy == [], address
