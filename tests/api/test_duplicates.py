"""Possible duplicates over the API: queue, verdicts, rules, searches (KP-32, KP-33)."""

import pytest

from tests.api.conftest import Api, client_of
from tests.segments import making
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.identity import tasks
from wayfolk.identity.matching import everybody
from wayfolk.identity.matching.batch.engines import DuckDB

RULES = {"suggest_from": 2.0, "warn_from": 9.0, "fields_off": [], "own_bits": {}}


@pytest.fixture
def twice(cast: Cast) -> list[Customer]:
    made = [
        making.customer(
            cast.manager, given_name=given, family_name="Holmgren", email="annika.h@example.com"
        )
        for given in ("Annika", "Anika")
    ]
    everybody.find_everywhere(DuckDB(), by=cast.administrator)
    return made


def test_tq36_pairs_are_listed_judged_and_taken_back(cast: Cast, twice: list[Customer]) -> None:
    api = client_of(cast.manager)
    numbers = sorted(each.number for each in twice)
    found = api.get("/duplicates").json()
    assert found["remaining"][""] == 1
    (pair,) = found["items"]
    assert sorted(pair["customers"]) == numbers
    assert pair["weight"] > 2
    assert {each["field"] for each in pair["evidence"]} >= {"email", "name"}
    assert api.get("/duplicates?reason=same_phone").json()["items"] == []
    judged = api.post("/duplicates/verdicts", {"customers": numbers, "verdict": "not_same"})
    assert judged.json() == {"pairs": 1}
    assert api.get("/duplicates").json()["items"] == []
    api.post(f"/changes/{judged.headers['Wayfolk-Change']}/undo")
    assert len(api.get("/duplicates").json()["items"]) == 1
    missing = api.post(
        "/duplicates/verdicts", {"customers": [numbers[0], 99999999], "verdict": "later"}
    )
    assert missing.status_code == 404


def test_kp32_rules_are_tried_set_and_taken_back(cast: Cast, twice: list[Customer]) -> None:
    api = client_of(cast.administrator)
    before = api.get("/matching-rules").json()
    assert before["usual_bits"]["birth.different"] < 0
    wished = RULES | {"own_bits": {"household.email": -20.0}}
    told = api.post("/matching-rules/effect", wished).json()
    assert (told["pairs_suggested_now"], told["pairs_suggested_then"]) == (1, 0)
    assert (told["customers_looked_at"], told["customers_suggested_now"]) == (2, 2)
    assert api.get("/matching-rules").json() == before
    answer = api.put("/matching-rules", wished)
    assert answer.json()["own_bits"] == {"household.email": -20.0}
    api.post(f"/changes/{answer.headers['Wayfolk-Change']}/undo")
    assert api.get("/matching-rules").json() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"suggest_from": 1e300}, "suggest_from"),
        ({"warn_from": 1.0}, "warn_from"),
        ({"fields_off": ["shoe size"]}, "fields_off"),
        ({"own_bits": {"given.shoes": 1.0}}, "own_bits"),
        ({"own_bits": {"given.same": 99.0}}, "given.same"),
    ],
)
def test_wrong_rules_are_refused(cast: Cast, wrong: dict[str, object], field: str) -> None:
    api = client_of(cast.administrator)
    for send, address in ((api.put, "/matching-rules"), (api.post, "/matching-rules/effect")):
        answer = send(address, RULES | wrong)
        assert answer.status_code == 422, answer.content
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_everybody_is_looked_through_as_a_job(cast: Cast, twice: list[Customer]) -> None:
    api = client_of(cast.manager)
    assert api.get("/duplicates/searches/latest").status_code == 404
    asked = api.post("/duplicates/searches")
    assert asked.status_code == 202
    again = api.post("/duplicates/searches")
    assert (again.status_code, again.json()["id"]) == (200, asked.json()["id"])
    tasks.find_everywhere(cast.organization.id, asked.json()["id"])
    found = api.get("/duplicates/searches/latest").json()
    assert (found["state"], found["customers"], found["pairs"]) == ("finished", 2, 1)


def test_only_whoever_may_judge_or_administer(cast: Cast) -> None:
    api: Api = client_of(cast.viewer)
    assert api.get("/duplicates").status_code == 403
    assert api.post("/duplicates/searches").status_code == 403
    assert api.get("/duplicates/searches/latest").status_code == 403
    verdict = {"customers": [1, 2], "verdict": "later"}
    assert api.post("/duplicates/verdicts", verdict).status_code == 403
    assert api.get("/matching-rules").status_code == 403
    assert api.put("/matching-rules", RULES).status_code == 403
    assert api.post("/matching-rules/effect", RULES).status_code == 403
