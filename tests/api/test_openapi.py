"""The description of the API: stable, complete, and true (the fuzz test proves that)."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

SNAPSHOT = Path(__file__).parent / "openapi.json"
_METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def description() -> Any:
    return Client().get("/api/v1/openapi.json").json()


def operations(description: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    ]


def test_the_description_is_the_one_that_was_agreed(description: Any) -> None:
    """A difference is a change of the interface: wanted, it is written down by
    `bin/wayfolk openapi > tests/api/openapi.json`.
    """
    assert description == json.loads(SNAPSHOT.read_text())


def test_every_operation_needs_a_token_and_declares_every_problem(description: Any) -> None:
    assert description["openapi"].startswith("3.1")
    for method, path, operation in operations(description):
        where = f"{method} {path}"
        assert operation["security"] == [{"ApiTokenAuth": []}], where
        declared = {"400", "401", "403", "404", "409", "412", "422", "429", "500"}
        assert declared <= set(operation["responses"]), where
        assert operation["summary"], where
        assert operation["tags"], where


def test_every_change_takes_an_idempotency_key(description: Any) -> None:
    for method, path, operation in operations(description):
        names = [parameter.get("$ref", "") for parameter in operation["parameters"]]
        has_key = "#/components/parameters/IdempotencyKey" in names
        assert has_key == (method != "get"), f"{method} {path}"


def test_operation_ids_are_unique(description: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(description)]

    assert len(ids) == len(set(ids))
