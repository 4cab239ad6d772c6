"""Preferences on the customer's page and beside the passengers of a booking (KP-38, KP-39)."""

from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings.travelling import booked, family
from tests.households.making import person
from tests.passengers.preferring import prefers
from tests.web.signed_in import client_for
from tests.web.test_bookings import set_field
from tests.web.test_passengers import section as passengers_of
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations as preferences

HTMX = {"HTTP_HX_REQUEST": "true"}
NUTS = {"kind": "allergy", "value": "nuts", "severity": "life-threatening", "source": "said"}


def page(client: Client, customer: Customer) -> str:
    return client.get(f"/customers/{customer.number}/").content.decode()


def section(client: Client, customer: Customer) -> str:
    address = f"/customers/{customer.number}/sections/preferences/"
    return client.get(address, **HTMX).content.decode()


def new(client: Client, customer: Customer, **sent: str) -> Any:
    return client.post(f"/preferences/of-customer/{customer.number}/new/", {**NUTS, **sent})


def one(cast: Cast, customer: Customer) -> Preference:
    with tenancy.scope(cast.organization.id):
        return Preference.objects.get(customer_id=customer.id)


def edited(client: Client, preference: Preference, version: int, **sent: str) -> Any:
    """The form as it was opened, with some fields changed."""
    names = ("value", "severity", "source", "note")
    opened = {name: str(getattr(preference, name)) for name in names}
    initial = {f"initial-{name}": value for name, value in opened.items()}
    body = {**opened, **initial, "version": str(version), **sent}
    return client.post(f"/preferences/{preference.id}/", body)


def test_kp38_an_allergy_is_noted_and_stands_in_the_head_of_the_page(cast: Cast) -> None:
    anna, client = person(cast), client_for(cast.advisor)
    assert "Nothing noted" in section(client, anna)
    form = client.get(f"/preferences/of-customer/{anna.number}/new/").content.decode()
    assert '<option value="shellfish" label="Allergy">' in form
    answer = new(client, anna, note="Two pens")
    assert (answer.status_code, answer["Location"]) == (303, f"/customers/{anna.number}/")
    told = page(client, anna)
    assert "Allergy: nuts, life-threatening noted." in told
    head = told[told.index('aria-label="Warnings"') :].partition("</ul>")[0]
    assert "wf-tone-danger" in head
    assert "Allergy: nuts, life-threatening" in head
    listed = section(client, anna)
    assert "Two pens" in listed
    assert "Said by the customer" in listed
    assert "Preferred channel" in listed


def test_a_refused_form_says_why_and_keeps_what_was_written(cast: Cast) -> None:
    anna, client = person(cast), client_for(cast.advisor)
    new(client, anna)
    for sent, words in (
        ({}, "is noted as allergy already"),
        ({"kind": "diet", "value": "vegan", "severity": "mild"}, "Only allergies have a severity"),
        ({"value": " "}, "Say what it is"),
        ({"kind": ""}, "Choose what kind it is"),
    ):
        refused = new(client, anna, **sent)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    one(cast, anna)


def test_it_is_changed_removed_and_taken_back(cast: Cast) -> None:
    anna, client = person(cast), client_for(cast.advisor)
    new(client, anna)
    nuts = one(cast, anna)
    form = client.get(f"/preferences/{nuts.id}/").content.decode()
    assert "Edit allergy" in form
    assert edited(client, nuts, 1, severity="mild").status_code == 303
    assert one(cast, anna).severity == "mild"
    stale = edited(client, nuts, 1, severity="severe")
    assert stale.status_code == 409
    assert "keep-severity" in stale.content.decode()
    answer = client.post(f"/preferences/{nuts.id}/removal/")
    assert answer["Location"] == f"/customers/{anna.number}/"
    assert "Allergy: nuts" in page(client, anna)  # the notice, with its undo
    assert 'aria-label="Warnings"' not in page(client, anna)
    with tenancy.scope(cast.organization.id):
        newest = ChangeSet.objects.order_by("-started_at", "-id")[0]
    client.post(f"/changes/{newest.id}/undo")
    assert one(cast, anna).severity == "mild"


def test_kp14_a_new_booking_shows_what_its_passengers_prefer(cast: Cast) -> None:
    people = family(cast)
    prefers(cast.advisor, people["emil"], "allergy", "nuts", severity="severe", note="Two pens")
    prefers(cast.advisor, people["anna"], "diet", "vegan")
    prefers(cast.advisor, people["anna"], "room", "twin beds")
    prefers(cast.advisor, people["anna"], "communication_style", "formal")
    client = client_for(cast.advisor)
    shown = passengers_of(client, booked(cast, people["anna"], people["emil"]))
    assert "Allergy: nuts, severe" in shown
    assert "Two pens" in shown
    assert "Diet: vegan" in shown
    assert "Room: twin beds" in shown
    assert "formal" not in shown


def test_hidden_health_is_nowhere_and_the_rest_stays(cast: Cast) -> None:
    """Page, section, booking, history, form; writing it is refused too."""
    people = family(cast)
    anna = people["anna"]
    prefers(cast.advisor, anna, "allergy", "zqnuts", severity="severe", note="zqpens")
    prefers(cast.advisor, anna, "room", "quiet room")
    trip = booked(cast, anna)
    client = client_for(cast.advisor)

    def everything() -> list[str]:
        history = client.get(f"/customers/{anna.number}/history", **HTMX).content.decode()
        return [page(client, anna), section(client, anna), passengers_of(client, trip), history]

    assert [("zqnuts" in text) for text in everything()] == [True, True, True, True]
    set_field(cast, "consultant", "customer.health", "hidden")
    for text in everything():
        assert "zq" not in text
        assert "llergy" not in text.replace("allergies, diet", "")
    assert "quiet room" in section(client, anna)
    form = client.get(f"/preferences/of-customer/{anna.number}/new/").content.decode()
    assert "shellfish" not in form
    assert new(client, anna).status_code == 422
    with tenancy.scope(cast.organization.id):
        hidden = Preference.objects.get(kind="allergy")
    assert client.get(f"/preferences/{hidden.id}/").status_code == 404
    assert client.post(f"/preferences/{hidden.id}/removal/").status_code == 404
    set_field(cast, "consultant", "customer.health", "view")
    assert "zqnuts" in section(client, anna)
    assert f"/preferences/{hidden.id}/" not in section(client, anna)
    assert client.post(f"/preferences/{hidden.id}/removal/").status_code == 403


def test_who_may_only_look_gets_no_buttons(cast: Cast) -> None:
    anna = person(cast)
    nuts = prefers(cast.advisor, anna, "allergy", "nuts")
    client = client_for(cast.viewer)
    assert "nuts" in section(client, anna)
    assert "/preferences/" not in section(client, anna)
    assert new(client, anna).status_code == 403
    assert client.post(f"/preferences/{nuts.id}/removal/").status_code == 403
    assert client_for(cast.outsider).get(f"/preferences/{nuts.id}/").status_code == 404


def test_companies_have_no_such_section(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        data = CustomerData({"kind": "company", "company_name": "Azure Ltd"})
        company = operations.create_customer(data, by=cast.advisor)
    client = client_for(cast.advisor)
    address = f"/customers/{company.number}/sections/preferences/"
    assert client.get(address, **HTMX).status_code == 404
    assert 'id="preferences"' not in page(client, company)


def test_the_number_of_queries_does_not_grow_with_preferences(cast: Cast) -> None:
    people = family(cast)
    anna, trip = people["anna"], booked(cast, *people.values())
    client = client_for(cast.advisor)

    def counted() -> list[int]:
        numbers = []
        for path in (
            f"/customers/{anna.number}/",
            f"/customers/{anna.number}/sections/preferences/",
            f"/bookings/{trip.number}/",
        ):
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            numbers.append(len(captured))
        return numbers

    prefers(cast.advisor, anna, "allergy", "celery")
    before = counted()
    for each in people.values():
        for value in ("nuts", "milk", "fish"):
            prefers(cast.advisor, each, "allergy", value)
            prefers(cast.advisor, each, "diet", value)
    assert counted() == before


def test_kp27_past_trips_what_was_learned_and_special_requests_stand_on_one_page(
    cast: Cast,
) -> None:
    """And stay in the history when a preference is taken off."""
    by, anna = cast.manager, person(cast)
    booked(cast, anna, product="Fado evening", departs_on=date(2024, 5, 1))
    learned = prefers(by, anna, "room", "sea view", source="noticed")
    prefers(by, anna, "special_request", "Flowers on arrival")
    client = client_for(by)
    html = page(client, anna)
    trips = client.get(f"/customers/{anna.number}/sections/old-bookings/", **HTMX)
    assert "Fado evening" in html or "Fado evening" in trips.content.decode()
    noted = section(client, anna)
    assert "sea view" in noted
    assert "Flowers on arrival" in noted
    with tenancy.scope(cast.organization.id):
        preferences.remove_preference(learned.id, version=learned.version, by=by)
    assert "sea view" not in section(client, anna)
    history = client.get(f"/customers/{anna.number}/history", **HTMX).content.decode()
    assert "sea view" in history
