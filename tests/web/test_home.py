"""Home: what waits to be done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking, BookingStatus
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.kit import clock, tenancy
from wayfolk.organization.models import Module
from wayfolk.staff.rules import Actor


def html_of(actor: Actor) -> str:
    """The work list, without the recent changes below it."""
    response = client_for(actor).get("/")
    assert response.status_code == 200
    html = " ".join(response.content.decode().split())
    return html.split("Recent changes</h2>")[0]


def ann(cast: Cast) -> Customer:
    return operations.create_customer(CustomerData({"given_name": "Ann"}), by=cast.advisor)


def trip(cast: Cast, name: str, *, days: int, number: int, is_mine: bool = True) -> Itinerary:
    with change_set(by=cast.advisor, operation="itineraries.create", summary=name):
        created: Itinerary = Itinerary.objects.create(
            number=number,
            name=name,
            stage=Stage.objects.order_by("position").first(),
            arrival_at=clock.now() + timedelta(days=days),
            assignee_id=cast.advisor.author_id if is_mine else None,
        )
    return created


def booking(cast: Cast, customer: Customer, number: int, **fields: object) -> Booking:
    with change_set(by=cast.advisor, operation="bookings.create", summary="Booked"):
        created: Booking = Booking.objects.create(
            number=number,
            customer=customer,
            booked_on=clock.today("UTC"),
            currency="EUR",
            total_minor=12345,
            **{"product": f"Tour {number}", **fields},
        )
    return created


def test_every_part_says_when_it_is_empty(cast: Cast) -> None:
    html = html_of(cast.manager)
    for words in (
        "No itinerary begins within 14 days.",
        "Every booking is connected",
        "No open itinerary is assigned to you.",
        "No file has been imported yet.",
    ):
        assert words in html


def test_bookings_that_wait_for_a_connection_are_listed(cast: Cast) -> None:
    customer = ann(cast)
    journey = trip(cast, "Lisbon", days=60, number=1)
    booking(cast, customer, 7001)
    booking(cast, customer, 7002, itinerary=journey)
    booking(cast, customer, 7003, status=BookingStatus.CANCELLED)
    html = html_of(cast.advisor)
    assert 'href="/bookings/7001/"' in html
    assert "7002" not in html
    assert "7003" not in html
    assert "EUR 123.45" in html


def test_departures_say_what_is_missing(cast: Cast) -> None:
    trip(cast, "Soon and bare", days=3, number=1, is_mine=False)
    ready = trip(cast, "Soon and booked", days=4, number=2)
    trip(cast, "Far away", days=30, number=3, is_mine=False)
    booking(cast, ann(cast), 7001, itinerary=ready)
    html = html_of(cast.manager)
    assert "Nobody linked, nothing booked, no assignee" in html
    assert "Soon and booked" in html
    assert "Far away" not in html


def test_my_itineraries_are_mine_and_open(cast: Cast) -> None:
    trip(cast, "Mine", days=90, number=1)
    trip(cast, "Nobody's", days=90, number=2, is_mine=False)
    html = html_of(cast.advisor)
    assert "Mine" in html
    assert "Nobody" not in html
    assert "Mine" not in html_of(cast.manager)


def test_imports_are_for_those_who_run_them(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        ImportRun.objects.create(
            file_name="guests.csv", state=RunState.FINISHED, done_count=3, refused_count=1
        )
    assert "guests.csv" in html_of(cast.manager)
    assert "3 done, 1 refused" in html_of(cast.manager)
    assert "guests.csv" not in html_of(cast.advisor)


@pytest.mark.parametrize("module", ["itineraries", "bookings", "stays", "imports"])
def test_a_module_that_is_off_leaves_no_trace(cast: Cast, module: str) -> None:
    with change_set(by=cast.administrator, operation="test", summary="Off"):
        Module.objects.filter(code=module).update(is_on=False)
    html = html_of(cast.manager)
    assert f'href="/{module}/' not in html


def test_queries_do_not_grow_with_the_rows(cast: Cast) -> None:
    def count() -> int:
        client = client_for(cast.manager)
        client.get("/")
        with CaptureQueriesContext(connection) as found:
            client.get("/")
        return len(found)

    customer = ann(cast)
    booking(cast, customer, 7001)
    trip(cast, "One", days=3, number=1)
    few = count()
    for number in range(2, 6):
        booking(cast, customer, 7000 + number)
        trip(cast, f"Trip {number}", days=3, number=number)
    assert count() == few
    assert few <= 34
