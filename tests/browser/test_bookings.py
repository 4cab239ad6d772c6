"""Bookings and stays in a real browser: find, open, edit, connect, with and without JavaScript."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Route, expect

from tests.bookings import making
from tests.browser.conftest import Accessible, Gallery, OpenPage, Screenshot
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import tenancy
from wayfolk.stays import operations as stay_operations
from wayfolk.stays.models import Stay

pytestmark = pytest.mark.browser


class Season:
    """A small summer: a stay on a trip, its guest's and her companion's bookings, others loose."""

    def __init__(self, cast: Cast) -> None:
        by = cast.manager
        self.guest = making.customer(by, "Greta", "Lindqvist")
        self.companion = making.customer(by, "Carl Emil", "Andersen-Høyer")
        self.stay = making.stay(
            by, self.guest, reservation_number="HX-20417", room="204", meal_plan="Half board"
        )
        self.trip = making.itinerary(by, "Lindqvist family, Algarve in June")
        self.spa = making.booking(
            by, self.companion, product="Spa day for one", hotel="Hotel Azul", cost_minor=7_000
        )
        self.others = [
            self._booking(cast, number, product)
            for number, product in enumerate(
                (
                    "Flight and transfer Copenhagen to Faro, window seats",
                    "Boat tour",
                    "Rental car",
                    "Cooking class",
                    "Golf week",
                )
            )
        ]
        with tenancy.scope(by.organization_id):
            stay_operations.set_itinerary(self.stay.id, self.trip.id, by=by)
            operations.connect_booking(self.others[0].id, by=by, itinerary_id=self.trip.id)
            operations.connect_booking(self.others[1].id, by=by, stay_id=self.stay.id)

    def _booking(self, cast: Cast, number: int, product: str) -> Booking:
        currency = ("EUR", "DKK")[number % 2]
        return making.booking(
            cast.manager,
            self.guest,
            product=product,
            status=("confirmed", "confirmed", "waitlisted", "place_found", "cancelled")[number],
            resort="Algarve",
            hotel="Hotel Azul",
            transport="TP 753" if number == 0 else "",
            booked_on=date(2026, 4, 1 + number),
            infants=number % 2,
            total_minor=24_000 + 99_950 * number,
            cost_minor=20_000 if number < 3 else None,
            currency=currency,
            exchange_rate=Decimal(1) if currency == "EUR" else Decimal("0.134"),
            contact_phone="+351 91 234 5678",
        )


@pytest.fixture
def season(committed_cast: Cast) -> Season:
    return Season(committed_cast)


def stored(cast: Cast, booking: Booking) -> Booking:
    with tenancy.scope(cast.organization.id):
        return Booking.objects.get(id=booking.id)


def test_ta02_connect_from_the_list_to_the_toast(
    committed_cast: Cast,
    season: Season,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Accessible,
) -> None:
    cast = committed_cast
    page = open_page(cast.advisor, "/bookings/")
    screenshot(page, "bookings-list-1440-light")
    page.get_by_role("link", name="Spa day for one").click()
    page.get_by_role("link", name="Connect stay/itinerary to booking").click()
    dialog = page.get_by_role("dialog", name="Connect stay/itinerary to booking")
    box = dialog.get_by_label("Reservation ID, trip name or Trip ID")
    expect(box).to_be_focused()
    box.press_sequentially("hx")
    expect(dialog.get_by_text("Type at least 3 characters.")).to_be_visible()
    box.press_sequentially("-204")
    dialog.get_by_role("radio", name="HX-20417").check()
    screenshot(page, "bookings-connect-1440-light")
    assert_accessible(page)
    dialog.get_by_role("button", name="Connect stay / itinerary").click()
    expect(page.locator(".wf-toast", has_text="now belongs to HX-20417")).to_be_visible()
    assert stored(cast, season.spa).stay_id == season.stay.id
    screenshot(page, "bookings-record-1440-light")
    assert_accessible(page)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("link", name="Connect stay/itinerary to booking")).to_be_visible()
    assert not stored(cast, season.spa).is_connected


def test_ta13_move_and_disconnect(
    committed_cast: Cast, season: Season, open_page: OpenPage
) -> None:
    cast, booking = committed_cast, season.others[1]
    page = open_page(cast.advisor, f"/bookings/{booking.number}/")
    page.get_by_role("link", name="Move to another stay/itinerary").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reservation ID, trip name or Trip ID").fill("lindqvist")
    dialog.get_by_role("radio", name="Lindqvist family").check()
    dialog.get_by_role("button", name="Connect stay / itinerary").click()
    expect(page.locator(".wf-toast", has_text="now belongs to")).to_be_visible()
    assert stored(cast, booking).itinerary_id == season.trip.id
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator(".wf-toast", has_text="Disconnected booking")).to_be_visible()
    assert not stored(cast, booking).is_connected
    audit = page.locator("#booking-audit")
    for words in ("Disconnected from itinerary", "Moved from stay", "Connected to stay"):
        expect(audit.get_by_text(words)).to_be_visible()


def test_find_open_edit_and_connect_without_javascript(
    committed_cast: Cast, season: Season, open_page: OpenPage, screenshot: Screenshot
) -> None:
    cast = committed_cast
    page = open_page(cast.advisor, "/bookings/", javascript=False)
    page.get_by_role("searchbox", name="Search by product").fill("spa")
    page.get_by_role("searchbox", name="Search by product").press("Enter")
    expect(page.get_by_role("link", name="Boat tour")).to_have_count(0)
    page.get_by_role("link", name="Spa day for one").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Product name").fill("Spa day for two")
    page.locator("#id_customer").fill("lindqvist")
    page.get_by_role("button", name="Find").first.click()
    page.get_by_role("radio", name="Greta Lindqvist").check()
    screenshot(page, "bookings-edit-without-javascript")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("heading", name="Spa day for two")).to_be_visible()
    page.get_by_role("link", name="Connect stay/itinerary to booking").click()
    page.locator("#target-query").fill("algarve")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_role("radio", name="Algarve in June").check()
    screenshot(page, "bookings-connect-without-javascript")
    page.get_by_role("button", name="Connect stay / itinerary").click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    after = stored(cast, season.spa)
    assert (after.itinerary_id, after.customer_id) == (season.trip.id, season.guest.id)
    assert after.product == "Spa day for two"


def test_a_booking_is_made_by_choosing_a_customer_as_one_types(
    committed_cast: Cast, season: Season, open_page: OpenPage, assert_accessible: Accessible
) -> None:
    page = open_page(committed_cast.advisor, "/bookings/new/")
    page.locator("#id_customer").press_sequentially("andersen")
    page.get_by_role("radio", name="Carl Emil Andersen-Høyer").check()
    page.get_by_label("Product name").fill("Sunset cruise")
    page.get_by_label("Price").fill("1.250,50")
    assert_accessible(page)
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("heading", name="Sunset cruise")).to_be_visible()
    expect(page.get_by_text("EUR 1,250.50").first).to_be_visible()
    expect(page.get_by_role("link", name="Carl Emil Andersen-Høyer")).to_be_visible()


def test_a_chosen_customer_stays_when_a_late_answer_arrives(
    committed_cast: Cast, season: Season, open_page: OpenPage
) -> None:
    page = open_page(committed_cast.advisor, "/bookings/new/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.locator("#id_customer").fill("andersen")
    choice = page.get_by_role("radio", name="Carl Emil Andersen-Høyer")
    expect(choice).to_be_visible()
    page.route(lambda address: "andersen-h" in address, hold)
    with page.expect_event("request", lambda request: "andersen-h" in request.url):
        page.locator("#id_customer").fill("andersen-h")
    choice.check()
    held[0].continue_()
    page.wait_for_load_state("networkidle")
    expect(choice).to_be_checked()


def test_a_refused_form_is_read_from_its_summary(
    committed_cast: Cast, season: Season, open_page: OpenPage, assert_accessible: Accessible
) -> None:
    page = open_page(committed_cast.advisor, "/bookings/new/")
    page.get_by_role("button", name="Create booking").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Nothing was saved")
    expect(summary).to_contain_text("Choose the customer")
    assert_accessible(page)


def test_a_stay_is_made_and_put_on_an_itinerary(
    committed_cast: Cast, season: Season, open_page: OpenPage, assert_accessible: Accessible
) -> None:
    page = open_page(committed_cast.advisor, "/stays/new/")
    page.locator("#id_guest").press_sequentially("andersen")
    page.get_by_role("radio", name="Carl Emil Andersen-Høyer").check()
    page.get_by_label("Reservation ID").fill("ZZ-9")
    page.get_by_label("Hotel", exact=True).select_option("Hotel Azul")
    page.get_by_label("Arrival").fill("2026-07-01")
    page.get_by_label("Departure").fill("2026-07-05")
    assert_accessible(page)
    page.get_by_role("button", name="Create stay").click()
    page.get_by_role("link", name="Put on an itinerary").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Trip name or Trip ID").press_sequentially("algarve")
    dialog.get_by_role("radio", name="Lindqvist family").check()
    assert_accessible(page)
    dialog.get_by_role("button", name="Put on the itinerary").click()
    expect(page.get_by_role("button", name="Take off")).to_be_visible()
    with tenancy.scope(committed_cast.organization.id):
        assert Stay.objects.get(reservation_number="ZZ-9").itinerary_id == season.trip.id
        assert Itinerary.objects.count() == 1


def test_every_page_is_accessible_and_kept_as_a_picture(
    committed_cast: Cast, season: Season, gallery: Gallery
) -> None:
    booking, stay, guest = season.others[1], season.stay, season.guest
    addresses = {
        "bookings-list": "/bookings/?departs_from=2026-01-01",
        "bookings-record": f"/bookings/{booking.number}/",
        "bookings-edit": f"/bookings/{booking.number}/edit/",
        "bookings-new": "/bookings/new/",
        "bookings-connect": f"/bookings/{season.spa.number}/connection/?q=lindqvist",
        "bookings-of-customer": f"/bookings/of-customer/{guest.number}/",
        "bookings-none": "/bookings/?status=waitlisted&unconnected=on&q=nothing",
        "stays-list": "/stays/",
        "stays-record": f"/stays/{stay.id}/",
        "stays-edit": f"/stays/{stay.id}/edit/",
    }
    page = gallery.open(committed_cast.manager)
    for name, address in addresses.items():
        page.goto(address)
        gallery.look(page, name)
