"""What search costs those who write, and how soon what they wrote is found.

Customers are written with the engine and without, in turns, through the same operations as
any page's; without it, its triggers are off and its step after a write is left out. What the
background job does later is measured by itself. All that was written is removed at the end.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from uuid import UUID

import psycopg
from psycopg import sql

from bench import ground
from bench.company import Company
from bench.generator import loading, plan
from bench.generator.plan import Plan
from bench.searching import building, company, index, measuring, spelling, typos, vocabulary
from wayfolk.staff.rules import Actor

_TURNS = 3
_SINGLES = 120  # in each turn, with and without
_BULK = 10_000
_NEW_NAMES = 20
_PATIENCE_SECONDS = 10.0
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def until_found(of: Company) -> ground.Figures:
    """New names, sought at once and by a misspelling until it is understood.

    Needs a server at work on the same database: its job learns the new words.
    """
    by = index.reader(of.plan.organization_id)
    find = index.finder(by.organization_id)
    rng = Random(f"{of.plan.seed}/search/new/{time.time_ns()}")
    at_once, seconds, never = 0, [], []
    with _nothing_left(of):
        for _ in range(_NEW_NAMES):
            given, family = _unheard_of(rng), _unheard_of(rng)
            new = _create(by, {"given_name": given, "family_name": family})
            written = time.monotonic()
            at_once += new in find(f"{given} {family}")
            misspelled = f"{given} {typos.mistyped(family, rng)}"
            if _appears(find, misspelled, new):
                seconds.append(time.monotonic() - written)
            else:
                never.append(f"{misspelled} for {family}")
    return {
        "new_names": _NEW_NAMES,
        "found_at_once": at_once / _NEW_NAMES,
        "found_misspelled_p50_s": round(sorted(seconds)[len(seconds) // 2], 2) if seconds else None,
        "found_misspelled_s": round(max(seconds), 2) if seconds and not never else None,
        "never_found": ", ".join(never) or "none",
    }


def _appears(find: measuring.Find, query: str, customer: UUID) -> bool:
    """Whether the query finds the customer before patience ends."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while customer not in find(query):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


# --- one customer ------------------------------------------------------------------------------


def singles(of: Company) -> ground.Figures:
    """Extra database CPU of single writes, in milliseconds."""
    with _nothing_left(of):
        return _singles(of)


def _singles(of: Company) -> ground.Figures:
    by = index.reader(of.plan.organization_id)
    rng = Random(f"{of.plan.seed}/search/singles")
    pid = ground.backend_pid()
    _write_singles(by, rng, ground.Clocks(pid), 10)  # plans and pages are warm from here on
    turns: dict[str, list[ground.Clocks]] = {"with": [], "without": []}
    later = ground.Clocks(pid)
    for _ in range(_TURNS):
        clocks = ground.Clocks(pid)
        _write_singles(by, rng, clocks, _SINGLES)
        turns["with"].append(clocks)
        later.time(lambda: building.catch_up(by.organization_id))
        clocks = ground.Clocks(pid)
        with _without_engine(of):
            _write_singles(by, rng, clocks, _SINGLES)
        turns["without"].append(clocks)
    with_it, without = (
        [cost for each in turns[kind] for cost in each.db_cpu] for kind in ("with", "without")
    )
    base = ground.percentile(without, 50) or 0.0
    p50, p95 = (ground.percentile(with_it, percent) or 0.0 for percent in (50, 95))
    own = [ground.percentile([c for t in turns[k] for c in t.own_cpu], 50) or 0.0 for k in turns]
    return {
        "singles": len(with_it),
        "single_without_p50": base,
        "single_with_p50": p50,
        "single_with_spread": measuring.spread(turns["with"]),
        "single_without_spread": measuring.spread(turns["without"]),
        "single_extra_p50": round(p50 - base, 3),
        "single_extra_p95": round(p95 - base, 3),
        "single_extra_own_p50": round(own[0] - own[1], 3),
        "single_later_a_row": round(sum(later.db_cpu) / max(1, len(with_it)), 3),
    }


def _write_singles(by: Actor, rng: Random, clocks: ground.Clocks, count: int) -> None:
    """People as they come: common names, and now and then one that nobody had."""
    for _ in range(count):
        locale = rng.choices(vocabulary.LOCALES, vocabulary.WEIGHTS)[0]
        values = {
            "given_name": vocabulary.given_name(rng, locale),
            "family_name": vocabulary.family_name(rng, locale),
        }
        if rng.random() < 0.1:
            values["family_name"] = _unheard_of(rng)
        local = f"{spelling.plain(values['given_name'])}{rng.randrange(10**6)}"
        contacts = {
            ("primary", "email"): f"{local.replace(' ', '.')}@web.de",
            ("primary", "mobile"): f"{locale.phone_prefix} 1{rng.randrange(10**8):08}",
        }
        city = {("primary", "city"): rng.choice(locale.cities)}
        clocks.time(lambda v=values, c=contacts, a=city: _create(by, v, c, a))  # type: ignore[misc]


def _create(
    by: Actor,
    fields: dict[str, str],
    contacts: dict[tuple[str, str], str] | None = None,
    addresses: dict[tuple[str, str], str] | None = None,
) -> UUID:
    from wayfolk.customers import operations
    from wayfolk.customers.rules import CustomerData
    from wayfolk.kit import tenancy

    data = CustomerData(fields=fields, contacts=contacts or {}, addresses=addresses or {})
    with tenancy.scope(by.organization_id):
        made: UUID = operations.create_customer(data, by=by).id
    return made


def _unheard_of(rng: Random) -> str:
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(5)).capitalize()


# --- many rows ---------------------------------------------------------------------------------


def in_bulk(of: Company) -> ground.Figures:
    """Extra database CPU of a row among many, in milliseconds."""
    with _nothing_left(of):
        return _in_bulk(of)


def _in_bulk(of: Company) -> ground.Figures:
    """The next customers of the same company by COPY, and what the job derives of them."""
    count = min(_BULK, of.plan.customers)
    larger = company.SearchPlan(of.plan.organization_id, of.plan.seed, of.plan.customers + count)
    rows = [*company.customers(larger, of.plan.customers, larger.customers)]
    _copied(of, larger, rows, is_kept=False)  # plans and pages are warm from here on
    with _without_engine(of):
        without = _copied(of, larger, rows, is_kept=False)
    copied = _copied(of, larger, rows, is_kept=True)
    later = ground.Clocks(ground.backend_pid())
    later.time(lambda: building.catch_up(of.plan.organization_id))
    derived = sum(later.db_cpu)
    return {
        "bulk_rows": count,
        "bulk_without_a_row": round(without / count, 4),
        "bulk_at_once_a_row": round((copied - without) / count, 4),
        "bulk_later_a_row": round(derived / count, 4),
        "bulk_extra_a_row": round((copied - without + derived) / count, 4),
        "bulk_later_own_a_row": round(sum(later.own_cpu) / count, 4),
    }


def _copied(
    of: Company, larger: Plan, rows: list[tuple[str, dict[str, object]]], *, is_kept: bool
) -> float:
    """Database CPU of one COPY of these rows, which stay or are rolled back."""
    with psycopg.connect(of.owner_url, options=loading.OPTIONS) as owner:
        clocks = ground.Clocks(owner.info.backend_pid)
        clocks.time(lambda: loading.copy_rows(owner, rows, larger, of.plan.customers))
        if is_kept:
            clocks.time(owner.commit)
        else:
            owner.rollback()
    return sum(clocks.db_cpu)


# --- with and without --------------------------------------------------------------------------


@contextmanager
def _without_engine(of: Company) -> Iterator[None]:
    """The engine's triggers off and its step after a write left out."""
    with psycopg.connect(of.owner_url, autocommit=True) as owner:
        triggers = owner.execute(
            "SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND p.proname LIKE 'search\\_%'"
        ).fetchall()
        _switch(owner, triggers, "DISABLE")
        try:
            with index.underived():
                yield
        finally:
            _switch(owner, triggers, "ENABLE")


def _switch(owner: psycopg.Connection, triggers: list[tuple[str, str]], how: str) -> None:
    for table, trigger in triggers:
        statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
        owner.execute(
            statement.format(sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger))
        )


@contextmanager
def _nothing_left(of: Company) -> Iterator[None]:
    """Whoever is numbered beyond the company's last customer goes again."""
    try:
        yield
    finally:
        with psycopg.connect(of.owner_url, options=loading.OPTIONS) as owner:
            beyond = (
                "(SELECT id FROM customers_customer WHERE organization_id = %(org)s"
                " AND number >= %(first)s)"
            )
            values = {
                "org": of.plan.organization_id,
                "first": plan.customer_number(of.plan.customers),
            }
            for table in ("customers_contactpoint", "customers_address"):
                owner.execute(
                    f"DELETE FROM {table} WHERE organization_id = %(org)s"
                    f" AND customer_id IN {beyond}",
                    values,
                )
            owner.execute(
                "DELETE FROM customers_customer WHERE organization_id = %(org)s"
                " AND number >= %(first)s",
                values,
            )
        building.catch_up(of.plan.organization_id)
