"""Brands through the API (TQ-46, TQ-50, TQ-51, TQ-53)."""

from collections.abc import Callable

import pytest

from tests.api.conftest import Api, client_of
from tests.world import Cast

New = Callable[..., int]


@pytest.fixture
def admin(cast: Cast) -> Api:
    return client_of(cast.administrator)


@pytest.fixture
def sunny(admin: Api) -> str:
    made = admin.post("/brands", {"name": "Sunny Days", "code": "SUN"})
    assert made.status_code == 201, made.content
    numbers = {"kind": "booking", "first": 100_000, "last": 199_999}
    assert admin.post("/brands/SUN/ranges", numbers).status_code == 201
    return "SUN"


def test_tq50_there_is_the_first_brand_before_any_other(admin: Api, cast: Cast) -> None:
    (only,) = admin.get("/brands").json()["items"]
    assert (only["name"], only["is_first"]) == (cast.organization.name, True)
    assert (only["ranges"], only["reminder_days"]) == ([], None)


def test_tq53_brands_ranges_and_reminder_days(admin: Api, api: Api, sunny: str) -> None:
    first, second = admin.get("/brands").json()["items"]
    assert (first["is_first"], second["code"]) == (True, "SUN")
    (numbers,) = second["ranges"]
    assert (numbers["first"], numbers["last"], numbers["next"]) == (100_000, 199_999, 100_000)
    met = admin.post(
        f"/brands/{first['code']}/ranges", {"kind": "booking", "first": 1_000, "last": 100_000}
    )
    assert met.status_code == 422
    assert "meets the range 100000 to 199999 of Sunny Days" in met.content.decode()
    changed = admin.patch("/brands/SUN", {"name": "Sunnier", "reminder_days": "9,2"}).json()
    assert (changed["name"], changed["reminder_days"]) == ("Sunnier", "2,9")
    assert admin.patch("/brands/SUN", {"is_active": False}).json()["is_active"] is False
    assert admin.patch("/brands/SUN", {"reminder_days": ""}).json()["reminder_days"] is None
    path = f"/brands/SUN/ranges/{numbers['id']}"
    assert admin.delete(f"/brands/{first['code']}/ranges/{numbers['id']}").status_code == 404
    assert admin.delete(path).status_code == 204
    assert admin.get("/brands").json()["items"][1]["ranges"] == []
    assert api.post("/brands", {"name": "Snow", "code": "SNOW"}).status_code == 403
    assert api.patch("/brands/SUN", {}).status_code == 403


def test_tq50_bookings_and_offers_name_their_brand(
    admin: Api, api: Api, sunny: str, new_customer: New
) -> None:
    customer = new_customer("Anna")
    booked = api.post("/bookings", {"customer": customer, "product": "Walk", "brand": "SUN"})
    assert (booked.json()["brand"], booked.json()["number"]) == ("SUN", 100_000)
    plain = api.post("/bookings", {"customer": customer, "product": "Walk"}).json()
    assert plain["brand"] is None
    listed = api.get("/bookings?brand=SUN").json()["items"]
    assert [row["number"] for row in listed] == [100_000]
    offered = api.post("/offers", {"customer": customer, "title": "A week", "brand": "sun"}).json()
    assert offered["brand"] == "SUN"
    sold = api.post(f"/offers/{offered['number']}/booking", {}).json()
    assert (sold["brand"], sold["number"]) == ("SUN", 100_001)
    assert [row["number"] for row in api.get("/offers?brand=SUN").json()["items"]] == [
        offered["number"]
    ]
    unknown = api.post("/bookings", {"customer": customer, "product": "Walk", "brand": "SNOW"})
    assert unknown.status_code == 422
    assert "“SNOW” is no brand" in unknown.content.decode()
    assert api.patch(f"/bookings/{plain['number']}", {"brand": "SUN"}).status_code == 422


def test_tq53_used_up_numbers_are_told(admin: Api, api: Api, new_customer: New) -> None:
    admin.post("/brands", {"name": "Sunny Days", "code": "SUN"})
    admin.post("/brands/SUN/ranges", {"kind": "booking", "first": 100_000, "last": 100_000})
    body = {"customer": new_customer("Anna"), "product": "Walk", "brand": "SUN"}
    assert api.post("/bookings", body).status_code == 201
    refused = api.post("/bookings", body)
    assert refused.status_code == 422
    assert refused.json()["code"] == "numbers_used_up"
    assert "used up" in refused.json()["detail"]


def test_tq46_a_case_names_the_brand_of_its_booking(
    admin: Api, api: Api, sunny: str, new_customer: New
) -> None:
    customer = new_customer("Anna")
    booking = api.post("/bookings", {"customer": customer, "product": "Walk", "brand": "SUN"})
    number = booking.json()["number"]
    (reason, *_) = api.get("/service-case-reasons").json()["items"]
    first = admin.get("/brands").json()["items"][0]["code"]
    body = {"booking": number, "reason_ids": [reason["id"]], "kind": "request"}
    wrong = api.post("/service-cases", {**body, "brand": first})
    assert wrong.status_code == 422
    assert "is of Sunny Days, not of" in wrong.content.decode()
    assert api.post("/service-cases", {**body, "brand": "SUN"}).status_code == 201
