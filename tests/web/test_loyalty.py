"""The pages of bonus points, packages and extras (TQ-09, TQ-18, TQ-20)."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.bookings import making
from tests.loyalty.test_benefits import extra, package
from tests.loyalty.test_points import balance, grant
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, set_field, switch_off
from tests.web.test_partners import text_of
from tests.world import Cast
from wayfolk.kit import clock, tenancy
from wayfolk.loyalty import queries
from wayfolk.loyalty.models import EarningRule, ExtraKind, Programme
from wayfolk.web.loyalty import on_customers


def test_points_are_granted_redeemed_corrected_and_handed_on(cast: Cast) -> None:
    """TQ-09."""
    by, client = cast.advisor, client_for(cast.advisor)
    ann, bo = making.customer(by), making.customer(by, "Bo", "Lund")
    base = f"/bonus/of-customer/{ann.number}/points"
    grants = {"points": "500", "reason": "Welcome", "expires_on": ""}
    response = client.post(f"{base}/grant/", grants)
    assert response.status_code == 303
    assert "500 points granted." in text_of(client, response.headers["Location"])
    assert client.post(f"{base}/redeem/", {"points": "120", "reason": "Spa"}).status_code == 303
    assert client.post(f"{base}/correct/", {"points": "-30", "reason": "Twice"}).status_code == 303
    values = {"to": bo.number, "points": "50", "reason": ""}
    assert client.post(f"{base}/transfer/", values).status_code == 303
    assert (balance(by, ann), balance(by, bo)) == (300, 50)
    undo = making.last_change_set(by)
    client.post(reverse("changes:undo", args=[undo.id]))
    assert (balance(by, ann), balance(by, bo)) == (350, 0)


def test_refusals_stand_at_their_fields(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    ann = making.customer(by)
    grant(by, ann, 100)
    base = f"/bonus/of-customer/{ann.number}/points"
    for step, values, words in (
        ("redeem", {"points": "101", "reason": "Spa"}, "has 100 points, so 101 cannot be redeemed"),
        ("redeem", {"points": "5", "reason": ""}, "Say for what they are used."),
        ("grant", {"points": "0", "reason": "x"}, "is no number of points"),
        ("grant", {"points": "5", "reason": "x", "expires_on": "2001-01-01"}, "is over already"),
        ("grant", {"points": "1.5", "reason": "x"}, "That is not a number of points."),
        ("transfer", {"points": "5", "to": ann.number}, "Choose somebody else"),
        ("correct", {"points": "-101", "reason": "x"}, "cannot be taken back"),
    ):
        response = client.post(f"{base}/{step}/", values)
        assert response.status_code == 422, (step, values)
        assert words in response.content.decode().replace("&#x27;", "'")
    assert client.get(f"{base}/borrow/").status_code == 404


def test_tq09_the_indicator_is_one_query_and_respects_the_field(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    grant(by, ann, 1_500)
    with tenancy.scope(by.organization_id), CaptureQueriesContext(connection) as asked:
        shown = on_customers.indicators(ann, by=by)
    assert shown == [("Gained Bonus", "1,500", f"/bonus/of-customer/{ann.number}/")]
    assert len(asked) == 1
    set_field(cast, "consultant", "customer.bonus", "hidden")
    client = client_for(by)
    for address in (
        f"/bonus/of-customer/{ann.number}/",
        f"/customers/{ann.number}/",
        f"/customers/{ann.number}/history",
        "/changes/",
    ):
        assert "1,500" not in text_of(client, address), address
        assert "1500" not in text_of(client, address), address
    assert client.get(f"/bonus/of-customer/{ann.number}/points/grant/").status_code == 403


def test_tq18_a_package_is_made_edited_used_and_ended(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    ann = making.customer(by)
    with tenancy.scope(by.organization_id):
        programme = Programme.objects.get()
    values = {
        "programme": str(programme.id), "points": "200", "benefit": "", "notes": "",
        "valid_from": "2026-01-01", "valid_to": "",
    }  # fmt: skip
    address = f"/bonus/of-customer/{ann.number}/packages/new/"
    assert client.post(address, {**values, "points": ""}).status_code == 422
    assert client.post(address, {**values, "valid_to": "2025-01-01"}).status_code == 422
    assert client.post(address, values).status_code == 303
    with tenancy.scope(by.organization_id):
        (made,) = queries.list_packages(ann.id, by=by)
    opened = {f"initial-{n}": v for n, v in values.items()}
    edited = {**opened, **values, "benefit": "Massage", "version": made.version}
    assert client.post(f"/bonus/packages/{made.id}/", edited).status_code == 303
    stale = {**opened, **values, "benefit": "Sauna", "version": made.version}
    assert client.post(f"/bonus/packages/{made.id}/", stale).status_code == 409
    client.post(f"/bonus/packages/{made.id}/use/")
    assert balance(by, ann) == 200
    client.post(f"/bonus/packages/{made.id}/end/")
    page = text_of(client, f"/customers/{ann.number}/")
    assert "The package was used on" in page
    part = text_of(client, f"/bonus/of-customer/{ann.number}/", **HTMX)
    assert "Former packages" in part
    assert "Massage" in part


def test_tq20_an_extra_is_made_edited_used_and_removed(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    ann = making.customer(by)
    with tenancy.scope(by.organization_id):
        kind = ExtraKind.objects.order_by("position")[0]
    values = {
        "kind": str(kind.id), "description": "Lisbon", "quantity": "2", "notes": "",
        "valid_from": "2026-01-01", "valid_to": "",
    }  # fmt: skip
    address = f"/extras/of-customer/{ann.number}/new/"
    assert client.post(address, {**values, "kind": ""}).status_code == 422
    assert client.post(address, values).status_code == 303
    with tenancy.scope(by.organization_id):
        (made,) = queries.list_extras(ann.id, by=by)
    client.post(f"/extras/{made.id}/use/")
    part = text_of(client, f"/extras/of-customer/{ann.number}/", **HTMX)
    assert "1 of 2 left" in part
    assert "Lounge" in part
    fewer = {
        **{f"initial-{n}": v for n, v in values.items()}, **values,
        "description": "Porto", "version": made.version + 1,
    }  # fmt: skip
    assert client.post(f"/extras/{made.id}/", fewer).status_code == 303
    client.post(f"/extras/{made.id}/removal/")
    assert "No extras" in text_of(client, f"/extras/of-customer/{ann.number}/")


def test_tq20_extras_are_on_the_page_of_a_booking(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    ann = making.customer(by)
    booking = making.booking(by, ann)
    address = f"/bookings/{booking.number}/"
    assert "Extras of the travellers" not in text_of(client, address)
    extra(by, ann, description="Lounge in Lisbon")
    assert "Lounge in Lisbon" in text_of(client, address)
    with CaptureQueriesContext(connection) as few:
        text_of(client, address)
    for _ in range(3):
        extra(by, ann)
    with CaptureQueriesContext(connection) as many:
        text_of(client, address)
    assert len(few) == len(many)


def test_what_ends_soon_is_listed(cast: Cast) -> None:
    by, client = cast.advisor, client_for(cast.advisor)
    ann = making.customer(by)
    soon = clock.today(by.time_zone) + timedelta(days=5)
    assert "Nothing ends soon" in text_of(client, "/bonus/")
    package(by, ann, valid_to=soon, benefit="Free night")
    extra(by, ann, valid_to=soon, description="Window seat")
    assert "Free night" in text_of(client, "/bonus/")
    assert "Window seat" in text_of(client, "/extras/")


def rule(**changed: Any) -> dict[str, Any]:
    return {
        "is_on": "on", "from_on": "2026-01-01", "amount": "10.00", "points_per_amount": "1",
        "points_per_night": "0", "points_per_trip": "0", "months_valid": "", "version": "0",
        **changed,
    }  # fmt: skip


def test_the_settings_keep_rule_and_lists(cast: Cast) -> None:
    by, client = cast.administrator, client_for(cast.administrator)
    assert "Bonus club" in text_of(client, "/settings/bonus/")
    assert client.post("/settings/bonus/rule", rule(amount="0")).status_code == 422
    assert client.post("/settings/bonus/rule", rule()).status_code == 303
    assert client.post("/settings/bonus/rule", rule(amount="20")).status_code == 409
    with tenancy.scope(by.organization_id):
        assert EarningRule.objects.get().amount_minor == 1_000
    assert client.post("/settings/bonus/kinds/new", {"label": "Parking"}).status_code == 303
    assert client.post("/settings/bonus/kinds/new", {"label": "parking"}).status_code == 422
    with tenancy.scope(by.organization_id):
        entry = ExtraKind.objects.get(label="Parking")
    base = f"/settings/bonus/kinds/{entry.id}"
    client.post(f"{base}/name", {"label": "Valet parking"})
    client.post(f"{base}/closing", {"is_closed": "1"})
    assert "Valet parking" in text_of(client, "/settings/bonus/")
    assert client.post(f"{base}/removal").status_code == 303
    assert client.post("/settings/bonus/nothing/new", {"label": "x"}).status_code == 404
    assert client_for(cast.manager).get("/settings/bonus/").status_code == 403


def test_rights_and_module(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    viewer = client_for(cast.viewer)
    page = text_of(viewer, f"/bonus/of-customer/{ann.number}/")
    assert "Grant points" not in page
    for address in (
        f"/bonus/of-customer/{ann.number}/points/grant/",
        f"/bonus/of-customer/{ann.number}/packages/new/",
        f"/extras/of-customer/{ann.number}/new/",
    ):
        assert viewer.get(address).status_code == 403
    made = package(by, ann)
    assert client_for(cast.outsider).get(f"/bonus/packages/{made.id}/").status_code == 404
    switch_off(by, "loyalty")
    client = client_for(by)
    assert client.get("/bonus/").status_code == 403
    page = text_of(client, f"/customers/{ann.number}/")
    assert "/bonus/of-customer" not in page
    assert "/extras/of-customer" not in page
