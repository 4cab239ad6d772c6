"""Merging: what moves, what is united, what stays, and what is never lost (KP-34, TQ-40)."""

from datetime import date

import pytest

from tests.bookings import making as bookings
from tests.bookings import travelling
from tests.identity.merging import making
from tests.identity.merging.making import merge, person, plan, points_of, reread
from tests.itineraries import factories
from tests.world import Cast
from wayfolk.audit.models import OutboxEvent
from wayfolk.bookings.models import Booking, BookingPassenger, CustomerTotals
from wayfolk.customers import operations, queries
from wayfolk.customers.models import ContactPoint, Customer, ExternalId, Status
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.merging import aliases, executing, links, planning, reach
from wayfolk.identity.merging.executing import PlanChanged, Refused
from wayfolk.identity.merging.links import UnclaimedReference
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, NotAllowed
from wayfolk.loyalty.models import Balance
from wayfolk.loyalty.operations import points
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations as preferences
from wayfolk.passengers.preferences.rules import PreferenceData


def test_every_reference_to_a_customer_is_claimed_once() -> None:
    """KP-34: a table that nobody thought of cannot be left behind."""
    links.require_all_claimed()
    claimed = links.claims()
    wanted = {(r.table, r.column) for r in links.references_to_customers()}
    assert set(claimed) == wanted
    assert all(len(found) == 1 for found in claimed.values())


def test_an_unclaimed_reference_refuses_every_merge(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KP-34."""
    one, other = person(cast), person(cast)
    kept = [each for each in links.registered() if ("stays_stay", "guest_id") not in each.claims]
    monkeypatch.setattr(links, "_links", kept)
    with pytest.raises(UnclaimedReference, match="stays"):
        plan(cast, one, other)


def test_bookings_follow_and_totals_add_up(cast: Cast) -> None:
    """TQ-42: bookings, sums and contact details are consistent on the main record."""
    one, other = person(cast, email="a@example.com"), person(cast, email="b@example.com")
    bookings.booking(cast.advisor, one, total_minor=10_000)
    bookings.booking(cast.advisor, other, total_minor=25_000)
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        assert set(Booking.objects.values_list("customer_id", flat=True)) == {one.id}
        totals = {t.customer_id: t.turnover_minor for t in CustomerTotals.objects.all()}
    assert totals[one.id] == 35_000
    assert totals[other.id] == 0
    assert points_of(one) == {
        ("primary", "email"): "a@example.com", ("secondary", "email"): "b@example.com",
    }  # fmt: skip
    assert reread(other).status == Status.MERGED


def test_points_add_up(cast: Cast) -> None:
    """TQ-42: the bonus is the sum of both."""
    one, other = person(cast), person(cast)
    with tenancy.scope(cast.organization.id):
        points.grant_points(one.id, 100, reason="Welcome", by=cast.manager)
        points.grant_points(other.id, 50, reason="Welcome", by=cast.manager)
        merge(cast, one, other)
        balances = list(Balance.objects.values_list("customer_id", "balance"))
    assert balances == [(one.id, 150)]


def test_numbers_ids_and_external_ids_lead_to_the_survivor_through_chains(cast: Cast) -> None:
    """KP-34: for ever, and through later merges."""
    first, second, third = (person(cast) for _ in range(3))
    with tenancy.scope(cast.organization.id):
        with bookings.change_set(by=cast.manager, operation="test", summary=""):
            ExternalId.objects.create(customer=third, system="crm", value="77")
        merge(cast, second, third)
        merge(cast, first, second)
        for gone in (second, third):
            by_number = queries.get_customer_by_number(gone.number, by=cast.viewer)
            assert by_number.id == first.id
            assert queries.get_customer(gone.id, by=cast.viewer).id == first.id
        assert aliases.former_numbers(first.id) == sorted([second.number, third.number])
        assert ExternalId.objects.get().customer_id == first.id
        assert [c.id for c in queries.list_customers(by=cast.viewer)] == [first.id]


def test_an_event_tells_other_systems_by_numbers_alone(cast: Cast) -> None:
    one, other = person(cast), person(cast)
    made = merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        event = OutboxEvent.objects.get()
    assert (event.topic, event.change_set_id) == ("customer.merged", made.change_set_id)
    assert event.payload["survivor"] == {"id": str(one.id), "number": one.number}
    assert event.payload["absorbed"] == [{"id": str(other.id), "number": other.number}]
    assert set(event.payload) == {"merge", "survivor", "absorbed"}


def test_a_plan_that_moved_is_shown_again_and_nothing_is_written(cast: Cast) -> None:
    """KP-34: executed is what was shown."""
    one, other = person(cast), person(cast)
    seen = plan(cast, one, other)
    bookings.booking(cast.advisor, other)
    before = making.dump(cast)
    with pytest.raises(PlanChanged) as refused:
        executing.merge_customers(one.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager)
    assert refused.value.plan.fingerprint != seen.fingerprint
    assert making.dump(cast) == before


def test_the_same_merge_again_says_so(cast: Cast) -> None:
    """Incident: a retry after an error overwrote the reviewer's choices."""
    one = person(cast, "Anna")
    other = person(cast, "Anne")
    made = merge(cast, one, other, choices={"given_name": other.id})
    again = executing.merge_customers(
        one.id, [other.id], fingerprint="any", choices={"given_name": one.id}, by=cast.manager
    )
    assert (again.is_repeat, again.merge.id) == (True, made.id)
    assert reread(one).given_name == "Anne"


def test_a_merged_record_is_not_merged_once_more(cast: Cast) -> None:
    """Incident: two jobs merged one customer at once."""
    one, other, third = (person(cast) for _ in range(3))
    seen = plan(cast, third, other)
    merge(cast, one, other)
    with pytest.raises(Conflict, match="merged into"):
        executing.merge_customers(
            third.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager
        )


def test_blanks_are_filled_and_choices_followed(cast: Cast) -> None:
    """Incident: absorbed values for blanks lost."""
    one = person(cast, "Anna", "Hansen")
    other = person(cast, "Anne", "Hansen", born=date(1980, 5, 4), mobile="+351 912 345 678")
    merge(cast, one, other, choices={"given_name": other.id})
    survivor = reread(one)
    assert (survivor.given_name, survivor.birth_on) == ("Anne", date(1980, 5, 4))
    assert points_of(one) == {("primary", "mobile"): "+351 912 345 678"}
    assert survivor.sort_key.startswith("hansen")


def test_a_chosen_email_comes_first_and_no_place_is_lost(cast: Cast) -> None:
    one = person(cast, email="a@example.com")
    other, third = person(cast, email="b@example.com"), person(cast, email="c@example.com")
    merge(cast, one, other, third, choices={"email": third.id})
    assert points_of(one) == {
        ("primary", "email"): "c@example.com", ("secondary", "email"): "b@example.com",
    }  # fmt: skip
    with tenancy.scope(cast.organization.id):
        apart = reach.kept_apart(aliases.absorbed_by(one.id))
        normalised = ContactPoint.objects.get(value="a@example.com").normalised
    assert [held.words for held in apart] == ["a@example.com"]
    assert normalised == "a@example.com"


def test_allergies_are_united_and_the_graver_counts(cast: Cast) -> None:
    """KP-38: safety data is never dropped."""
    one, other = person(cast), person(cast)
    with tenancy.scope(cast.organization.id):
        for who, severity in ((one, "mild"), (other, "life-threatening")):
            data = PreferenceData({"value": "nuts", "severity": severity})
            preferences.add_preference(who.id, "allergy", data, by=cast.manager)
        data = PreferenceData({"value": "vegan"})
        preferences.add_preference(other.id, "diet", data, by=cast.manager)
        merge(cast, one, other)
        rows = Preference.objects.values_list("customer_id", "value", "severity")
        assert sorted(rows) == sorted([(one.id, "nuts", "life-threatening"), (one.id, "vegan", "")])


def test_who_is_on_one_trip_twice_is_on_it_once_with_every_role(cast: Cast) -> None:
    """Incident: attributes of a link row lost (role, point-of-contact flag)."""
    one, other, third = person(cast, "Anna"), person(cast, "Anne"), person(cast, "Cleo")
    trip = factories.itinerary(cast, third, one, other)
    factories.save(cast, trip, third, one, other, poc=(other,))
    made = merge(cast, one, other)
    assert factories.names(trip) == ["Cleo", "Anna"]
    assert factories.contacts(trip) == ["Anna"]
    making.unmerge(cast, made)
    assert factories.contacts(trip) == ["Anne"]


def test_two_passengers_of_one_booking_have_to_be_confirmed(cast: Cast) -> None:
    """KP-35: negative evidence is explained; nobody's ticket is lost."""
    one, other = person(cast, "Anna"), person(cast, "Bent")
    travelling.booked(cast, one, other)
    seen = plan(cast, one, other)
    assert [guard.code for guard in seen.to_confirm] == ["same_booking"]
    with pytest.raises(Refused, match="two"):
        executing.merge_customers(one.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager)
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        issued = BookingPassenger.objects.order_by("position").values_list("issued_name", flat=True)
        assert list(issued) == ["Anna Hansen", "Bent Hansen"]


def test_people_and_companies_are_not_merged(cast: Cast) -> None:
    """KP-35."""
    one, other = person(cast), making.company(cast)
    assert [guard.code for guard in plan(cast, one, other).blocking] == ["different_kinds"]
    with pytest.raises(Refused):
        merge(cast, one, other)


def test_deleted_and_restricted_records_are_not_merged(cast: Cast) -> None:
    """KP-35."""
    one, gone, closed = person(cast), person(cast), person(cast)
    with tenancy.scope(cast.organization.id):
        operations.delete_customer(gone.id, by=cast.manager)
        data = CustomerData(fields={"status": "restricted"})
        operations.update_customer(closed.id, data, by=cast.manager)
    codes = {guard.code for guard in plan(cast, one, gone, closed).blocking}
    assert codes == {"deleted", "restricted"}


def test_the_right_to_merge_is_a_right_of_its_own(cast: Cast) -> None:
    one, other = person(cast), person(cast)
    with pytest.raises(NotAllowed, match="Merge customers"):
        plan(cast, one, other, by=cast.advisor)
    with pytest.raises(NotAllowed):
        executing.merge_customers(one.id, [other.id], fingerprint="", by=cast.advisor)


def test_another_organisations_customer_is_not_found(cast: Cast) -> None:
    one, other = person(cast), person(cast)
    with pytest.raises(planning.NotFound):
        planning.plan_merge(one.id, [other.id], by=cast.outsider)


def test_notes_of_both_are_kept_and_an_objection_survives(cast: Cast) -> None:
    """Incident: objection lost, marketing resumed."""
    one, other = person(cast), person(cast)
    with tenancy.scope(cast.organization.id):
        for who, notes, newsletter in ((one, "Likes tea", True), (other, "Calls late", False)):
            data = CustomerData(fields={"notes": notes, "takes_newsletter": newsletter})
            operations.update_customer(who.id, data, by=cast.manager)
    merge(cast, one, other)
    survivor: Customer = reread(one)
    assert survivor.notes == "Likes tea\n\nCalls late"
    assert survivor.takes_newsletter is False
