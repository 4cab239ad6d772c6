"""The index follows every write, whoever made it."""

from typing import Any

import pytest
from django.db import connection, transaction

from tests.identity import people
from tests.identity.people import found
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.search import deriving, store
from wayfolk.identity.search.following import follow
from wayfolk.kit import tenancy


def _sql(cast: Cast, statement: str, *values: Any) -> None:
    with (
        change_set(by=cast.advisor, operation="test", summary="raw SQL"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def _backlog(cast: Cast) -> tuple[int, int]:
    """How many customers and how many words wait for the job; they go on waiting."""
    with tenancy.scope(cast.organization.id):
        savepoint = transaction.savepoint()
        customers = store.rows("SELECT cardinality(search_take_pending(100))", [])
        words = store.rows("SELECT cardinality(search_take_new_words(100))", [])
        transaction.savepoint_rollback(savepoint)
    return customers[0][0], words[0][0]


def _new(cast: Cast, given: str, family: str, **contacts: str) -> Customer:
    data = CustomerData(
        fields={"given_name": given, "family_name": family},
        contacts={("primary", kind): value for kind, value in contacts.items()},
    )
    return operations.create_customer(data, by=cast.advisor)


def test_a_new_customer_is_found_at_once_and_misspelled_after_the_job(cast: Cast) -> None:
    _new(cast, "Quirinus", "Zwartbol")
    assert found("quirinus zwartbol", cast.advisor) == ["Quirinus Zwartbol"]
    assert found("zwartbol quir", cast.advisor) == ["Quirinus Zwartbol"]
    assert _backlog(cast) == (0, 2)
    people.catch_up(cast)
    assert found("quirinus zwarbtol", cast.advisor) == ["Quirinus Zwartbol"]
    assert _backlog(cast) == (0, 0)


def test_a_change_of_name_is_found_at_once(cast: Cast) -> None:
    customer = _new(cast, "Anna", "Smith", email="anna@office-one.example")
    data = CustomerData(
        fields={"family_name": "Nightingale"},
        contacts={("primary", "email"): "anna@office-two.example"},
        addresses={("primary", "city"): "Porto"},
    )
    operations.update_customer(customer.id, data, by=cast.advisor)
    assert found("anna nightingale", cast.advisor) == ["Anna Nightingale"]
    assert found("nightingale porto", cast.advisor) == ["Anna Nightingale"]
    assert found("@office-two.example", cast.advisor) == ["Anna Nightingale"]
    assert found("@office-one.example", cast.advisor) == []
    assert found("smith anna", cast.advisor) == []
    assert _backlog(cast)[0] == 0


def test_deleted_and_restored(cast: Cast) -> None:
    customer = _new(cast, "Anna", "Smith")
    with change_set(by=cast.manager, operation="customers.delete", summary="x") as deletion:
        operations.delete_customer(customer.id, by=cast.manager)
    assert found("anna smith", cast.advisor) == []
    undoing.undo_change_set(deletion.id, by=cast.manager)
    people.catch_up(cast)
    assert found("anna smtih", cast.advisor) == ["Anna Smith"]


@pytest.mark.parametrize("status", ["restricted", "merged"])
def test_restricted_and_merged_ones_never_appear(cast: Cast, status: str) -> None:
    customer = _new(cast, "Anna", "Smith", email="a@example.com", phone="+45 12 34 56 78")
    number = customer.number
    _sql(
        cast,
        "UPDATE customers_customer SET status = %s WHERE organization_id = %s AND id = %s",
        status, cast.organization.id, customer.id,
    )  # fmt: skip
    for at_once_and_after in range(2):
        for query in ("anna smith", "a@example.com", "12345678", str(number), "anna"):
            assert found(query, cast.advisor) == [], at_once_and_after
        people.catch_up(cast)


def test_raw_sql_is_flagged_at_once_and_found_after_the_job(cast: Cast) -> None:
    customer = _new(cast, "Anna", "Smith")
    people.catch_up(cast)
    where = "WHERE organization_id = %s AND"
    org = cast.organization.id
    _sql(
        cast,
        f"UPDATE customers_customer SET family_name = 'Zwartbol' {where} id = %s",
        org, customer.id,
    )  # fmt: skip
    assert _backlog(cast)[0] == 1
    people.catch_up(cast)
    assert found("anna zwarbtol", cast.advisor) == ["Anna Zwartbol"]
    _sql(cast, f"DELETE FROM customers_customer {where} id = %s", org, customer.id)
    assert _backlog(cast)[0] == 1
    people.catch_up(cast)
    assert _entries(cast) == 0


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [
        ("customers_contactpoint", "customer_id", ("set, kind, value, normalised",
         "'primary', 'email', 'x@office-one.example', 'x@office-one.example'")),
        ("customers_address", "customer_id", ("set, lines, postcode, city, country, folded_city",
         "'primary', '', '', 'Porto', 'PT', 'porto'")),
    ],
)  # fmt: skip
def test_every_write_of_contacts_and_addresses_is_flagged(
    cast: Cast, table: str, column: str, row: tuple[str, str]
) -> None:
    customer = _new(cast, "Anna", "Smith")
    people.catch_up(cast)
    columns, values = row
    keys = (cast.organization.id, customer.id)
    _sql(
        cast,
        f"INSERT INTO {table} (id, organization_id, version, created_at, updated_at, {column},"
        f" {columns}) VALUES (gen_random_uuid(), %s, 1, now(), now(), %s, {values})",
        *keys,
    )
    assert _backlog(cast)[0] == 1
    people.catch_up(cast)
    changed = "normalised = 'y@b.example'" if "contact" in table else "city = 'Faro'"
    _sql(cast, f"UPDATE {table} SET {changed} WHERE organization_id = %s AND {column} = %s", *keys)
    assert _backlog(cast)[0] == 1
    people.catch_up(cast)
    _sql(cast, f"DELETE FROM {table} WHERE organization_id = %s AND {column} = %s", *keys)
    assert _backlog(cast)[0] == 1


def _entries(cast: Cast) -> int:
    """How many customers the finished derivation has."""
    return deriving.rebuild_all(cast.organization.id, lambda _: None)


def test_a_write_that_changes_nothing_searched_is_not_flagged(cast: Cast) -> None:
    customer = _new(cast, "Anna", "Smith")
    people.catch_up(cast)
    operations.update_customer(
        customer.id, CustomerData(fields={"notes": "likes window seats"}), by=cast.advisor
    )
    assert _backlog(cast) == (0, 0)


def test_rebuilding_is_restartable_and_finishes(cast: Cast) -> None:
    for family in ("Alpha", "Beta", "Gamma"):
        _new(cast, "Anna", family)
    org = cast.organization.id
    with tenancy.scope(org), connection.cursor() as cursor:
        cursor.execute("SELECT search_rebuild_to(0, NULL, 0)")
    assert org in deriving.organizations_behind()
    first = deriving.rebuild_step(org, chunk=2)
    assert (first.done, first.is_finished) == (2, False)
    assert deriving.rebuild_step(org, chunk=2).is_finished
    assert deriving.rebuild_step(org, chunk=2).is_finished
    seen: list[int] = []
    assert deriving.rebuild_all(org, seen.append) == 3
    assert seen == [3]


def test_the_job_follows_a_customer_entered_by_another_way(cast: Cast) -> None:
    from threading import Event

    with change_set(by=cast.advisor, operation="import", summary="bulk"):
        Customer.objects.bulk_create(
            Customer(number=70_000 + i, given_name="Anna", family_name=f"Bulkmann{letter}")
            for i, letter in enumerate("abc")
        )
    assert _backlog(cast)[0] == 3
    follow(Event())
    assert _backlog(cast) == (0, 0)
    assert len(found("anna bulkmnan", cast.advisor)) == 3
    assert cast.organization.id not in deriving.organizations_behind()


def test_a_long_queue_is_taken_in_chunks(cast: Cast) -> None:
    with change_set(by=cast.advisor, operation="import", summary="bulk"):
        Customer.objects.bulk_create(
            Customer(number=80_000 + i, given_name="Anna", family_name="Queuemann")
            for i in range(5)
        )
    org = cast.organization.id
    assert [deriving.catch_up(org, chunk=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(found("queuemann", cast.advisor)) == 5


def test_the_application_reaches_no_table_of_the_index(cast: Cast) -> None:
    from django.db import DatabaseError, transaction

    for table in ("entry", "word", "pending", "new_word", "rebuild"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM search.{table}")


def test_entries_of_one_organisation_are_not_written_by_another(cast: Cast) -> None:
    customer = _new(cast, "Anna", "Smith")
    with tenancy.scope(cast.outsider.organization_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_write('{}', 1, '{}', '{}', '{}', '{}', '{}', %s::uuid[])",
            [[customer.id]],
        )
    assert found("anna smith", cast.advisor) == ["Anna Smith"]
