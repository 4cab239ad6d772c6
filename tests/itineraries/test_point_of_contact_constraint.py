"""TP-02 in the database itself: by raw SQL, and with two connections at once."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.itineraries import factories
from tests.itineraries.factories import contacts, customer, itinerary, links, names
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations as customer_operations
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import linking
from wayfolk.itineraries.rules import PointOfContactNeeded
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotFound, Refusal

TABLE = "itineraries_itinerarycustomer"


def run(cast: Cast, sql: str, *params: object) -> None:
    """One raw statement in a change set of its own."""
    with (
        change_set(by=cast.advisor, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [cast.organization.id, *params])


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET is_poc = false WHERE organization_id = %s AND itinerary_id = %s",
        f"DELETE FROM {TABLE} WHERE organization_id = %s AND itinerary_id = %s AND is_poc",
    ],
)
def test_tp_02_raw_sql_cannot_leave_customers_without_a_contact(cast: Cast, sql: str) -> None:
    trip = itinerary(cast, customer(cast, "Anna"), customer(cast, "Bent"))
    with pytest.raises(DatabaseError, match="no point of contact") as refused:
        run(cast, sql, trip.id)
    assert refused.value.__cause__.sqlstate == "WF002"  # type: ignore[union-attr]
    assert contacts(trip) == ["Anna"]


def test_tp_02_raw_sql_cannot_add_the_first_customer_without_a_contact(cast: Cast) -> None:
    trip, other = itinerary(cast, customer(cast, "Anna")), itinerary(cast)
    move = f"UPDATE {TABLE} SET itinerary_id = %s, is_poc = false WHERE organization_id = %s"
    with (
        pytest.raises(DatabaseError, match="no point of contact"),
        change_set(by=cast.advisor, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        cursor.execute(move, [other.id, cast.organization.id])
    assert (names(trip), names(other)) == (["Anna"], [])


def test_tp_02_the_state_between_two_statements_does_not_matter(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    with (
        change_set(by=cast.advisor, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        for is_poc, person in ((False, anna), (True, bent)):
            cursor.execute(
                f"UPDATE {TABLE} SET is_poc = %s WHERE organization_id = %s AND customer_id = %s",
                [is_poc, cast.organization.id, person.id],
            )
    assert contacts(trip) == ["Bent"]


def test_decision_3_two_leaders_are_impossible_by_raw_sql(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "Anna"), customer(cast, "Bent"))
    with pytest.raises(DatabaseError, match="itineraries_one_leader"):
        run(
            cast,
            f"UPDATE {TABLE} SET is_leader = true WHERE organization_id = %s AND itinerary_id = %s",
            trip.id,
        )


def at_once(*steps: Callable[[], object]) -> list[object]:
    """Run the steps in threads that start together; what each gave, or its refusal."""
    barrier = threading.Barrier(len(steps))
    answers: list[object] = [None] * len(steps)

    def work(place: int, step: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[place] = step()
        except (Refusal, DatabaseError) as refused:
            answers[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=item) for item in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_tp_02_two_people_who_each_remove_another_contact_take_turns(committed_cast: Cast) -> None:
    cast = committed_cast
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    for _ in range(5):
        trip = itinerary(cast)
        factories.save(cast, trip, anna, bent, cora, poc=(anna, bent))
        answers = at_once(
            lambda trip=trip: linking.unlink_customer(trip.id, anna.id, by=cast.advisor),
            lambda trip=trip: linking.unlink_customer(trip.id, bent.id, by=cast.manager),
        )
        assert [isinstance(a, PointOfContactNeeded) for a in answers].count(True) == 1
        assert len(contacts(trip)) == 1
        assert "Cora" in names(trip)


def test_tp_02_raw_sql_on_two_connections_meets_the_same_rule(committed_cast: Cast) -> None:
    """Even writes that know nothing of the operations' locks cannot breach it together."""
    cast = committed_cast
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    trip = itinerary(cast)
    factories.save(cast, trip, anna, bent, cora, poc=(anna, bent))
    both_have_written = threading.Barrier(2)

    def untick(person: UUID) -> None:
        with tenancy.scope(cast.organization.id), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL wayfolk.change_set_id = '0190a000-0000-7000-8000-000000000000'"
            )
            cursor.execute(
                f"UPDATE {TABLE} SET is_poc = false"
                " WHERE organization_id = %s AND itinerary_id = %s AND customer_id = %s",
                [cast.organization.id, trip.id, person],
            )
            both_have_written.wait(timeout=30)

    answers = at_once(lambda: untick(anna.id), lambda: untick(bent.id))
    assert sum(isinstance(answer, DatabaseError) for answer in answers) == 1
    assert len(contacts(trip)) == 1


def test_tp_11_two_people_who_add_the_same_customer_link_them_once(committed_cast: Cast) -> None:
    cast = committed_cast
    anna, trip = customer(cast, "Anna"), itinerary(cast)
    answers = at_once(
        *[lambda: linking.link_customers(trip.id, [anna.id], by=cast.advisor) for _ in range(3)]
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert names(trip) == ["Anna"]


def test_tp_38_linking_and_deleting_the_same_customer_never_leave_a_deleted_one_linked(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    for _ in range(5):
        anna, trip = customer(cast, "Anna"), itinerary(cast)
        linked, deleted = at_once(
            lambda anna=anna, trip=trip: linking.link_customers(
                trip.id, [anna.id], by=cast.advisor
            ),
            lambda anna=anna: customer_operations.delete_customer(anna.id, by=cast.manager),
        )
        assert not isinstance(deleted, Exception)
        assert isinstance(linked, NotFound | linking.Outcome)
        assert links(trip) == []


def test_an_itinerary_may_be_written_in_any_order_inside_one_transaction(cast: Cast) -> None:
    anna, trip = customer(cast, "Anna"), itinerary(cast)
    with transaction.atomic():
        linking.link_customers(trip.id, [anna.id], by=cast.advisor)
        linking.unlink_all(trip.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert Itinerary.objects.filter(id=trip.id).exists()
    assert links(trip) == []
