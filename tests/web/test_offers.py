"""The pages of offers (TQ-18, TQ-50, TQ-51)."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.api.conftest import client_of
from tests.bookings import making as booked
from tests.sales import making
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, switch_off
from tests.web.test_partners import text_of
from tests.world import Cast
from wayfolk.audit import wording
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.sales.models import CloseReason, Offer
from wayfolk.sales.operations import converting
from wayfolk.sales.queries.offers import get_settings
from wayfolk.staff.rules import Actor


def values(**changed: Any) -> dict[str, Any]:
    """What a browser sends for a new offer."""
    return {
        "customer": "", "offeree_name": "Lena Brandt", "offeree_email": "lena@example.com",
        "offeree_phone": "", "title": "A week in the Algarve", "kind": "request",
        "customer_type": "couple", "departs_on": "2027-06-10", "returns_on": "2027-06-17",
        "transport": "", "resort": "Lagos", "hotel": "Hotel Azul", "adults": "2",
        "children": "0", "infants": "0", "price": "1,840.00", "currency": "EUR",
        "exchange_rate": "", "valid_until": "", "follow_up_on": "", "assignee": "",
        "is_reminding": "on", "notes": "", **changed,
    }  # fmt: skip


def all_offers(by: Actor) -> list[Offer]:
    with tenancy.scope(by.organization_id):
        return list(Offer.objects.order_by("number"))


def hide(by: Actor, *fields: str) -> None:
    from tests.api.conftest import restrict

    restrict(by, **{field.replace(".", "_"): "hidden" for field in fields})


def test_an_offer_is_made_for_somebody_who_is_no_customer(cast: Cast) -> None:
    client = client_for(cast.advisor)
    response = client.post("/offers/new/", values())
    assert response.status_code == 303
    page = text_of(client, response.headers["Location"])
    assert "Lena Brandt" in page
    assert "not a customer yet" in page
    assert "EUR 1,840.00" in page
    (made,) = all_offers(cast.advisor)
    assert (made.status, made.price_minor, made.customer_type) == ("unsent", 184_000, "couple")


def test_refusals_stand_at_their_fields(cast: Cast) -> None:
    client = client_for(cast.advisor)
    wrong = values(returns_on="2027-06-01", offeree_email="nobody", currency="XXQ", adults="-1")
    response = client.post("/offers/new/", wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"currency"}
    response = client.post("/offers/new/", values(returns_on="2027-06-01"))
    assert "before the departure" in response.context["form"].errors["returns_on"][0]
    response = client.post("/offers/new/", values(offeree_name="", adults="-1"))
    assert "is no number" in response.context["form"].errors["adults"][0]
    assert all_offers(cast.advisor) == []


def test_an_edit_stores_what_changed_and_a_clash_is_asked(cast: Cast) -> None:
    by = cast.advisor
    client, made = client_for(by), making.offer(by)
    form = client.get(f"/offers/{made.number}/edit/").context["form"]
    filled = [f for f in form if f.value() is not None]
    sent = {f.html_name: f.value() for f in filled}
    sent |= {f.html_initial_name: f.value() for f in filled}
    sent |= {"version": made.version, "hotel": "Mine"}
    assert client.post(f"/offers/{made.number}/edit/", sent).status_code == 303
    response = client.post(f"/offers/{made.number}/edit/", {**sent, "hotel": "Other"})
    assert response.status_code == 409
    assert all_offers(by)[0].hotel == "Mine"


def test_the_mail_comes_filled_in_and_its_sending_plans_reminders(cast: Cast) -> None:
    by = cast.advisor
    client, made = client_for(by), making.offer(by)
    form = client.get(f"/offers/{made.number}/sending/").context["form"]
    assert form.initial["address"] == "ann@example.com"
    assert "Dear Ann Holm," in form.initial["body"]
    assert "EUR 1,840.00" in form.initial["body"]
    assert "10 Jun 2027 – 17 Jun 2027" in form.initial["body"]
    assert "valid until" not in form.initial["body"]
    sent = {**form.initial, "body": "Dear Ann, here it is.", "version": made.version}
    wrong = client.post(f"/offers/{made.number}/sending/", {**sent, "address": "nowhere"})
    assert wrong.status_code == 422
    assert client.post(f"/offers/{made.number}/sending/", sent).status_code == 303
    (message,) = making.messages(made.id, by)
    assert (message.body, message.address) == ("Dear Ann, here it is.", "ann@example.com")
    assert [r.day for r in making.reminders(made.id, by)] == [3, 7, 14, 21]
    page = text_of(client, f"/offers/{made.number}/")
    assert "Planned" in page
    reminder = making.reminders(made.id, by)[0]
    client.post(f"/offers/{made.number}/reminders/{reminder.id}/removal/")
    assert making.reminders(made.id, by)[0].state == "cancelled"
    client.post(f"/offers/{made.number}/reminders/", {"is_reminding": "0"})
    assert "none of them goes" in text_of(client, f"/offers/{made.number}/")


def test_tq_51_planned_reminders_of_a_closed_offer_say_that_they_do_not_go(cast: Cast) -> None:
    client, made = client_for(cast.advisor), making.offer(cast.advisor)
    form = client.get(f"/offers/{made.number}/sending/").context["form"]
    client.post(f"/offers/{made.number}/sending/", {**form.initial, "version": made.version})
    told = "Does not go while the offer is closed."
    assert told not in text_of(client, f"/offers/{made.number}/")
    client.post(
        f"/offers/{made.number}/closing/", {"close_reason": str(making.reason(cast.advisor))}
    )
    assert text_of(client, f"/offers/{made.number}/").count(told) >= 4
    client.post(f"/offers/{made.number}/reopening/", {})
    assert told not in text_of(client, f"/offers/{made.number}/")


def test_the_dialog_makes_a_booking_with_a_new_customer(cast: Cast) -> None:
    by = cast.advisor
    client = client_for(by)
    made = making.offer(by, offeree_name="Lena Brandt", offeree_email="lena@example.com")
    address = f"/offers/{made.number}/booking/"
    form = client.get(address).context["form"]
    sent = {f.html_name: f.value() for f in form if f.value() is not None} | {
        "version": made.version
    }
    nameless = client.post(address, {**sent, "given_name": "", "family_name": ""})
    assert nameless.status_code == 422
    assert "given_name" in nameless.context["form"].errors
    response = client.post(address, {**sent, "total": "1.900,00"})
    assert response.status_code == 303
    with tenancy.scope(by.organization_id):
        booking = Booking.objects.select_related("customer").get()
    assert (booking.customer.name, booking.total_minor) == ("Lena Brandt", 190_000)
    assert response.headers["Location"] == f"/bookings/{booking.number}/"
    assert f"booking {booking.number}</a>" in text_of(client, f"/offers/{made.number}/")
    again = client.post(address, {**sent, "version": ""})
    assert again.status_code == 422
    assert "is a booking already" in again.content.decode()


def test_the_dialog_finds_customers_alike(cast: Cast) -> None:
    by = cast.advisor
    known = booked.customer(by, "Lena", "Brandt")
    client, made = client_for(by), making.offer(by, offeree_name="lena brandt")
    page = text_of(client, f"/offers/{made.number}/customer/")
    assert f'value="{known.number}"' in page
    sent = {"customer": known.number, "given_name": "lena", "family_name": "brandt"}
    assert client.post(f"/offers/{made.number}/customer/", sent).status_code == 303
    assert making.stored(made.id, by).customer_id == known.id
    with tenancy.scope(by.organization_id):
        assert Customer.objects.count() == 1


def test_closing_asks_why_and_reopening_takes_it_back(cast: Cast) -> None:
    by = cast.advisor
    client, made = client_for(by), making.offer(by)
    refused = client.post(f"/offers/{made.number}/closing/", {})
    assert refused.status_code == 422
    client.post(f"/offers/{made.number}/closing/", {"close_reason": str(making.reason(by))})
    assert "Too expensive" in text_of(client, f"/offers/{made.number}/")
    client.post(f"/offers/{made.number}/reopening/")
    assert making.stored(made.id, by).status == "unsent"


def test_what_is_due_today_is_on_the_list_and_on_home(cast: Cast) -> None:
    by = cast.advisor
    today = clock.today(by.time_zone)
    client = client_for(by)
    late = making.offer(by, title="Late one", follow_up_on=today - timedelta(days=2))
    making.offer(by, title="Other one", follow_up_on=today + timedelta(days=2))
    making.offer(cast.manager, title="Not mine", follow_up_on=today)
    page = text_of(client, "/offers/follow-up/")
    assert "2 days late" in page
    assert "Other one" not in page
    assert "Not mine" not in page
    assert "Not mine" in text_of(client, "/offers/follow-up/?whose=all")
    assert "Late one" in text_of(client, "/")
    assert "Other one" not in text_of(client, "/offers/?due=on")
    client.post(
        f"/offers/{late.number}/follow-up/",
        {"follow_up_on": (today + timedelta(days=5)).isoformat(), "next": "/offers/follow-up/"},
    )
    assert "Nothing to follow up" in text_of(client, "/offers/follow-up/")


def test_tq_18_the_section_of_a_customer_shows_where_in_use_and_permitted(cast: Cast) -> None:
    by = cast.advisor
    client, known = client_for(by), making.customer(by)
    made = making.offer(by, known)
    address = f"/offers/of-customer/{known.number}/"
    assert address in text_of(client, f"/customers/{known.number}/")
    part = text_of(client, address, **HTMX)
    assert "<html" not in part
    assert f"/offers/{made.number}/" in part
    assert f"/offers/new/?customer={known.number}" in part
    assert f'value="{known.number}"' in text_of(client, f"/offers/new/?customer={known.number}")
    switch_off(by, "offers")
    assert address not in text_of(client, f"/customers/{known.number}/")
    assert client.get(address).status_code == 403


def test_a_hidden_price_is_nowhere(cast: Cast) -> None:
    by = cast.advisor
    client, made = client_for(by), making.offer(by, follow_up_on=clock.today(by.time_zone))
    known = making.stored(made.id, by).customer
    assert known is not None
    hide(by, "offer.price")
    for address in (
        "/", "/offers/", "/offers/follow-up/", f"/offers/{made.number}/",
        f"/offers/{made.number}/edit/", f"/offers/{made.number}/sending/",
        f"/offers/{made.number}/booking/", f"/offers/{made.number}/history/",
        f"/offers/of-customer/{known.number}/",
    ):  # fmt: skip
        page = text_of(client, address)
        assert "1,840" not in page, address
        assert "1840" not in page, address


def test_a_hidden_price_is_not_in_the_mails_either(cast: Cast) -> None:
    by = cast.advisor
    made = making.sent(by)
    known = making.stored(made.id, by).customer
    assert known is not None
    client = client_for(by)
    addresses = (
        f"/communications/customers/{known.number}/",
        f"/customers/{known.number}/history",
        f"/changes/{booked.last_change_set(by).id}/",
    )
    assert "1,840" in text_of(client, addresses[0])
    hide(by, "offer.price")
    for address in addresses:
        assert "1,840" not in text_of(client, address), address
    said_by_api = client_of(by).get(f"/customers/{known.number}/communications")
    (message,) = said_by_api.json()["items"]
    assert (message["subject"], message["body"]) == ("", "")
    with tenancy.scope(by.organization_id):
        told = wording.kind_of("communications_communication").code("body", {"about": made.id})
    assert told == "offer.price"


def test_tq51_mail_to_an_offeree_is_in_the_communications_of_the_offer(cast: Cast) -> None:
    """Somebody who is no customer has no timeline of their own."""
    by = cast.advisor
    made = making.sent(by, offeree_name="Lena Brandt", offeree_email="lena@example.com")
    client, address = client_for(by), f"/offers/{made.number}/communications/"
    assert address in text_of(client, f"/offers/{made.number}/")
    part = text_of(client, address, **HTMX)
    assert "<html" not in part
    assert "lena@example.com" in part
    assert "1,840" in part
    assert "Note a call" not in part
    assert f'href="/offers/{made.number}/"' in text_of(client, address)
    (message,) = making.messages(made.id, by)
    cancelled = client.post(
        f"/communications/{message.id}/cancellation/", {"next": f"/offers/{made.number}/"}
    )
    assert cancelled.headers["Location"] == f"/offers/{made.number}/"
    assert "Cancelled" in text_of(client, address)
    hide(by, "offer.price", "customer.email")
    closed = text_of(client, address)
    assert "lena@example.com" not in closed
    assert "1,840" not in closed


def test_the_communications_of_an_offer_need_their_own_permission_and_module(cast: Cast) -> None:
    by = cast.advisor
    made = making.sent(by)
    client, address = client_for(by), f"/offers/{made.number}/communications/"
    switch_off(cast.administrator, "communications")
    assert address not in text_of(client, f"/offers/{made.number}/")
    assert client.get(address).status_code == 403
    assert client_for(cast.outsider).get(address).status_code == 404


def test_administrators_keep_the_reasons_and_the_texts(cast: Cast) -> None:
    client = client_for(cast.administrator)
    assert client.post("/settings/lists/close-reasons/", {"label": "Too late"}).status_code == 303
    again = client.post("/settings/lists/close-reasons/", {"label": "too LATE"})
    assert again.status_code == 422
    with tenancy.scope(cast.organization.id):
        entry = CloseReason.objects.get(label="Too late")
    client.post(f"/settings/lists/close-reasons/{entry.id}/closing/", {"is_closed": "1"})
    assert "Closed" in text_of(client, "/settings/lists/close-reasons/")
    client.post(f"/settings/lists/close-reasons/{entry.id}/removal/")
    assert "Too late" not in text_of(client, "/settings/lists/close-reasons/")
    assert client.get("/settings/lists/nothing/").status_code == 404
    form = client.get("/settings/offers/").context["form"]
    wrong = client.post("/settings/offers/", {**form.initial, "reminder_days": "3,x"})
    assert "no number of days" in wrong.context["form"].errors["reminder_days"][0]
    wrong = client.post("/settings/offers/", {**form.initial, "offer_body": "Dear {nobody}"})
    assert "no placeholder" in wrong.context["form"].errors["offer_body"][0]
    client.post("/settings/offers/", {**form.initial, "reminder_days": "14, 2,2"})
    with tenancy.scope(cast.organization.id):
        assert get_settings().reminder_days == "2,14"
    assert client_for(cast.advisor).get("/settings/offers/").status_code == 403


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(cast: Cast) -> None:
    by = cast.advisor
    client = client_for(by)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(client, address)
        return len(captured)

    known = making.customer(by)
    for _ in range(2):
        making.offer(by, known, follow_up_on=clock.today(by.time_zone))
    addresses = ("/offers/", "/offers/follow-up/", f"/offers/of-customer/{known.number}/")
    assert all(count(address) for address in addresses)  # what is remembered is asked once
    few = [count(address) for address in addresses]
    for _ in range(4):
        making.offer(by, known, follow_up_on=clock.today(by.time_zone))
    assert [count(address) for address in addresses] == few


def test_who_may_not_edit_offers_only_reads(cast: Cast) -> None:
    made = making.offer(cast.advisor)
    client = client_for(cast.viewer)
    page = text_of(client, f"/offers/{made.number}/")
    assert "Make a booking" not in page
    for part in ("edit/", "booking/", "closing/", "sending/"):
        assert client.get(f"/offers/{made.number}/{part}").status_code == 403
    assert client_for(cast.outsider).get(f"/offers/{made.number}/").status_code == 404


def test_undo_of_a_conversion_from_its_toast(cast: Cast) -> None:
    by = cast.advisor
    client, made = client_for(by), making.offer(by)
    with tenancy.scope(by.organization_id):
        converting.convert_offer(made.id, by=by)
    undo = booked.last_change_set(by)
    assert client.post(reverse("changes:undo", args=[undo.id])).status_code in {302, 303}
    assert making.stored(made.id, by).status == "unsent"
