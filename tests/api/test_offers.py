"""Offers and catalog orders through the API (TQ-50, TQ-51)."""

from collections.abc import Callable
from typing import Any

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.api.test_partners import faults
from tests.world import Cast

New = Callable[..., int]


def offer(api: Api, **fields: Any) -> Any:
    body = {
        "title": "A week in the Algarve", "adults": 2, "departs_on": "2027-06-10",
        "returns_on": "2027-06-17", "price_minor": 184_000, **fields,
    }  # fmt: skip
    answer = api.post("/offers", body)
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/v1/offers/{answer.json()['number']}"
    return answer.json()


def test_an_offer_goes_from_offeree_to_booking(api: Api) -> None:
    made = offer(api, offeree_name="Lena Brandt", offeree_email="lena@example.com")
    assert (made["status"], made["customer"], made["currency"]) == ("unsent", None, "EUR")
    path = f"/offers/{made['number']}"
    sent = api.post(f"{path}/sending", {"subject": "For you"}).json()
    assert sent["status"] == "available"
    reminders = api.get(f"{path}/reminders").json()["items"]
    assert [each["day"] for each in reminders] == [3, 7, 14, 21]
    assert api.delete(f"{path}/reminders/{reminders[0]['id']}").status_code == 204
    assert api.get(f"{path}/reminders").json()["items"][0]["state"] == "cancelled"
    nobody = api.post(f"{path}/booking", {})
    assert "is no customer yet" in faults(nobody)["customer"]
    body = {"new_customer": {"given_name": "Lena", "family_name": "Brandt"}, "total_minor": 5}
    booked = api.post(f"{path}/booking", body)
    assert booked.status_code == 201, booked.content
    assert booked.headers["Location"] == f"/api/v1/bookings/{booked.json()['number']}"
    assert (booked.json()["total_minor"], booked.json()["customer"]["name"]) == (5, "Lena Brandt")
    sold = api.get(path).json()
    assert (sold["status"], sold["booking"]) == ("sold", booked.json()["number"])
    again = api.post(f"{path}/booking", {})
    assert (again.status_code, again.json()["code"]) == (422, "wrong_status")


def test_changes_are_checked_and_versions_kept(api: Api, new_customer: New) -> None:
    made = offer(api, customer=new_customer())
    path = f"/offers/{made['number']}"
    wrong = api.patch(path, {"returns_on": "2027-06-01", "version": 1})
    assert "before the departure" in faults(wrong)["returns_on"]
    assert api.patch(path, {"hotel": "Azul", "version": 1}).json()["hotel"] == "Azul"
    stale = api.patch(path, {"hotel": "Rojo", "version": 1})
    assert (stale.status_code, stale.json()["details"]["fields"]) == (409, ["hotel"])
    assert api.patch(path, {"price_minor": -1}).status_code == 422
    assert api.post("/offers", {"title": "For nobody"}).status_code == 422


def test_offers_are_closed_with_a_reason_and_filtered(api: Api, new_customer: New) -> None:
    buyer = new_customer()
    made = offer(api, customer=buyer, follow_up_on="2026-01-01")
    offer(api, customer=buyer, title="Douro walk")
    due = api.get("/offers?follow_up_by=2026-01-02").json()["items"]
    assert [each["number"] for each in due] == [made["number"]]
    reason = api.get("/close-reasons").json()["items"][0]
    closed = api.post(f"/offers/{made['number']}/closing", {"reason_id": reason["id"]}).json()
    assert (closed["status"], closed["close_reason"]) == ("closed", reason["label"])
    found = api.get(f"/offers?status=closed&customer={buyer}&sort=-number").json()["items"]
    assert [each["number"] for each in found] == [made["number"]]
    assert len(api.get("/offers?q=douro").json()["items"]) == 1
    assert api.post(f"/offers/{made['number']}/reopening").json()["status"] == "unsent"
    assert api.get("/offers?follow_up_by=2026-01-02&q=douro").json()["items"] == []


def test_a_hidden_price_is_absent_and_modules_and_rights_hold(cast: Cast, api: Api) -> None:
    made = offer(api, offeree_name="Lena")
    restrict(cast.advisor, offer_price="hidden", customer_email="hidden")
    seen = client_of(cast.advisor).get(f"/offers/{made['number']}").json()
    assert not {"price_minor", "currency", "exchange_rate", "offeree_email"} & set(seen)
    assert client_of(cast.viewer).patch(f"/offers/{made['number']}", {}).status_code == 403
    assert client_of(cast.outsider).get(f"/offers/{made['number']}").status_code == 404
    switch_off(cast.manager, "offers")
    for path in ("/offers", f"/offers/{made['number']}", "/close-reasons", "/offer-settings"):
        assert api.get(path).status_code == 403


def test_settings_and_lists_are_for_administrators(cast: Cast, api: Api) -> None:
    office = client_of(cast.administrator)
    assert api.patch("/offer-settings", {"reminder_days": "2"}).status_code == 403
    assert office.patch("/offer-settings", {"reminder_days": "9,2"}).json()["reminder_days"] == (
        "2,9"
    )
    assert (
        "no number"
        in faults(office.patch("/offer-settings", {"reminder_days": "x"}))["reminder_days"]
    )
    for path in ("/close-reasons", "/catalogues"):
        made = office.post(path, {"label": "Fresh"}).json()
        one = f"{path}/{made['id']}"
        changed = office.patch(one, {"label": "Fresher", "is_closed": True}).json()
        assert (changed["label"], changed["is_closed"]) == ("Fresher", True)
        assert office.delete(one).status_code == 204
        assert office.patch(one, {"label": "Gone"}).status_code == 404
        assert api.post(path, {"label": "Mine"}).status_code == 403


def test_catalog_orders(cast: Cast, api: Api, new_customer: New) -> None:
    buyer = new_customer(primary_city="Aarhus", primary_lines="Havnegade 3")
    catalogue = api.get("/catalogues").json()["items"][0]
    body = {"customer": buyer, "catalogue_id": catalogue["id"], "copies": 2}
    made = api.post("/catalog-orders", body)
    assert made.status_code == 201, made.content
    order = made.json()
    assert (order["status"], order["copies"], order["recipient"]) == ("ordered", 2, "Maria")
    path = f"/catalog-orders/{order['number']}"
    assert api.patch(path, {"copies": 3, "version": 1}).json()["copies"] == 3
    assert api.patch(path, {"copies": 4, "version": 1}).status_code == 409
    assert api.patch(path, {"copies": 0}).status_code == 422
    assert api.post(f"{path}/sending").json()["status"] == "sent"
    assert api.post(f"{path}/cancellation").json()["code"] == "wrong_status"
    listed = api.get(f"/catalog-orders?customer={buyer}&status=sent").json()["items"]
    assert [each["number"] for each in listed] == [order["number"]]
    restrict(cast.advisor, customer_address="hidden")
    assert not {"lines", "city"} & set(client_of(cast.advisor).get(path).json())
