"""Idempotency-Key: once is enough. Real commits where two requests meet."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from tests.api.conftest import Api, client_of
from tests.world import Cast
from wayfolk.api import idempotency
from wayfolk.api.models import KeptAnswer
from wayfolk.kit import clock, tenancy


def test_a_repeated_request_gets_the_same_answer_and_changes_nothing(api: Api) -> None:
    first = api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="k1")
    again = api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="k1")

    assert again.status_code == first.status_code == 201
    assert again.content == first.content
    for name in ("ETag", "Location", "Content-Type", "Wayfolk-Change"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api.get("/customers").json()["items"]) == 1


def test_an_answer_without_a_body_is_repeated_too(
    api: Api, new_customer: Callable[..., int]
) -> None:
    number = new_customer("Maria")

    answers = [api.delete(f"/customers/{number}", Idempotency_Key="k1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1].content == b""


@pytest.mark.parametrize("other", ["body", "address", "method"])
def test_the_same_key_for_another_request_is_refused(api: Api, other: str) -> None:
    made = api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="k1").json()
    address = f"/customers/{made['number']}"
    answer = {
        "body": lambda: api.post("/customers", {"given_name": "Eve"}, Idempotency_Key="k1"),
        "address": lambda: api.patch(address, {"given_name": "Maria"}, Idempotency_Key="k1"),
        "method": lambda: api.delete(address, Idempotency_Key="k1"),
    }[other]()

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_refused_request_may_be_corrected_under_the_same_key(api: Api) -> None:
    refused = api.post("/customers", {}, Idempotency_Key="k1")
    corrected = api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="k1")

    assert (refused.status_code, corrected.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_malformed_key_is_refused(api: Api, key: str) -> None:
    answer = api.post("/customers", {"given_name": "Maria"}, Idempotency_Key=key)

    assert answer.status_code == 422
    assert api.get("/customers").json()["items"] == []


def test_a_key_belongs_to_its_member(cast: Cast, api: Api) -> None:
    advisor = client_of(cast.advisor)
    api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="k1")

    assert (
        advisor.post("/customers", {"given_name": "Eve"}, Idempotency_Key="k1").status_code == 201
    )


def test_answers_are_forgotten_after_two_days(cast: Cast, api: Api) -> None:
    with time_machine.travel(clock.now() - timedelta(hours=49)):
        api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="old")
    api.post("/customers", {"given_name": "Maria"}, Idempotency_Key="new")

    assert idempotency.remove_old_answers() == 1
    with tenancy.scope(cast.organization.id):
        assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["new"]


def test_of_two_requests_at_once_with_one_key_one_is_carried_out(committed_cast: Cast) -> None:
    api = client_of(committed_cast.manager)
    answers: list[Any] = []
    together = threading.Barrier(4)

    def post() -> None:
        together.wait()
        answers.append(
            Api(api.secret).post("/customers", {"given_name": "Maria"}, Idempotency_Key="k1")
        )
        connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert len(api.get("/customers").json()["items"]) == 1
