"""Passengers and passenger ages through the API (KP-11, KP-15)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.world import Cast

New = Callable[..., int]


@pytest.fixture
def people(new_customer: New) -> dict[str, int]:
    """Customer Nos of a mother, her child and somebody without a birth date."""
    return {
        "anna": new_customer("Anna", birth_on="1984-03-01"),
        "emil": new_customer("Emil", birth_on="2017-02-02"),
        "ulla": new_customer("Ulla"),
    }


@pytest.fixture
def number(api: Api, people: dict[str, int]) -> int:
    body = {"customer": people["anna"], "product": "Cruise Norway", "departs_on": "2026-06-11",
            "adults": 2}  # fmt: skip
    return int(api.post("/bookings", body).json()["number"])


def _path(number: int, customer: int | None = None) -> str:
    return f"/bookings/{number}/passengers" + (f"/{customer}" if customer else "")


def _in_words(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [
        f"{row['customer']['name'].split()[0]} {row.get('type')} {row.get('age')}"
        f"{' lead' if row['is_lead'] else ''}"
        for row in answer.json()["items"]
    ]


def test_kp11_passengers_are_added_changed_and_removed(
    api: Api, number: int, people: dict[str, int]
) -> None:
    sent = {"customers": [people["emil"], people["anna"], people["ulla"]]}
    found = ["Emil child 9", "Anna adult 42 lead", "Ulla None None"]
    assert _in_words(api.post(_path(number), sent)) == found
    assert _in_words(api.post(_path(number), sent)) == found
    answer = api.patch(_path(number, people["ulla"]), {"is_lead": True, "type": "adult"})
    assert _in_words(answer) == ["Emil child 9", "Anna adult 42", "Ulla adult None lead"]
    assert answer.json()["travel_on"] == "2026-06-11"
    assert answer.json()["ages"] == {"infant_below": 2, "child_below": 12}
    assert api.delete(_path(number, people["ulla"])).status_code == 204
    assert _in_words(api.get(_path(number))) == ["Emil child 9 lead", "Anna adult 42"]
    assert api.delete(_path(number, people["ulla"])).status_code == 404
    assert api.patch(_path(number, people["anna"]), {}).status_code == 422
    assert api.patch(_path(number, people["anna"]), {"type": "senior"}).status_code == 422
    assert api.post(_path(number), {"customers": [987654]}).status_code == 422


def test_kp15_one_booking_names_them_and_takes_their_numbers(
    api: Api, number: int, people: dict[str, int]
) -> None:
    api.post(_path(number), {"customers": [people["anna"], people["emil"]]})
    shown = api.get(f"/bookings/{number}").json()
    assert [each["issued_name"].split()[0] for each in shown["passengers"]] == ["Anna", "Emil"]
    listed = api.get("/bookings").json()["items"][0]
    assert "passengers" not in listed
    for who, count in (("emil", 1), ("anna", 1), ("ulla", 0)):
        assert len(api.get(f"/bookings?passenger={people[who]}").json()["items"]) == count
    stale = api.post(f"/bookings/{number}/passenger-numbers", If_Match='"9"')
    assert stale.status_code in {409, 412}
    taken = api.post(f"/bookings/{number}/passenger-numbers").json()
    assert (taken["adults"], taken["children"], taken["version"]) == (1, 1, 2)
    api.post(_path(number), {"customers": [people["ulla"]]})
    refused = api.post(f"/bookings/{number}/passenger-numbers")
    assert (refused.status_code, refused.json()["code"]) == (409, "passenger_types_unknown")


def test_kp15_what_tells_a_birth_date_is_absent(
    api: Api, cast: Cast, number: int, people: dict[str, int]
) -> None:
    api.post(_path(number), {"customers": [people["anna"], people["emil"]]})
    api.patch(_path(number, people["anna"]), {"type": "adult"})
    restrict(cast.manager, customer_birth_on="hidden")
    items = api.get(_path(number)).json()["items"]
    assert items[0]["type"] == "adult"
    for item in items:
        assert not {"age", "birth_on"} & set(item)
    assert "type" not in items[1]
    assert api.post(f"/bookings/{number}/passenger-numbers").status_code == 403


def test_kp15_ages_are_set_over_the_api(
    api: Api, cast: Cast, number: int, people: dict[str, int]
) -> None:
    api.post(_path(number), {"customers": [people["emil"]]})
    admin = client_of(cast.administrator)
    assert api.post("/passenger-ages", {}).status_code == 403
    made = admin.post("/passenger-ages", {"product": "cruise", "child_below": 9})
    assert made.status_code == 201
    ages = made.json()
    assert (ages["infant_below"], ages["child_below"], ages["from_on"]) == (2, 9, None)
    assert _in_words(api.get(_path(number))) == ["Emil adult 9 lead"]
    again = admin.post("/passenger-ages", {"product": "CRUISE"})
    assert again.status_code == 422
    assert again.json()["errors"][0]["field"] == "product"
    one = f"/passenger-ages/{ages['id']}"
    assert admin.patch(one, {"child_below": 10, "version": 1}).json()["version"] == 2
    assert _in_words(api.get(_path(number))) == ["Emil child 9 lead"]
    stale = admin.patch(one, {"child_below": 11, "version": 1}).json()
    assert stale["details"]["fields"] == ["child_below"]
    assert admin.patch(one, {"child_below": 1}).status_code == 422
    assert [each["id"] for each in api.get("/passenger-ages").json()["items"]] == [ages["id"]]
    assert admin.delete(one).status_code == 204
    assert admin.delete(one).status_code == 404


def test_passengers_are_part_of_the_bookings_module(
    api: Api, cast: Cast, number: int, people: dict[str, int]
) -> None:
    viewer = client_of(cast.viewer)
    assert viewer.get(_path(number)).status_code == 200
    assert viewer.post(_path(number), {"customers": [people["anna"]]}).status_code == 403
    assert client_of(cast.outsider).get(_path(number)).status_code == 404
    switch_off(cast.advisor, "bookings")
    assert api.get(_path(number)).status_code == 403
    assert api.get("/passenger-ages").status_code == 403
