"""Brands on the pages (TQ-46, TQ-50, TQ-51, TQ-53); nothing of them while there is only one."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.bookings import making
from tests.sales import making as sales
from tests.service import making as service
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.kit import tenancy
from wayfolk.organization import brands
from wayfolk.organization.models import Brand, NumberRange
from wayfolk.sales.models import BrandReminders, Offer
from wayfolk.service.models import ServiceCase

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def client(cast: Cast) -> Client:
    return client_for(cast.administrator)


@pytest.fixture
def sunny(cast: Cast) -> Brand:
    with tenancy.scope(cast.organization.id):
        made = brands.create_brand("Sunny Days", "SUN", by=cast.administrator)
        brands.add_range(made.id, "booking", 100_000, 199_999, by=cast.administrator)
        return made


def _shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def _facts(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_tq50_pages_show_nothing_of_brands_while_there_is_one(cast: Cast, client: Client) -> None:
    booking, offer = making.booking(cast.manager), sales.offer(cast.manager)
    for path in (
        *("/bookings/", "/bookings/new/", f"/bookings/{booking.number}/"),
        *("/offers/", "/offers/new/", f"/offers/{offer.number}/"),
        *("/cases/new/", f"/bookings/{booking.number}/edit/"),
    ):
        page = _shown(client, path)
        assert not re.search(r"\bBrand\b", page), path
        assert 'name="brand"' not in page, path
    listed = _shown(client, "/settings/brands/")
    assert cast.organization.name in listed
    assert "nothing about brands is shown anywhere else" in listed


def test_tq50_a_booking_is_made_of_a_brand_and_shows_it(
    cast: Cast, client: Client, sunny: Brand
) -> None:
    customer = making.customer(cast.manager)
    form = _shown(client, "/bookings/new/")
    assert f'<option value="{sunny.id}">Sunny Days</option>' in form
    sent = {
        "brand": str(sunny.id), "customer": customer.number, "product": "Walk", "adults": 1,
        "status": "confirmed", "booked_on": "2026-05-01", "children": 0, "infants": 0,
        "currency": "EUR",
    }  # fmt: skip
    assert client.post("/bookings/new/", sent).status_code == 303
    with tenancy.scope(cast.organization.id):
        booking = Booking.objects.get()
    assert (booking.brand_id, booking.number) == (sunny.id, 100_000)
    assert "Brand Sunny Days" in _facts(_shown(client, "/bookings/100000/"))
    assert 'name="brand"' not in _shown(client, "/bookings/100000/edit/")
    wrong = client.post("/bookings/new/", {**sent, "brand": "nonsense"})
    assert wrong.status_code == 422


def test_tq50_lists_have_the_brand_as_column_and_filter(
    cast: Cast, client: Client, sunny: Brand
) -> None:
    making.booking(cast.manager, product="Spa day")
    making.booking(cast.manager, product="Long walk", brand_id=sunny.id)
    sales.offer(cast.manager, title="Quiet week")
    sales.offer(cast.manager, title="Loud week", brand_id=sunny.id)
    with tenancy.scope(cast.organization.id):
        first = brands.list_brands()[0]
    for path, of_first, of_sunny in (
        ("/bookings/", "Spa day", "Long walk"),
        ("/offers/", "Quiet week", "Loud week"),
    ):
        everything = _shown(client, path)
        assert of_first in everything
        assert of_sunny in everything
        assert 'title="Sunny Days"' in everything
        narrowed = _shown(client, f"{path}?brand=SUN")
        assert of_sunny in narrowed
        assert of_first not in narrowed
        narrowed = _shown(client, f"{path}?brand={first.code}")
        assert of_first in narrowed
        assert of_sunny not in narrowed
        assert "could not be read" in _shown(client, f"{path}?brand=NONE")


def test_tq50_an_offer_is_made_of_a_brand_and_its_booking_too(
    cast: Cast, client: Client, sunny: Brand
) -> None:
    customer = making.customer(cast.manager)
    sent = {
        "brand": str(sunny.id), "customer": customer.number, "title": "Walk", "kind": "request",
        "adults": 1, "children": 0, "infants": 0, "currency": "EUR",
    }  # fmt: skip
    assert client.post("/offers/new/", sent).status_code == 303
    with tenancy.scope(cast.organization.id):
        offer = Offer.objects.get()
    assert offer.brand_id == sunny.id
    assert "Brand Sunny Days" in _facts(_shown(client, f"/offers/{offer.number}/"))


def _case(cast: Cast, number: int, brand: str) -> dict[str, Any]:
    return {
        "brand": brand, "booking": str(number), "kind": "request", "status": "new",
        "reasons": [service.reason(cast.manager).id], "opened_on": "2026-06-20",
        "compensation_currency": "EUR",
    }  # fmt: skip


def test_tq46_a_case_is_opened_from_brand_and_booking_number(
    cast: Cast, client: Client, sunny: Brand
) -> None:
    booking = making.booking(cast.manager, brand_id=sunny.id)
    other = making.booking(cast.manager)
    assert 'name="brand"' in _shown(client, "/cases/new/")
    assert 'name="brand"' not in _shown(client, f"/cases/new/?booking={booking.number}")
    refused = client.post("/cases/new/", _case(cast, other.number, "SUN"))
    assert refused.status_code == 422
    assert f"Booking {other.number} is of {cast.organization.name}, not of Sunny Days" in (
        refused.content.decode().replace("&#x27;", "'")
    )
    for brand in ("SUN", ""):
        answer = client.post("/cases/new/", _case(cast, booking.number, brand))
        assert answer.status_code == 303
    with tenancy.scope(cast.organization.id):
        case = ServiceCase.objects.order_by("number").first()
    assert case is not None
    assert "Brand Sunny Days" in _facts(_shown(client, f"/cases/{case.number}/"))


def test_tq53_settings_create_rename_and_switch_off_a_brand(cast: Cast, client: Client) -> None:
    refused = client.post("/settings/brands/", {"name": "", "code": "S U N"})
    assert refused.status_code == 422
    assert "2 to 8 letters or digits" in refused.content.decode()
    made = client.post("/settings/brands/", {"name": "Sunny Days", "code": "sun"})
    assert made["Location"] == "/settings/brands/"
    renamed = client.post("/settings/brands/SUN/name", {"name": "Sunnier", "code": "SUN2"})
    assert renamed["Location"] == "/settings/brands/SUN2/"
    client.post("/settings/brands/SUN2/use", {"active": "no"})
    page = _shown(client, "/settings/brands/SUN2/")
    assert "Switched off" in page
    assert "Switch on" in page
    assert 'name="brand"' not in _shown(client, "/bookings/new/")
    assert client.get("/settings/brands/GONE/").status_code == 404


def test_tq53_settings_add_ranges_and_say_which_meet(
    cast: Cast, client: Client, sunny: Brand
) -> None:
    with tenancy.scope(cast.organization.id):
        first = brands.list_brands()[0]
    path = f"/settings/brands/{first.code}/ranges"
    met = client.post(path, {"kind": "booking", "first": "150000", "last": "250000"})
    assert met.status_code == 422
    assert "meets the range 100000 to 199999 of Sunny Days" in met.content.decode()
    added = client.post(path, {"kind": "booking", "first": "200000", "last": "250000"})
    assert added["Location"] == f"/settings/brands/{first.code}/"
    with tenancy.scope(cast.organization.id):
        found = NumberRange.objects.get(first=200_000)
    client.post(f"{path}/{found.id}/removal")
    with tenancy.scope(cast.organization.id):
        assert not NumberRange.objects.filter(id=found.id).exists()
        used = NumberRange.objects.get(first=100_000)
    making.booking(cast.manager, brand_id=sunny.id)
    assert "/removal" not in _shown(client, "/settings/brands/SUN/")
    client.post(f"/settings/brands/SUN/ranges/{used.id}/removal")
    assert "Numbers up to 100000" in _shown(client, "/settings/brands/SUN/")


def test_tq51_settings_keep_the_reminder_days_of_a_brand(
    cast: Cast, client: Client, sunny: Brand
) -> None:
    path = "/settings/brands/SUN/reminders"
    assert client.post(path, {"reminder_days": "3,soon"}).status_code == 422
    client.post(path, {"reminder_days": "10, 2"})
    with tenancy.scope(cast.organization.id):
        assert BrandReminders.objects.get().days == "2,10"
    assert 'value="2,10"' in _shown(client, "/settings/brands/SUN/")
    client.post(path, {"reminder_days": "never"})
    assert 'value="never"' in _shown(client, "/settings/brands/SUN/")


def test_brands_are_the_administrators(cast: Cast, sunny: Brand) -> None:
    manager = client_for(cast.manager)
    assert manager.get("/settings/brands/").status_code == 403
    assert manager.post("/settings/brands/SUN/use", {"active": "no"}).status_code == 403
    assert "/settings/brands/" not in _shown(manager, "/settings/")
    outsider = client_for(cast.outsider)
    assert outsider.get("/settings/brands/SUN/").status_code == 404
