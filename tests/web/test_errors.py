"""What did not work is answered in words: on a page, in a fragment, whatever refused it."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from wayfolk.kit import database_errors, errors
from wayfolk.web.errors import RefusalMiddleware


def answer(error: Exception, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get("/", headers=headers)
    return RefusalMiddleware(_never).process_exception(request, error)


def _never(_request: HttpRequest) -> HttpResponse:
    pytest.fail("the view is not called again")


def refused_by_database(error_class: type[psycopg.Error]) -> DatabaseError:
    error = IntegrityError("refused")
    error.__cause__ = error_class("refused")
    return error


class NoPoc(psycopg.DatabaseError):
    sqlstate = "WF002"


class NoAdministrator(psycopg.DatabaseError):
    sqlstate = "WF003"


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (errors.NotAllowed("Not for you."), 403),
        (errors.NotFound("Not here."), 404),
        (errors.Conflict("Meanwhile."), 409),
        (errors.InvalidValue("Wrong."), 422),
        (errors.InvalidValues({"name": "Missing."}), 422),
    ],
)
def test_a_refusal_is_a_page_with_its_words_and_status(
    refused: errors.Refusal, status: int
) -> None:
    page = answer(refused)
    assert page is not None
    assert page.status_code == status
    assert refused.message in page.content.decode()
    fragment = answer(refused, **{"HX-Request": "true"})
    assert fragment is not None
    assert fragment.status_code == status
    assert refused.message in fragment.headers["HX-Trigger"]
    assert fragment.content == b""


@pytest.mark.parametrize(
    ("error_class", "status", "words"),
    [
        (NoPoc, 422, "point of contact"),
        (NoAdministrator, 422, "Nobody would be left"),
        (psycopg.errors.UniqueViolation, 422, "already"),
        (psycopg.errors.ForeignKeyViolation, 422, "refers"),
        (psycopg.errors.CheckViolation, 422, "break a rule"),
        (psycopg.errors.NotNullViolation, 422, "missing"),
        (psycopg.errors.SerializationFailure, 409, "Try once more"),
        (psycopg.errors.DeadlockDetected, 409, "Try once more"),
        (psycopg.errors.LockNotAvailable, 409, "Try again"),
        (psycopg.errors.QueryCanceled, 503, "longer than one request"),
        (psycopg.errors.StringDataRightTruncation, 422, "does not fit"),
        (psycopg.errors.NumericValueOutOfRange, 422, "does not fit"),
    ],
)
def test_what_the_database_refuses_is_told_in_words(
    error_class: type[psycopg.Error], status: int, words: str
) -> None:
    page = answer(refused_by_database(error_class))
    assert page is not None
    assert page.status_code == status
    assert words in page.content.decode()


@pytest.mark.parametrize(
    "error", [RuntimeError("a bug"), refused_by_database(psycopg.errors.UndefinedTable)]
)
def test_a_fault_of_the_program_is_not_dressed_up(error: Exception) -> None:
    assert answer(error) is None


def test_a_unique_rule_names_its_fields() -> None:
    assert database_errors._fields_of("customers_customer_number") == ["Customer No"]
    assert database_errors._fields_of("no_such_rule") == []


def test_a_nul_byte_is_an_invalid_value(db: Any) -> None:
    from django.db import connection

    with pytest.raises((DatabaseError, ValueError)) as refused, connection.cursor() as cursor:
        cursor.execute("SELECT %s::text", ["a\x00b"])
    found = database_errors.find_refusal(refused.value)
    assert isinstance(found, errors.InvalidValue)
