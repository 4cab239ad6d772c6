"""What stayed on an absorbed record leads to its survivor (KP-34), until it is taken apart."""

from dataclasses import fields, replace
from typing import Any

import pytest

from tests.identity import people
from tests.identity.merging.making import merge, unmerge
from tests.integrations import making as imports
from tests.integrations import trading
from tests.segments.making import customer
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import ContactPoint, Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import catching_up, everybody
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.record import Record
from wayfolk.identity.models import DuplicatePair
from wayfolk.identity.search import wording
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor, FieldAccess

FORMER = {"email": "holmqvist.former@example.org", "phone": "+47 22 98 76 54"}


def full(cast: Cast, **names: Any) -> Customer:
    """A customer with an email and a phone in every place, so that nothing more finds room."""
    made = customer(cast.manager, **names, email="anna@example.com", phone="+47 22 12 34 56")
    places = {
        ("secondary", "email"): "anna2@example.com",
        ("secondary", "phone"): "+47 22 12 34 57",
        ("primary", "mobile"): "+47 922 34 558",
    }
    with tenancy.scope(cast.organization.id):
        operations.update_customer(made.id, CustomerData(contacts=places), by=cast.manager)
    return made


@pytest.fixture
def merged(cast: Cast) -> tuple[Customer, Customer, Any]:
    survivor = full(cast, given_name="Anna", family_name="Holmqvist")
    absorbed = customer(cast.manager, given_name="Annika", family_name="Holmqvist", **FORMER)
    made = merge(cast, survivor, absorbed)
    people.catch_up(cast)
    with tenancy.scope(cast.organization.id):
        assert ContactPoint.objects.filter(customer=absorbed).count() == 2
    return survivor, absorbed, made


def found_by(cast: Cast, query: str) -> list[tuple[str, str]]:
    """Names, and why in words."""
    return [(hit.name, wording.why(hit, query)) for hit in people.hits(query, cast.advisor)]


def test_search_finds_the_survivor_and_says_why(cast: Cast, merged: Any) -> None:
    _, absorbed, made = merged
    email, phone = FORMER["email"], FORMER["phone"]
    assert found_by(cast, email) == [("Anna Holmqvist", f"email of a merged record: {email}")]
    assert found_by(cast, phone) == [
        ("Anna Holmqvist", f"phone of a merged record: {phone.replace(' ', '')}")
    ]
    assert found_by(cast, "holmqvist.former")[0][0] == "Anna Holmqvist"
    number = str(absorbed.number)
    assert found_by(cast, number) == [("Anna Holmqvist", "number of a merged record")]
    unmerge(cast, made)
    people.catch_up(cast)
    assert found_by(cast, email) == [("Annika Holmqvist", "email")]
    assert found_by(cast, number) == [("Annika Holmqvist", "customer number")]


def test_through_several_merges(cast: Cast, merged: Any) -> None:
    survivor, *_ = merged
    last = full(cast, given_name="Anna Maria", family_name="Holmqvist")
    merge(cast, last, survivor)
    people.catch_up(cast)
    assert [name for name, _ in found_by(cast, FORMER["email"])] == ["Anna Maria Holmqvist"]


def test_nothing_of_another_organisation_and_of_what_may_not_be_seen(
    cast: Cast, merged: Any
) -> None:
    assert people.hits(FORMER["email"], cast.outsider) == []
    values = {field.name: getattr(cast.advisor, field.name) for field in fields(cast.advisor)}
    hidden = {"customer.email": FieldAccess.HIDDEN}
    blind = replace(Actor(**values), field_access=hidden)
    assert people.hits(FORMER["email"], blind) == []


def test_the_check_while_typing_weighs_it(cast: Cast, merged: Any) -> None:
    """KP-31."""
    survivor, absorbed, made = merged
    typed = Record(given_name="Anna", family_name="Holmqvist", emails=(FORMER["email"],))
    with tenancy.scope(cast.organization.id):
        (found,) = candidates_for(typed, by=cast.advisor)
        assert found.customer_id == survivor.id
        assert "Same email" in [line.text for line in found.evidence]
    unmerge(cast, made)
    with tenancy.scope(cast.organization.id):
        (own,) = candidates_for(replace(typed, given_name="Annika"), by=cast.advisor)
    assert own.customer_id == absorbed.id
    assert "Same email" in [line.text for line in own.evidence]


def test_whoever_is_new_is_matched_with_the_survivor(cast: Cast, merged: Any) -> None:
    """TQ-36; by the worker and by comparing everybody."""
    survivor, *_ = merged
    names = {"given_name": "Anna", "family_name": "Holmqvist", "email": FORMER["email"]}
    new = customer(cast.manager, **names)
    people.catch_up(cast)
    with tenancy.scope(cast.organization.id):
        while catching_up.catch_up(cast.organization.id):
            pass
        (pair,) = DuplicatePair.objects.filter(state=0)
        assert {pair.low_id, pair.high_id} == {survivor.id, new.id}
        assert pair.levels["household"] == "email"
        DuplicatePair.objects.all().delete()
        everybody.find_everywhere(DuckDB(), by=cast.administrator)
        (again,) = DuplicatePair.objects.filter(state=0)
        assert (again.low_id, again.high_id, again.levels) == (
            pair.low_id, pair.high_id, pair.levels,
        )  # fmt: skip


def test_merging_and_taking_apart_queue_the_survivor(cast: Cast) -> None:
    one, other = full(cast, given_name="Anna"), customer(cast.manager, **FORMER)
    people.catch_up(cast)
    with tenancy.scope(cast.organization.id):
        while catching_up.catch_up(cast.organization.id):
            pass
    merge(cast, one, other)
    assert catching_up.waiting(by=cast.manager) == 2


def test_an_import_recognises_the_survivor(committed_cast: Cast) -> None:
    cast = committed_cast
    survivor = full(cast, given_name="Anna", family_name="Holmqvist")
    absorbed = customer(cast.manager, given_name="Annika", family_name="Holmqvist", **FORMER)
    merge(cast, survivor, absorbed)
    rows = imports.people(f"Annika Holmqvist,{FORMER['email']},,Bergen")
    imports.run(rows, imports.PEOPLE, cast.manager)
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.count() == 2
        cities = [each.city for each in Customer.objects.get(id=survivor.id).addresses.all()]
    assert cities == ["Bergen"]


def test_a_partner_file_may_name_a_merged_number(committed_cast: Cast) -> None:
    """KP-34: old numbers resolve for ever."""
    cast = committed_cast
    kept = customer(cast.manager, given_name="", family_name="", kind="company", company_name="Ny")
    gone = customer(cast.manager, given_name="", family_name="", kind="company", company_name="Nyt")
    merge(cast, kept, gone)
    done = trading.run(
        cast.manager,
        trading.row(number=gone.number, level="agency"),
        trading.row(key="D", name="Desk", level="agent", parent=gone.number),
    )
    assert trading.refusals(cast.manager, done) == {}
    assert trading.tree(cast.manager) == {"Ny": ("agency", ""), "Desk": ("agent", "Ny")}
