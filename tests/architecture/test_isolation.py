"""Two organisations in one database: what the application's role can and cannot reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.world import Cast
from wayfolk.audit import tables
from wayfolk.audit.change_sets import change_set
from wayfolk.config import environment
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import ids, tenancy

TENANT_TABLES = sorted(model._meta.db_table for model in tables.tenant_models())


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def refused(match: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        yield


@pytest.fixture
def foreign_customer(cast: Cast) -> Customer:
    """A customer of the outsider's organisation."""
    return operations.create_customer(CustomerData(fields={"given_name": "Olga"}), by=cast.outsider)


def test_the_application_role_has_no_powers_of_its_own(db: None) -> None:
    assert _rows("SELECT current_user") == [(environment.APP_ROLE,)]
    powers = "rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
    assert _rows(f"SELECT {powers} FROM pg_roles WHERE rolname = current_user") == [(False,) * 5]


def test_the_application_role_owns_nothing(db: None) -> None:
    owned = _rows(
        "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        " UNION ALL SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) = current_user"
    )
    assert owned == []
    assert _rows("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_change SET change_set_id = change_set_id WHERE organization_id = 1",
        "DELETE FROM audit_change WHERE organization_id = 1",
        "TRUNCATE audit_change",
        (
            "INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id,"
            " operation, at) VALUES (1, gen_random_uuid(), 'x', gen_random_uuid(),"
            " 'I', now())"
        ),
        "DELETE FROM audit_changeset WHERE organization_id = 1",
        "UPDATE django_migrations SET name = name",
    ],
)
def test_the_change_log_cannot_be_written_by_the_application(cast: Cast, statement: str) -> None:
    with tenancy.scope(cast.organization.id), refused("permission denied"):
        _rows(statement)


@pytest.mark.parametrize("table", ["audit_change", "customers_customer"])
def test_partitions_and_triggers_cannot_be_switched_off(cast: Cast, table: str) -> None:
    with tenancy.scope(cast.organization.id), refused("must be owner"):
        _rows(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    with tenancy.scope(cast.organization.id), refused("permission denied"):
        _rows("SET LOCAL session_replication_role = replica")


@pytest.mark.parametrize("table", [*TENANT_TABLES, "audit_change", "audit_changeset"])
def test_rows_of_another_organisation_do_not_exist(
    cast: Cast, foreign_customer: Customer, table: str
) -> None:
    foreign = foreign_customer.organization_id
    with tenancy.scope(cast.organization.id):
        counted = _rows(f"SELECT count(*) FROM {table} WHERE organization_id = %s", foreign)
    assert counted == [(0,)]


def test_log_partitions_are_not_a_way_around_the_policy(
    cast: Cast, foreign_customer: Customer
) -> None:
    # A policy of a partitioned table does not hold for a partition that is read directly.
    partitions = _rows("SELECT inhrelid::regclass::text FROM pg_inherits"
                       " WHERE inhparent = 'audit_change'::regclass")  # fmt: skip
    assert partitions
    seen = 0
    with tenancy.scope(cast.organization.id):
        for (partition,) in partitions:
            try:
                with transaction.atomic():
                    ((count,),) = _rows(
                        f"SELECT count(*) FROM {partition} WHERE organization_id = %s",
                        foreign_customer.organization_id,
                    )
            except DatabaseError:
                continue
            seen += count
    assert seen == 0


def test_without_a_scope_nothing_is_visible(cast: Cast, foreign_customer: Customer) -> None:
    with transaction.atomic():
        _rows("SET LOCAL wayfolk.organization_id = ''")
        assert _rows(
            "SELECT count(*) FROM customers_customer WHERE organization_id = %s",
            foreign_customer.organization_id,
        ) == [(0,)]
    with pytest.raises(tenancy.NoOrganization):
        Customer.objects.count()


def test_a_row_cannot_be_given_to_another_organisation(
    cast: Cast, foreign_customer: Customer
) -> None:
    foreign = foreign_customer.organization_id
    with change_set(by=cast.advisor, operation="test", summary="Move"):
        customer = Customer.objects.create(number=9_001, given_name="Ann")
        with refused("row-level security"):
            _rows(
                "UPDATE customers_customer SET organization_id = %s"
                " WHERE organization_id = %s AND id = %s",
                foreign, cast.organization.id, customer.id,
            )  # fmt: skip
        with refused("row-level security"):
            Customer.objects.create(organization_id=foreign, number=9_002, given_name="Ann")


def test_another_organisations_row_cannot_be_changed_or_deleted(
    cast: Cast, foreign_customer: Customer
) -> None:
    where = "WHERE organization_id = %s AND id = %s RETURNING id"
    keys = (foreign_customer.organization_id, foreign_customer.id)
    with change_set(by=cast.administrator, operation="test", summary="Reach over"):
        assert _rows(f"UPDATE customers_customer SET notes = 'x' {where}", *keys) == []
        assert _rows(f"DELETE FROM customers_customer {where}", *keys) == []


def test_a_reference_into_another_organisation_is_impossible(
    cast: Cast, foreign_customer: Customer
) -> None:
    with (
        pytest.raises(IntegrityError, match="customers_contactpoint_customer_fk"),
        change_set(by=cast.advisor, operation="test", summary="Reach over"),
    ):
        _add_contact(cast.organization.id, foreign_customer.id)


def _add_contact(organization_id: int, customer_id: UUID) -> None:
    _rows(
        "INSERT INTO customers_contactpoint (id, organization_id, version, created_at, updated_at,"
        " customer_id, set, kind, value, normalised)"
        " VALUES (%s, %s, 1, now(), now(), %s, 'primary', 'email', 'a@b.example', 'a@b.example')",
        ids.new_id(), organization_id, customer_id,
    )  # fmt: skip


def test_search_functions_answer_for_the_announced_organisation_only(
    cast: Cast, foreign_customer: Customer
) -> None:
    call = "SELECT * FROM search_numbered(%s, 'olga', '{active}')"
    with tenancy.scope(foreign_customer.organization_id):
        found = _rows(call, foreign_customer.number)
        assert [row[0] for row in found] == [foreign_customer.id]
    with tenancy.scope(cast.organization.id):
        mine = [row[0] for row in _rows(call, foreign_customer.number)]
        assert foreign_customer.id not in mine
