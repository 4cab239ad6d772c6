"""The pages of bookings: list, record, form."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import tenancy
from wayfolk.organization.models import Module
from wayfolk.staff.models import FieldRule, Role
from wayfolk.staff.rules import Actor

HTMX = {"HTTP_HX_REQUEST": "true"}


def values(buyer_number: int, **changed: Any) -> dict[str, Any]:
    """What a browser sends for a new booking."""
    return {
        "customer": buyer_number,
        "product": "Massage",
        "status": "confirmed",
        "booked_on": "2026-05-02",
        "departs_on": "2026-06-12",
        "returns_on": "",
        "transport": "TP 123",
        "resort": "Algarve",
        "hotel": "Hotel Azul",
        "adults": "2",
        "children": "1",
        "infants": "1",
        "currency": "EUR",
        "total": "1,234.50",
        "exchange_rate": "",
        "assignee": "",
        "contact_phone": "+351 91 234 5678",
        "source": "web",
        "agency": "",
        "reference": "",
        "notes": "Window\r\nplease",
        **changed,
    }


def opened(client: Client, number: int) -> dict[str, Any]:
    """What the edit form sends back untouched: values, hidden originals, version."""
    form = client.get(f"/bookings/{number}/edit/").context["form"]
    sent = {f.html_name: f.value() for f in form if f.value() is not None}
    sent |= {f.html_initial_name: f.value() for f in form if f.value() is not None}
    return {**sent, "version": form.booking.version}


def stored(by: Actor, number: int = 1) -> Booking:
    with tenancy.scope(by.organization_id):
        return Booking.objects.select_related("customer", "assignee").get(number=number)


def switch_off(by: Actor, module: str) -> None:
    with tenancy.scope(by.organization_id):
        from wayfolk.audit.change_sets import change_set

        with change_set(by=by, operation="test", summary="Module off"):
            Module.objects.filter(code=module).update(is_on=False)


def set_field(cast: Cast, role: str, field: str, access: str) -> None:
    from wayfolk.audit.change_sets import change_set

    with change_set(by=cast.administrator, operation="test", summary="Field rule"):
        role_row = Role.objects.get(code=role)
        FieldRule.objects.update_or_create(role=role_row, field=field, defaults={"access": access})


def test_ta02_the_product_name_leads_from_the_list_to_the_booking(cast: Cast) -> None:
    booking = making.booking(cast.advisor, product="Spa day")
    client = client_for(cast.advisor)
    page = client.get("/bookings/")
    assert page.status_code == 200
    link = f'<a href="/bookings/{booking.number}/" data-row-link>Spa day</a>'
    assert link in page.content.decode()
    record = client.get(f"/bookings/{booking.number}/").content.decode()
    assert "Connect stay/itinerary to booking" in record


def test_the_list_answers_a_search_with_its_part_alone(cast: Cast) -> None:
    making.booking(cast.advisor, product="Spa day")
    making.booking(cast.advisor, product="Bus to Porto")
    part = client_for(cast.advisor).get("/bookings/?q=porto", HTTP_HX_TARGET="bookings", **HTMX)
    text = part.content.decode()
    assert text.lstrip().startswith('<div class="wf-list" id="bookings">')
    assert "Bus to Porto" in text
    assert "Spa day" not in text
    assert "Search" in text  # the chip


def test_tq16_a_filter_that_hides_rows_is_seen_and_said(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.advisor)
    text = client.get("/bookings/?status=cancelled").content.decode()
    assert "The filter Status “Cancelled” hides 1 booking." in text
    assert "Clear the filters" in text
    text = client.get("/bookings/?departs_from=31-31&booked_to=2026-13-45").content.decode()
    assert "Some filters could not be read" in text
    assert "Spa day" in text


def test_the_list_shows_unconnected_bookings_only(cast: Cast) -> None:
    by = cast.advisor
    tied, loose = making.booking(by, product="Tied"), making.booking(by, product="Loose")
    with tenancy.scope(by.organization_id):
        operations.connect_booking(tied.id, by=by, stay_id=making.stay(by).id)
    text = client_for(by).get("/bookings/?unconnected=on").content.decode()
    assert loose.product in text
    assert tied.product not in text


def test_the_list_turns_pages_both_ways(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    for number in range(55):
        making.booking(by, ann, product=f"Tour-{number:02d}.", booked_on=date(2026, 5, 1))
    client = client_for(by)
    first = client.get("/bookings/")
    second = client.get("/bookings/" + first.context["next_url"])
    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == 5
    assert second.context["next_url"] == ""
    again = client.get("/bookings/" + second.context["previous_url"])
    assert [r.booking.id for r in again.context["rows"]] == [
        r.booking.id for r in first.context["rows"]
    ]
    assert "55 bookings" in client.get("/bookings/count/", **HTMX).content.decode()


def _queries(client: Client, path: str) -> int:
    client.get(path)  # the first page of a session writes where the person was last
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["/bookings/", "/bookings/?q=spa", "/bookings/of-customer/1/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast, path: str) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    trip = making.itinerary(by)
    client = client_for(by)

    def add(count: int) -> None:
        for number in range(count):
            booking = making.booking(by, ann)
            target = {"itinerary_id": trip.id} if number % 2 else {"stay_id": making.stay(by).id}
            with tenancy.scope(by.organization_id):
                operations.connect_booking(booking.id, by=by, **target)

    add(2)
    few = _queries(client, path)
    add(9)
    assert _queries(client, path) == few
    assert few <= 24


def test_a_booking_page_has_a_fixed_number_of_queries(cast: Cast) -> None:
    by, booking, client = cast.advisor, making.booking(cast.advisor), client_for(cast.advisor)
    path = f"/bookings/{booking.number}/"
    bare = _queries(client, path)
    with tenancy.scope(by.organization_id):
        for _ in range(4):
            operations.connect_booking(booking.id, by=by, stay_id=making.stay(by).id)
    assert _queries(client, path) <= bare + 3  # change sets, stays, itineraries of the audit part
    assert bare <= 24


def test_a_booking_is_created_from_the_form(cast: Cast) -> None:
    buyer = making.customer(cast.advisor, "Ann")
    client = client_for(cast.advisor)
    assert client.get("/bookings/new/").status_code == 200
    answer = client.post("/bookings/new/", values(buyer.number))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/bookings/1/")
    booking = stored(cast.advisor)
    assert (booking.customer_id, booking.product) == (buyer.id, "Massage")
    assert (booking.total_minor, booking.currency, booking.exchange_rate) == (123_450, "EUR", 1)
    assert (booking.pax, booking.infants) == (3, 1)
    assert booking.notes == "Window\nplease"
    page = client.get("/bookings/1/").content.decode()
    assert "EUR 1,234.50" in page
    assert "Created booking 1." in page
    assert "/undo" in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("confirmed", "Confirmed (OK)"),
        ("waitlisted", "Waitlist (WL)"),
        ("place_found", "Place found (WLOK)"),
        ("cancelled", "Cancelled"),
    ],
)
def test_tq54_a_booking_has_one_of_four_statuses(cast: Cast, status: str, words: str) -> None:
    buyer, client = making.customer(cast.advisor), client_for(cast.advisor)
    assert client.post("/bookings/new/", values(buyer.number, status=status)).status_code == 303
    assert stored(cast.advisor).status == status
    assert words in client.get("/bookings/1/").content.decode()
    refused = client.post("/bookings/new/", values(buyer.number, status="option"))
    assert refused.status_code == 422
    assert "status" in refused.context["form"].errors


@pytest.mark.parametrize(
    ("source", "label"),
    [("web", "Web"), ("phone", "Phone"), ("email", "Email"), ("trade", "Trade")],
)
def test_kp23_a_booking_says_how_it_came(cast: Cast, source: str, label: str) -> None:
    buyer, client = making.customer(cast.advisor), client_for(cast.advisor)
    client.post("/bookings/new/", values(buyer.number, source=source))
    assert stored(cast.advisor).source == source
    facts = client.get("/bookings/1/").context
    assert ("Source", label) in [(fact.label, fact.value) for fact in facts["facts"]]
    refused = client.post("/bookings/new/", values(buyer.number, source="pigeon"))
    assert "source" in refused.context["form"].errors


def test_cancel_leads_back_to_where_the_form_was_opened(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.advisor)
    for address, back in (("/bookings/new/", "/bookings/"), ("/bookings/1/edit/", "/bookings/1/")):
        page = client.get(address).content.decode()
        assert f'<a class="btn" href="{back}">Cancel</a>' in page


def test_a_refused_form_says_why_and_keeps_what_was_typed(cast: Cast) -> None:
    buyer = making.customer(cast.advisor)
    client = client_for(cast.advisor)
    wrong = {
        "returns_on": "2026-06-01",
        "product": "<b>Spa</b>",
        "contact_phone": "none",
        "total": "12.345",
        "adults": "many",
    }
    answer = client.post("/bookings/new/", values(buyer.number, **wrong))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "more decimals than EUR" in text
    assert "Use 0 to 999" in text
    assert "&lt;b&gt;Spa&lt;/b&gt;" in text
    assert "<b>Spa</b>" not in text
    for fault, words in (
        ({"returns_on": "2026-06-01"}, "before the departure"),
        ({"contact_phone": "none"}, "not a phone number"),
    ):
        answer = client.post("/bookings/new/", values(buyer.number, **fault))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        assert not Booking.objects.exists()


@pytest.mark.parametrize("number", ["", "999999", "abc", "1' OR 1=1", "9" * 40])
def test_a_customer_that_is_none_is_refused(cast: Cast, number: str) -> None:
    answer = client_for(cast.advisor).post("/bookings/new/", values(number))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.content.decode()


def test_another_currency_needs_its_rate(cast: Cast) -> None:
    buyer, client = making.customer(cast.advisor), client_for(cast.advisor)
    answer = client.post("/bookings/new/", values(buyer.number, currency="nok"))
    assert "Say how many EUR one NOK is worth" in answer.content.decode()
    sent = values(buyer.number, currency="nok", exchange_rate="0.085")
    assert client.post("/bookings/new/", sent).status_code == 303
    assert "EUR 104.93" in client.get("/bookings/1/").content.decode()


def test_find_shows_customers_and_saves_nothing(cast: Cast) -> None:
    """Without JavaScript the button Find brings the form back with the customers found."""
    making.customer(cast.advisor, "Wilhelmina")
    client = client_for(cast.advisor)
    sent = values("", **{"customer-query": "wilhel", "find": "customer", "product": "Half typed"})  # type: ignore[arg-type]
    text = client.post("/bookings/new/", sent).content.decode()
    assert "<mark>Wilhel</mark>mina Holm" in text
    assert "Half typed" in text
    assert "Nothing was saved" not in text
    part = client.get("/customer-picker/?field=customer&customer-query=wilh", **HTMX)
    assert 'name="customer" value="1"' in part.content.decode()
    assert 'data-found="1 customer found"' in part.content.decode()
    nobody = client.get(
        "/customer-picker/?field=customer&customer-query=otto+krag&customer=1", **HTMX
    )
    assert "Nobody else found for “otto krag”" in nobody.content.decode()
    assert 'href="/customers/new?q=otto+krag"' in nobody.content.decode()
    hint = client.get("/customer-picker/?field=customer&customer-query=%25%25", **HTMX)
    assert "There is no letter or digit" in hint.content.decode()


def test_the_form_sent_back_untouched_changes_nothing(cast: Cast) -> None:
    making.booking(cast.advisor, notes="two\nlines", returns_on=date(2026, 6, 20))
    client = client_for(cast.advisor)
    before = making.last_change_set(cast.advisor)
    answer = client.post("/bookings/1/edit/", opened(client, 1))
    assert answer.status_code == 303
    assert making.last_change_set(cast.advisor) == before
    assert "Nothing had changed." in client.get("/bookings/1/").content.decode()


def test_an_update_from_the_form(cast: Cast) -> None:
    making.booking(cast.advisor)
    bob = making.customer(cast.advisor, "Bob")
    client = client_for(cast.advisor)
    sent = {**opened(client, 1), "product": "Massage", "customer": bob.number, "total": "99"}
    assert client.post("/bookings/1/edit/", sent).status_code == 303
    booking = stored(cast.advisor)
    assert (booking.product, booking.customer_id, booking.total_minor) == ("Massage", bob.id, 9_900)


def test_changes_of_two_people_to_different_fields_both_stay(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    client = client_for(cast.advisor)
    sent = {**opened(client, 1), "product": "Massage"}
    with tenancy.scope(cast.organization.id):
        data = BookingData({"hotel": "Hotel Verde"})
        operations.update_booking(booking.id, data, by=cast.manager)
    assert client.post("/bookings/1/edit/", sent).status_code == 303
    after = stored(cast.advisor)
    assert (after.product, after.hotel) == ("Massage", "Hotel Verde")


@pytest.mark.parametrize(("keep", "stays"), [("yours", "Massage"), ("theirs", "Facial")])
def test_a_field_that_both_changed_is_asked(cast: Cast, keep: str, stays: str) -> None:
    booking, other = making.booking(cast.advisor), making.customer(cast.advisor, "Bob")
    client = client_for(cast.advisor)
    sent = {**opened(client, 1), "product": "Massage", "customer": other.number}
    with tenancy.scope(cast.organization.id):
        data = BookingData({"product": "Facial"})
        operations.update_booking(booking.id, data, by=cast.manager)
    answer = client.post("/bookings/1/edit/", sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"{cast.manager.name} changed the same field" in text
    assert all(word in text for word in ("was Spa day", "Massage", "Facial"))
    assert stored(cast.advisor).product == "Facial"
    sent |= {"version": answer.context["version"], "keep-product": keep}
    assert client.post("/bookings/1/edit/", sent).status_code == 303
    after = stored(cast.advisor)
    assert (after.product, after.customer_id) == (stays, other.id)


def test_cancelling_is_undone_from_the_toast(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.advisor)
    assert client.post("/bookings/1/cancellation/").status_code == 303
    assert stored(cast.advisor).status == "cancelled"
    with tenancy.scope(cast.organization.id):
        last = ChangeSet.objects.order_by("-started_at", "-id")[0]
    assert f"/changes/{last.id}/undo" in client.get("/bookings/1/").content.decode()


def test_hidden_money_reaches_no_page(cast: Cast) -> None:
    buyer = making.customer(cast.manager)
    making.booking(cast.manager, buyer, total_minor=987_600, cost_minor=543_200)
    client = client_for(cast.advisor)  # consultants do not see cost and profit
    for path in ("/bookings/", "/bookings/1/", "/bookings/1/edit/", "/bookings/of-customer/1/"):
        text = client.get(path).content.decode()
        assert "5,432" not in text
        assert "5432" not in text
        assert "4,444" not in text
    seen = client_for(cast.manager).get("/bookings/1/").content.decode()
    assert "EUR 5,432.00" in seen
    assert "EUR 4,444.00" in seen
    set_field(cast, "consultant", "booking.total", "hidden")
    set_field(cast, "consultant", "customer.phone", "hidden")
    for path in ("/bookings/", "/bookings/1/", "/bookings/1/edit/", "/bookings/of-customer/1/"):
        text = client.get(path).content.decode()
        assert "9,876" not in text
        assert "9876" not in text


def test_a_field_that_is_read_only_cannot_be_sent(cast: Cast) -> None:
    making.booking(cast.manager, total_minor=100)
    set_field(cast, "consultant", "booking.total", "view")
    client = client_for(cast.advisor)
    sent = {**opened(client, 1), "total": "999", "product": "Massage"}
    assert client.post("/bookings/1/edit/", sent).status_code == 303
    assert (stored(cast.advisor).total_minor, stored(cast.advisor).product) == (100, "Massage")


def test_viewers_see_and_change_nothing(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.viewer)
    page = client.get("/bookings/1/").content.decode()
    assert 'data-key="e"' not in page
    assert "Connect stay" not in page
    for path in ("/bookings/new/", "/bookings/1/edit/", "/bookings/1/connection/"):
        assert client.get(path).status_code == 403
    for path in ("/bookings/1/cancellation/", "/bookings/1/disconnection/", "/bookings/1/edit/"):
        assert client.post(path).status_code == 403


def test_with_the_module_off_there_are_no_bookings(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.advisor)
    switch_off(cast.administrator, "bookings")
    for path in ("/bookings/", "/bookings/1/", "/bookings/new/", "/bookings/1/connection/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "switched off" in answer.content.decode()
    assert 'href="/bookings/"' not in client.get("/customers/").content.decode()


def test_the_bookings_of_another_organisation_do_not_exist(cast: Cast) -> None:
    making.booking(cast.advisor, product="Secret tour")
    client = client_for(cast.outsider)
    assert client.get("/bookings/1/").status_code == 404
    assert "Secret tour" not in client.get("/bookings/").content.decode()
    assert client.get("/bookings/99999999999999/").status_code == 404
    assert client.get("/bookings/" + "9" * 30 + "/").status_code == 404


def test_signed_out_people_are_asked_to_sign_in(cast: Cast) -> None:
    assert Client().get("/bookings/").status_code == 302


def test_tq13_tq14_the_bookings_of_a_customer(cast: Cast) -> None:
    ann = making.customer(cast.advisor)
    for number in range(30):
        making.booking(
            cast.advisor, ann, product=f"P{number}.", booked_on=date(2026, 1, 1 + number)
        )
    making.booking(cast.advisor, product="Of somebody else")
    client = client_for(cast.advisor)
    part = client.get("/bookings/of-customer/1/", **HTMX)
    text = part.content.decode()
    assert text.count("<tr>") == 26
    assert 'href="/bookings/30/"' in text
    assert "Of somebody else" not in text
    assert "30 bookings in all" in text
    following = client.get(part.context["part"]["content"].next_url, **HTMX)
    assert len(following.context["part"]["content"].rows) == 5
    past = client.get("/bookings/of-customer/1/?bookings=past").content.decode()
    assert "<h1" in past
    assert 'aria-current="true"' in past


def test_the_customers_page_shows_the_bookings_in_its_frame(cast: Cast) -> None:
    ann = making.customer(cast.advisor)
    making.booking(cast.advisor, ann, product="Spa day")
    text = client_for(cast.advisor).get(f"/customers/{ann.number}/").content.decode()
    assert 'id="customer-bookings"' in text
    assert "Spa day" in text


def test_the_history_of_a_booking_says_what_changed(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    with tenancy.scope(cast.organization.id):
        data = BookingData({"product": "Massage"})
        operations.update_booking(booking.id, data, by=cast.manager)
    text = client_for(cast.advisor).get("/bookings/1/history/", **HTMX).content.decode()
    assert "Updated booking 1 Massage" in text
    assert cast.manager.name in text
    assert "<html" not in text
