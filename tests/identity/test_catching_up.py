"""New and changed customers are matched by themselves, with what everybody at once would find."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from bench.matching import people as generated
from tests.identity import people
from tests.segments import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import catching_up, everybody, following, pairs
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.record import Record
from wayfolk.identity.models import DuplicatePair, PairState
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotAllowed

ANNA = {"given_name": "Anna", "family_name": "Holmqvist", "email": "anna.h@example.com"}
PLACE = {"lines": "Storgata 1", "postcode": "0155", "city": "Oslo"}


@pytest.fixture
def twins(cast: Cast) -> Iterator[list[Customer]]:
    """Two records of one person, entered twice, and a stranger; nobody is matched yet."""
    by = cast.manager
    made = [
        making.customer(by, **ANNA, **PLACE),
        making.customer(by, **(ANNA | {"given_name": "Ana"}), **PLACE),
        making.customer(by, given_name="Zoë", family_name="Ek"),
    ]
    with tenancy.scope(by.organization_id):
        yield made


def waits(cast: Cast) -> int:
    return catching_up.waiting(by=cast.manager)


def match(cast: Cast) -> None:
    """What the worker's followers do every second."""
    people.catch_up(cast)
    while catching_up.catch_up(cast.organization.id, chunk=150):
        pass


def proposed() -> set[tuple[UUID, UUID]]:
    return set(DuplicatePair.objects.values_list("low_id", "high_id"))


def update(customer: Customer, cast: Cast, **fields: str) -> None:
    operations.update_customer(customer.id, CustomerData(fields=dict(fields)), by=cast.manager)


def test_whoever_is_new_is_matched_once(cast: Cast, twins: list[Customer]) -> None:
    assert waits(cast) == 3
    match(cast)
    assert waits(cast) == 0
    (pair,) = DuplicatePair.objects.all()
    assert {pair.low_id, pair.high_id} == {twins[0].id, twins[1].id}
    assert (pair.same_email, pair.same_address) == (True, True)
    assert catching_up.organizations_behind() == []


def test_a_change_of_what_is_compared_is_matched_again(cast: Cast, twins: list[Customer]) -> None:
    anna, ana, _ = twins
    match(cast)
    update(ana, cast, notes="likes window seats")
    assert waits(cast) == 0
    update(ana, cast, given_name="Bertil", family_name="Ravn", gender="male")
    operations.update_customer(
        ana.id, CustomerData(contacts={("primary", "email"): ""}), by=cast.manager
    )
    assert waits(cast) == 1
    match(cast)
    assert proposed() == set(), "they have fallen below the threshold"
    update(ana, cast, given_name="Anna", family_name="Holmqvist", gender="")
    match(cast)
    assert proposed() == {(min(anna.id, ana.id), max(anna.id, ana.id))}


CHANGES = {
    "contact": "UPDATE customers_contactpoint SET normalised = 'x@b.example' WHERE {}customer_id",
    "no_contact": "DELETE FROM customers_contactpoint WHERE {}customer_id",
    "address": "UPDATE customers_address SET postcode = '0156' WHERE {}customer_id",
    "no_address": "DELETE FROM customers_address WHERE {}customer_id",
    "birthday": "UPDATE customers_customer SET birth_on = '1980-02-03' WHERE {}id",
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_by_any_way_are_queued(cast: Cast, twins: list[Customer], change: str) -> None:
    match(cast)
    with (
        change_set(by=cast.manager, operation="import", summary="by another way"),
        connection.cursor() as cursor,
    ):
        statement = CHANGES[change].format("organization_id = %s AND ") + " = %s"
        cursor.execute(statement, [cast.organization.id, twins[0].id])
        assert cursor.rowcount == 1
    assert waits(cast) == 1


def test_tq41_a_verdict_outlives_being_matched_again(cast: Cast, twins: list[Customer]) -> None:
    anna, ana, _ = twins
    match(cast)
    pairs.reject_pairs([anna.id, ana.id], by=cast.manager)
    update(anna, cast, kind="person", middle_name="Maria")
    match(cast)
    assert [pair.state for pair in DuplicatePair.objects.all()] == [PairState.CLOSED]


def test_who_is_gone_is_no_pair_and_comes_back_with_undo(cast: Cast, twins: list[Customer]) -> None:
    anna, ana, _ = twins
    match(cast)
    operations.delete_customer(ana.id, by=cast.manager)
    update(anna, cast, middle_name="Maria")
    match(cast)
    assert [pair.state for pair in DuplicatePair.objects.all()] == [PairState.CLOSED]
    made = ChangeSet.objects.filter(operation="customers.delete").get()
    undoing.undo_change_set(made.id, by=cast.manager)
    match(cast)
    assert [pair.state for pair in DuplicatePair.objects.all()] == [PairState.OPEN]


def test_nobody_is_lost_when_matching_fails(
    cast: Cast, twins: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    people.catch_up(cast)

    def broken(*_: object) -> int:
        raise DatabaseError("the server is gone")

    with monkeypatch.context() as patched:
        patched.setattr(pairs, "store_near", broken)
        with pytest.raises(DatabaseError), transaction.atomic():
            catching_up.catch_up(cast.organization.id)
    assert waits(cast) == 3
    match(cast)
    assert len(proposed()) == 1


def test_who_is_not_derived_for_search_waits(cast: Cast, twins: list[Customer]) -> None:
    people.catch_up(cast)
    with change_set(by=cast.manager, operation="import", summary="bulk"):
        Customer.objects.bulk_create([Customer(number=70_001, given_name="Nils")])
    assert catching_up.catch_up(cast.organization.id) == 3
    assert catching_up.catch_up(cast.organization.id) == 0
    assert waits(cast) == 1
    match(cast)
    assert waits(cast) == 0


def test_the_worker_follows_every_organisation(cast: Cast, twins: list[Customer]) -> None:
    other = making.customer(cast.outsider, given_name="Siri", family_name="Moe", email="s@m.no")
    again = making.customer(cast.outsider, given_name="Siri", family_name="Moe", email="s@m.no")
    people.catch_up(cast)
    following.follow(Event())
    assert len(proposed()) == 1
    with tenancy.scope(cast.outsider.organization_id):
        assert proposed() == {(min(other.id, again.id), max(other.id, again.id))}
    stopped = Event()
    stopped.set()
    update(twins[0], cast, family_name="Holm")
    following.follow(stopped)
    assert waits(cast) == 1


def test_comparing_everybody_empties_the_queue_but_for_who_came_since(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While everybody is compared nobody else compares; whoever comes meanwhile waits."""
    cast, org = committed_cast, committed_cast.organization.id
    making.customer(cast.manager, **ANNA, **PLACE)
    making.customer(cast.manager, **(ANNA | {"given_name": "Ana"}), **PLACE)
    people.catch_up(cast)
    took: list[int] = []
    store_all = pairs.store_all

    def meanwhile(found: Iterator[pairs.Proposal]) -> int:
        with ThreadPoolExecutor(1) as pool:
            took.append(pool.submit(_enter_and_match, cast).result())
        return store_all(found)

    monkeypatch.setattr(pairs, "store_all", meanwhile)
    everybody.find_everywhere(DuckDB(), by=cast.administrator)
    assert took == [0]
    with tenancy.scope(org):
        assert len(proposed()) == 1
    assert waits(cast) == 1
    assert catching_up.catch_up(org) == 1
    with tenancy.scope(org):
        assert len(proposed()) == 3


def _enter_and_match(cast: Cast) -> int:
    """In a thread of its own, as the worker; how many it compared."""
    try:
        making.customer(cast.manager, **(ANNA | {"given_name": "Anne"}), **PLACE)
        people.catch_up(cast)
        return catching_up.catch_up(cast.organization.id)
    finally:
        connection.close()


def test_two_workers_share_the_queue(committed_cast: Cast) -> None:
    cast, org = committed_cast, committed_cast.organization.id
    for name in ("Anna", "Ana", "Anne", "Anna"):
        making.customer(cast.manager, **(ANNA | {"given_name": name}), **PLACE)
    people.catch_up(cast)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(_match_all, [org, org])) == 4
    assert waits(cast) == 0
    with tenancy.scope(org):
        assert len(proposed()) == 6


def _match_all(organization_id: int) -> int:
    """In a thread of its own; how many it compared."""
    try:
        compared = 0
        while taken := catching_up.catch_up(organization_id, chunk=1):
            compared += taken
        return compared
    finally:
        connection.close()


def test_waiting_is_for_who_sees_customers(cast: Cast, twins: list[Customer]) -> None:
    with pytest.raises(NotAllowed):
        catching_up.waiting(by=replace(cast.viewer, permissions=frozenset()))
    assert catching_up.waiting(by=cast.outsider) == 0


def test_the_queue_is_out_of_reach(cast: Cast) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM matching.pending")


def enter(cast: Cast, records: list[Record]) -> None:
    for each in records:
        names = ("kind", "given_name", "middle_name", "family_name", "company_name", "gender")
        fields: dict[str, object] = {name: getattr(each, name) for name in names}
        contacts = dict(
            zip((("primary", "email"), ("secondary", "email")), each.emails, strict=False)
        )
        phones = (("primary", "phone"), ("primary", "mobile"), ("secondary", "phone"))
        contacts |= dict(zip(phones, each.phones, strict=False))
        places = ("lines", "postcode", "city", "country")
        operations.create_customer(
            CustomerData(
                fields=fields | {"birth_on": each.birth_on},
                contacts=contacts,
                addresses={("primary", name): getattr(each, name) for name in places},
            ),
            by=cast.advisor,
        )


def test_one_by_one_finds_what_everybody_at_once_does(cast: Cast) -> None:
    """Of the pairs of the batch 98 in 100 at least, and no weight of another kind."""
    records, _ = generated.entered(400, seed=5)
    with tenancy.scope(cast.organization.id):
        enter(cast, records)
        match(cast)
        continuous = dict(DuplicatePair.objects.values_list("low_id", "weight"))
        mine = proposed()
        levels = {(p.low_id, p.high_id): p.levels for p in DuplicatePair.objects.all()}
        everybody.find_everywhere(DuckDB(), by=cast.administrator)
        at_once = {(p.low_id, p.high_id): p.levels for p in DuplicatePair.objects.all()}
    assert len(at_once) > 40
    assert len(mine & at_once.keys()) >= 0.98 * len(at_once)
    assert len(mine - at_once.keys()) <= 0.05 * len(at_once)
    assert {pair: levels[pair] for pair in mine & at_once.keys()} == {
        pair: at_once[pair] for pair in mine & at_once.keys()
    }
    assert continuous
