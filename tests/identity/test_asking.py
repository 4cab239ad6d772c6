"""Statements of a search that fail leave the connection as good as it was."""

import pytest
from django.db import DataError, connection, transaction

from wayfolk.identity.search import asking

pytestmark = pytest.mark.django_db


def _ask(divisor: int) -> list[tuple[int]]:
    with asking.asking():
        return asking.ask("SELECT 6 / %s::int", [divisor])


def _settings() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('enable_seqscan')"
        )
        return list(cursor.fetchall())


def test_after_a_statement_that_failed_the_next_ones_are_answered() -> None:
    with transaction.atomic():
        for _ in range(2):
            with pytest.raises(DataError):
                _ask(0)
            assert [_ask(divisor) for divisor in (1, 2, 3)] == [[(6,)], [(3,)], [(2,)]]


def test_settings_of_a_search_end_with_it() -> None:
    with transaction.atomic():
        before = _settings()
        _ask(1)
        assert _settings() == before
        with pytest.raises(DataError):
            _ask(0)
        assert _settings() == before
