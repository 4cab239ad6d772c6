"""The two reports through the API (TQ-57)."""

from collections.abc import Callable

from tests.api.conftest import Api, client_of, restrict
from tests.world import Cast

New = Callable[..., int]
_YEAR = "first=2026-01-01&last=2026-12-31"


def test_tq57_bookings_and_passengers(api: Api, new_customer: New) -> None:
    body = {
        "customer": new_customer("Anna"),
        "product": "Cruise",
        "departs_on": "2026-06-01",
        "adults": 2,
        "total_minor": 100_000,
        "cost_minor": 60_000,
    }
    number = api.post("/bookings", body).json()["number"]
    api.post(f"/bookings/{number}/passengers", {"customers": [body["customer"]]})
    found = api.get(f"/reports/bookings?{_YEAR}&by=product").json()
    figures = {
        "confirmed": 1,
        "waitlisted": 0,
        "cancelled": 0,
        "pax": 2,
        "infants": 0,
        "without_cost": 0,
        "turnover_minor": 100_000,
        "cost_minor": 60_000,
        "profit_minor": 40_000,
    }
    assert found == {
        "currency": "EUR",
        "lines": [{"key": "Cruise", "name": "Cruise", **figures}],
        "total": figures,
    }
    heads = api.get(f"/reports/passengers?{_YEAR}").json()
    assert heads["total"] == {"journeys": 1, "people": 1, "firsts": 1}
    assert heads["unnamed"] == 1


def test_what_is_wrong_is_said(api: Api, cast: Cast) -> None:
    assert api.get("/reports/bookings?first=2026-02-01&last=2026-01-01").status_code == 422
    assert api.get(f"/reports/bookings?{_YEAR}&by=colour").status_code == 422
    restrict(cast.viewer, booking_cost="hidden")
    total = client_of(cast.viewer).get(f"/reports/bookings?{_YEAR}").json()["total"]
    assert total["cost_minor"] is None
    assert total["profit_minor"] is None
