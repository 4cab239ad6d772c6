"""The pages of payments and balances (KP-39)."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.bookings import making
from tests.bookings.test_payments import balance, pay
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, set_field, switch_off
from tests.web.test_partners import text_of
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.bookings.payments import operations
from wayfolk.bookings.payments.models import Payment
from wayfolk.bookings.payments.rules import Due
from wayfolk.kit import clock, tenancy
from wayfolk.kit.money import Money
from wayfolk.staff.rules import Actor
from wayfolk.web.payments import on_customers


def sent(**changed: Any) -> dict[str, Any]:
    return {
        "amount": "300", "currency": "eur", "exchange_rate": "", "method": "card",
        "paid_on": "2026-01-15", "reference": "", "notes": "", "payer": "", **changed,
    }  # fmt: skip


def late_booking(by: Actor, *, days: int = 9, minor: int = 25_000) -> Booking:
    booking = making.booking(by, total_minor=100_000)
    with tenancy.scope(by.organization_id):
        day = clock.today(by.time_zone) - timedelta(days=days)
        operations.set_dues(booking.id, {"deposit": Due(day, minor)}, by=by)
    return booking


def test_a_payment_is_recorded_and_undone(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = making.booking(by, total_minor=100_000)
    address = f"/payments/of-booking/{booking.number}/new/"
    assert "1000.00" in text_of(client, address)
    response = client.post(address, sent())
    assert response.status_code == 303
    page = text_of(client, response.headers["Location"])
    assert "Payment of EUR 300.00 noted." in page
    assert "EUR 700.00" in page
    undo = making.last_change_set(by)
    client.post(reverse("changes:undo", args=[undo.id]))
    assert balance(by, booking) is None


def test_refusals_stand_at_their_fields(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = making.booking(by, total_minor=100_000)
    address = f"/payments/of-booking/{booking.number}/new/"
    for changed, words in (
        ({"amount": "much"}, "is not an amount"),
        ({"amount": "-5"}, "more than 0"),
        ({"amount": "1.234"}, ""),
        ({"currency": "EURO"}, "at most 3"),
        ({"currency": "NOK"}, "Say how many EUR one NOK is worth."),
        ({"method": ""}, "Choose how it was paid."),
        ({"paid_on": "2999-01-01"}, "lies ahead"),
        ({"reference": "4111 1111 1111 1111"}, "looks like a card number"),
    ):
        response = client.post(address, sent(**changed))
        assert response.status_code in ({422} if words else {303, 422}), changed
        assert words in response.content.decode()


def test_a_refund_beyond_is_refused_at_its_amount(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = making.booking(by, total_minor=100_000)
    pay(by, booking, 10_000)
    address = f"/payments/of-booking/{booking.number}/new/?direction=refund"
    response = client.post(address, sent(amount="100.01"))
    assert response.status_code == 422
    assert "EUR 100.00 of it can still go back" in response.content.decode()
    assert client.post(address, sent(amount="40")).status_code == 303
    assert balance(by, booking) == Money(94_000, "EUR")


def test_overpaying_is_warned_of(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = making.booking(by, total_minor=10_000)
    response = client.post(f"/payments/of-booking/{booking.number}/new/", sent(amount="150"))
    page = text_of(client, response.headers["Location"])
    assert f"Booking {booking.number} is overpaid by EUR 50.00." in page
    assert "EUR 50.00 more than the price came in." in page


def test_a_payment_is_edited_received_and_reversed(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = making.booking(by, total_minor=100_000)
    payment = pay(by, booking, 10_000, is_pending=True)
    address = f"/payments/{payment.id}/"
    page = text_of(client, address)
    assert 'value="100.00"' in page
    values = {
        **{f"initial-{n}": v for n, v in sent(amount="100.00", currency="EUR").items()},
        **sent(amount="120.00", paid_on="2026-01-15"),
        "version": payment.version,
    }
    assert client.post(address, values).status_code == 303
    client.post(f"{address}receipt/")
    assert balance(by, booking) == Money(88_000, "EUR")
    client.post(f"{address}reversal/")
    assert balance(by, booking) == Money(100_000, "EUR")
    client.post(f"{address}reversal/")
    page = text_of(client, f"/bookings/{booking.number}/")
    assert "The payment is reversed." in page


def test_an_edit_that_somebody_overtook_asks(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    payment = pay(by, making.booking(by, total_minor=100_000), 10_000)
    pages = sent(amount="100.00", currency="EUR", paid_on=payment.paid_on.isoformat())
    opened = {f"initial-{n}": v for n, v in pages.items()}
    first = {**opened, **pages, "notes": "At the desk", "version": 1}
    second = {**opened, **pages, "notes": "By post", "version": 1}
    assert client.post(f"/payments/{payment.id}/", first).status_code == 303
    assert client.post(f"/payments/{payment.id}/", second).status_code == 409


def test_due_dates_are_set_changed_and_taken_away(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = making.booking(by, total_minor=100_000)
    address = f"/payments/of-booking/{booking.number}/dues/"
    wrong = {"deposit_on": "", "deposit_amount": "10", "final_on": "", "final_amount": ""}
    assert client.post(address, wrong).status_code == 422
    right = {**wrong, "deposit_on": "2026-01-01", "final_on": "2026-02-01"}
    assert client.post(address, right).status_code == 303
    page = text_of(client, f"/bookings/{booking.number}/")
    assert "1 Jan 2026" in page
    assert "all that is left" in page
    assert 'value="10.00"' in text_of(client, address)
    client.post(address, {"deposit_on": "", "deposit_amount": "", "final_on": ""})
    assert balance(by, booking) is None


def test_the_customers_section_shows_balances_and_what_is_late(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    booking = late_booking(by)
    with tenancy.scope(by.organization_id):
        customer = Booking.objects.select_related("customer").get(id=booking.id).customer
    address = f"/payments/of-customer/{customer.number}/"
    part = text_of(client, address, **HTMX)
    assert "EUR 1,000.00" in part
    assert "Late" in part
    assert "<html" not in part
    assert "<html" in text_of(client, address)
    assert reverse("payments:of_customer", args=[customer.number]) in text_of(
        client, f"/customers/{customer.number}/"
    )


def test_the_warning_is_one_query_and_names_the_day(cast: Cast) -> None:
    by = cast.advisor
    booking = late_booking(by)
    with tenancy.scope(by.organization_id):
        customer = Booking.objects.select_related("customer").get(id=booking.id).customer
        with CaptureQueriesContext(connection) as asked:
            ((words, url),) = on_customers.warnings(customer, by=by)
        assert len(asked) == 1
    assert words.startswith("Unpaid: EUR 250.00 due since ")
    assert url == f"/bookings/{booking.number}/"


def test_the_list_of_late_payments_asks_the_same_number_of_queries(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    late_booking(by)
    text_of(client, "/payments/")
    with CaptureQueriesContext(connection) as few:
        assert "EUR 250.00" in text_of(client, "/payments/")
    for _ in range(4):
        late_booking(by)
    with CaptureQueriesContext(connection) as many:
        text_of(client, "/payments/")
    assert len(few) == len(many)


def test_whoever_may_not_see_prices_sees_no_payments_anywhere(cast: Cast) -> None:
    by = cast.advisor
    booking = late_booking(by)
    pay(by, booking, 4_711)
    with tenancy.scope(by.organization_id):
        customer = Booking.objects.select_related("customer").get(id=booking.id).customer
        payment = Payment.objects.get()
    set_field(cast, "consultant", "booking.total", "hidden")
    client = client_for(by)
    for address in (
        f"/bookings/{booking.number}/",
        f"/customers/{customer.number}/",
        f"/payments/of-customer/{customer.number}/",
        f"/bookings/{booking.number}/history/",
        f"/customers/{customer.number}/history",
        "/changes/",
    ):
        page = text_of(client, address)
        assert "47.11" not in page, address
        assert "952.89" not in page, address
    for address in ("/payments/", f"/payments/{payment.id}/"):
        assert client.get(address).status_code == 403
    address = f"/payments/of-booking/{booking.number}/"
    assert client.get(address).status_code == 403
    assert client.get(f"{address}new/").status_code == 403


def test_without_module_or_permission_there_are_no_payments(cast: Cast) -> None:
    by = cast.advisor
    booking = late_booking(by)
    viewer = client_for(cast.viewer)
    page = text_of(viewer, f"/bookings/{booking.number}/")
    assert "Late" in page or "late" in page
    assert "Record payment" not in page
    assert viewer.get(f"/payments/of-booking/{booking.number}/new/").status_code == 403
    switch_off(by, "payments")
    client = client_for(by)
    assert "booking-payments" not in text_of(client, f"/bookings/{booking.number}/")
    assert client.get("/payments/").status_code == 403


def test_another_organisation_sees_nothing(cast: Cast) -> None:
    payment = pay(cast.advisor, making.booking(cast.advisor), 1_000)
    client = client_for(cast.outsider)
    assert client.get(f"/payments/{payment.id}/").status_code == 404
    assert client.post(f"/payments/{payment.id}/reversal/").status_code == 404
