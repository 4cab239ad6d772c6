"""The section Passengers of a booking's page, and the settings of ages (KP-11, KP-15, KP-18)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings import making, travelling
from tests.bookings.travelling import booked, family, in_words
from tests.households.making import household, person
from tests.web.signed_in import client_for
from tests.web.test_bookings import set_field
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.kit import tenancy
from wayfolk.passengers import queries

SECTION = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "booking-passengers"}


def section(client: Client, booking: Booking) -> str:
    """The section of the page, without the rest."""
    text = client.get(f"/bookings/{booking.number}/").content.decode()
    begin = text.index('id="booking-passengers"')
    return text[begin : text.index("</details>", begin)]


def post(client: Client, booking: Booking, path: str, **sent: Any) -> Any:
    return client.post(f"/bookings/{booking.number}/passengers/{path}", sent, **SECTION)


def test_kp18_a_household_joins_with_one_click(cast: Cast) -> None:
    people = family(cast)
    names = ("anna", "bent", "emil")
    household(cast, *zip((people[n] for n in names), ("head", "partner", "child"), strict=True))
    booking = making.booking(cast.advisor, people["anna"], departs_on=travelling.DEPARTURE)
    client = client_for(cast.advisor)
    page = section(client, booking)
    assert "0 of 2 named" in page
    everybody = ",".join(str(people[name].number) for name in names)
    assert f'name="customer" value="{everybody}"' in page
    answer = post(client, booking, "", customer=everybody).content.decode()
    assert answer.lstrip().startswith('<details class="card wf-section" id="booking-passengers"')
    assert "3 named, 2 booked" in answer
    assert "3 people travel on this booking now." in answer
    assert "Add with one click" not in answer
    assert in_words(cast, booking)[0] == "Anna 42 adult lead"


def test_kp18_without_javascript_one_click_is_a_post_and_a_redirect(cast: Cast) -> None:
    people = family(cast)
    booking = making.booking(cast.advisor, people["anna"])
    client = client_for(cast.advisor)
    sent = {"customer": str(people["anna"].number)}
    answer = client.post(f"/bookings/{booking.number}/passengers/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/bookings/{booking.number}/")
    assert (
        "Anna Hansen travels on this booking now."
        in client.get(answer["Location"]).content.decode()
    )


def test_kp11_lead_type_and_removal_from_the_menu(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["bent"], people["ulla"])
    client = client_for(cast.advisor)
    assert "date of birth not known" in section(client, booking)
    answer = post(client, booking, f"{people['ulla'].number}/type/", type="adult").content.decode()
    assert "Ulla Hansen travels as adult." in answer
    assert "by hand" in answer
    post(client, booking, f"{people['bent'].number}/lead/")
    answer = post(client, booking, f"{people['bent'].number}/removal/").content.decode()
    assert "Anna Hansen is the lead passenger now." in answer
    assert in_words(cast, booking) == ["Anna 42 adult lead", "Ulla adult by hand"]
    odd = post(client, booking, f"{people['ulla'].number}/type/", type="senior").content.decode()
    assert "is no passenger type" in odd
    gone = post(client, booking, f"{people['bent'].number}/lead/")
    assert gone.status_code == 404


def test_kp15_the_booked_numbers_are_taken_when_asked(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["emil"], adults=2)
    client = client_for(cast.advisor)
    page = section(client, booking)
    assert "Take the numbers from the passengers" in page
    assert "1 adult, 1 child" in page
    post(client, booking, "numbers/")
    page = client.get(f"/bookings/{booking.number}/").content.decode()
    assert "1 adults, 1 children" in page
    assert "Take the numbers from the passengers" not in page
    assert "All 2 named" in page


def test_kp18_anybody_else_is_searched_for(cast: Cast) -> None:
    people, firm = family(cast), making.customer(cast.advisor, "Zeta", "")
    booking = making.booking(cast.advisor, people["anna"])
    client = client_for(cast.advisor)
    url = f"/bookings/{booking.number}/passengers/new/"
    assert client.get(url).status_code == 200
    found = client.post(url, {"customer-query": "ulla", "find": "1"})
    assert found.status_code == 200
    assert "Ulla" in found.content.decode()
    missing = client.post(url, {"customer": ""})
    assert missing.status_code == 422
    assert "Choose the person" in missing.content.decode()
    assert client.post(url, {"customer": str(firm.number)}).status_code == 303
    assert in_words(cast, booking) == ["Zeta unknown lead"]


def test_kp18_numbers_that_are_none_are_refused_in_words(cast: Cast) -> None:
    people = family(cast)
    booking = making.booking(cast.advisor, people["anna"])
    client = client_for(cast.advisor)
    for sent in ("", "x", "999999", f"{people['anna'].number},", "1" * 40):
        answer = post(client, booking, "", customer=sent)
        assert "no customer any more" in answer.content.decode()
    assert in_words(cast, booking) == []


def test_kp15_a_hidden_birth_date_hides_age_and_computed_type(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["cora"], departs_on=date(2031, 8, 9))
    set_field(cast, "consultant", "customer.birth_on", "hidden")
    client = client_for(cast.advisor)
    page = section(client, booking)
    assert "not for your role" in page
    for secret in ("Date of birth", "1984", ">47<", "<td>Adult", "<td>Child", ">6<"):
        assert secret not in page
    assert "Take the numbers" not in page
    client.post(f"/bookings/{booking.number}/passengers/numbers/")
    refused = client.get(f"/bookings/{booking.number}/")
    assert "does not see dates of birth" in refused.content.decode()


def test_a_reader_changes_nothing(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"])
    client = client_for(cast.viewer)
    page = section(client, booking)
    assert "Anna Hansen" in page
    assert "<form" not in page
    number = people["anna"].number
    for path in ("", f"{number}/lead/", f"{number}/type/", f"{number}/removal/", "numbers/"):
        assert post(client, booking, path, customer=number).status_code == 403
    assert client.get(f"/bookings/{booking.number}/passengers/new/").status_code == 403


def test_another_organisations_booking_is_not_there(cast: Cast) -> None:
    booking = booked(cast, family(cast)["anna"])
    client = client_for(cast.outsider)
    assert post(client, booking, "", customer=1).status_code == 404


def test_the_page_asks_the_same_number_of_queries_for_one_and_for_many(cast: Cast) -> None:
    people = family(cast)
    small = booked(cast, people["anna"])
    others = [person(cast, f"P{n}", born=date(1990, 1, n + 1)) for n in range(12)]
    large = booked(cast, people["anna"], *others)
    client = client_for(cast.advisor)

    def count(booking: Booking) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/bookings/{booking.number}/")
        return len(captured)

    count(small)
    assert count(small) == count(large)


def test_kp10_a_customer_travels_on_bookings_of_others(cast: Cast) -> None:
    people = family(cast)
    booked(cast, people["anna"], people["emil"], product="Surf lesson")
    for number in range(26):
        booked(cast, people["bent"], people["emil"], product=f"Tour {number}")
    booked(cast, people["emil"], product="His own")
    client, number = client_for(cast.advisor), people["emil"].number
    url = f"/bookings/of-traveller/{number}/"
    assert url in client.get(f"/customers/{number}/").content.decode()
    first = client.get(url, HTTP_HX_REQUEST="true")
    text = first.content.decode()
    assert text.lstrip().startswith('<div id="customer-travels"')
    assert "Bent Hansen" in text
    assert "His own" not in text
    second = client.get(first.context["travels_next_url"]).content.decode()
    assert "<h1" in second
    assert "Surf lesson" in second
    nobody = client.get(f"/bookings/of-traveller/{people['ulla'].number}/").content.decode()
    assert "Travels on no booking of others" in nobody


def _ages(cast: Cast) -> list[tuple[str, int, int]]:
    with tenancy.scope(cast.organization.id):
        rows = queries.list_bands(by=cast.administrator)
        return [(row.product, row.infant_below, row.child_below) for row in rows]


def test_kp15_ages_are_set_under_settings(cast: Cast) -> None:
    client = client_for(cast.administrator)
    assert "Passenger ages" in client.get("/settings/").content.decode()
    page = client.get("/settings/passenger-ages/").content.decode()
    assert "Infant below 2, child below 12, adult from 12" in page
    sent = {"product": "Cruise", "infant_below": "1", "child_below": "18"}
    assert client.post("/settings/passenger-ages/new/", sent).status_code == 303
    assert _ages(cast) == [("Cruise", 1, 18)]
    again = client.post("/settings/passenger-ages/new/", {**sent, "product": "CRUISE"})
    assert again.status_code == 422
    assert "There are ages for “Cruise” on all days already" in again.content.decode()
    with tenancy.scope(cast.organization.id):
        band = queries.list_bands(by=cast.administrator)[0]
    url = f"/settings/passenger-ages/{band.id}/"
    assert client.get(url).status_code == 200
    changed = {**sent, "child_below": "1", "version": "1", "initial-child_below": "18"}
    wrong = client.post(url, changed)
    assert wrong.status_code == 422
    assert "Use a higher age" in wrong.content.decode()
    assert client.post(url, {**changed, "child_below": "16"}).status_code == 303
    assert _ages(cast) == [("Cruise", 1, 16)]
    assert client.post(f"{url}removal/").status_code == 303
    assert _ages(cast) == []


@pytest.mark.parametrize("sent", [{}, {"infant_below": "two", "child_below": "151"}])
def test_kp15_ages_that_are_none_are_told_at_their_fields(cast: Cast, sent: dict[str, str]) -> None:
    answer = client_for(cast.administrator).post("/settings/passenger-ages/new/", sent)
    assert answer.status_code == 422
    assert _ages(cast) == []


def test_kp15_ages_are_for_administrators(cast: Cast) -> None:
    client = client_for(cast.manager)
    assert client.get("/settings/passenger-ages/").status_code == 403
    assert "Passenger ages" not in client.get("/settings/").content.decode()
