"""The dialog "Connect stay/itinerary to booking": TA-02 to TA-07, TA-13 and TA-14."""

import pytest

from tests.bookings import making
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, stored, switch_off
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.kit import tenancy
from wayfolk.kit.ids import new_id

NOBODY = "00000000-0000-7000-8000-000000000001"
URL = "/bookings/1/connection/"
IN_DIALOG = {"HTTP_HX_TARGET": "dialog", **HTMX}
TYPING = {"HTTP_HX_TARGET": "targets", **HTMX}


def test_ta02_the_dialog_is_a_page_of_its_own_without_javascript(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.advisor)
    page, dialog = client.get(URL).content.decode(), client.get(URL, **IN_DIALOG).content.decode()
    assert "<html" in page
    assert "<html" not in dialog
    for text in (page, dialog):
        assert "Connect stay/itinerary to booking" in text
        assert "Connect stay / itinerary" in text
        assert "Type at least 3 characters." in text


def test_ta03_ta04_results_appear_from_the_third_character(cast: Cast) -> None:
    making.booking(cast.advisor)
    stay = making.stay(cast.advisor, reservation_number="HX-20417")
    trip = making.itinerary(cast.advisor, "Hexagon tour")
    client = client_for(cast.advisor)
    short = client.get(URL + "?q=hx", **TYPING).content.decode()
    assert "Type at least 3 characters." in short
    assert "radio" not in short
    found = client.get(URL + "?q=hx-2", **TYPING).content.decode()
    assert f'type="radio" name="target" value="stay:{stay.id}"' in found
    assert "<form" not in found
    found = client.get(URL + "?q=hexag", **TYPING).content.decode()
    assert f'value="itinerary:{trip.id}"' in found
    assert "No stay or itinerary found for “zzz”" in client.get(URL + "?q=zzz").content.decode()


def test_ta05_with_the_module_off_only_reservation_ids_are_searched(cast: Cast) -> None:
    making.booking(cast.advisor)
    making.itinerary(cast.advisor, "Hexagon tour")
    switch_off(cast.administrator, "itineraries")
    client = client_for(cast.advisor)
    text = client.get(URL + "?q=hexagon").content.decode()
    assert "Hexagon tour" not in text
    assert "trip name" not in text
    assert "No stay found" in text


def test_ta06_the_page_of_a_booking_keeps_the_trips_name_with_the_module_off(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    trip = making.itinerary(cast.advisor, "Hexagon tour")
    with tenancy.scope(cast.organization.id):
        operations.connect_booking(booking.id, by=cast.advisor, itinerary_id=trip.id)
    client = client_for(cast.advisor)
    assert "Hexagon tour" in client.get("/bookings/1/").content.decode()
    switch_off(cast.administrator, "itineraries")
    text = client.get("/bookings/1/").content.decode()
    assert "Hexagon tour" not in text
    assert trip.trip_id in text


def test_connect_move_and_disconnect(cast: Cast) -> None:
    """TA-01, TA-13."""
    making.booking(cast.advisor)
    stay, trip = making.stay(cast.advisor), making.itinerary(cast.advisor)
    client = client_for(cast.advisor)
    answer = client.post(URL, {"target": f"stay:{stay.id}", "version": 1})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/bookings/1/")
    text = client.get("/bookings/1/").content.decode()
    assert f"Booking 1 now belongs to {stay.reservation_number}." in text
    assert "/undo" in text
    assert "Move to another stay/itinerary" in text
    assert "Connected" in text
    sent = {"target": f"itinerary:{trip.id}", "version": 2}
    answer = client.post(URL, sent, **IN_DIALOG)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/bookings/1/")
    assert stored(cast.advisor).itinerary_id == trip.id
    assert client.post("/bookings/1/disconnection/").status_code == 303
    text = client.get("/bookings/1/").content.decode()
    assert not stored(cast.advisor).is_connected
    assert "Connect stay/itinerary to booking" in text
    audit = text[text.index('id="booking-audit"') :]
    for words in ("Disconnected", "Moved", "Connected", cast.advisor.name, stay.reservation_number):
        assert words in audit


@pytest.mark.parametrize(
    "target",
    ["", "stay:", "stay:x", "boat:1", f"stay:{NOBODY}", f"itinerary:{NOBODY}", "stay", "\x00"],
)
def test_ta07_what_is_no_target_connects_nothing(cast: Cast, target: str) -> None:
    making.booking(cast.advisor)
    answer = client_for(cast.advisor).post(URL, {"target": target, "version": 1, "q": "res"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Choose one stay or one itinerary" in text or "There is no such" in text
    assert not stored(cast.advisor).is_connected


def test_ta07_two_targets_at_once_connect_nothing(cast: Cast) -> None:
    making.booking(cast.advisor)
    stays = [making.stay(cast.advisor), making.stay(cast.advisor)]
    sent = {"target": [f"stay:{stay.id}" for stay in stays], "version": 1}
    assert client_for(cast.advisor).post(URL, sent).status_code == 422
    assert not stored(cast.advisor).is_connected


def test_somebody_elses_connection_meanwhile_is_told_not_overwritten(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    mine, theirs = making.stay(cast.advisor), making.stay(cast.advisor)
    with tenancy.scope(cast.organization.id):
        operations.connect_booking(booking.id, by=cast.manager, stay_id=theirs.id)
    client = client_for(cast.advisor)
    answer = client.post(URL, {"target": f"stay:{mine.id}", "version": 1, "q": "res"}, **IN_DIALOG)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"It now belongs to {theirs.reservation_number}" in text
    assert 'name="version" value="2"' in text
    assert stored(cast.advisor).stay_id == theirs.id
    assert client.post(URL, {"target": f"stay:{mine.id}", "version": 2}).status_code == 303


def test_the_search_is_not_for_viewers(cast: Cast) -> None:
    making.booking(cast.advisor)
    client = client_for(cast.viewer)
    assert client.get(URL + "?q=res", **TYPING).status_code == 403
    assert client.post(URL, {"target": f"stay:{new_id()}"}).status_code == 403


def test_names_are_shown_as_text(cast: Cast) -> None:
    booking = making.booking(cast.advisor, product="<script>alert(1)</script>")
    stay = making.stay(cast.advisor, reservation_number="<b>HX-1")
    with tenancy.scope(cast.organization.id):
        operations.connect_booking(booking.id, by=cast.advisor, stay_id=stay.id)
    client = client_for(cast.advisor)
    for path in ("/bookings/", "/bookings/1/", URL + "?q=hx-1", f"/stays/{stay.id}/"):
        text = client.get(path).content.decode()
        assert "<script>alert" not in text
        assert "<b>HX-1" not in text
