"""The guard over the test suite's SQL: what it lets pass and what it stops."""

import pytest
from django.db import connection

from tests import sql_guard
from tests.world import Cast
from wayfolk.kit import tenancy

TIED = [
    "SELECT id FROM customers_customer WHERE organization_id = %s",
    "SELECT id FROM customers_customer c WHERE c.organization_id = 1 AND c.number = 2",
    (
        "SELECT 1 FROM bookings_booking b JOIN customers_customer c"
        " ON c.id = b.customer_id AND c.organization_id = b.organization_id"
        " WHERE b.organization_id = 1"
    ),
    "SELECT x.id FROM (SELECT id FROM customers_customer WHERE organization_id = 1) x",
    (
        "WITH found AS (SELECT id FROM customers_customer WHERE organization_id = 1)"
        " SELECT id FROM found"
    ),
    "UPDATE customers_customer SET notes = '' WHERE organization_id = 1 AND id = %s",
    "DELETE FROM customers_contactpoint WHERE organization_id = 1",
    "INSERT INTO customers_customer (id, organization_id) VALUES (%s, %s)",
    "SELECT 1",
    "SELECT * FROM organization_organization",
    "SET LOCAL wayfolk.organization_id = '1'",
]

LOOSE = [
    "SELECT id FROM customers_customer",
    "SELECT id FROM customers_customer WHERE number = 1",
    "SELECT organization_id FROM customers_customer",
    "SELECT id FROM customers_customer ORDER BY organization_id",
    (
        "SELECT 1 FROM bookings_booking b JOIN customers_customer c ON c.id = b.customer_id"
        " WHERE b.organization_id = 1"
    ),
    "SELECT 1 FROM bookings_booking b, customers_customer c WHERE b.organization_id = 1",
    "SELECT x.id FROM (SELECT id FROM customers_customer) x",
    "WITH found AS (SELECT id FROM customers_customer) SELECT id FROM found",
    (
        "SELECT id FROM customers_customer WHERE organization_id = 1"
        " UNION SELECT id FROM customers_customer"
    ),
    (
        "SELECT id FROM stays_stay s WHERE s.organization_id = 1"
        " AND EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = s.guest_id)"
    ),
    "UPDATE customers_customer SET notes = '' WHERE id = %s",
    "UPDATE customers_customer SET organization_id = 1",
    "DELETE FROM customers_contactpoint",
    "INSERT INTO customers_customer (id, number) VALUES (%s, %s)",
    "SELECT * FROM audit_change WHERE change_set_id = %s",
]


@pytest.mark.parametrize("sql", TIED)
def test_a_statement_that_names_its_organisation_passes(sql: str) -> None:
    assert sql_guard.find_problem(sql) == ""


@pytest.mark.parametrize("sql", LOOSE)
def test_a_statement_that_does_not_is_stopped(sql: str) -> None:
    assert "organization_id" in sql_guard.find_problem(sql)


def test_the_guard_watches_the_connections_of_the_tests(cast: Cast) -> None:
    with (
        tenancy.scope(cast.organization.id),
        pytest.raises(sql_guard.UnscopedSql),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM customers_customer")
