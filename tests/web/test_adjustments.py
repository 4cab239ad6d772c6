"""The catalogue of discounts and supplements in the settings, and on a booking (TQ-56)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import client_of, restrict
from tests.bookings import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.models import Booking, BookingLine, PriceAdjustment
from wayfolk.kit import tenancy

LIST = "/settings/booking-lines/adjustments/"
SENT = {
    "kind": "discount",
    "code": "early",
    "description": "Early bird",
    "rate": "12,5 %",
    "currency": "eur",
}
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "booking-price"}


@pytest.fixture
def scoped(cast: Cast) -> Any:
    with tenancy.scope(cast.organization.id):
        yield cast


def adjustment(cast: Cast, code: str, **fields: Any) -> PriceAdjustment:
    values = {"code": code, "description": f"Offer {code}", "kind": "discount", **fields}
    values = values if "amount_minor" in values else {**values, "rate": Decimal(10)}
    return operations.create_adjustment(AdjustmentData(values), by=cast.administrator)


def test_the_catalogue_is_kept_in_the_settings(scoped: Cast) -> None:
    client = client_for(scoped.administrator)
    assert client_for(scoped.manager).get(LIST).status_code == 403
    assert "None yet" in client.get(LIST).content.decode()
    refused = client.post(f"{LIST}new/", SENT | {"rate": "a lot"})
    assert refused.status_code == 422
    assert "is no percentage" in refused.content.decode()
    assert client.post(f"{LIST}new/", SENT | {"rate": "", "amount": ""}).status_code == 422
    assert client.post(f"{LIST}new/", SENT).status_code == 303
    page = client.get(LIST).content.decode()
    assert "−12.5 %" in page
    assert "All products" in page
    entry = PriceAdjustment.objects.get()
    form = client.get(f"{LIST}{entry.id}/").context["form"]
    shown = {f"initial-{name}": value for name, value in form.initial.items()}
    changed = shown | SENT | {"rate": "", "amount": "20", "version": entry.version}
    assert client.post(f"{LIST}{entry.id}/", changed).status_code == 303
    assert "−EUR 20.00" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{entry.id}/", changed).status_code == 409


def test_tq56_a_permanent_one_is_proposed_until_it_is_on_the_booking(scoped: Cast) -> None:
    fitting = adjustment(scoped, "A", is_permanent=True)
    adjustment(scoped, "B", is_permanent=True, product="Another trip")
    adjustment(scoped, "C")
    booking = making.booking(scoped.manager, total_minor=10_000)
    client = client_for(scoped.advisor)
    page = client.get(f"/bookings/{booking.number}/").content.decode()
    assert "Offer A −10 %" in page
    assert "Offer B" not in page
    url = f"/bookings/{booking.number}/lines/proposed/{fitting.id}/"
    section = client.post(url, **HTMX).content.decode()
    assert "EUR 90.00" in section
    assert "Offer A −10 %" not in section
    assert client_for(scoped.viewer).post(url).status_code == 403


def test_nothing_is_proposed_for_a_cancelled_booking_or_without_the_price(scoped: Cast) -> None:
    adjustment(scoped, "A", is_permanent=True)
    booking = making.booking(scoped.manager, total_minor=10_000)
    restrict(scoped.viewer, booking_total="hidden")
    path = f"/bookings/{booking.number}/"
    assert "Offer A" not in client_for(scoped.viewer).get(path).content.decode()
    operations.cancel_booking(booking.id, by=scoped.manager)
    assert "Offer A" not in client_for(scoped.manager).get(path).content.decode()


def test_tq56_a_line_is_made_by_a_choice_or_by_a_bonus_code(scoped: Cast) -> None:
    chosen = adjustment(scoped, "A")
    adjustment(scoped, "B", amount_minor=700, bonus_code="SUN")
    booking = making.booking(scoped.manager, total_minor=10_000)
    client, url = client_for(scoped.advisor), f"/bookings/{booking.number}/lines/"
    form = client.get(url, **HTMX).content.decode()
    assert "A Offer A" in form
    assert "B Offer B" not in form
    sent = {"version": booking.version, "bonus_code": "moon"}
    assert "There is no bonus code" in client.post(url, sent, **HTMX).content.decode()
    assert client.post(url, sent | {"bonus_code": "sun"}, **HTMX).status_code == 200
    seen = Booking.objects.get(id=booking.id).version
    sent = {"version": seen, "adjustment": str(chosen.id)}
    assert "EUR 83.00" in client.post(url, sent, **HTMX).content.decode()
    line = BookingLine.objects.get(adjustment_id=chosen.id)
    form = client.get(f"{url}{line.id}/", **HTMX).content.decode()
    assert f'value="{chosen.id}" selected' in form
    assert "bonus_code" not in form


def test_tq56_the_catalogue_and_its_lines_over_the_api(scoped: Cast) -> None:
    admin = client_of(scoped.administrator)
    sent = {"code": "a", "description": "Early", "kind": "discount", "rate": "7.5"}
    made = admin.post("/price-adjustments", sent).json()
    assert (made["code"], made["rate"]) == ("A", "7.5")
    assert admin.patch(f"/price-adjustments/{made['id']}", {"rate": "101"}).status_code == 422
    changed = admin.patch(f"/price-adjustments/{made['id']}", {"bonus_code": "sun"}).json()
    assert changed["bonus_code"] == "SUN"
    assert client_of(scoped.manager).post("/price-adjustments", sent).status_code == 403
    assert [x["id"] for x in admin.get("/price-adjustments").json()["items"]] == [made["id"]]
    booking = making.booking(scoped.manager, total_minor=10_000)
    path = f"/bookings/{booking.number}/lines"
    told = client_of(scoped.manager).post(path, {"bonus_code": "SUN"}).json()
    assert told["total_minor"] == 9_250
    assert told["items"][1]["adjustment_id"] == made["id"]
