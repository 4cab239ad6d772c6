"""Statements that are planned once for a connection, and only those."""

from typing import Any

import pytest
from django.db import DataError, connection, transaction

from wayfolk.kit import prepared

pytestmark = pytest.mark.django_db
DOUBLED = "SELECT 2 * %s::int, 'doubled'"


def _known() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall() if "doubled" in text]


def test_a_statement_is_planned_once_whatever_its_values() -> None:
    assert [prepared.rows(DOUBLED, [each]) for each in (1, 2, 3)] == [
        [(2, "doubled")],
        [(4, "doubled")],
        [(6, "doubled")],
    ]
    assert len(_known()) == 1


def test_behind_a_pooler_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PREPARES", False)
    statement = DOUBLED.replace("2 *", "4 *")
    before = len(_known())
    assert prepared.rows(statement, [1]) == [(4, "doubled")]
    assert len(_known()) == before


def test_a_failure_is_one_of_djangos_and_ends_with_its_transaction() -> None:
    divided = "SELECT 6 / %s::int"
    with pytest.raises(DataError), transaction.atomic():
        prepared.rows(divided, [0])
    assert prepared.rows(divided, [2]) == [(3,)]
