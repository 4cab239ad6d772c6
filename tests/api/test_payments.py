"""Payments and balances through the API (KP-39)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.world import Cast

New = Callable[..., int]


@pytest.fixture
def booking(api: Api, new_customer: New) -> dict[str, Any]:
    customer = new_customer("Anna")
    body = {"customer": customer, "product": "Cruise", "total_minor": 100_000}
    return {"customer": customer, "number": api.post("/bookings", body).json()["number"]}


def _paid(api: Api, booking: dict[str, Any], minor: int, **fields: Any) -> Any:
    body = {"method": "transfer", "amount_minor": minor, **fields}
    return api.post(f"/bookings/{booking['number']}/payments", body)


def test_kp39_payments_balance_and_due_dates(api: Api, booking: dict[str, Any]) -> None:
    path = f"/bookings/{booking['number']}"
    made = _paid(api, booking, 30_000, reference="R-1", payer=booking["customer"])
    assert made.status_code == 201, made.content
    assert made.json()["payer"]["number"] == booking["customer"]
    dues = {"deposit": {"due_on": "2026-01-10", "amount_minor": 40_000}}
    answer = api.put(f"{path}/due-dates", dues).json()
    assert answer["balance"]["balance_minor"] == 70_000
    assert answer["balance"]["late_minor"] == 10_000
    assert answer["balance"]["due_on"] == "2026-01-10"
    assert answer["balance"]["deposit"] == dues["deposit"]
    assert answer["balance"]["final"] is None
    found = api.get(f"/customers/{booking['customer']}/balance").json()
    assert found["sums"][0]["balance_minor"] == 70_000
    assert found["late"][0]["missing_minor"] == 10_000
    listed = api.get(f"/customers/{booking['customer']}/payments?limit=1").json()
    assert [row["id"] for row in listed["items"]] == [made.json()["id"]]
    assert api.put(f"{path}/due-dates", {"deposit": None}).json()["balance"]["due_on"] is None


def test_what_does_not_fit_is_refused(api: Api, booking: dict[str, Any]) -> None:
    for fields in (
        {"reference": "4111111111111111"},
        {"paid_on": "2999-01-01"},
        {"currency": "XXQ"},
        {"currency": "NOK", "exchange_rate": "0"},
        {"payer": 987_654},
        {"method": "barter"},
        {"direction": "refund"},
    ):
        answer = _paid(api, booking, 100, **fields)
        assert answer.status_code == 422, (fields, answer.content)
    assert _paid(api, booking, 0).status_code == 422


def test_a_payment_is_changed_received_and_reversed(api: Api, booking: dict[str, Any]) -> None:
    made = _paid(api, booking, 30_000, is_pending=True).json()
    path = f"/payments/{made['id']}"
    changed = api.patch(path, {"amount_minor": 20_000, "state": "received", "version": 1})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["amount_minor"], changed.json()["state"]) == (20_000, "received")
    stale = api.patch(path, {"notes": "late", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["details"]["yours"] == {"notes": "late"}
    assert api.patch(path, {"state": "reversed"}).json()["state"] == "reversed"
    assert api.patch(path, {"state": "reversed"}).status_code == 422
    assert api.get(path).json()["state"] == "reversed"


def test_hidden_prices_hide_payments(cast: Cast, api: Api, booking: dict[str, Any]) -> None:
    made = _paid(api, booking, 30_000).json()
    restrict(cast.advisor, booking_total="hidden")
    blind = client_of(cast.advisor)
    for path in (
        f"/payments/{made['id']}",
        f"/bookings/{booking['number']}/payments",
        f"/customers/{booking['customer']}/payments",
        f"/customers/{booking['customer']}/balance",
    ):
        assert blind.get(path).status_code == 403, path


def test_module_permission_and_organisation(cast: Cast, api: Api, booking: dict[str, Any]) -> None:
    made = _paid(api, booking, 30_000).json()
    assert _paid(client_of(cast.viewer), booking, 5).status_code == 403
    assert client_of(cast.outsider).get(f"/payments/{made['id']}").status_code == 404
    switch_off(cast.advisor, "payments")
    assert api.get(f"/payments/{made['id']}").status_code == 403
