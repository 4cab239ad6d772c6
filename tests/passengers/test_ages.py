"""Setting ages, and what the database itself refuses (KP-15)."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from tests.world import Cast
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undoing import undo_change_set
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.passengers import operations, queries
from wayfolk.passengers.models import AgeBand
from wayfolk.passengers.operations import StaleAges
from wayfolk.passengers.rules import BandData

RAW = (
    "INSERT INTO passengers_ageband (id, organization_id, product, scope, infant_below,"
    " child_below, from_on, to_on, version, created_at, updated_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1, now(), now())"
)


def ages(cast: Cast, product: str = "", **fields: Any) -> AgeBand:
    with tenancy.scope(cast.organization.id):
        data = BandData({"product": product, **fields})
        return operations.create_band(data, by=cast.administrator)


def stored(cast: Cast) -> list[tuple[str, int, int]]:
    with tenancy.scope(cast.organization.id):
        return [
            (row.product, row.infant_below, row.child_below)
            for row in queries.list_bands(by=cast.advisor)
        ]


def refused(cast: Cast, *values: object) -> str:
    with (
        pytest.raises(DatabaseError) as raised,
        change_set(by=cast.administrator, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        cursor.execute(RAW, [uuid4(), cast.organization.id, *values])
    cause = raised.value.__cause__
    return f"{cause.sqlstate} {cause.diag.constraint_name}"  # type: ignore[union-attr]


def test_kp15_ages_are_set_changed_removed_and_each_taken_back(cast: Cast) -> None:
    by = cast.administrator
    band = ages(cast, "Cruise", child_below=18)
    assert stored(cast) == [("Cruise", 2, 18)]
    with tenancy.scope(cast.organization.id):
        operations.update_band(band.id, BandData({"child_below": 16}), by=by, version=1)
        changed = last_written_id()
        summary = ChangeSet.objects.get(id=changed).summary
        operations.remove_band(band.id, by=by)
        removed = last_written_id()
    assert summary == (
        "Changed passenger ages for Cruise: Infant below 2, child below 16, adult from 16"
    )
    assert stored(cast) == []
    assert changed
    assert removed
    undo_change_set(removed, by=by)
    assert stored(cast) == [("Cruise", 2, 16)]
    undo_change_set(changed, by=by)
    assert stored(cast) == [("Cruise", 2, 18)]


def test_kp15_nothing_is_scoped_twice_whatever_the_words_order(cast: Cast) -> None:
    ages(cast, "Norway cruise")
    with pytest.raises(InvalidValues, match="There are ages for “Norway cruise” on all days"):
        ages(cast, "CRUISE, Norway")
    scope = "cruise norway"
    found = refused(cast, "cruise norway", scope, 2, 12, date(2030, 1, 1), None)
    assert found == "23P01 passengers_ages_once"


def test_kp15_new_ages_may_follow_the_former_ones(cast: Cast) -> None:
    first = date(2027, 1, 1)
    ages(cast, to_on=first)
    with pytest.raises(InvalidValues, match="until 1 Jan 2027 already"):
        ages(cast, from_on=date(2026, 12, 31))
    ages(cast, child_below=16, from_on=first)
    assert stored(cast) == [("", 2, 12), ("", 2, 16)]


def test_kp15_the_database_refuses_ages_out_of_order(cast: Cast) -> None:
    order = "23514 passengers_ages_in_order"
    assert refused(cast, "", "", 12, 12, None, None) == order
    assert refused(cast, "", "", 2, 151, None, None) == order
    day = date(2026, 6, 10)
    dates = "23514 passengers_ages_dates_in_order"
    assert refused(cast, "", "", 2, 12, day, day) == dates


def test_kp15_only_administrators_set_ages(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id), pytest.raises(NotAllowed):
        operations.create_band(BandData({}), by=cast.manager)
    band = ages(cast)
    with tenancy.scope(cast.organization.id):
        with pytest.raises(StaleAges):
            operations.update_band(band.id, BandData({}), by=cast.administrator, version=9)
        with pytest.raises(NotFound):
            operations.remove_band(uuid4(), by=cast.administrator)


def test_another_organisation_has_its_own_ages(cast: Cast) -> None:
    ages(cast, child_below=16)
    with tenancy.scope(cast.outsider.organization_id):
        assert queries.list_bands(by=cast.outsider) == []
        operations.create_band(BandData({"child_below": 18}), by=cast.outsider)
    assert stored(cast) == [("", 2, 16)]
