"""Offers: statuses, money, conversion (TQ-50, TQ-53, TQ-29, decision 7)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.bookings import making as booked
from tests.sales import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.customers import operations as customers
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed
from wayfolk.sales.models import Offer
from wayfolk.sales.operations import converting, offers, sending
from wayfolk.sales.operations.converting import Buyer, Conversion
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.queries.offers import OfferFilters
from wayfolk.sales.rules.offers import STATUSES, OfferData, WrongStatus, require_step
from wayfolk.staff.rules import Actor, FieldAccess


def today(by: Actor) -> date:
    return clock.today(by.time_zone)


def test_tq_50_a_new_offer_is_unsent_with_number_author_and_assignee(cast: Cast) -> None:
    by = cast.advisor
    first, second = making.offer(by), making.offer(by)
    assert second.number == first.number + 1
    assert (first.status, first.kind, first.currency) == ("unsent", "request", "EUR")
    assert first.created_by_id == first.assignee_id == by.author_id


def test_tq_53_each_kind_has_its_own_range_and_no_number_is_given_twice(cast: Cast) -> None:
    by = cast.advisor
    first = making.offer(by)
    booked.booking(by)
    making.undo_last(by)
    making.order(by)
    second = making.offer(by)
    making.undo_last(by)
    third = making.offer(by)
    assert [offer.number for offer in (first, second, third)] == [1, 2, 3]
    assert booked.booking(by).number == 2


def test_tq_50_an_offeree_need_not_be_a_customer(cast: Cast) -> None:
    by = cast.advisor
    made = making.offer(by, offeree_name="Lena Brandt", offeree_email="lena@example.com")
    assert made.customer_id is None
    assert made.addressee == "Lena Brandt"
    with tenancy.scope(by.organization_id):
        assert not Customer.objects.exists()
        with pytest.raises(InvalidValues) as refused:
            offers.create_offer(OfferData({"title": "A week"}), by=by)
    assert "whom the offer is for" in refused.value.errors["customer_id"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"returns_on": making.DEPARTURE - timedelta(days=1)}, "returns_on", "before the dep"),
        ({"adults": -1}, "adults", "-1 is no number of adults"),
        ({"currency": "EURO"}, "currency", "not a currency code"),
        ({"price_minor": -5}, "price_minor", "below zero"),
        ({"price_minor": 10**16}, "price_minor", "out of range"),
        ({"currency": "USD", "exchange_rate": Decimal(0)}, "exchange_rate", "cannot be used"),
        ({"exchange_rate": Decimal(2)}, "exchange_rate", "own currency"),
        ({"kind": "gift"}, "kind", "is no type"),
        ({"customer_type": "alien"}, "customer_type", "is no customer type"),
        ({"offeree_email": "nobody"}, "offeree_email", "not an email address"),
        ({"title": " "}, "title", "title is missing"),
    ],
)
def test_values_that_do_not_fit_are_refused_in_words(
    cast: Cast, fields: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidValues) as refused:
        making.offer(cast.advisor, **fields)
    assert words in refused.value.errors[field]
    with tenancy.scope(cast.organization.id):
        assert not Offer.objects.exists()


@pytest.mark.parametrize(
    "column",
    [
        "returns_on = departs_on - 1",
        "price_minor = -1",
        "exchange_rate = 0",
        "status = 'lost'",
        "status = 'sold'",
        "status = 'closed'",
        "status = 'available'",
        "sent_on = current_date",
        "kind = 'gift'",
        "adults = -1",
        "customer_id = NULL",
    ],
)
def test_the_database_refuses_them_too(cast: Cast, column: str) -> None:
    by = cast.advisor
    made = making.offer(by)
    with (
        pytest.raises((IntegrityError, DatabaseError)),
        change_set(by=by, operation="test", summary="Broke a rule"),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE sales_offer SET {column} WHERE organization_id = %s AND id = %s",
            [by.organization_id, made.id],
        )


def test_the_steps_of_an_offers_life_are_a_table() -> None:
    allowed = {
        (status, step)
        for status in STATUSES
        for step in ("send", "convert", "close", "reopen")
        if not _is_refused(status, step)
    }
    assert allowed == {
        ("unsent", "send"), ("available", "send"),
        ("unsent", "convert"), ("available", "convert"),
        ("unsent", "close"), ("available", "close"), ("expired", "close"),
        ("closed", "reopen"),
    }  # fmt: skip


def _is_refused(status: str, step: str) -> bool:
    try:
        require_step(status, step, number=1)
    except WrongStatus:
        return True
    return False


def test_tq_50_an_offer_expires_after_its_last_day_and_another_date_revives_it(cast: Cast) -> None:
    by = cast.advisor
    made = making.sent(by, valid_until=today(by))
    with tenancy.scope(by.organization_id):
        assert offers.expire_offers(today(by), by=by) == 0
        assert offers.expire_offers(today(by) + timedelta(days=1), by=by) == 1
        assert offers.expire_offers(today(by) + timedelta(days=1), by=by) == 0
        assert making.stored(made.id, by).status == "expired"
        with pytest.raises(WrongStatus, match="another date under “Valid until”"):
            converting.convert_offer(made.id, by=by)
        later = OfferData({"valid_until": today(by) + timedelta(days=9)})
        assert offers.update_offer(made.id, later, by=by).status == "available"
        over = OfferData({"valid_until": today(by) - timedelta(days=1)})
        assert offers.update_offer(made.id, over, by=by).status == "expired"


def test_tq_50_closing_needs_a_reason_of_the_list_and_can_be_taken_back(cast: Cast) -> None:
    by = cast.advisor
    made = making.sent(by)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="choose a reason"):
            offers.close_offer(made.id, None, by=by)
        closed = offers.close_offer(made.id, making.reason(by), by=by)
        assert (closed.status, closed.close_reason.label) == ("closed", "Too expensive")
        with pytest.raises(WrongStatus, match="Open it again first"):
            converting.convert_offer(made.id, by=by)
        assert offers.reopen_offer(made.id, by=by).status == "available"
    making.undo_last(by)
    assert making.stored(made.id, by).status == "closed"


def test_an_offer_becomes_one_booking_and_undo_takes_both_back(cast: Cast) -> None:
    by = cast.advisor
    made = making.sent(by, infants=1, resort="Lagos")
    with tenancy.scope(by.organization_id):
        booking = converting.convert_offer(made.id, by=by)
        assert (booking.product, booking.departs_on, booking.total_minor, booking.infants) == (
            "A week in the Algarve", making.DEPARTURE, 184_000, 1,
        )  # fmt: skip
        assert (booking.hotel, booking.resort, booking.customer_id) == (
            "Hotel Azul", "Lagos", made.customer_id,
        )  # fmt: skip
        with pytest.raises(WrongStatus, match="It is a booking already"):
            converting.convert_offer(made.id, by=by)
    sold = making.stored(made.id, by)
    assert (sold.status, sold.booking_id) == ("sold", booking.id)
    assert {r.state for r in making.reminders(made.id, by)} == {"cancelled"}
    making.undo_last(by)
    back = making.stored(made.id, by)
    assert (back.status, back.booking_id) == ("available", None)
    assert {r.state for r in making.reminders(made.id, by)} == {"planned"}
    with tenancy.scope(by.organization_id):
        assert not Booking.objects.exists()


def test_an_offeree_becomes_a_customer_with_the_conversion_and_goes_with_its_undo(
    cast: Cast,
) -> None:
    by = cast.advisor
    made = making.offer(
        by, offeree_name="Lena Maria Brandt", offeree_email="lena@example.com",
        offeree_phone="+49 30 1234567",
    )  # fmt: skip
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="is no customer yet"):
            converting.convert_offer(made.id, by=by)
        buyer = Buyer(new=converting.proposed_customer(made))
        wish = Conversion(buyer, {"status": "waitlisted", "total_minor": 190_000})
        booking = converting.convert_offer(made.id, wish, by=by)
        buyer_record = Customer.objects.get(id=booking.customer_id)
        assert (buyer_record.given_name, buyer_record.family_name) == ("Lena Maria", "Brandt")
        assert (booking.status, booking.total_minor) == ("waitlisted", 190_000)
        assert booking.contact_phone == "+49 30 1234567"
    making.undo_last(by)
    with tenancy.scope(by.organization_id):
        assert not Customer.objects.exists()
        assert not Booking.objects.exists()
    assert making.stored(made.id, by).status == "unsent"


def test_an_offeree_is_linked_to_an_existing_customer(cast: Cast) -> None:
    by = cast.advisor
    known = making.customer(by)
    made = making.offer(by, offeree_name="Ann H.")
    with tenancy.scope(by.organization_id):
        converting.link_customer(made.id, Buyer(customer_id=known.id), by=by)
    assert making.stored(made.id, by).addressee == "Ann Holm"
    making.undo_last(by)
    assert making.stored(made.id, by).addressee == "Ann H."


def test_tq_29_offers_are_in_no_total(cast: Cast) -> None:
    by = cast.manager
    known = making.customer(by)
    for _ in range(2):
        made = making.offer(by, known)
    with tenancy.scope(by.organization_id):
        assert booking_queries.customer_totals(known.id, by=by).turnover.minor == 0
        converting.convert_offer(made.id, by=by)
        assert booking_queries.customer_totals(known.id, by=by).turnover.minor == 184_000


def test_a_second_saver_is_told(cast: Cast) -> None:
    by = cast.advisor
    made = making.offer(by)
    with tenancy.scope(by.organization_id):
        offers.update_offer(made.id, OfferData({"hotel": "Other"}), by=by, version=1)
        with pytest.raises(offers.StaleOffer):
            offers.update_offer(made.id, OfferData({"hotel": "Third"}), by=by, version=1)
        with pytest.raises(InvalidValues, match="give the price"):
            offers.update_offer(
                made.id, OfferData({"currency": "USD", "exchange_rate": Decimal(2)}), by=by
            )


def test_rights_are_asked_first(cast: Cast, restricted: Callable[..., Actor]) -> None:
    by = cast.advisor
    made = making.offer(by)
    with tenancy.scope(by.organization_id):
        for actor in (cast.viewer, booked.without_module(by, "offers")):
            with pytest.raises(NotAllowed):
                offers.update_offer(made.id, OfferData({"hotel": "X"}), by=actor)
        blind = restricted(by, **{"offer.price": FieldAccess.HIDDEN})
        with pytest.raises(NotAllowed, match="may not change price"):
            offers.update_offer(made.id, OfferData({"price_minor": 1}), by=blind)
        with pytest.raises(NotAllowed, match="may not see the price"):
            converting.convert_offer(made.id, by=blind)
        assert "1,840" not in sending.propose_message(made, by=blind).body


def test_offers_are_found_by_words_number_and_filters(cast: Cast) -> None:
    by = cast.advisor
    week = making.offer(by, follow_up_on=today(by))
    walk = making.sent(
        by,
        title="Douro wine walk",
        offeree_name="Lena Brandt",
        offeree_email="l@x.de",
    )

    def found(**narrowed: Any) -> list[int]:
        with tenancy.scope(by.organization_id):
            rows = queries.list_offers(OfferFilters(**narrowed), by=by)
            return sorted(rows.values_list("number", flat=True))

    assert found(text="wine") == found(text="brandt lena") == [walk.number]
    assert found(text=str(week.number)) == [week.number]
    assert found(status="available") == [walk.number]
    assert found(due_by=today(by)) == [week.number]
    assert found(customer_id=week.customer_id, text="algarve") == [week.number]
    assert found(text="nothing") == []


def test_deleting_a_customer_stops_reminders_and_undo_starts_them_again(cast: Cast) -> None:
    by = cast.manager
    known = making.customer(by)
    made = making.sent(by, known)
    waiting = making.order(by, known)
    with tenancy.scope(by.organization_id):
        customers.delete_customer(known.id, by=by)
    assert {r.state for r in making.reminders(made.id, by)} == {"cancelled"}
    with tenancy.scope(by.organization_id):
        waiting.refresh_from_db()
        assert waiting.status == "cancelled"
        with pytest.raises(InvalidValues, match="no such customer"):
            converting.convert_offer(made.id, by=by)
    making.undo_last(by)
    assert {r.state for r in making.reminders(made.id, by)} == {"planned"}


def test_sending_an_offer_that_is_over_is_refused(cast: Cast) -> None:
    by = cast.advisor
    made = making.offer(by, valid_until=today(by) - timedelta(days=1))
    with tenancy.scope(by.organization_id), pytest.raises(InvalidValue, match="later date"):
        sending.send_offer(made.id, sending.propose_message(made, by=by), by=by)


def test_a_new_customer_may_be_refused_and_nothing_is_left(cast: Cast) -> None:
    by = cast.advisor
    made = making.offer(by, offeree_name="Lena")
    nobody = Buyer(new=CustomerData(fields={"given_name": ""}))
    with tenancy.scope(by.organization_id), pytest.raises(InvalidValues):
        converting.convert_offer(made.id, Conversion(nobody), by=by)
    assert making.stored(made.id, by).status == "unsent"
