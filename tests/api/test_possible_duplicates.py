"""The API asks before it creates somebody who is there already (KP-31)."""

from typing import Any

import pytest

from tests.api.conftest import Api, client_of, restrict
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy

NINA = {
    "given_name": "Nina",
    "family_name": "Holm",
    "primary_email": "nina.holm@example.com",
    "primary_phone": "+45 45 12 34 56",
}


@pytest.fixture
def number(api: Api) -> int:
    answer = api.post("/customers", NINA)
    assert answer.status_code == 201
    assert "possible_duplicates" not in answer.json()
    return int(answer.json()["number"])


def count(cast: Cast) -> int:
    with tenancy.scope(cast.organization.id):
        found: int = Customer.objects.count()
    return found


def test_kp_31_a_likely_duplicate_is_a_conflict_with_its_candidates(
    cast: Cast, api: Api, number: int
) -> None:
    answer = api.post("/customers", NINA)
    problem = answer.json()
    assert answer.status_code == 409
    assert problem["code"] == "possible_duplicate"
    assert "allow_duplicate" in problem["detail"]
    [candidate] = problem["details"]["candidates"]
    assert (candidate["number"], candidate["name"]) == (number, "Nina Holm")
    assert candidate["level"] == "warn"
    assert candidate["weight"] > 0
    assert 0.5 < candidate["probability"] <= 1
    assert {"name"} < {line["field"] for line in candidate["evidence"]}
    assert all(line["text"] and line["weight"] for line in candidate["evidence"])
    assert count(cast) == 1


def test_kp_31_allow_duplicate_creates_it_and_the_same_key_may_be_used(
    cast: Cast, api: Api, number: int
) -> None:
    headers = {"Idempotency_Key": "9d3f"}
    assert api.post("/customers", NINA, **headers).status_code == 409
    made = api.post("/customers", NINA | {"allow_duplicate": True}, **headers)
    assert made.status_code == 201
    assert api.post("/customers", NINA | {"allow_duplicate": True}).status_code == 201
    assert api.post("/customers", NINA | {"allow_duplicate": "yes"}).status_code == 422


def test_possible_duplicates_are_told_beside_the_new_customer(api: Api, number: int) -> None:
    answer = api.post("/customers", {"given_name": "Nina", "family_name": "Holm"})
    assert answer.status_code == 201
    [told] = answer.json()["possible_duplicates"]
    assert (told["number"], told["level"]) == (number, "suggest")
    assert "possible_duplicates" not in api.get(answer.headers["Location"]).json()


def test_candidates_can_be_asked_for_without_creating_anybody(
    cast: Cast, api: Api, number: int
) -> None:
    found = api.post("/customers/candidates", {"primary_email": "nina.holm@example.com"})
    assert found.status_code == 200
    assert [each["number"] for each in found.json()["items"]] == [number]
    assert api.post("/customers/candidates", {}).json() == {"items": []}
    assert api.post("/customers/candidates", {"nonsense": 1}).status_code == 422
    assert "Wayfolk-Change" not in found.headers
    assert count(cast) == 1


def test_candidates_are_limited_to_what_the_token_may_see(cast: Cast, number: int) -> None:
    restrict(cast.advisor, customer_name="hidden", customer_phone="hidden")
    api = client_of(cast.advisor)
    [found] = api.post("/customers/candidates", {"primary_email": NINA["primary_email"]}).json()[
        "items"
    ]
    assert "name" not in found
    assert {line["field"] for line in found["evidence"]} <= {"email"}
    assert api.post("/customers/candidates", {"primary_phone": NINA["primary_phone"]}).json() == {
        "items": []
    }
    assert client_of(cast.outsider).post("/customers/candidates", NINA).json() == {"items": []}
    assert client_of(cast.viewer).post("/customers", NINA).status_code == 403


@pytest.mark.parametrize("way", ["added", "listed", "with the trip"])
def test_tp_27_new_customers_of_an_itinerary_are_checked_too(
    cast: Cast, api: Api, number: int, way: str
) -> None:
    trip = api.post("/itineraries", {"name": "Lisbon"}).json()["number"]
    path = f"/itineraries/{trip}/customers"

    def send(new: dict[str, Any]) -> Any:
        if way == "added":
            return api.post(path, {"new": new})
        choices = [{"new": new, "is_poc": True}]
        if way == "listed":
            return api.put(path, {"customers": choices})
        return api.post("/itineraries", {"name": "Porto", "customers": choices})

    refused = send(NINA)
    assert (refused.status_code, refused.json()["code"]) == (409, "possible_duplicate")
    assert [x["number"] for x in refused.json()["details"]["candidates"]] == [number]
    assert send(NINA | {"allow_duplicate": True}).status_code in {200, 201}
    assert count(cast) == 2


def test_a_company_of_the_trade_may_be_allowed_as_well(cast: Cast, api: Api) -> None:
    company = {"company_name": "Nordlys Expeditions", "allow_duplicate": True}
    body = {"company": company, "partner": {"level": "agency"}}
    assert api.post("/partners/companies", body).status_code == 201
    assert api.post("/partners/companies", body).status_code == 201
    assert count(cast) == 2
