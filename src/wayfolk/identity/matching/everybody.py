"""All customers of an organisation against one another: learned from, compared, stored as pairs.

Records are streamed out of the database once; what they cost there is one pass over customers,
contact points and addresses. Nothing is changed but the pairs, which are derived.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.queries import sharing
from wayfolk.identity.matching import against, catching_up, pairs, settings
from wayfolk.identity.matching.batch import cleaning, finding, scoring, training
from wayfolk.identity.matching.batch.cleaning import Surroundings
from wayfolk.identity.matching.batch.engines import Engine
from wayfolk.identity.matching.model import Model
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.matching.reading import SIZE_LEAST, STATUSES, former_contacts
from wayfolk.identity.matching.record import SHARED_BY_MOST
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor, system_actor

FETCHED = 10_000
# More pairs than people will ever decide: a threshold set too low must not fill the disk.
STORED_MOST = 500_000

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Done:
    """customers: compared with one another; pairs: stored."""

    customers: int
    pairs: int
    model: Model


def _keep_still(phase: str) -> None:
    """Nobody listens."""


def find_everywhere(
    engine: Engine, *, by: Actor, learn: bool = False, tell: Tell = _keep_still
) -> Done:
    """Compare everybody and make what is found the pairs of the organisation.

    With the weights that were trained; with the shipped ones where nobody trained. learn: train
    them first. tell: is told in words what comes next. Raises NotAllowed.
    """
    by.require("customers.edit")
    if learn:
        by.require("organization.administer")
    tell("Reading all customers")
    with catching_up.everybody_at_once(by.organization_id) as seen:
        with tenancy.scope(by.organization_id):
            ids = _load(engine)
        if learn:
            tell(f"Learning from {len(ids):,} customers")
            settings.store_weights(training.train(engine, len(ids)), by=by)
        with tenancy.scope(by.organization_id):
            known = settings.load_settings()
            model = settings.load_model(known)
        if not model.frequencies:
            size = max(SIZE_LEAST, len(ids))
            model = replace(model, size=size, frequencies=training.frequencies(engine, size))
        tell(f"Comparing {len(ids):,} customers")
        found = scoring.predict(engine, model, least=known.suggest_from)[:STORED_MOST]
        tell("Noting whom to look at")
        with tenancy.scope(by.organization_id):
            likely = against.weighed_down(
                _proposals(found, ids),
                by=system_actor(by.organization_id, "Matching"),
                model=model,
                least=known.suggest_from,
            )
            stored = pairs.store_all(likely)
            catching_up.forget_seen(seen)
    return Done(len(ids), stored, model)


def train_everywhere(engine: Engine, *, by: Actor) -> Done:
    """Learn the weights from the organisation's own customers and keep them.

    Raises NotAllowed.
    """
    by.require("organization.administer")
    with tenancy.scope(by.organization_id):
        ids = _load(engine)
    model = training.train(engine, len(ids))
    settings.store_weights(model, by=by)
    return Done(len(ids), 0, model)


def _load(engine: Engine) -> list[UUID]:
    """Makes the tables facts and pairs; the customers by number of their record."""
    ids: list[UUID] = []
    around = Surroundings(_shared_values(), frozenset(sharing.load_settings().domains))
    finding.load(engine, cleaning.cleaned(_rows(ids), around))
    return ids


_SHARED = """
    SELECT normalised FROM customers_contactpoint
    WHERE organization_id = %s GROUP BY normalised HAVING count(DISTINCT customer_id) > %s
"""
_EVERYBODY = """
    SELECT c.id, c.kind, c.given_name, c.middle_name, c.family_name, c.company_name, c.birth_on,
        c.gender, p.emails, p.phones, a.lines, a.postcode, a.city, a.country
    FROM customers_customer c
    LEFT JOIN (
        SELECT customer_id,
            array_agg(normalised ORDER BY set, kind) FILTER (WHERE kind = 'email') AS emails,
            array_agg(normalised ORDER BY set, kind) FILTER (WHERE kind = ANY (%(phones)s))
                AS phones
        FROM customers_contactpoint WHERE organization_id = %(org)s GROUP BY customer_id
    ) p ON p.customer_id = c.id
    LEFT JOIN customers_address a
        ON a.organization_id = %(org)s AND a.customer_id = c.id AND a.set = 'primary'
    WHERE c.organization_id = %(org)s AND c.deleted_at IS NULL AND c.status = ANY (%(statuses)s)
"""
_CONTACTS = slice(8, 10)  # emails and phones


def _shared_values() -> frozenset[str]:
    """Contact values that more than SHARED_BY_MOST customers have."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [tenancy.current_organization_id(), SHARED_BY_MOST])
        return frozenset(row[0] for row in cursor.fetchall())


def _rows(ids: list[UUID]) -> Iterator[cleaning.Row]:
    """Of _EVERYBODY, without the ids, which are noted."""
    values: dict[str, Any] = {
        "org": tenancy.current_organization_id(),
        "statuses": list(STATUSES),
        "phones": list(PHONE_KINDS),
    }
    former = former_contacts()
    # Of the connection itself, so that rows stream instead of filling the memory.
    with connection.connection.cursor(name="everybody") as cursor:
        cursor.itersize = FETCHED
        cursor.execute(_EVERYBODY, values)
        for row in cursor:
            ids.append(row[0])
            contacts = row[_CONTACTS]
            if row[0] in former:
                contacts = former[row[0]].beside(*(each or () for each in contacts))
            yield (None, *row[1:8], *contacts, *row[10:])


def _proposals(found: Iterable[scoring.Scored], ids: list[UUID]) -> Iterator[Proposal]:
    for each in found:
        low, high = sorted((ids[each.low], ids[each.high]))
        yield Proposal(low, high, each.total, each.levels)
