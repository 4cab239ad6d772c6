"""Whether the matching of new customers keeps up with those who are entered.

Customers of the same population as those who are there, every eighth of them entered for the
second time, are loaded at once; then search derives them and matching compares them, as the
worker does. They are taken away again. Where other work goes on, only the CPU times count.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg

from bench import company, ground
from bench.generator import loading, people, plan
from bench.generator.plan import Plan
from bench.searching import building
from wayfolk.identity.matching import catching_up

TARGET_PER_SECOND = 200
ENTERED_AGAIN = 8


def run(rows: int = 1_000_000, seed: int = 1, new: int = 2_000) -> ground.Figures:
    """new: how many come to the `rows` who are there."""
    return measured(company.prepared(rows, seed), new)


def measured(of: company.Company, new: int) -> ground.Figures:
    ids = [plan.row_id("customer", of.plan.customers + place) for place in range(new)]
    try:
        _enter(of, new)
        searching = _spent(lambda: building.catch_up(of.plan.organization_id))
        matching = _spent(lambda: _match(of.plan.organization_id))
        pairs = _pairs(of, ids)
    finally:
        _take_away(of, ids)
    cpu_ms = matching.own_cpu[0] + (matching.db_cpu or [0.0])[0]
    return {
        "customers": of.plan.customers,
        "new": new,
        "pairs": pairs,
        "search_cpu_ms_each": round((searching.own_cpu[0] + sum(searching.db_cpu)) / new, 3),
        "own_cpu_ms_each": round(matching.own_cpu[0] / new, 3),
        "db_cpu_ms_each": round(sum(matching.db_cpu) / new, 3),
        "per_second_of_wall": round(new / matching.wall[0] * 1000),
        "per_second_of_cpu": round(new / cpu_ms * 1000),
        "target": f"at least {TARGET_PER_SECOND} a second",
    }


def _spent(work: Callable[[], object]) -> ground.Clocks:
    clocks = ground.Clocks(ground.backend_pid())
    clocks.time(work)
    return clocks


def _match(organization_id: int) -> None:
    while catching_up.catch_up(organization_id):
        pass


def _enter(of: company.Company, new: int) -> None:
    then = replace(of.plan, customers=of.plan.customers + new)
    with psycopg.connect(of.owner_url, options=loading.OPTIONS) as owner:
        owner.execute("TRUNCATE matching.pending")  # what the load of the company has queued
        loading.copy_rows(owner, _rows(of.plan, new), then, of.plan.customers)


def _rows(of: Plan, new: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """New ones, but in every eighth place somebody who is there."""
    then = replace(of, customers=of.customers + new)
    for place, table, row in _placed(people.customers(then, of.customers, then.customers)):
        if place % ENTERED_AGAIN:
            yield table, row
    parts = 0
    for place, table, row in _placed(people.customers(of, 0, new)):
        at = of.customers + place
        parts = 0 if table == "customers_customer" else parts + 1
        if place % ENTERED_AGAIN:
            continue
        customer_id = plan.row_id("customer", at)
        if table == "customers_customer":
            yield table, row | {"id": customer_id, "number": plan.customer_number(at)}
        else:
            kind = table.removeprefix("customers_").removesuffix("point")
            own = {"id": plan.row_id(kind, at, parts), "customer_id": customer_id}
            yield table, row | own


def _placed(
    rows: Iterator[tuple[str, dict[str, Any]]],
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    place = -1
    for table, row in rows:
        place += table == "customers_customer"
        yield place, table, row


def _pairs(of: company.Company, ids: list[UUID]) -> int:
    with psycopg.connect(of.owner_url) as owner:
        found = owner.execute(
            "SELECT count(*) FROM identity_duplicatepair WHERE organization_id = %s"
            " AND (low_id = ANY (%s) OR high_id = ANY (%s))",
            [of.plan.organization_id, ids, ids],
        ).fetchone()
    return int(found[0]) if found else 0


def _take_away(of: company.Company, ids: list[UUID]) -> None:
    """Their pairs go with them; what search and matching know of them is derived once more."""
    with psycopg.connect(of.owner_url, options=loading.OPTIONS) as owner:
        for table in ("customers_contactpoint", "customers_address"):
            owner.execute(f"DELETE FROM {table} WHERE customer_id = ANY (%s)", [ids])
        owner.execute("DELETE FROM customers_customer WHERE id = ANY (%s)", [ids])
    building.catch_up(of.plan.organization_id)
    _match(of.plan.organization_id)
