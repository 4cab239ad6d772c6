"""Connecting bookings to stays and itineraries: TA-01 to TA-14."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import Change, ChangeSet
from wayfolk.audit.tenant import TenantModel
from wayfolk.bookings import connections as booking_connections
from wayfolk.bookings import operations, queries
from wayfolk.bookings.connections import Step
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import Connection, StaleBooking
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.kit.ids import new_id
from wayfolk.staff.rules import Actor

ASSOCIATION = {"stay_id", "itinerary_id", "version", "updated_at"}


def connect(booking: Booking, by: Actor, **target: Any) -> Booking:
    with tenancy.scope(by.organization_id):
        return operations.connect_booking(booking.id, by=by, **target)


def disconnect(booking: Booking, by: Actor) -> Booking:
    with tenancy.scope(by.organization_id):
        return operations.disconnect_booking(booking.id, by=by)


def stored(booking: Booking) -> Booking:
    with tenancy.scope(booking.organization_id):
        return Booking.objects.get(id=booking.id)


def history(booking: Booking, by: Actor) -> list[booking_connections.ConnectionChange]:
    with tenancy.scope(by.organization_id):
        return booking_connections.list_history(booking.id, by=by)


def rows_of_every_table() -> dict[str, dict[UUID, tuple[Any, ...]]]:
    """Every row of every tenant table but the change log, column by column."""
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return {
        model._meta.db_table: {
            row[0]: row for row in model.objects.values_list("id", *_columns(model))
        }
        for model in models
    }


def _columns(model: type[TenantModel]) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname not in ASSOCIATION | {"id"}]


def test_ta01_an_existing_booking_is_tied_to_an_existing_stay(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    connect(booking, cast.advisor, stay_id=stay.id)
    after = stored(booking)
    assert (after.stay_id, after.itinerary_id) == (stay.id, None)
    assert after.is_connected


def test_ta01_an_existing_booking_is_tied_to_an_existing_itinerary(cast: Cast) -> None:
    booking, itinerary = making.booking(cast.advisor), making.itinerary(cast.advisor)
    connect(booking, cast.advisor, itinerary_id=itinerary.id)
    after = stored(booking)
    assert (after.stay_id, after.itinerary_id) == (None, itinerary.id)


def test_ta07_exactly_one_target_is_chosen(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    itinerary = making.itinerary(cast.advisor)
    for target in ({}, {"stay_id": stay.id, "itinerary_id": itinerary.id}):
        with pytest.raises(InvalidValues, match="exactly one"):
            connect(booking, cast.advisor, **target)
    assert not stored(booking).is_connected


@pytest.mark.parametrize("kind", ["stay", "itinerary"])
def test_ta08_ta09_only_the_association_changes(cast: Cast, kind: str) -> None:
    making.booking(cast.advisor)
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    itinerary = making.itinerary(cast.advisor)
    target = {"stay_id": stay.id} if kind == "stay" else {"itinerary_id": itinerary.id}
    with tenancy.scope(cast.organization.id):
        before = rows_of_every_table()
        operations.connect_booking(booking.id, by=cast.advisor, **target)
        after = rows_of_every_table()
    assert sum(len(rows) for rows in before.values()) > 20
    assert {table: len(rows) for table, rows in after.items()} == {
        table: len(rows) for table, rows in before.items()
    }
    assert after == before
    with tenancy.scope(cast.organization.id):
        others = Booking.objects.exclude(id=booking.id)
        assert all(not other.is_connected and other.version == 1 for other in others)


def test_ta10_the_booking_shows_under_its_stay_and_the_stays_itinerary(cast: Cast) -> None:
    by, itinerary = cast.advisor, making.itinerary(cast.advisor)
    stay = making.stay(by)
    through_stay, direct, other = (making.booking(by, product=p) for p in ("Spa", "Bus", "Boat"))
    connect(through_stay, by, stay_id=stay.id)
    connect(direct, by, itinerary_id=itinerary.id)
    with tenancy.scope(by.organization_id):
        from wayfolk.stays import operations as stay_operations

        stay_operations.set_itinerary(stay.id, itinerary.id, by=by)
        under_stay = list(queries.list_for_stay(stay.id, by=by))
        under_itinerary = list(queries.list_for_itinerary(itinerary.id, by=by))
    assert under_stay == [through_stay]
    assert {b.product for b in under_itinerary} == {"Spa", "Bus"}
    assert other not in under_itinerary


def test_ta11_the_bookings_customer_stays_when_the_guest_is_another(cast: Cast) -> None:
    """D-06."""
    guest = making.customer(cast.advisor, "Greta")
    companion = making.customer(cast.advisor, "Carl")
    booking = making.booking(cast.advisor, companion)
    stay = making.stay(cast.advisor, guest)
    connect(booking, cast.advisor, stay_id=stay.id)
    assert stored(booking).customer_id == companion.id
    with tenancy.scope(cast.organization.id):
        stay.refresh_from_db()
    assert stay.guest_id == guest.id


def test_ta12a_a_guest_who_skipped_validation_is_connected_to_the_stay(cast: Cast) -> None:
    """The details typed at check-out made a second record; its booking joins the stay."""
    known = making.customer(cast.advisor, "Margarethe", "Lindqvist")
    typed = making.customer(cast.advisor, "Margaret", "Lindquist")
    stay = making.stay(cast.advisor, known)
    booking = making.booking(cast.advisor, typed, source="web")
    connect(booking, cast.advisor, stay_id=stay.id)
    with tenancy.scope(cast.organization.id):
        assert list(queries.list_for_stay(stay.id, by=cast.advisor)) == [booking]
    assert stored(booking).customer_id == typed.id


def test_ta12b_a_back_office_booking_made_without_validation_is_connected(cast: Cast) -> None:
    guest = making.customer(cast.advisor)
    stay = making.stay(cast.advisor, guest)
    booking = making.booking(cast.advisor, guest, source="phone")
    assert not booking.is_connected
    connect(booking, cast.manager, stay_id=stay.id)
    assert history(booking, cast.manager)[0].author_name == cast.manager.name


def test_ta12c_a_companions_spa_booking_goes_under_the_guests_stay(cast: Cast) -> None:
    guest, companion = (making.customer(cast.advisor, name) for name in ("Greta", "Carl"))
    stay = making.stay(cast.advisor, guest)
    spa = making.booking(cast.advisor, companion, product="Spa for one")
    connect(spa, cast.advisor, stay_id=stay.id)
    with tenancy.scope(cast.organization.id):
        shown = queries.list_for_stay(stay.id, by=cast.advisor).get()
        assert shown.customer.name == "Carl Holm"
        assert list(queries.list_for_customer(companion.id, by=cast.advisor)) == [spa]
        assert not queries.list_for_customer(guest.id, by=cast.advisor).exists()


def test_ta12d_a_booking_older_than_the_itinerary_is_connected(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    itinerary = making.itinerary(cast.advisor)
    assert booking.created_at < itinerary.created_at
    connect(booking, cast.advisor, itinerary_id=itinerary.id)
    with tenancy.scope(cast.organization.id):
        assert list(queries.list_for_itinerary(itinerary.id, by=cast.advisor)) == [booking]


def test_ta13_a_connected_booking_moves_and_is_disconnected(cast: Cast) -> None:
    """D-06."""
    by, booking = cast.advisor, making.booking(cast.advisor)
    wrong, right = making.stay(by), making.itinerary(by)
    connect(booking, by, stay_id=wrong.id)
    connect(booking, by, itinerary_id=right.id)
    moved = stored(booking)
    assert (moved.stay_id, moved.itinerary_id) == (None, right.id)
    disconnect(booking, by)
    assert not stored(booking).is_connected


def test_connecting_again_to_the_same_changes_nothing(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    connect(booking, cast.advisor, stay_id=stay.id)
    version, entries = stored(booking).version, len(history(booking, cast.advisor))
    connect(booking, cast.advisor, stay_id=stay.id)
    assert stored(booking).version == version
    assert len(history(booking, cast.advisor)) == entries
    disconnect(booking, cast.advisor)
    version = stored(booking).version
    disconnect(booking, cast.advisor)
    assert stored(booking).version == version


def test_ta14_the_history_says_who_when_from_what_to_what(cast: Cast) -> None:
    """D-06."""
    booking = making.booking(cast.advisor)
    stay, itinerary = making.stay(cast.advisor), making.itinerary(cast.advisor)
    connect(booking, cast.advisor, stay_id=stay.id)
    connect(booking, cast.manager, itinerary_id=itinerary.id)
    disconnect(booking, cast.administrator)
    entries = history(booking, cast.advisor)
    at_stay, at_itinerary = Connection(stay_id=stay.id), Connection(itinerary_id=itinerary.id)
    assert [(e.step, e.author_name, e.before, e.after) for e in entries] == [
        (Step.DISCONNECTED, cast.administrator.name, at_itinerary, Connection()),
        (Step.MOVED, cast.manager.name, at_stay, at_itinerary),
        (Step.CONNECTED, cast.advisor.name, Connection(), at_stay),
    ]
    assert entries[1].summary == (
        f"Moved booking {booking.number} Spa day from stay {stay.reservation_number}"
        f" (Hotel Azul) to itinerary {itinerary.trip_id} Lisbon in June"
    )
    assert entries[0].at >= entries[1].at >= entries[2].at


def test_ta14_other_edits_are_no_part_of_the_connections_history(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    connect(booking, cast.advisor, stay_id=stay.id)
    with tenancy.scope(cast.organization.id):
        data = BookingData({"product": "Massage"})
        operations.update_booking(booking.id, data, by=cast.advisor)
    (entry,) = history(booking, cast.advisor)
    assert entry.after == Connection(stay_id=stay.id)


def test_the_history_needs_its_permission(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    with pytest.raises(NotAllowed, match="history"):
        history(booking, making.without_permission(cast.advisor, "history.view"))


def _undo_last(by: Actor) -> None:
    undoing.undo_change_set(making.last_change_set(by).id, by=by)


def test_connect_move_and_disconnect_are_taken_back(cast: Cast) -> None:
    """TA-13, D-06."""
    by, booking = cast.advisor, making.booking(cast.advisor)
    stay, itinerary = making.stay(by), making.itinerary(by)
    connect(booking, by, stay_id=stay.id)
    connect(booking, by, itinerary_id=itinerary.id)
    _undo_last(by)
    assert stored(booking).stay_id == stay.id
    assert stored(booking).itinerary_id is None
    disconnect(booking, by)
    _undo_last(by)
    assert stored(booking).stay_id == stay.id
    with tenancy.scope(by.organization_id):
        first = ChangeSet.objects.filter(operation="bookings.connect").order_by("id")[0]
    undoing.undo_change_set(first.id, by=by, choices={})
    entries = history(booking, by)
    assert [e.step for e in entries][-1] is Step.CONNECTED
    assert all(e.author_name == by.name for e in entries)


def test_undo_of_a_connection_gives_back_an_unconnected_booking(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    connect(booking, cast.advisor, stay_id=stay.id)
    _undo_last(cast.advisor)
    assert not stored(booking).is_connected
    assert [e.step for e in history(booking, cast.advisor)] == [Step.DISCONNECTED, Step.CONNECTED]


def test_connecting_needs_its_permission(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    with pytest.raises(NotAllowed, match="Connect bookings"):
        connect(booking, cast.viewer, stay_id=stay.id)
    connect(booking, cast.advisor, stay_id=stay.id)
    with pytest.raises(NotAllowed, match="Connect bookings"):
        disconnect(booking, cast.viewer)
    assert stored(booking).stay_id == stay.id


def test_ta05_ta06_no_connection_to_an_itinerary_with_the_module_off(cast: Cast) -> None:
    by = making.without_module(cast.advisor, "itineraries")
    booking, itinerary = making.booking(cast.advisor), making.itinerary(cast.advisor)
    with pytest.raises(NotAllowed, match="switched off"):
        connect(booking, by, itinerary_id=itinerary.id)
    connect(booking, cast.advisor, itinerary_id=itinerary.id)
    disconnect(booking, by)
    assert not stored(booking).is_connected


def test_a_target_of_another_organisation_does_not_exist(cast: Cast) -> None:
    booking, foreign = making.booking(cast.advisor), making.stay(cast.outsider)
    with pytest.raises(NotFound, match="no such stay"):
        connect(booking, cast.advisor, stay_id=foreign.id)
    with pytest.raises(NotFound, match="no such itinerary"):
        connect(booking, cast.advisor, itinerary_id=new_id())
    with pytest.raises(NotFound, match="no such booking"):
        connect(booking, cast.outsider, stay_id=foreign.id)


def test_a_stale_version_is_refused(cast: Cast) -> None:
    booking, stay = making.booking(cast.advisor), making.stay(cast.advisor)
    connect(booking, cast.manager, stay_id=stay.id)
    with pytest.raises(StaleBooking) as refusal:
        connect(booking, cast.advisor, stay_id=making.stay(cast.advisor).id, version=1)
    assert refusal.value.details == {"version": 2, "expected": 1}
    assert stored(booking).stay_id == stay.id


# The database's own rules, broken by raw SQL.


def _raw(cast: Cast, sql: str, params: list[Any]) -> None:
    with tenancy.scope(cast.organization.id), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL wayfolk.change_set_id = '{new_id()}'")
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("constraint", "assignment"),
    [
        ("bookings_booking_one_connection", "stay_id = %(stay)s, itinerary_id = %(itinerary)s"),
        ("bookings_booking_stay_fk", "stay_id = %(foreign_stay)s"),
        ("bookings_booking_itinerary_fk", "itinerary_id = %(foreign_itinerary)s"),
        ("bookings_booking_customer_fk", "customer_id = %(foreign_customer)s"),
        ("bookings_booking_assignee_fk", "assignee_id = %(foreign_member)s"),
        ("bookings_booking_dates_in_order", "returns_on = departs_on - 1"),
        ("bookings_booking_rate_positive", "exchange_rate = 0"),
        ("bookings_booking_number", "number = %(other_number)s"),
        ("bookings_booking_reference", "reference = 'R1'"),
    ],
)
def test_the_database_refuses_what_breaks_a_rule(
    cast: Cast, constraint: str, assignment: str
) -> None:
    booking = making.booking(cast.advisor)
    other = making.booking(cast.advisor, reference="R1")
    foreign = making.stay(cast.outsider)
    params = {
        "stay": making.stay(cast.advisor).id,
        "itinerary": making.itinerary(cast.advisor).id,
        "foreign_stay": foreign.id,
        "foreign_customer": foreign.guest_id,
        "foreign_itinerary": making.itinerary(cast.outsider).id,
        "foreign_member": cast.outsider.author_id,
        "other_number": other.number,
        "id": booking.id,
        "org": cast.organization.id,
    }
    sql = (
        f"UPDATE bookings_booking SET {assignment} WHERE organization_id = %(org)s AND id = %(id)s"
    )
    with pytest.raises(DatabaseError, match=constraint):
        _raw(cast, sql, params)  # type: ignore[arg-type]


# Two people at once, on two real connections.


def _at_once(*tasks: Callable[[], object]) -> list[BaseException | None]:
    """Run the tasks in threads that start together; what each one raised."""
    barrier = threading.Barrier(len(tasks))
    raised: list[BaseException | None] = [None] * len(tasks)

    def run(index: int, task: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            task()
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            raised[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def test_of_two_who_connect_at_once_the_second_is_asked_again(committed_cast: Cast) -> None:
    by, booking = committed_cast.advisor, making.booking(committed_cast.advisor)
    stays = [making.stay(by), making.stay(by)]
    raised = _at_once(*(lambda s=s: connect(booking, by, stay_id=s.id, version=1) for s in stays))
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "StaleBooking"]
    winner = stays[raised.index(None)]
    assert stored(booking).stay_id == winner.id
    assert len(history(booking, by)) == 1


def test_two_who_connect_at_once_without_versions_take_turns(committed_cast: Cast) -> None:
    by, booking = committed_cast.advisor, making.booking(committed_cast.advisor)
    stays = [making.stay(by), making.stay(by)]
    raised = _at_once(*(lambda s=s: connect(booking, by, stay_id=s.id) for s in stays))
    assert raised == [None, None]
    last, first = history(booking, by)
    assert (first.step, last.step) == (Step.CONNECTED, Step.MOVED)
    assert last.before == first.after
    assert stored(booking).stay_id == last.after.stay_id
    with tenancy.scope(by.organization_id):
        assert Change.objects.filter(row_id=booking.id, operation="U").count() == 2
