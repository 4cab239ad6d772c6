"""Booking lines, their catalogues and a customer's totals through the API (TQ-24 to TQ-28)."""

from typing import Any

from tests.api.conftest import Api, client_of, restrict
from tests.bookings import making
from tests.world import Cast


def kinds(api: Api) -> dict[str, str]:
    items = api.get("/line-categories").json()["items"]
    return {item["kind"]: item["id"] for item in items}


def test_tq28_lines_and_totals_follow_at_once(cast: Cast, api: Api) -> None:
    ann = making.customer(cast.manager)
    booking = making.booking(cast.manager, ann, total_minor=10_000, cost_minor=7_000)
    customer = f"/customers/{ann.number}/totals"
    path, of = f"/bookings/{booking.number}/lines", kinds(api)
    assert api.get(path).json() == {
        "currency": "EUR",
        "total_minor": 10_000,
        "cost_minor": 7_000,
        "items": [],
    }
    added = api.post(path, {"category_id": of["insurance"], "amount_minor": 900})
    assert added.status_code == 201
    assert [item["amount_minor"] for item in added.json()["items"]] == [10_000, 900]
    totals = api.get(customer).json()
    assert totals["turnover_minor"] == 10_900
    assert totals["parts"]["insurance_minor"] == 900
    assert sum(totals["parts"].values()) == totals["turnover_minor"]
    assert totals["years"] == [
        {
            "year": 2026,
            "bookings": 1,
            "pax": 2,
            "turnover_minor": 10_900,
            "cost_minor": 7_000,
            "profit_minor": 3_900,
        }
    ]
    basic, insurance = (item["id"] for item in added.json()["items"])
    wanted = [
        {"id": insurance, "amount_minor": 1_000},
        {"category_id": of["discount"], "amount_minor": -400, "description": "Early bird"},
    ]
    stored = api.put(path, {"items": wanted}, If_Match=added["ETag"])
    assert stored.json()["total_minor"] == 600
    assert api.get(customer).json()["parts"]["discounts_minor"] == -400
    assert api.put(path, {"items": wanted}, If_Match=added["ETag"]).status_code in {409, 412}
    assert api.delete(f"{path}/{basic}").status_code == 404
    assert api.delete(f"{path}/{insurance}").status_code == 204
    assert api.get(customer).json()["turnover_minor"] == -400
    changed = api.patch(f"/bookings/{booking.number}", {"total_minor": 5})
    assert changed.status_code == 422
    assert "Change the lines instead" in changed.content.decode()


def test_faults_are_told_at_their_line(cast: Cast, api: Api) -> None:
    booking = making.booking(cast.manager)
    path, of = f"/bookings/{booking.number}/lines", kinds(api)
    wrong: list[dict[str, Any]] = [{"category_id": of["discount"], "amount_minor": 5}]
    answer = api.put(path, {"items": wrong})
    assert answer.status_code == 422
    assert "0.amount_minor" in answer.content.decode()
    assert api.get(path).json()["items"] == []


def test_tq26_hidden_figures_are_absent(cast: Cast) -> None:
    ann = making.customer(cast.manager)
    booking = making.booking(cast.manager, ann, total_minor=10_000, cost_minor=7_000)
    advisor = client_of(cast.advisor)
    path = f"/bookings/{booking.number}/lines"
    assert "cost_minor" not in advisor.get(path).json()
    totals = advisor.get(f"/customers/{ann.number}/totals").json()
    assert not {"cost_minor", "profit_minor", "without_cost"} & set(totals)
    assert not {"cost_minor", "profit_minor"} & set(totals["years"][0])
    restrict(cast.viewer, booking_total="hidden")
    viewer = client_of(cast.viewer)
    assert viewer.get(path).status_code == 403
    totals = viewer.get(f"/customers/{ann.number}/totals").json()
    assert not {"turnover_minor", "parts"} & set(totals)
    assert "turnover_minor" not in totals["years"][0]


def test_tq55_catalogues(cast: Cast, api: Api) -> None:
    admin = client_of(cast.administrator)
    assert api.post("/line-categories", {"name": "Visa", "kind": "fee"}).status_code == 403
    visa = admin.post("/line-categories", {"name": "Visa", "kind": "fee"}).json()
    assert (visa["code"], visa["is_retired"]) == ("", False)
    retired = admin.patch(f"/line-categories/{visa['id']}", {"is_retired": True}).json()
    assert retired["is_retired"]
    made = admin.post(
        "/pickup-points",
        {"code": "p1", "description": "Gate", "meets_at": "07:45", "price_minor": 500},
    )
    assert made.status_code == 201, made.content
    point = made.json()
    assert (point["code"], point["meets_at"], point["currency"]) == ("P1", "07:45", "EUR")
    assert admin.patch(f"/pickup-points/{point['id']}", {"meets_at": "25:00"}).status_code == 422
    changed = admin.patch(f"/pickup-points/{point['id']}", {"price_minor": 600}).json()
    assert changed["price_minor"] == 600
    booking = making.booking(cast.manager, total_minor=1_000)
    sent = {"pickup_point_id": point["id"], "pax": 3}
    lines = api.post(f"/bookings/{booking.number}/lines", sent).json()
    assert lines["items"][1]["amount_minor"] == 1_800
    assert "cost_minor" not in client_of(cast.advisor).get("/pickup-points").json()["items"][0]
