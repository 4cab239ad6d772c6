"""Lines on the booking's page, the totals beside a customer, and the bookings behind them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import restrict
from tests.bookings import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.bookings import counting, lines, operations, queries
from wayfolk.bookings.line_rules import LineData, PickupData
from wayfolk.bookings.models import Booking, LineCategory, PickupPoint
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.money import Money, format_money
from wayfolk.staff.rules import Actor, FieldAccess
from wayfolk.web.bookings import totals_panel

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "booking-price"}


def category(code: str) -> UUID:
    return LineCategory.objects.get(code=code).id


def priced(by: Actor, ann: Customer, *parts: tuple[str, int], **fields: Any) -> Booking:
    booking = making.booking(by, ann, **fields)
    with tenancy.scope(by.organization_id):
        for kind, amount in parts:
            data = LineData(
                {"category_id": category(kind), "amount_minor": amount, "cost_minor": 100}
            )
            operations.add_line(booking.id, data, by=by)
    return booking


@pytest.fixture
def ann(cast: Cast) -> Customer:
    """A customer with bookings of every kind, in three currencies."""
    by = cast.manager
    customer = making.customer(by)
    abroad = {"currency": "NOK", "exchange_rate": Decimal("0.08654321")}
    yen = {"currency": "JPY", "exchange_rate": Decimal("0.00612345")}
    parts = [(kind, 777) for kind in ("insurance", "transfer", "fee", "supplement", "pickup")]
    making.booking(by, customer, total_minor=12_345, cost_minor=10_000, infants=1)
    priced(by, customer, *parts, ("discount", -333), ("other", 55), total_minor=10_001, **abroad)
    priced(by, customer, ("insurance", 777), total_minor=33_333, departs_on=date(2025, 3, 1), **yen)
    making.booking(by, customer, total_minor=500, adults=0, children=0, cost_minor=None)
    making.booking(by, customer, status="cancelled", total_minor=9_999)
    making.booking(by, customer, status="waitlisted")
    making.booking(by, customer, status="place_found")
    priced(by, making.customer(by, "Bo"), *parts)
    return customer


@pytest.mark.parametrize("code", counting.FIGURES)
def test_tq21_tq29_each_figure_is_the_sum_over_the_bookings_that_it_opens(
    cast: Cast, ann: Customer, code: str
) -> None:
    """D-07."""
    by = cast.manager
    with tenancy.scope(cast.organization.id):
        figure = counting.FIGURES[code]
        expected = figure.of(queries.customer_totals(ann.id, by=by))
        rows = queries.list_for_customer(ann.id, by=by)
        behind = list(counting.narrow(rows, code))
        shares = counting.shares(behind, code, by=by)
        assert sum(shares.values()) == expected
        others = [row for row in rows if row not in behind]
        assert not any(counting.shares(others, code, by=by).values())
    page = client_for(by).get(f"/bookings/?customer={ann.number}&counted={code}")
    assert {row.booking.id for row in page.context["rows"]} == {row.id for row in behind}
    assert [chip.label for chip in page.context["chips"]] == ["Customer", "Counted in"]
    words = [row.counted for row in page.context["rows"]]
    some = next(iter(shares.values()), None)
    if some is not None:
        shown = format_money(Money(some, "EUR")) if figure.is_money else f"{some:,}"
        assert shown in words


def figures(cast: Cast, ann: Customer, by: Actor) -> dict[str, Any]:
    with tenancy.scope(cast.organization.id):
        panel = totals_panel.for_customer(ann, by=by)["totals_panel"]
    return {figure.label: figure for group in panel.groups for figure in group}


def test_tq24_tq25_the_panel_shows_every_figure_with_two_queries(cast: Cast, ann: Customer) -> None:
    with CaptureQueriesContext(connection) as captured:
        shown = figures(cast, ann, cast.manager)
    read = [query["sql"] for query in captured if "bookings_" in query["sql"]]
    assert len(read) == 2  # the totals, and the trips taken
    assert list(shown) == [
        *("Total turnover", "Trips taken", "Booking numbers", "Pax number", "Inf number"),
        *("Basic", "Insurance", "Transfers", "Fees", "Discounts, supplements and others"),
        *("Pickup point total", "Discount total", "Supplement total"),
        *("Total cost", "Total profit", "Profit per PAX", "Waitlisted", "Cancelled"),
    ]
    assert shown["Booking numbers"].value == "4"
    assert shown["Waitlisted"].value == "2"
    assert shown["Total cost"].note == "not known for 1 of 4"
    assert shown["Insurance"].url == f"/bookings/?customer={ann.number}&counted=insurance"


def test_tq24_tq26_the_five_parts_add_up_to_the_turnover(cast: Cast, ann: Customer) -> None:
    with tenancy.scope(cast.organization.id):
        totals = queries.customer_totals(ann.id, by=cast.manager)
    assert totals.parts["pickup"].minor  # which is among the others
    parts = ("basic", "insurance", "transfers", "fees", "others")
    assert sum(counting.FIGURES[code].of(totals) for code in parts) == totals.turnover.minor


def test_tq26_margins_are_for_who_may_see_them(cast: Cast, ann: Customer) -> None:
    shown = figures(cast, ann, cast.advisor)
    assert "Total turnover" in shown
    assert not {"Total cost", "Total profit", "Profit per PAX"} & set(shown)
    blind = replace(cast.advisor, field_access={"booking.total": FieldAccess.HIDDEN})
    assert not {"Total turnover", "Insurance", "Total profit"} & set(figures(cast, ann, blind))
    client = client_for(cast.advisor)
    for code in ("cost", "profit", "without_cost", "nonsense"):
        page = client.get(f"/bookings/?customer={ann.number}&counted={code}")
        assert "counted" in page.context["form"].errors
        assert "EUR" not in "".join(row.counted for row in page.context["rows"])


def test_tq27_without_bookings_the_totals_are_zero_and_open_nothing(cast: Cast) -> None:
    nobody = making.customer(cast.manager)
    shown = figures(cast, nobody, cast.manager)
    assert shown["Total turnover"].value == "EUR 0.00"
    assert shown["Profit per PAX"].value == ""
    assert not any(figure.url for figure in shown.values())


def test_kp29_trips_that_are_over_are_counted_and_open_the_bookings(cast: Cast) -> None:
    by = cast.manager
    customer = making.customer(by)
    today = clock.today(by.time_zone)
    past, coming = today - timedelta(days=40), today + timedelta(days=40)
    over = making.booking(by, customer, departs_on=past, returns_on=past)
    making.booking(by, customer, departs_on=past, returns_on=past)
    making.booking(by, customer, departs_on=past, returns_on=past, status="cancelled")
    ahead = making.booking(by, customer, departs_on=coming, returns_on=coming)
    taken = figures(cast, customer, by)["Trips taken"]
    assert taken.value == "2"
    opened = client_for(by).get(taken.url).content.decode()
    assert f"/bookings/{over.number}/" in opened
    assert f"/bookings/{ahead.number}/" not in opened


def test_tq28_the_page_shows_new_totals_right_after_a_change(cast: Cast, ann: Customer) -> None:
    client = client_for(cast.manager)
    address = f"/customers/{ann.number}/"
    before = client.get(address).context["totals_panel"].groups[0][0].value
    making.booking(cast.manager, ann, total_minor=100_000)
    after = client.get(address).context["totals_panel"].groups[0][0].value
    amounts = [Decimal(value.removeprefix("EUR ").replace(",", "")) for value in (before, after)]
    assert amounts[1] - amounts[0] == 1_000
    assert re.search(r"As of \d+ \w+ \d{4}, \d\d:\d\d", client.get(address).content.decode())


def test_turnover_by_year_is_a_table_too(cast: Cast, ann: Customer) -> None:
    client = client_for(cast.manager)
    address = f"/bookings/of-customer/{ann.number}/years/"
    part = client.get(address, **HTMX)
    assert [year.year for year in part.context["years"]] == [2025, 2026]
    assert "<html" not in part.content.decode()
    assert b"<html" in client.get(address).content
    assert b"Profit" not in client_for(cast.advisor).get(address).content
    with tenancy.scope(cast.organization.id):
        restrict(cast.viewer, booking_total="hidden")
    assert client_for(cast.viewer).get(address).context["years"] == []


def test_lines_are_added_changed_and_removed_in_place(cast: Cast) -> None:
    by = cast.manager
    booking = making.booking(by, total_minor=10_000)
    client = client_for(by)
    with tenancy.scope(cast.organization.id):
        fee = str(category("fee"))
    address = f"/bookings/{booking.number}/lines/"
    assert "Save" not in client.get(address, **HTMX).content.decode()
    sent = {"category": fee, "amount": "12.50", "cost": "4", "version": booking.version}
    answer = client.post(address, sent, **HTMX)
    assert "EUR 112.50" in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        line = lines.list_lines(booking.id, by=by)[1]
        version = Booking.objects.get(id=booking.id).version
    stale = client.post(address, sent, **HTMX)
    assert stale.status_code == 422
    assert "changed by someone else" in stale.content.decode()
    sent |= {"amount": "-3", "version": version}
    refused = client.post(f"{address}{line.id}/", sent, **HTMX)
    assert "no discount" in refused.content.decode()
    sent |= {"amount": "20"}
    assert "EUR 120.00" in client.post(f"{address}{line.id}/", sent, **HTMX).content.decode()
    gone = client.post(f"{address}{line.id}/removal/", **HTMX)
    assert "EUR 120.00" not in gone.content.decode()


def test_without_scripts_a_line_has_a_page_of_its_own(cast: Cast) -> None:
    booking = making.booking(cast.manager, total_minor=10_000)
    client = client_for(cast.manager)
    address = f"/bookings/{booking.number}/lines/"
    assert b"<html" in client.get(address).content
    with tenancy.scope(cast.organization.id):
        sent = {"category": str(category("transfer")), "amount": "7", "version": booking.version}
    answer = client.post(address, sent)
    assert answer.status_code == 303
    page = client.get(f"/bookings/{booking.number}/").content.decode()
    assert "EUR 107.00" in page


def test_tq55_a_pickup_point_fills_what_is_left_empty(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        data = PickupData(
            {"code": "A1", "description": "Gate", "price_minor": 500, "cost_minor": 200}
        )
        point = operations.create_pickup_point(data, by=cast.administrator)
    booking = making.booking(cast.manager, total_minor=10_000)
    sent = {"pickup_point": str(point.id), "pax": "2", "version": booking.version}
    answer = client_for(cast.advisor).post(f"/bookings/{booking.number}/lines/", sent, **HTMX)
    assert "EUR 110.00" in answer.content.decode()
    assert "Cost" not in answer.content.decode()


def test_prices_are_for_who_may_see_them(cast: Cast) -> None:
    booking = priced(cast.manager, making.customer(cast.manager), ("fee", 4_321))
    with tenancy.scope(cast.organization.id):
        restrict(cast.viewer, booking_total="hidden")
    page = client_for(cast.viewer).get(f"/bookings/{booking.number}/").content.decode()
    assert "43.21" not in page
    assert "Basic" not in page
    assert client_for(cast.viewer).get(f"/bookings/{booking.number}/lines/").status_code == 403


def test_categories_and_pickup_points_are_settings(cast: Cast) -> None:
    client = client_for(cast.administrator)
    assert client_for(cast.manager).get("/settings/booking-lines/categories/").status_code == 403
    base = "/settings/booking-lines/"
    assert client.post(f"{base}categories/", {"name": "", "kind": "fee"}).status_code == 422
    assert client.post(f"{base}categories/", {"name": "Visa", "kind": "fee"}).status_code == 303
    with tenancy.scope(cast.organization.id):
        visa = LineCategory.objects.get(name="Visa")
    client.post(f"{base}categories/{visa.id}/", {"name": "Visa service"})
    client.post(f"{base}categories/{visa.id}/", {"retired": "yes"})
    page = client.get(f"{base}categories/").content.decode()
    assert "Visa service" in page
    assert "Retired" in page
    sent = {"code": "por1", "description": "Porto", "meets_at": "07:45", "currency": "EUR"}
    assert client.post(f"{base}pickup-points/new/", sent | {"price": "x"}).status_code == 422
    assert client.post(f"{base}pickup-points/new/", sent | {"price": "9"}).status_code == 303
    with tenancy.scope(cast.organization.id):
        point = PickupPoint.objects.get()
    assert (point.code, point.price_minor) == ("POR1", 900)
    form = client.get(f"{base}pickup-points/{point.id}/").context["form"]
    changed = {f.html_name: f.value() for f in form if f.value() is not None}
    changed |= {f.html_initial_name: f.value() for f in form if f.value() is not None}
    changed = {name: value for name, value in changed.items() if value is not False}
    changed |= {"price": "11", "version": point.version}
    assert client.post(f"{base}pickup-points/{point.id}/", changed).status_code == 303
    assert "EUR 11.00" in client.get(f"{base}pickup-points/").content.decode()
    assert client.get("/settings/").status_code == 200
