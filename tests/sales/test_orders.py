"""Catalog orders (TQ-18)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.bookings import making as booked
from tests.sales import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.sales.models import CatalogOrder, Catalogue
from wayfolk.sales.operations import lists, orders
from wayfolk.sales.rules.orders import OrderData, WrongOrderStatus


def test_an_order_goes_to_the_customers_address_unless_another_is_given(cast: Cast) -> None:
    by = cast.advisor
    known = making.customer(by)
    made = making.order(by, known)
    assert (made.number, made.recipient, made.lines, made.city) == (
        1, "Ann Holm", "Havnegade 3", "Aarhus",
    )  # fmt: skip
    other = making.order(by, known, lines="Poste restante", recipient="The Holms")
    assert (other.lines, other.city, other.recipient) == ("Poste restante", "", "The Holms")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"copies": 0}, "copies"),
        ({"channel": "pigeon"}, "channel"),
        ({"country": "ZZZ"}, "country"),
        ({"catalogue_id": None}, "catalogue_id"),
        ({"ordered_on": None}, "ordered_on"),
        ({"recipient": "x" * 201}, "recipient"),
    ],
)
def test_values_that_do_not_fit_are_refused(cast: Cast, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValues) as refused:
        making.order(cast.advisor, **fields)
    assert field in refused.value.errors


@pytest.mark.parametrize("column", ["copies = 0", "status = 'lost'", "status = 'sent'"])
def test_the_database_refuses_them_too(cast: Cast, column: str) -> None:
    by = cast.advisor
    made = making.order(by)
    with (
        pytest.raises((IntegrityError, DatabaseError)),
        change_set(by=by, operation="test", summary="Broke a rule"),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE sales_catalogorder SET {column} WHERE organization_id = %s AND id = %s",
            [by.organization_id, made.id],
        )


def test_an_order_is_sent_once_and_undo_takes_it_back(cast: Cast) -> None:
    by = cast.advisor
    made = making.order(by)
    with tenancy.scope(by.organization_id):
        sent = orders.send_order(made.id, by=by)
        assert (sent.status, sent.sent_on) == ("sent", clock.today(by.time_zone))
        for step in (orders.send_order, orders.cancel_order):
            with pytest.raises(WrongOrderStatus, match="is sent already"):
                step(made.id, by=by)
    making.undo_last(by)
    with tenancy.scope(by.organization_id):
        assert CatalogOrder.objects.get(id=made.id).status == "ordered"
        assert orders.cancel_order(made.id, by=by).status == "cancelled"


def test_changes_are_checked_and_a_second_saver_is_told(cast: Cast) -> None:
    by = cast.advisor
    made = making.order(by)
    tomorrow = clock.today(by.time_zone) + timedelta(days=1)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="a day to come"):
            orders.update_order(made.id, OrderData({"ordered_on": tomorrow}), by=by)
        assert orders.update_order(made.id, OrderData({"copies": 3}), by=by).copies == 3
        with pytest.raises(orders.StaleOrder):
            orders.update_order(made.id, OrderData({"copies": 4}), by=by, version=1)
        for actor in (cast.viewer, booked.without_module(by, "catalogs")):
            with pytest.raises(NotAllowed):
                orders.update_order(made.id, OrderData({"copies": 5}), by=actor)


def test_a_closed_catalogue_cannot_be_ordered_any_more(cast: Cast) -> None:
    by = cast.advisor
    with tenancy.scope(by.organization_id):
        entry = Catalogue.objects.get()
        lists.set_closed(Catalogue, entry.id, True, by=cast.administrator)
    with pytest.raises(InvalidValues, match="no such catalogue"):
        making.order(by, catalogue_id=entry.id)
