"""What holds for every operation: who calls, what is read, how it is answered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.api.conftest import Api, client_of, token_for
from tests.world import Cast
from wayfolk.api import rates
from wayfolk.kit import clock, tenancy
from wayfolk.staff import tokens
from wayfolk.staff.models import ApiToken

New = Callable[..., int]


def problem_of(answer: Any, status: int, code: str) -> Any:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return problem


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic dXNlcjpwYXNz",
        "Bearer",
        "Bearer nonsense",
        "Bearer wf_1_" + "a" * 43,
        "Bearer wf_99999_" + "a" * 43,
        "Bearer wf_1_é",
    ],
)
def test_without_a_valid_token_nobody_gets_in(api: Api, header: str) -> None:
    answer = api.get("/customers", Authorization=header)

    problem_of(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_of_the_pages_is_no_way_in(cast: Cast) -> None:
    from django.test import Client

    from wayfolk.staff.models import User

    client = Client()
    client.force_login(
        User.objects.get(id=cast.administrator.user_id),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    assert client.get("/api/v1/customers").status_code == 401


def test_a_token_ends_by_revocation_expiry_and_with_its_member(cast: Cast) -> None:
    token, secret = token_for(cast.manager, expires_at=clock.now() + timedelta(days=1))
    api = Api(secret)
    assert api.get("/me").status_code == 200

    with time_machine.travel(clock.now() + timedelta(days=2)):
        problem_of(api.get("/me"), 401, "unauthenticated")
    with tenancy.scope(cast.organization.id):
        tokens.revoke_token(token.id, by=cast.manager)
    problem_of(api.get("/me"), 401, "unauthenticated")


def test_only_a_digest_of_a_token_is_stored(cast: Cast) -> None:
    token, secret = token_for(cast.manager)

    with tenancy.scope(cast.organization.id):
        stored = ApiToken.objects.get(id=token.id)
        assert secret not in (stored.digest, stored.prefix)
        assert secret.startswith(stored.prefix)
        found = tokens.find_token(secret)
    assert found is not None
    assert found.membership_id == cast.manager.author_id


def test_the_last_use_is_noted_and_leaves_no_change_set(cast: Cast) -> None:
    from wayfolk.audit.models import ChangeSet

    token, secret = token_for(cast.manager)
    with tenancy.scope(cast.organization.id):
        before = ChangeSet.objects.count()

    Api(secret).get("/me")

    with tenancy.scope(cast.organization.id):
        assert ApiToken.objects.get(id=token.id).last_used_at is not None
        assert ChangeSet.objects.count() == before


def test_what_is_written_is_put_down_to_the_member_as_an_api_client(api: Api, cast: Cast) -> None:
    from wayfolk.audit.models import ChangeSet

    answer = api.post("/customers", {"given_name": "Maria"})

    with tenancy.scope(cast.organization.id):
        written = ChangeSet.objects.get(id=answer.headers["Wayfolk-Change"])
    assert (written.author_kind, written.author_id) == ("api", cast.manager.author_id)
    assert written.correlation_id == answer.headers["X-Request-Id"]


def test_a_token_may_make_so_many_requests_a_minute(api: Api, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    answers = [api.get("/me") for _ in range(4)]

    assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
    problem_of(answers[3], 429, "too_many_requests")
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20


def test_the_bucket_refills(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    from uuid import uuid4

    settings.API_REQUESTS_PER_MINUTE = 60
    now = [1000.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: now[0])
    token = uuid4()
    for _ in range(60):
        rates.count_request(token)
    with pytest.raises(rates.TooManyRequests):
        rates.count_request(token)
    now[0] += 1
    rates.count_request(token)
    with pytest.raises(rates.TooManyRequests):
        rates.count_request(token)


def test_addresses_and_methods_that_are_none(api: Api) -> None:
    problem_of(api.get("/nothing"), 404, "not_found")
    problem_of(api.get("/customers/"), 404, "not_found")
    refused = api.send("PUT", "/customers", {})
    problem_of(refused, 405, "method_not_allowed")
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_media_types_are_negotiated(api: Api) -> None:
    problem_of(api.get("/customers", Accept="image/png"), 406, "not_acceptable")
    problem_of(
        api.post("/customers", b"given_name=Eve", Content_Type="application/x-www-form-urlencoded"),
        415,
        "unsupported_media_type",
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_request"),
        (b"{", 400, "malformed_request"),
        (b'{"given_name": "\xff"}', 400, "malformed_request"),
        (b'{"given_name": NaN}', 400, "malformed_request"),
        (b'{"given_name": "A", "given_name": "B"}', 400, "malformed_request"),
        (b"[" * 100_000, 400, "malformed_request"),
        (b'{"given_name": ' + b"9" * 5000 + b"}", 400, "malformed_request"),
        (b"null", 422, "invalid_input"),
        (b"[]", 422, "invalid_input"),
        (b'{"given_name": "A\\u0000"}', 422, "invalid_values"),
        (b'{"given_name": "\\ud800"}', 422, "invalid_values"),
        (b'{"\\ud800": "A"}', 422, "invalid_values"),
        (b'{"given_name": 7}', 422, "invalid_input"),
        (b'{"given_name": 1e999}', 422, "invalid_values"),
        (b'{"given_name": 99999999999999999999}', 422, "invalid_values"),
        (b'{"given_name": "A", "birth_on": 0}', 422, "invalid_input"),
        (b'{"given_name": "A", "birth_on": "2026-02-30"}', 422, "invalid_input"),
        (b'{"given_name": "A", "birth_on": "0001-01-01"}', 422, "invalid_values"),
        (b'{"given_name": "A", "is_special_guest": "yes"}', 422, "invalid_input"),
        (b'{"given_name": "A", "gender": "x"}', 422, "invalid_input"),
        (b'{"given_name": "A", "surname": "B"}', 422, "invalid_input"),
        (b"{}", 422, "invalid_values"),
    ],
)
def test_bad_bodies_are_told_in_words_and_change_nothing(
    api: Api, body: bytes, status: int, code: str
) -> None:
    problem_of(api.post("/customers", body), status, code)
    assert api.get("/customers").json()["items"] == []


def test_an_unknown_field_is_named(api: Api) -> None:
    problem = api.post("/customers", {"given_name": "A", "surname": "B"}).json()

    assert problem["errors"][0]["field"] == "surname"
    assert "surname" in problem["errors"][0]["message"]


def test_a_body_beyond_the_limit_is_not_read(api: Api, settings: Any) -> None:
    settings.API_MAX_BODY_BYTES = 1000
    problem_of(api.post("/customers", {"given_name": "A" * 1000}), 413, "too_large")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("page=2", "page"),
        ("cursor=abc", "cursor"),
        ("limit=1&limit=2", "limit"),
        ("q=%00", "q"),
        ("status=merged", "status"),
        ("updated_since=2026-01-01", "updated_since"),
        ("updated_since=2026-01-01T10:00:00", "updated_since"),
    ],
)
def test_bad_parameters_are_named(api: Api, query: str, field: str) -> None:
    answer = api.get(f"/customers?{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("number", ["0", "-1", "abc", "1.5", "9" * 30, "%00", "%F0%9F%98%80"])
def test_numbers_in_addresses_that_are_none(api: Api, number: str) -> None:
    assert api.get(f"/customers/{number}").status_code in {404, 422}


def test_pages_follow_each_other_without_gap_or_repetition(api: Api, new_customer: New) -> None:
    numbers = [new_customer(name) for name in ("Cleo", "Anna", "Berta", "Anna", "Dora")]

    for sort in ("number", "name", "-updated_at"):
        seen: list[int] = []
        following = f"/customers?limit=2&sort={sort}"
        while following:
            page = api.get(following).json()
            assert len(page["items"]) <= 2
            seen += [row["number"] for row in page["items"]]
            following = page["next"]
        assert sorted(seen) == numbers
    assert seen == numbers[::-1]


def test_a_cursor_belongs_to_its_list(api: Api, new_customer: New) -> None:
    for name in ("Anna", "Berta"):
        new_customer(name)
    cursor = api.get("/customers?limit=1").json()["next_cursor"]

    assert api.get(f"/customers?cursor={cursor}").status_code == 200
    for wrong in (f"sort=name&cursor={cursor}", f"cursor={cursor}x", f"q=a&cursor={cursor}"):
        problem = problem_of(api.get(f"/customers?{wrong}"), 422, "invalid_value")
        assert problem["errors"][0]["field"] == "cursor"


def test_a_fault_of_the_program_is_told_without_its_details(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wayfolk.customers import queries

    def broken(**_: Any) -> None:
        message = "secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr(queries, "list_customers", broken)
    answer = api.get("/customers")

    problem_of(answer, 500, "internal_error")
    assert b"secret detail" not in answer.content


def test_answers_are_private(api: Api) -> None:
    answer = api.get("/me")

    assert "private" in answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]


def test_me_tells_who_the_token_speaks_for(cast: Cast) -> None:
    me = client_of(cast.viewer).get("/me").json()

    assert me["name"] == cast.viewer.name
    assert me["role"] == "Viewer"
    assert me["permissions"] == sorted(cast.viewer.permissions)
    assert me["fields"]["booking.cost"] == "hidden"
    assert me["organization"]["name"] == cast.organization.name
