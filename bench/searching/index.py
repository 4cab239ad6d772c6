"""The engine as the benchmark sees it: how it is asked, left out, and how much room it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock
from uuid import UUID

import psycopg

from bench import company, ground
from bench.company import Company
from bench.searching import building
from bench.searching.measuring import Unanswered
from wayfolk.staff.rules import Actor

# Indexes that lists had before search came, and that search reads as well.
_SHARED = (
    "customers_customer_given",
    "customers_customer_family",
    "customers_contactpoint_norm",
)


def finder(organization_id: int) -> Callable[[str], list[UUID]]:
    """What is measured: the function that every reader of search calls, for an administrator."""
    from wayfolk.identity.search import queries
    from wayfolk.kit import tenancy

    by = reader(organization_id)

    def find(text: str) -> list[UUID]:
        with tenancy.scope(organization_id):
            found = queries.find_customers(text, by=by, limit=10)
        if found.message and not found.hits:
            raise Unanswered(found.message)
        return [hit.customer_id for hit in found.hits]

    return find


def reader(organization_id: int) -> Actor:
    """The administrator of the benchmark's company."""
    from wayfolk.kit import tenancy
    from wayfolk.organization import actors
    from wayfolk.staff.models import User

    with tenancy.scope(organization_id):
        actor = actors.find_actor(user_id=User.objects.get(email=company.EMAIL).id)
    assert actor is not None
    return actor


@contextmanager
def underived() -> Iterator[None]:
    """Writes of this process leave the engine's own step out."""
    with mock.patch("wayfolk.customers.operations._after_writing", []):
        yield


def space(of: Company) -> ground.Figures:
    """Bytes of every relation that only search needs, and of those that it shares."""
    with psycopg.connect(of.owner_url) as connection:
        own = connection.execute(
            "SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c"
            " WHERE c.relkind IN ('r', 'm') AND c.relnamespace = %s::regnamespace"
            " UNION ALL SELECT c.relname, pg_relation_size(c.oid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_depend d ON d.objid = c.oid"
            " JOIN pg_proc p ON (d.refclassid, d.refobjid) = ('pg_proc'::regclass, p.oid)"
            " WHERE p.proname LIKE 'search\\_%%' AND c.relnamespace = 'public'::regnamespace",
            [building.SCHEMA],
        ).fetchall()
        shared = connection.execute(
            "SELECT coalesce(sum(pg_relation_size(to_regclass(name))), 0)"
            " FROM unnest(%s::text[]) AS listed (name)",
            [list(_SHARED)],
        ).fetchone()
    total = sum(size for _, size in own)
    return {
        "bytes": total,
        "bytes_a_customer": round(total / of.plan.customers, 1),
        **{name: round(size / of.plan.customers, 1) for name, size in sorted(own)},
        "shared_a_customer": round(int(shared[0] if shared else 0) / of.plan.customers, 1),
    }
