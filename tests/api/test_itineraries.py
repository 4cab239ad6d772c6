"""Itineraries and their customers through the API: rules TP-01 to TP-44 where they show."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.world import Cast

New = Callable[..., int]


@pytest.fixture
def trip(api: Api) -> int:
    answer = api.post("/itineraries", {"name": "Algarve in May"})
    assert answer.status_code == 201, answer.content
    return int(answer.json()["number"])


def on(api: Api, trip: int) -> list[tuple[int, bool]]:
    """Numbers of the customers on the trip, and who is point of contact."""
    rows = api.get(f"/itineraries/{trip}/customers").json()["items"]
    return [(row["customer"]["number"], row["is_poc"]) for row in rows]


def test_a_name_is_enough_and_nobody_needs_to_be_on_it(api: Api, cast: Cast) -> None:
    """TP-01, TA-27."""
    answer = api.post(
        "/itineraries", {"name": "Algarve", "arrival_at": "2026-05-01T14:00:00+02:00"}
    )

    made = answer.json()
    assert answer.status_code == 201
    assert made["customers"] == []
    assert made["stage"] == "quote"
    assert made["assignee"] == {"id": str(cast.manager.author_id), "name": cast.manager.name}
    assert made["arrival_at"] == "2026-05-01T12:00:00Z"
    assert made["trip_id"].startswith("T-")


def test_customers_come_with_the_itinerary_and_the_first_is_contact(
    api: Api, new_customer: New
) -> None:
    """TP-03, TP-14, TP-26, TP-27: one change, taken back as one."""
    known = new_customer("Maria")
    answer = api.post(
        "/itineraries",
        {"name": "Algarve", "customers": [{"new": {"given_name": "Otto"}}, {"number": known}]},
    )

    made = answer.json()
    assert [row["customer"]["name"] for row in made["customers"]] == ["Otto", "Maria"]
    assert [row["is_poc"] for row in made["customers"]] == [True, False]
    undone = api.post(f"/changes/{answer.headers['Wayfolk-Change']}/undo")
    assert undone.status_code == 200
    assert api.get("/customers?q=otto").json()["items"] == []


def test_the_whole_list_is_judged_on_its_final_state(
    api: Api, trip: int, new_customer: New
) -> None:
    """TP-08, TP-33."""
    first, second = new_customer("Anna"), new_customer("Berta")
    path = f"/itineraries/{trip}/customers"
    api.put(path, {"customers": [{"number": first}, {"number": second}]})
    assert on(api, trip) == [(first, True), (second, False)]

    api.put(path, {"customers": [{"number": second, "is_poc": True}]})
    assert on(api, trip) == [(second, True)]

    refused = api.put(path, {"customers": [{"number": second}, {"number": first}]})
    assert refused.status_code == 422
    assert refused.json()["code"] == "point_of_contact_needed"
    assert on(api, trip) == [(second, True)]


def test_a_list_that_somebody_else_changed_is_refused(
    api: Api, trip: int, new_customer: New
) -> None:
    first, second = new_customer("Anna"), new_customer("Berta")
    path = f"/itineraries/{trip}/customers"
    seen = api.get(path).json()["fingerprint"]
    api.post(path, {"numbers": [first]})

    refused = api.put(path, {"customers": [{"number": second}], "fingerprint": seen})

    assert refused.status_code == 409
    assert on(api, trip) == [(first, True)]


def test_adding_twice_is_no_error(api: Api, trip: int, new_customer: New) -> None:
    """TP-10, TP-11."""
    number = new_customer("Anna")
    for _ in range(2):
        assert api.post(f"/itineraries/{trip}/customers", {"numbers": [number]}).status_code == 200
    assert on(api, trip) == [(number, True)]


def test_a_new_customer_is_made_and_linked_in_one_step(api: Api, trip: int) -> None:
    """TP-24 to TP-26."""
    answer = api.post(f"/itineraries/{trip}/customers", {"new": {"given_name": "Otto"}})
    assert [row["customer"]["name"] for row in answer.json()["items"]] == ["Otto"]

    refused = api.post(
        f"/itineraries/{trip}/customers", {"new": {"given_name": "Eve", "primary_email": "x"}}
    )
    assert refused.status_code == 422
    assert len(on(api, trip)) == 1
    assert api.get("/customers?q=eve").json()["items"] == []


def test_the_last_contact_stays_one(api: Api, trip: int, new_customer: New) -> None:
    """TP-15, TP-16, TP-18, TP-19, TP-22, TP-31."""
    first, second = new_customer("Anna"), new_customer("Berta")
    path = f"/itineraries/{trip}/customers"
    api.post(path, {"numbers": [first, second]})

    refused = api.patch(f"{path}/{first}", {"is_poc": False})
    assert refused.status_code == 422
    assert "remove all customers" in refused.json()["detail"]
    assert api.delete(f"{path}/{first}").status_code == 422

    both = api.patch(
        f"{path}/{second}", {"is_poc": True, "is_leader": True, "is_travelling": False}
    )
    assert both.status_code == 200
    row = both.json()["items"][1]
    assert (row["is_poc"], row["is_leader"], row["is_travelling"]) == (True, True, False)
    assert "Berta" in both.json()["warnings"][0]
    assert api.delete(f"{path}/{first}").status_code == 204
    assert on(api, trip) == [(second, True)]


def test_everybody_may_go_at_once(api: Api, trip: int, new_customer: New) -> None:
    """TP-32, TP-34."""
    numbers = [new_customer("Anna"), new_customer("Berta")]
    api.post(f"/itineraries/{trip}/customers", {"numbers": numbers})

    assert api.delete(f"/itineraries/{trip}/customers").status_code == 204
    assert on(api, trip) == []
    assert api.get(f"/customers/{numbers[0]}").status_code == 200


def test_deleting_a_customer_tells_who_follows_as_contact(
    api: Api, trip: int, new_customer: New
) -> None:
    """TP-38, TP-39."""
    first, second = new_customer("Anna"), new_customer("Berta")
    api.post(f"/itineraries/{trip}/customers", {"numbers": [first, second]})

    preview = api.get(f"/customers/{first}/deletion").json()
    assert preview["itineraries"] == [
        {"itinerary": trip, "name": "Algarve in May", "promoted": second}
    ]
    gone = api.delete(f"/customers/{first}")
    assert on(api, trip) == [(second, True)]
    api.post(f"/changes/{gone.headers['Wayfolk-Change']}/undo")
    assert sorted(on(api, trip)) == [(first, True), (second, False)]


def test_customers_are_named_by_numbers_that_exist(api: Api, trip: int) -> None:
    refused = api.put(f"/itineraries/{trip}/customers", {"customers": [{"number": 987654}]})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "customers"
    assert "987654" in refused.json()["detail"]
    neither = api.put(f"/itineraries/{trip}/customers", {"customers": [{}]})
    assert neither.json()["errors"][0]["field"] == "customers.0"


def test_stage_and_dates_are_checked(api: Api, trip: int) -> None:
    """TP-43."""
    address = f"/itineraries/{trip}"
    assert api.patch(address, {"stage": "confirmed"}).json()["stage"] == "confirmed"

    unknown = api.patch(address, {"stage": "somewhere"})
    assert unknown.json()["errors"][0]["field"] == "stage"
    assert "confirmed" in unknown.json()["detail"]
    order = api.patch(
        address, {"arrival_at": "2026-05-02T00:00:00Z", "departure_at": "2026-05-01T00:00:00Z"}
    )
    assert order.json()["errors"][0]["field"] == "departure_at"
    assert api.patch(address, {"name": ""}).json()["errors"][0]["field"] == "name"


def test_a_lost_update_is_refused_with_both_sides(api: Api, trip: int) -> None:
    etag = api.get(f"/itineraries/{trip}").headers["ETag"]
    api.patch(f"/itineraries/{trip}", {"name": "Algarve in June"})

    refused = api.patch(f"/itineraries/{trip}", {"name": "Madeira"}, If_Match=etag)

    assert refused.status_code == 412
    assert refused.json()["details"]["theirs"]["name"] == "Algarve in June"


def test_lists_find_by_trip_id_name_and_stage(api: Api, trip: int) -> None:
    other = api.post("/itineraries", {"name": "Madeira", "stage": "option"}).json()["number"]

    def found(query: str) -> list[int]:
        return [row["number"] for row in api.get(f"/itineraries?{query}").json()["items"]]

    assert found("q=algarve") == [trip]
    assert found("q=T-0000" + str(trip)) == [trip]
    assert found("stage=option") == [other]
    assert found("sort=name") == [trip, other]
    assert found("sort=-created_at") == [other, trip]
    assert api.get("/itineraries?stage=nowhere").status_code == 422


def test_hidden_fields_of_customers_are_absent_there_too(
    cast: Cast, api: Api, trip: int, new_customer: New
) -> None:
    number = new_customer("Anna", primary_email="anna@example.com")
    api.post(f"/itineraries/{trip}/customers", {"numbers": [number]})
    restrict(cast.viewer, customer_email="hidden", customer_name="hidden")

    row = client_of(cast.viewer).get(f"/itineraries/{trip}").json()["customers"][0]

    assert row["customer"] == {"number": number}
    assert "email" not in row


def test_with_the_module_off_there_is_nothing(api: Api, cast: Cast, trip: int) -> None:
    """TA-06."""
    switch_off(cast.manager, "itineraries")

    for path in (
        "/itineraries",
        f"/itineraries/{trip}",
        f"/itineraries/{trip}/customers",
        "/stages",
    ):
        answer = api.get(path)
        assert answer.status_code == 403
        assert answer.json()["details"] == {"module": "itineraries"}


def test_viewer_and_outsider(cast: Cast, trip: int) -> None:
    viewer, outsider = client_of(cast.viewer), client_of(cast.outsider)

    assert viewer.get(f"/itineraries/{trip}").status_code == 200
    assert viewer.patch(f"/itineraries/{trip}", {"name": "X"}).status_code == 403
    assert viewer.delete(f"/itineraries/{trip}/customers").status_code == 403
    assert outsider.get(f"/itineraries/{trip}").status_code == 404
    assert outsider.get("/itineraries").json()["items"] == []


def test_stages_are_for_administrators_to_change(cast: Cast, api: Api) -> None:
    """TP-43."""
    administrator = client_of(cast.administrator)
    assert api.post("/stages", {"label": "Deposit paid"}).status_code == 403

    made = administrator.post("/stages", {"label": "Deposit paid"})
    assert made.json()["items"][-1] == {
        "code": "deposit_paid",
        "label": "Deposit paid",
        "is_closed": False,
    }
    ordered = administrator.put("/stages", {"codes": ["deposit_paid"]}).json()["items"]
    assert ordered[0]["code"] == "deposit_paid"
    changed = administrator.patch("/stages/deposit_paid", {"label": "Paid", "is_closed": True})
    assert changed.json()["items"][0]["label"] == "Paid"
    assert administrator.delete("/stages/deposit_paid").status_code == 204
    assert administrator.delete("/stages/deposit_paid").status_code == 404
    assert api.get("/stages").json()["items"][0]["code"] == "quote"


def test_an_itinerary_costs_the_same_however_many_are_on_it(
    api: Api, trip: int, new_customer: New, django_assert_max_num_queries: Any
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(30) as captured:
            api.get(f"/itineraries/{trip}")
        return len(captured)

    api.post(f"/itineraries/{trip}/customers", {"numbers": [new_customer("Anna")]})
    few = cost()
    api.post(f"/itineraries/{trip}/customers", {"numbers": [new_customer("B") for _ in range(5)]})
    assert cost() == few
