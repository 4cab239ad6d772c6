"""A customer's bookings: filters that are seen, order, what explains a missing one (TQ-13..18)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.bookings import making
from tests.households.making import household, person
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, opened, set_field, stored, values
from tests.web.test_customer_page import text_of
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.bookings import narrowing, operations, queries
from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.bookings.rules import BookingData
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import Conflict
from wayfolk.staff import saved_filters
from wayfolk.web.bookings.of_customer import CustomerBookings


@pytest.fixture
def ann(cast: Cast) -> Customer:
    """Four bookings, told apart by their products; one of somebody else."""
    by, today = cast.advisor, clock.today(cast.advisor.time_zone)
    buyer = making.customer(by)
    common: dict[str, Any] = {"hotel": "Hotel Azul", "transport": "TP 123", "assignee_id": None}
    rows: list[dict[str, Any]] = [
        {"product": "Ahead", "departs_on": today + timedelta(days=30), "resort": "Algarve"},
        {"product": "Back", "departs_on": today - timedelta(days=30), "transport": "LH 1"},
        {"product": "Cancelled", "departs_on": today + timedelta(days=5), "status": "cancelled"},
        {"product": "Dateless", "departs_on": None, "assignee_id": by.author_id},
    ]
    for row in rows:
        days = {"booked_on": today - timedelta(days=90), "returns_on": None}
        making.booking(by, buyer, **{**common, **days, **row})
    making.booking(by, product="Of somebody else")
    return buyer


def shown(client: Client, customer: Customer, **query: str) -> CustomerBookings:
    address = f"/bookings/of-customer/{customer.number}/?{urlencode(query)}"
    answer = client.get(address, **HTMX)
    assert answer.status_code == 200
    found: CustomerBookings = answer.context["part"]["content"]
    return found


def products(found: CustomerBookings) -> list[str]:
    return [row.booking.product for row in found.rows]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({}, {"Ahead", "Back", "Cancelled", "Dateless"}),
        ({"bookings": "upcoming"}, {"Ahead", "Cancelled"}),
        ({"bookings": "past"}, {"Back", "Dateless"}),
        ({"status": "cancelled"}, {"Cancelled"}),
        ({"transport": "LH 1"}, {"Back"}),
        ({"place": "Algarve"}, {"Ahead"}),
        ({"place": "Hotel Azul"}, {"Ahead", "Back", "Cancelled", "Dateless"}),
        ({"product": "Dateless"}, {"Dateless"}),
        ({"part": "old"}, {"Back", "Cancelled"}),
        ({"part": "old", "status": "cancelled"}, {"Cancelled"}),
        ({"transport": "TP 123", "bookings": "upcoming", "status": "confirmed"}, {"Ahead"}),
    ],
)
def test_tq16_filters_narrow_a_customers_bookings(
    cast: Cast, ann: Customer, query: dict[str, str], left: set[str]
) -> None:
    found = shown(client_for(cast.advisor), ann, **query)
    assert set(products(found)) == left
    narrowed = set(query) - {"part"}
    assert bool(found.chips) == bool(narrowed)
    assert found.shown_count == (str(len(left)) if narrowed else "")


def test_tq16_by_user_and_period_and_the_chip_names_them(cast: Cast, ann: Customer) -> None:
    client, today = client_for(cast.advisor), clock.today(cast.advisor.time_zone)
    mine = shown(client, ann, user=str(cast.advisor.author_id))
    assert products(mine) == ["Dateless"]
    assert [(chip.label, chip.value) for chip in mine.chips] == [("User", "Ida Lund")]
    week = {"departs_from": str(today), "departs_to": str(today + timedelta(days=7))}
    assert products(shown(client, ann, **week)) == ["Cancelled"]


def test_tq16_an_active_filter_is_unmistakable(cast: Cast, ann: Customer) -> None:
    client = client_for(cast.advisor)
    address = f"/bookings/of-customer/{ann.number}/"
    words = text_of(client.get(f"{address}?status=cancelled", **HTMX).content.decode())
    assert "1 of 4 shown" in words
    assert "Status Cancelled" in words
    assert "Clear" in words
    nothing = text_of(client.get(f"{address}?transport=XX", **HTMX).content.decode())
    assert "0 of 4 shown" in nothing
    assert "This filter hides all 4 bookings of this customer." in nothing
    bare = text_of(client.get(address, **HTMX).content.decode())
    assert "shown" not in bare


def test_tq13_tq15_the_columns_come_from_the_booking(cast: Cast) -> None:
    by, buyer = cast.advisor, making.customer(cast.advisor)
    making.booking(
        by,
        buyer,
        transport="TP 123",
        resort="Algarve",
        hotel="Hotel Azul",
        infants=1,
        assignee_id=by.author_id,
        contact_phone="+351 910 777 666",
    )
    with change_set(by=by, operation="test", summary="Marked"):
        booking = Booking.objects.get(customer=buyer)
        booking.customer_mark, booking.representative_mark = Decimal("4.5"), Decimal(3)
        booking.save_changes("customer_mark", "representative_mark")
    html = client_for(by).get(f"/bookings/of-customer/{buyer.number}/", **HTMX).content.decode()
    headings = [
        re.findall(r"(?s)<a [^>]*>([^<]+)", cell) for cell in re.findall(r"(?s)<th .*?</th>", html)
    ]
    cells = [
        " ".join(re.sub(r"(?s)<span class=.[^>]*instead.*?</span>|<[^>]+>", " ", cell).split())
        for cell in re.findall(r"(?s)<td[^>]*>(.*?)</td>", html)
    ]
    assert list(zip(headings, cells, strict=True)) == [
        (["BKG. No", "Status"], f"{booking.number} Confirmed"),
        (["Product name", "Transport"], "Spa day TP 123"),
        (["Resort / Hotel"], "Algarve Hotel Azul"),
        (["Booking date", "Dept. date"], "1 May 26 11 Jun 26"),
        (["User", "Phone"], f"{by.name} +351 910 777 666"),
        (["Pass. No / CHM / RHM"], "2 + 1 inf 4.5 / 3"),
    ]


def test_tq13_marks_are_for_who_may_see_them(cast: Cast) -> None:
    buyer = making.customer(cast.advisor)
    making.booking(cast.advisor, buyer)
    set_field(cast, "consultant", "customer.happiness", "hidden")
    address = f"/bookings/of-customer/{buyer.number}/"
    html = client_for(cast.advisor).get(address, **HTMX).content.decode()
    assert "Pass. No" in html
    assert "CHM" not in html


def test_tq17_a_missing_booking_is_explained(cast: Cast) -> None:
    nobody = making.customer(cast.advisor, "Nora")
    html = client_for(cast.advisor).get(f"/customers/{nobody.number}/").content.decode()
    assert "No bookings yet, and no filter hides any." in html
    assert "compare name, email and phone" in html
    assert 'href="/customers/?q=Nora+Holm"' in html


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("number", "Ahead", "Dateless"),
        ("-number", "Dateless", "Ahead"),
        ("product", "Ahead", "Dateless"),
        ("transport", "Back", "Dateless"),
        ("departs", "Back", "Dateless"),
        ("-departs", "Ahead", "Dateless"),
        ("place", "Ahead", ""),
        ("user", "", "Dateless"),
        ("pax", "", ""),
        ("status", "Cancelled", ""),
        ("phone", "", ""),
        ("rubbish", "", ""),
    ],
)
def test_the_columns_sort(cast: Cast, ann: Customer, order: str, first: str, last: str) -> None:
    if order == "place":
        with tenancy.scope(cast.organization.id):
            ahead = queries.list_for_customer(ann.id, by=cast.advisor).get(product="Ahead")
            data = BookingData({"resort": "Aaa"})
            operations.update_booking(ahead.id, data, by=cast.advisor)
    found = products(shown(client_for(cast.advisor), ann, sort=order))
    assert len(found) == 4
    if first and order != "place":
        assert found[0] == first
    if last:
        assert found[-1] == last


@pytest.mark.parametrize(
    "order", ["booked", "-booked", "departs", "-departs", "place", "-user", "pax", "-number"]
)
def test_pages_of_every_order_show_each_booking_once(cast: Cast, order: str) -> None:
    by, buyer = cast.advisor, making.customer(cast.advisor)
    for number in range(60):
        day = date(2026, 1, 1) + timedelta(days=number // 7)
        making.booking(
            by,
            buyer,
            booked_on=day,
            departs_on=None if number % 5 == 0 else day + timedelta(days=number % 3),
            returns_on=None,
            resort=f"R{number % 4}",
            adults=number % 3 + 1,
        )
    client = client_for(by)
    seen: list[int] = []
    found = shown(client, buyer, sort=order)
    while True:
        seen += [row.booking.number for row in found.rows]
        if not found.next_url:
            break
        assert len(seen) < 100
        found = client.get(found.next_url, **HTMX).context["part"]["content"]
    assert sorted(seen) == list(range(1, 61))
    back = client.get(found.previous_url, **HTMX).context["part"]["content"]
    assert [row.booking.number for row in back.rows] == seen[25:50]


def test_the_choices_are_those_that_occur_here(cast: Cast, ann: Customer) -> None:
    with tenancy.scope(cast.organization.id):
        found = narrowing.choices_of(ann.id, by=cast.advisor)
    assert list(found.transports) == ["LH 1", "TP 123"]
    assert list(found.places) == ["Algarve", "Hotel Azul"] or "Algarve" in found.places
    assert "Of somebody else" not in found.products
    assert dict(found.users) == {str(cast.advisor.author_id): "Ida Lund"}
    client = client_for(cast.advisor)
    address = f"/bookings/of-customer/{ann.number}/"
    panel = client.get(f"{address}?panel=1&transport=Gone", **HTMX).content.decode()
    assert '<option value="LH 1">' in panel
    assert '<option value="Gone" selected>' in panel
    assert "<select" not in client.get(address, **HTMX).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nonsense"},
        {"departs_from": "31-31-31"},
        {"user": "no-uuid"},
        {"user": "00000000-0000-0000-0000-000000000000"},
        {"transport": "\x00"},
        {"product": "x" * 5_000},
        {"bookings_after": "rubbish"},
        {"sort": "'; drop table"},
        {"sort": "-departs", "bookings_after": "MjAyNi0xMy00NXx4"},
        {"place": "<script>alert(1)</script>"},
    ],
)
def test_bad_addresses_say_so_and_break_nothing(
    cast: Cast, ann: Customer, query: dict[str, str]
) -> None:
    client = client_for(cast.advisor)
    html = client.get(f"/bookings/of-customer/{ann.number}/", query).content.decode()
    assert "<script>alert" not in html
    if set(query) & {"status", "user", "departs_from"} or query.get("transport") == "\x00":
        assert "Some filters could not be read and are not applied" in html


def test_the_bookings_list_has_the_same_filters(cast: Cast, ann: Customer) -> None:
    client = client_for(cast.advisor)
    for query, left in (
        ({"transport": "LH 1"}, ["Back"]),
        ({"place": "Algarve", "status": "confirmed"}, ["Ahead"]),
        ({"user": str(cast.advisor.author_id), "transport": "TP 123"}, ["Dateless"]),
    ):
        page = client.get("/bookings/", query)
        found = {row.booking.product for row in page.context["rows"]}
        assert set(left) <= found
        assert "Cancelled" not in found
        assert page.context["chips"]


def test_a_booking_that_moved_to_another_customer_meanwhile_is_asked_about(
    cast: Cast, ann: Customer
) -> None:
    bo = making.customer(cast.advisor, "Bo")
    booking = stored(cast.advisor, 1)
    client = client_for(cast.advisor)
    sent = {**opened(client, booking.number), "product": "Ahead of time"}
    with tenancy.scope(cast.organization.id):
        data = BookingData({"customer_id": bo.id})
        operations.update_booking(booking.id, data, by=cast.manager)
    address = f"/bookings/{booking.number}/edit/"
    asked = client.post(address, sent)
    assert asked.status_code == 409
    words = text_of(asked.content.decode())
    assert "Mats Berg" in words
    assert "Bo Holm" in words
    assert "Ann Holm" in words
    assert stored(cast.advisor, booking.number).product == "Ahead"
    again = {**sent, "version": asked.context["version"]}
    assert client.post(address, {**again, "keep-customer": "theirs"}).status_code == 303
    kept = stored(cast.advisor, booking.number)
    assert (kept.customer_id, kept.product) == (bo.id, "Ahead of time")
    assert "Ahead" not in products(shown(client, ann))


def test_who_wants_the_booking_back_at_the_customer_says_so(cast: Cast, ann: Customer) -> None:
    bo = making.customer(cast.advisor, "Bo")
    booking = stored(cast.advisor, 1)
    client = client_for(cast.advisor)
    sent = {**opened(client, booking.number), "notes": "Window"}
    with tenancy.scope(cast.organization.id):
        data = BookingData({"customer_id": bo.id})
        operations.update_booking(booking.id, data, by=cast.manager)
    address = f"/bookings/{booking.number}/edit/"
    asked = client.post(address, sent)
    again = {**sent, "version": asked.context["version"], "keep-customer": "yours"}
    assert client.post(address, again).status_code == 303
    kept = stored(cast.advisor, booking.number)
    assert (kept.customer_id, kept.notes) == (ann.id, "Window")


def test_kp18_people_of_the_household_are_ticked_while_a_booking_is_made(cast: Cast) -> None:
    anna, emil, aunt = (person(cast, name) for name in ("Anna", "Emil", "Ulla"))
    household(cast, (anna, "head"), (emil, "child"))
    client = client_for(cast.advisor)
    page = client.get(f"/bookings/new/?customer={anna.number}").content.decode()
    assert f'name="travellers" value="{anna.number}"' in page
    assert f'name="travellers" value="{emil.number}"' in page
    part = client.get(f"/bookings/new/travellers/?customer={aunt.number}", **HTMX)
    assert "travellers" not in part.content.decode()
    sent = values(anna.number, travellers=[str(anna.number), str(emil.number)])
    assert client.post("/bookings/new/", sent).status_code == 303
    with tenancy.scope(cast.organization.id):
        people = list(BookingPassenger.objects.order_by("position"))
        assert [each.customer_id for each in people] == [anna.id, emil.id]
        assert [each.is_lead for each in people] == [True, False]
        newest = ChangeSet.objects.order_by("-started_at", "-id")[0]
    assert newest.summary.startswith("Created booking 1")
    client.post(f"/changes/{newest.id}/undo")
    with tenancy.scope(cast.organization.id):
        assert not Booking.objects.exists()
        assert not BookingPassenger.objects.exists()


def test_kp18_a_refused_booking_keeps_the_ticks_and_makes_nothing(cast: Cast) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    household(cast, (anna, "head"), (emil, "child"))
    client = client_for(cast.advisor)
    sent = values(anna.number, travellers=[str(emil.number)], product="")
    answer = client.post("/bookings/new/", sent)
    assert answer.status_code == 422
    assert f'value="{emil.number}" checked' in answer.content.decode()
    gone = client.post("/bookings/new/", values(anna.number, travellers=["99999"]))
    assert gone.status_code == 422
    assert "no customer any more" in gone.content.decode()
    with tenancy.scope(cast.organization.id):
        assert not Booking.objects.exists()


def test_filters_are_kept_under_a_name_by_each_member_for_every_customer(
    cast: Cast, ann: Customer
) -> None:
    client = client_for(cast.advisor)
    address = f"/bookings/of-customer/{ann.number}/filters/"
    kept = {"query": "transport=LH+1&sort=-departs&rubbish=1", "name": " Lufthansa "}
    part = client.post(address, kept, **HTMX)
    assert "Lufthansa" in part.content.decode()
    other = making.customer(cast.advisor, "Bo")
    saved = shown(client, other, panel="1").saved
    assert [each.value for each in saved] == ["Lufthansa"]
    found = client.get(
        f"/bookings/of-customer/{ann.number}/?{saved[0].remove_url.partition('?')[2]}"
    )
    assert products(found.context["part"]["content"]) == ["Back"]
    assert "rubbish" not in saved[0].remove_url
    assert shown(client_for(cast.manager), ann, panel="1").saved == []
    client.post(address, {"query": "status=cancelled", "name": "Lufthansa"})
    assert "status=cancelled" in shown(client, ann, panel="1").saved[0].remove_url
    client_for(cast.manager).post(address, {"forget": "Lufthansa"})
    assert len(shown(client, ann, panel="1").saved) == 1
    plain = client.post(address, {"forget": "Lufthansa", "query": "status=cancelled"})
    assert plain.headers["Location"].endswith("?status=cancelled&panel=1")
    assert shown(client, ann, panel="1").saved == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"query": "transport=LH", "name": " "}, "Give the filter a name"),
        ({"query": "transport=LH", "name": "x" * 61}, "Give the filter a name"),
        ({"query": "rubbish=1", "name": "Mine"}, "Choose at least one filter"),
        ({"name": "Mine"}, "Choose at least one filter"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, ann: Customer, sent: dict[str, str], words: str
) -> None:
    client = client_for(cast.advisor)
    part = client.post(f"/bookings/of-customer/{ann.number}/filters/", sent, **HTMX)
    assert words in part.content.decode()
    assert shown(client, ann, panel="1").saved == []


def test_no_member_keeps_more_filters_than_can_be_read(cast: Cast, ann: Customer) -> None:
    with tenancy.scope(cast.organization.id):
        for number in range(saved_filters.KEPT_MAX):
            saved_filters.keep("list", f"F{number}", "a=1", by=cast.advisor)
        saved_filters.keep("list", "F1", "a=2", by=cast.advisor)
        with pytest.raises(Conflict, match="Remove one first"):
            saved_filters.keep("list", "One more", "a=1", by=cast.advisor)
