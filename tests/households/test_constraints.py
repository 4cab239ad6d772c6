"""What the database itself refuses of households, by raw SQL."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from tests.households import making
from tests.households.making import day, household, person
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.households.models import Household
from wayfolk.households.operations import connecting, guarding, keeping

MEMBER = (
    "INSERT INTO households_householdmember (id, organization_id, household_id, customer_id, role,"
    " from_on, to_on, uses_household_address, uses_household_preferences, channel,"
    " newsletter_by_email, newsletter_by_post, version, created_at, updated_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, true, true, '', false, false, 1, now(), now())"
)
GUARDIAN = (
    "INSERT INTO households_guardian (id, organization_id, child_id, guardian_id, from_on, to_on,"
    " version, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, 1, now(), now())"
)


def refused(cast: Cast, sql: str, *values: object) -> str:
    """SQLSTATE and rule that refuse one raw statement at the end of its change set."""
    with (
        pytest.raises(DatabaseError) as raised,
        change_set(by=cast.advisor, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    cause = raised.value.__cause__
    return f"{cause.sqlstate} {cause.diag.constraint_name}"  # type: ignore[union-attr]


def add(cast: Cast, home: Household, who: Customer, role: str, first: int, last: int | None) -> str:
    days = day(first), None if last is None else day(last)
    return refused(cast, MEMBER, uuid4(), cast.organization.id, home.id, who.id, role, *days)


def test_a_member_is_once_in_a_household_and_once_in_a_role(cast: Cast) -> None:
    anna = person(cast)
    home, other = household(cast, (anna, "head")), household(cast, name="Other")
    assert add(cast, home, anna, "adult", 5, None) == "23P01 households_member_once"
    assert add(cast, other, anna, "head", 5, 6) == "23P01 households_member_one_role"


def test_a_period_never_ends_before_it_starts(cast: Cast) -> None:
    anna, home = person(cast), household(cast)
    assert add(cast, home, anna, "head", 5, 5) == "23514 households_member_dates_in_order"


def test_nobody_belongs_to_a_household_after_its_end(cast: Cast) -> None:
    anna, bent = person(cast), person(cast, "Bent")
    home, other = household(cast, (bent, "head")), household(cast)
    keeping.end_household(home.id, on=day(5), by=cast.advisor)
    rule = "WF020 households_nobody_after_the_end"
    assert add(cast, home, anna, "head", 6, 9) == rule
    connecting.connect_person(other.id, anna.id, kind="payer", from_on=day(0), by=cast.advisor)
    end = "UPDATE households_household SET ended_on = %s WHERE organization_id = %s AND id = %s"
    assert refused(cast, end, day(9), cast.organization.id, other.id) == rule


def test_guardians_form_no_circle(cast: Cast) -> None:
    anna, bent, cora = (person(cast, name) for name in ("Anna", "Bent", "Cora"))
    guarding.add_guardian(bent.id, anna.id, from_on=day(0), by=cast.advisor)
    guarding.add_guardian(cora.id, bent.id, from_on=day(0), by=cast.advisor)
    org = cast.organization.id
    closing = (uuid4(), org, anna.id, cora.id, day(0), None)
    assert refused(cast, GUARDIAN, *closing) == "WF021 households_no_circle_of_guardians"
    oneself = (uuid4(), org, anna.id, anna.id, day(0), None)
    assert refused(cast, GUARDIAN, *oneself) == "23514 households_guardian_not_oneself"
    twice = (uuid4(), org, bent.id, anna.id, day(3), None)
    assert refused(cast, GUARDIAN, *twice) == "23P01 households_guardian_once"


def test_a_household_that_was_merged_has_ended(cast: Cast) -> None:
    home, other = household(cast), household(cast, name="Other")
    sql = (
        "UPDATE households_household SET merged_into_id = %s WHERE organization_id = %s AND id = %s"
    )
    found = refused(cast, sql, other.id, cast.organization.id, home.id)
    assert found == "23514 households_merged_has_ended"


def test_other_rules_hold_by_raw_sql(cast: Cast) -> None:
    anna, org = person(cast), cast.organization.id
    home = household(cast)
    connecting.connect_person(home.id, anna.id, kind="payer", from_on=day(0), by=cast.advisor)
    sql = (
        "INSERT INTO households_connection (id, organization_id, household_id, customer_id, kind,"
        " note, from_on, to_on, version, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, 'payer', '', %s, %s, 1, now(), now())"
    )
    again = (uuid4(), org, home.id, anna.id, day(4), None)
    assert refused(cast, sql, *again) == "23P01 households_connection_once"
    backwards = (uuid4(), org, home.id, anna.id, day(4), day(3))
    assert refused(cast, sql, *backwards) == "23514 households_connection_dates_in_order"
    wrong = (uuid4(), org, anna.id, making.person(cast, "Bent").id, day(4), day(4))
    assert refused(cast, GUARDIAN, *wrong) == "23514 households_guardian_dates_in_order"
    pair = (
        "INSERT INTO households_dismissedpair (id, organization_id, first_id, second_id, version,"
        " created_at, updated_at) VALUES (%s, %s, %s, %s, 1, now(), now())"
    )
    found = refused(cast, pair, uuid4(), org, anna.id, anna.id)
    assert found == "23514 households_dismissed_order"
