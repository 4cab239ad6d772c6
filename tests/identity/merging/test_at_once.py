"""Merges against what others do at the same moment, with two connections (KP-34)."""

from tests.bookings import making as bookings
from tests.identity.merging.making import merge, person, plan, reread
from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.customers import operations
from wayfolk.customers.models import Status
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.merging import aliases, executing, latecomers, unmerging
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, Refusal


def test_two_merges_of_one_customer_at_once(committed_cast: Cast) -> None:
    """Incident: two jobs merged one customer at once."""
    cast = committed_cast
    one, other, shared = person(cast), person(cast), person(cast)
    plans = [plan(cast, each, shared) for each in (one, other)]
    answers = at_once(
        *(
            lambda each=each, seen=seen: executing.merge_customers(
                each.id, [shared.id], fingerprint=seen.fingerprint, by=cast.manager
            )
            for each, seen in zip((one, other), plans, strict=True)
        )
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    with tenancy.scope(cast.organization.id):
        assert aliases.survivor_of(shared.id) in {one.id, other.id}


def test_two_records_merged_into_one_another_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    one, other = person(cast), person(cast)
    there, back = plan(cast, one, other), plan(cast, other, one)
    answers = at_once(
        lambda: executing.merge_customers(
            one.id, [other.id], fingerprint=there.fingerprint, by=cast.manager
        ),
        lambda: executing.merge_customers(
            other.id, [one.id], fingerprint=back.fingerprint, by=cast.manager
        ),
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    states = {reread(one).status, reread(other).status}
    assert states == {Status.ACTIVE, Status.MERGED}


def test_an_edit_and_a_merge_at_once(committed_cast: Cast) -> None:
    """Whoever is second is told; the edit is never lost silently."""
    cast = committed_cast
    one, other = person(cast), person(cast)
    seen = plan(cast, one, other)
    edited = CustomerData(fields={"title": "Dr"})
    answers = at_once(
        lambda: executing.merge_customers(
            one.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager
        ),
        lambda: operations.update_customer(other.id, edited, by=cast.advisor),
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1


def test_an_unmerge_twice_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    one, other = person(cast), person(cast)
    made = merge(cast, one, other)
    answers = at_once(*[lambda: unmerging.unmerge(made.id, by=cast.manager)] * 2)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert reread(other).status == Status.ACTIVE


def test_what_was_being_written_during_the_merge_follows(committed_cast: Cast) -> None:
    """An import that had begun before the merge and commits after it; the undo takes it back."""
    cast = committed_cast
    one, other = person(cast), person(cast)
    booking = bookings.booking(cast.advisor, other)
    made = merge(cast, one, other)
    with change_set(by=cast.advisor, operation="test", summary="As if it had not seen the merge"):
        Booking.objects.filter(id=booking.id).update(customer_id=other.id)
    assert latecomers.gather(made.id, by=cast.manager)
    assert not latecomers.gather(made.id, by=cast.manager)
    with tenancy.scope(cast.organization.id):
        assert Booking.objects.get().customer_id == one.id
    unmerging.unmerge(made.id, by=cast.manager)
    with tenancy.scope(cast.organization.id):
        assert Booking.objects.get().customer_id == other.id
