"""The pages of stays."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings import making
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, switch_off
from tests.world import Cast
from wayfolk.bookings import operations as booking_operations
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor
from wayfolk.stays import operations
from wayfolk.stays.models import Property, Stay
from wayfolk.stays.rules import StayData


def values(guest_number: int, **changed: Any) -> dict[str, Any]:
    """What a browser sends for a new stay."""
    return {
        "reservation_number": "RES-77",
        "guest": guest_number,
        "hotel": "",
        "new_hotel": "Hotel Azul",
        "arrival_on": "2026-06-10",
        "departure_on": "2026-06-14",
        "status": "expected",
        "room": "204",
        "room_type": "",
        "meal_plan": "HB",
        "adults": "2",
        "children": "0",
        "infants": "1",
        "source": "",
        "notes": "",
        **changed,
    }


def opened(client: Client, stay: Stay) -> dict[str, Any]:
    """What the edit form sends back untouched."""
    form = client.get(f"/stays/{stay.id}/edit/").context["form"]
    sent = {f.html_name: f.value() for f in form if f.value() is not None}
    sent |= {f.html_initial_name: f.value() for f in form if f.value() is not None}
    return {**sent, "version": form.stay.version}


def stored(by: Actor, stay_id: UUID) -> Stay:
    with tenancy.scope(by.organization_id):
        return Stay.objects.select_related("hotel").get(id=stay_id)


def test_a_stay_is_created_with_a_new_hotel_and_found(cast: Cast) -> None:
    guest = making.customer(cast.advisor, "Greta")
    client = client_for(cast.advisor)
    assert client.get(f"/stays/new/?guest={guest.number}").status_code == 200
    answer = client.post("/stays/new/", values(guest.number))
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).content.decode()
    for words in ("Stay RES-77", "Greta Holm", "Hotel Azul", "4 nights", "Created stay RES-77."):
        assert words in page
    part = client.get("/stays/?q=res77", HTTP_HX_TARGET="stays", **HTMX).content.decode()
    assert "RES-77" in part
    assert "<html" not in part
    with tenancy.scope(cast.organization.id):
        hotel = Property.objects.get()
    again = values(guest.number, reservation_number="RES-78", hotel=hotel.id, new_hotel="")
    assert client.post("/stays/new/", again).status_code == 303


def test_cancel_leads_back_to_where_the_form_was_opened(cast: Cast) -> None:
    page = f"/stays/{making.stay(cast.advisor).id}/"
    client = client_for(cast.advisor)
    for address, back in (("/stays/new/", "/stays/"), (f"{page}edit/", page)):
        shown = client.get(address).content.decode()
        assert f'<a class="btn" href="{back}">Cancel</a>' in shown


def test_a_refused_form_says_why(cast: Cast) -> None:
    guest, client = making.customer(cast.advisor), client_for(cast.advisor)
    for wrong, words in (
        ({"departure_on": "2026-06-01"}, "before the arrival"),
        ({"new_hotel": ""}, "Choose the hotel"),
        ({"reservation_number": " "}, "reservation ID is missing"),
        ({"arrival_on": "soon"}, "not a date"),
        ({"guest": "77"}, "no such customer"),
        ({"hotel": "x"}, "Select a valid choice"),
    ):
        answer = client.post("/stays/new/", values(guest.number, **wrong))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        assert not Stay.objects.exists()
        assert not Property.objects.exists()


def test_find_shows_guests_and_saves_nothing(cast: Cast) -> None:
    making.customer(cast.advisor, "Wilhelmina")
    sent = values("", **{"guest-query": "wilhel", "find": "guest"})  # type: ignore[arg-type]
    text = client_for(cast.advisor).post("/stays/new/", sent).content.decode()
    assert "<mark>Wilhel</mark>mina Holm" in text
    assert "Nothing was saved" not in text


def test_an_edit_meanwhile_is_merged_or_asked(cast: Cast) -> None:
    stay, client = making.stay(cast.advisor), client_for(cast.advisor)
    sent = {**opened(client, stay), "room": "101"}
    with tenancy.scope(cast.organization.id):
        operations.update_stay(stay.id, StayData({"meal_plan": "BB"}), by=cast.manager)
    assert client.post(f"/stays/{stay.id}/edit/", sent).status_code == 303
    after = stored(cast.advisor, stay.id)
    assert (after.room, after.meal_plan) == ("101", "BB")
    sent = {**opened(client, stay), "room": "102"}
    with tenancy.scope(cast.organization.id):
        operations.update_stay(stay.id, StayData({"room": "999"}), by=cast.manager)
    answer = client.post(f"/stays/{stay.id}/edit/", sent)
    assert answer.status_code == 409
    assert "Which value stays?" in answer.content.decode()
    assert stored(cast.advisor, stay.id).room == "999"


def test_a_stay_is_cancelled(cast: Cast) -> None:
    stay, client = making.stay(cast.advisor), client_for(cast.advisor)
    assert client.post(f"/stays/{stay.id}/cancellation/").status_code == 303
    assert stored(cast.advisor, stay.id).status == "cancelled"


def test_ta10_ta15_the_stay_shows_its_bookings_and_their_totals(cast: Cast) -> None:
    stay = making.stay(cast.manager)
    spa = making.booking(cast.manager, product="Spa", total_minor=10_000, cost_minor=4_000)
    gone = making.booking(cast.manager, product="Gone", total_minor=99_000, status="cancelled")
    making.booking(cast.manager, product="Elsewhere")
    with tenancy.scope(cast.organization.id):
        for booking in (spa, gone):
            booking_operations.connect_booking(booking.id, by=cast.manager, stay_id=stay.id)
    text = client_for(cast.manager).get(f"/stays/{stay.id}/").content.decode()
    for words in ("Spa", "Gone", "EUR 100.00", "EUR 60.00", "EUR 30.00", "besides 1 cancelled"):
        assert words in text
    assert "Elsewhere" not in text
    hidden = client_for(cast.advisor).get(f"/stays/{stay.id}/").content.decode()
    assert "EUR 100.00" in hidden
    assert "EUR 60.00" not in hidden


def test_a_stay_joins_an_itinerary_and_leaves_it(cast: Cast) -> None:
    stay, trip = making.stay(cast.advisor), making.itinerary(cast.advisor, "Hexagon tour")
    client, url = client_for(cast.advisor), f"/stays/{stay.id}/itinerary/"
    assert "Type at least 3 characters." in client.get(url + "?q=he").content.decode()
    found = client.get(url + "?q=hexa", HTTP_HX_TARGET="targets", **HTMX).content.decode()
    assert f'value="itinerary:{trip.id}"' in found
    assert client.post(url, {"target": "itinerary:x"}).status_code == 422
    assert client.post(url, {"target": f"itinerary:{trip.id}"}).status_code == 303
    assert "Hexagon tour" in client.get(f"/stays/{stay.id}/").content.decode()
    assert client.post(url + "removal/").status_code == 303
    assert stored(cast.advisor, stay.id).itinerary_id is None


def test_filters_of_the_list(cast: Cast) -> None:
    making.stay(cast.advisor, reservation_number="A-1", arrival_on=date(2026, 1, 1))
    other = making.stay(cast.advisor, reservation_number="B-2", hotel_name="Other")
    client = client_for(cast.advisor)
    text = client.get(f"/stays/?hotel={other.hotel_id}&sort=arrives").content.decode()
    assert "B-2" in text
    assert "A-1" not in text
    assert "A-1" in client.get("/stays/?arrives_to=2026-02-01").content.decode()
    text = client.get("/stays/?status=no_show").content.decode()
    assert "The filter Status “No-show” hides 2 stays." in text
    text = client.get("/stays/?hotel=nonsense&arrives_from=x").content.decode()
    assert "Some filters could not be read" in text
    assert "2 stays" in client.get("/stays/count/", **HTMX).content.decode()


@pytest.mark.parametrize("path", ["/stays/", "/stays/?q=res", "stay"])
def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast, path: str) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    home = making.stay(by)
    address = f"/stays/{home.id}/" if path == "stay" else path

    def add(count: int) -> None:
        for _ in range(count):
            stay = making.stay(by)
            booking = making.booking(by)
            with tenancy.scope(by.organization_id):
                operations.set_itinerary(stay.id, making.itinerary(by).id, by=by)
                booking_operations.connect_booking(booking.id, by=by, stay_id=home.id)

    def queries() -> int:
        client.get(address)  # the first page of a session writes where the person was last
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    add(2)
    few = queries()
    add(6)
    assert queries() == few
    assert few <= 24


def test_viewers_and_outsiders(cast: Cast) -> None:
    stay = making.stay(cast.advisor)
    viewer, outsider = client_for(cast.viewer), client_for(cast.outsider)
    assert viewer.get(f"/stays/{stay.id}/").status_code == 200
    assert viewer.get(f"/stays/{stay.id}/edit/").status_code == 403
    assert viewer.get("/stays/new/").status_code == 403
    for path in ("cancellation/", "itinerary/", "itinerary/removal/", "edit/"):
        assert viewer.post(f"/stays/{stay.id}/{path}").status_code == 403
        assert outsider.post(f"/stays/{stay.id}/{path}").status_code in {404, 422}
    assert outsider.get(f"/stays/{stay.id}/").status_code == 404
    assert stay.reservation_number not in outsider.get("/stays/").content.decode()


def test_with_the_modules_off(cast: Cast) -> None:
    stay = making.stay(cast.advisor)
    client = client_for(cast.advisor)
    switch_off(cast.administrator, "itineraries")
    assert client.get(f"/stays/{stay.id}/itinerary/").status_code == 403
    switch_off(cast.administrator, "bookings")
    text = client.get(f"/stays/{stay.id}/").content.decode()
    assert 'id="stay-bookings"' not in text
    switch_off(cast.administrator, "stays")
    for path in ("/stays/", f"/stays/{stay.id}/", "/stays/new/"):
        assert client.get(path).status_code == 403


def test_ta10_ta15_the_itinerary_shows_the_bookings_of_its_stays(cast: Cast) -> None:
    stay, trip = making.stay(cast.manager), making.itinerary(cast.manager, "Hexagon tour")
    spa = making.booking(cast.manager, product="Spa day", total_minor=10_000)
    with tenancy.scope(cast.organization.id):
        operations.set_itinerary(stay.id, trip.id, by=cast.manager)
        booking_operations.connect_booking(spa.id, by=cast.manager, stay_id=stay.id)
    text = client_for(cast.manager).get(f"/itineraries/{trip.number}/").content.decode()
    for words in ("Spa day", "EUR 100.00", stay.reservation_number, "Turnover"):
        assert words in text
    history = client_for(cast.manager).get(f"/stays/{stay.id}/history/", **HTMX).content.decode()
    assert "Hexagon tour" in history
