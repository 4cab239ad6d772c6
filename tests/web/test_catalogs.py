"""The pages of catalog orders (TQ-18)."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import restrict
from tests.sales import making
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, switch_off
from tests.web.test_partners import text_of
from tests.world import Cast
from wayfolk.kit import tenancy
from wayfolk.sales.models import CatalogOrder, Catalogue
from wayfolk.staff.rules import Actor


def values(by: Actor, number: int, **changed: Any) -> dict[str, Any]:
    """What a browser sends for a new order."""
    with tenancy.scope(by.organization_id):
        catalogue = Catalogue.objects.get().id
    return {
        "customer": number, "catalogue": str(catalogue), "copies": "2",
        "ordered_on": "2026-05-04", "channel": "phone", "recipient": "", "lines": "",
        "postcode": "", "city": "", "country": "", "notes": "", **changed,
    }  # fmt: skip


def stored(by: Actor) -> CatalogOrder:
    with tenancy.scope(by.organization_id):
        return CatalogOrder.objects.get()


def test_an_order_is_made_changed_posted_and_listed(cast: Cast) -> None:
    by = cast.advisor
    client, known = client_for(by), making.customer(by)
    chosen = client.get(f"/catalog-orders/new/?customer={known.number}").context["form"]
    assert chosen["lines"].value() == "Havnegade 3"
    refused = client.post("/catalog-orders/new/", values(by, known.number, copies="0"))
    assert refused.status_code == 422
    assert "no number of copies" in refused.context["form"].errors["copies"][0]
    response = client.post("/catalog-orders/new/", values(by, known.number))
    assert response.status_code == 303
    made = stored(by)
    assert (made.city, made.recipient, made.copies) == ("Aarhus", "Ann Holm", 2)
    page = f"/catalog-orders/{made.number}/"
    form = client.get(page).context["form"]
    filled = [f for f in form if f.value() is not None]
    sent = {f.html_name: f.value() for f in filled}
    sent |= {f.html_initial_name: f.value() for f in filled}
    assert client.post(page, {**sent, "copies": "5", "version": "1"}).status_code == 303
    assert client.post(page, {**sent, "copies": "6", "version": "1"}).status_code == 409
    assert client.post(f"{page}sending/").status_code == 303
    assert (stored(by).status, stored(by).copies) == ("sent", 5)
    assert client.post(f"{page}cancellation/").status_code == 422
    listed = text_of(client, "/catalog-orders/?status=sent")
    assert "8000" not in listed
    assert "Aarhus" in listed
    assert "hides 1 catalog order." in text_of(client, "/catalog-orders/?status=cancelled")
    assert "not a number" in text_of(client, "/catalog-orders/?q=abc")


def test_tq_18_the_section_of_a_customer_shows_where_in_use_and_permitted(cast: Cast) -> None:
    by = cast.advisor
    client, known = client_for(by), making.customer(by)
    made = making.order(by, known)
    address = f"/catalog-orders/of-customer/{known.number}/"
    assert address in text_of(client, f"/customers/{known.number}/")
    part = text_of(client, address, **HTMX)
    assert "<html" not in part
    assert f"/catalog-orders/{made.number}/" in part
    assert f"/catalog-orders/new/?customer={known.number}" in part
    switch_off(by, "catalogs")
    assert address not in text_of(client, f"/customers/{known.number}/")
    assert client.get(address).status_code == 403


def test_hidden_addresses_are_nowhere_and_viewers_only_read(cast: Cast) -> None:
    made = making.order(cast.advisor)
    viewer = client_for(cast.viewer)
    page = f"/catalog-orders/{made.number}/"
    assert "Update</button>" not in text_of(viewer, page)
    assert viewer.post(page, {}).status_code == 403
    restrict(cast.viewer, customer_address="hidden")
    for address in (page, "/catalog-orders/", f"{page}history/"):
        shown = text_of(viewer, address)
        assert "Havnegade" not in shown
        assert "Aarhus" not in shown


def test_the_lists_take_the_same_number_of_queries_however_long_they_are(cast: Cast) -> None:
    by = cast.advisor
    client, known = client_for(by), making.customer(by)
    addresses = ("/catalog-orders/", f"/catalog-orders/of-customer/{known.number}/")

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(client, address)
        return len(captured)

    making.order(by, known)
    assert all(count(address) for address in addresses)  # what is remembered is asked once
    few = [count(address) for address in addresses]
    for _ in range(4):
        making.order(by, known)
    assert [count(address) for address in addresses] == few
