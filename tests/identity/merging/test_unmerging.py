"""Taking merges back: at any time, in the middle of a chain, with edits in between."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from tests.bookings import making as bookings
from tests.bookings import travelling
from tests.households.making import day, household
from tests.identity.merging.making import (
    dump,
    last_change_set,
    merge,
    person,
    points_of,
    reread,
    unmerge,
)
from tests.itineraries import factories
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.audit.models import OutboxEvent
from wayfolk.audit.taking_back import UndecidedConflicts
from wayfolk.audit.undoing import AlreadyUndone
from wayfolk.bookings.models import Booking
from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer, Status
from wayfolk.customers.rules import CustomerData
from wayfolk.households.models import HouseholdMember
from wayfolk.households.operations import moving
from wayfolk.identity.merging import unmerging
from wayfolk.identity.models import Merge
from wayfolk.itineraries.models import Itinerary, ItineraryCustomer
from wayfolk.kit import tenancy
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations as preferences
from wayfolk.passengers.preferences.rules import PreferenceData


def edit(cast: Cast, customer: Customer, **fields: object) -> None:
    with tenancy.scope(cast.organization.id):
        operations.update_customer(customer.id, CustomerData(fields=fields), by=cast.manager)


def buyers(cast: Cast) -> dict[str, object]:
    with tenancy.scope(cast.organization.id):
        return dict(Booking.objects.values_list("product", "customer_id"))


def rich(cast: Cast) -> tuple[Customer, Customer]:
    """Two records with something of nearly everything, on both sides."""
    one = person(cast, "Anna", email="a@example.com", mobile="+351 912 000 001", city="Porto")
    other = person(cast, "Anne", born=date(1980, 5, 4), email="b@example.com", city="Lisboa")
    edit(cast, one, notes="One")
    edit(cast, other, notes="Other", is_special_guest=True)
    bookings.booking(cast.advisor, one, product="one")
    travelling.booked(cast, other, one, product="other")
    factories.itinerary(cast, one, other)
    return one, other


def test_merged_and_taken_back_leaves_everything_as_it_was(cast: Cast) -> None:
    """KP-34: an exact undo."""
    one, other = rich(cast)
    before = dump(cast)
    made = merge(cast, one, other, choices={"email": other.id, "address": other.id})
    assert dump(cast) != before
    report = unmerge(cast, made)
    assert (report.kept_count, report.conflict_count) == (0, 0)
    assert dump(cast) == before


def test_the_undo_of_the_notice_is_the_same_thing(cast: Cast) -> None:
    one, other = rich(cast)
    before = dump(cast)
    made = merge(cast, one, other)
    taking_back.take_back(made.change_set_id, by=cast.manager)
    assert dump(cast) == before
    with tenancy.scope(cast.organization.id):
        topics = list(OutboxEvent.objects.order_by("id").values_list("topic", flat=True))
        assert Merge.objects.get().unmerged_by is not None
    assert topics == ["customer.merged", "customer.unmerged"]
    with pytest.raises(AlreadyUndone):
        unmerge(cast, made)


def test_done_again_it_is_merged_again(cast: Cast) -> None:
    one, other = rich(cast)
    made = merge(cast, one, other)
    merged = dump(cast)
    unmerge(cast, made)
    undo = last_change_set(cast)
    taking_back.take_back(undo.id, by=cast.manager)
    assert dump(cast) == merged
    with tenancy.scope(cast.organization.id):
        assert Merge.objects.get().unmerged_by is None
        assert queries.get_customer(other.id, by=cast.viewer).id == one.id


def test_what_was_edited_since_is_kept_and_asked(cast: Cast) -> None:
    one = person(cast, "Anna")
    other = person(cast, "Anne", born=date(1980, 5, 4))
    made = merge(cast, one, other)
    edit(cast, one, birth_on=date(1981, 1, 1), title="Dr")
    with pytest.raises(UndecidedConflicts) as asked:
        unmerge(cast, made)
    (conflict,) = asked.value.report.conflicts
    assert (conflict["column"], conflict["now"]) == ("birth_on", "1981-01-01")
    assert reread(other).status == Status.MERGED
    unmerge(cast, made, choices={conflict["key"]: "keep"})
    assert (reread(one).title, reread(one).birth_on) == ("Dr", date(1981, 1, 1))
    assert reread(other).birth_on == date(1980, 5, 4)
    assert reread(other).status == Status.ACTIVE


def test_a_chain_is_taken_back_in_the_middle(cast: Cast) -> None:
    """A<-B, then C<-A; B goes while C holds all, and C<-A later leaves B alone."""
    a, b, c = person(cast, "Ada"), person(cast, "Bea"), person(cast, "Cleo")
    for who, name in ((a, "a"), (b, "b"), (c, "c")):
        bookings.booking(cast.advisor, who, product=name)
    before = dump(cast)
    first = merge(cast, a, b)
    second = merge(cast, c, a)
    assert set(buyers(cast).values()) == {c.id}
    report = unmerge(cast, first)
    assert report.conflict_count == 0
    assert buyers(cast) == {"a": c.id, "b": b.id, "c": c.id}
    assert reread(b).status == Status.ACTIVE
    assert reread(a).status == Status.MERGED
    report = unmerge(cast, second)
    assert report.conflict_count == 0
    assert buyers(cast) == {"a": a.id, "b": b.id, "c": c.id}
    assert dump(cast) == before


def contacts_of(trip: Itinerary) -> dict[UUID, bool]:
    with tenancy.scope(trip.organization_id):
        links = ItineraryCustomer.objects.filter(itinerary=trip)
        return dict(links.values_list("customer_id", "is_poc"))


def test_a_chain_is_taken_back_from_its_end(cast: Cast) -> None:
    a, b, c = person(cast, "Ada"), person(cast, "Bea"), person(cast, "Cleo")
    bookings.booking(cast.advisor, b, product="b")
    before = dump(cast)
    first = merge(cast, a, b)
    second = merge(cast, c, a)
    unmerge(cast, second)
    assert buyers(cast) == {"b": a.id}
    unmerge(cast, first)
    assert dump(cast) == before


@pytest.mark.parametrize("linked", [(0, 1, 2), (0, 1), (1, 2), (0, 2)])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["middle first", "end first"])
def test_who_was_on_one_trip_is_on_it_as_before(
    cast: Cast, linked: tuple[int, ...], order: tuple[int, int]
) -> None:
    """B became part of A, and A of C; who of them was point of contact is again, and alone."""
    c, a, b = people = person(cast, "Cleo"), person(cast, "Ada"), person(cast, "Bea")
    host = person(cast, "Host")
    guests = [people[each] for each in linked]
    trip = factories.itinerary(cast, host, *guests)
    factories.save(cast, trip, host, *guests, poc=(host, guests[-1]))
    before = dump(cast)
    made = [merge(cast, a, b), merge(cast, c, a)]
    for each in order:
        assert unmerge(cast, made[each]).conflict_count == 0
    assert dump(cast) == before


def test_out_of_the_middle_a_flag_goes_along(cast: Cast) -> None:
    c, a, b = people = person(cast, "Cleo"), person(cast, "Ada"), person(cast, "Bea")
    trip = factories.itinerary(cast, *people)
    factories.save(cast, trip, *people, poc=(b,))
    first = merge(cast, a, b)
    merge(cast, c, a)
    assert contacts_of(trip) == {c.id: True}
    unmerge(cast, first)
    assert contacts_of(trip) == {c.id: False, b.id: True}


def test_rows_made_since_go_to_whom_their_evidence_points(cast: Cast) -> None:
    one = person(cast, "Anna", mobile="+351 912 000 001")
    other = person(cast, "Anne", mobile="+351 912 000 002")
    made = merge(cast, one, other)
    bookings.booking(cast.advisor, one, product="plain")
    bookings.booking(cast.advisor, one, product="hers", contact_phone="+351 912 000 002")
    bookings.booking(cast.advisor, one, product="assigned")
    preview = unmerging.unmerge_preview(made.id, by=cast.manager)
    found = {c.words: c for c in preview.candidates if c.table == "bookings_booking"}
    assert len(found) == 3
    assert reread(other).status == Status.MERGED
    with tenancy.scope(cast.organization.id):
        key = {b.product: str(b.id) for b in Booking.objects.all()}
    by_id = {str(c.row_id): c for c in preview.candidates}
    assert by_id[key["hers"]].proposed == other.id
    assert by_id[key["plain"]].proposed == one.id
    assert by_id[key["hers"]].because
    unmerge(cast, made, assignments={by_id[key["assigned"]].key: other.id})
    assert buyers(cast) == {"plain": one.id, "hers": other.id, "assigned": other.id}


def test_rows_made_since_on_a_later_survivor_are_listed(cast: Cast) -> None:
    a, b, c = person(cast, "Ada"), person(cast, "Bea"), person(cast, "Cleo")
    bookings.booking(cast.advisor, c, product="before")
    first = merge(cast, a, b)
    bookings.booking(cast.advisor, c, product="hers alone")
    bookings.booking(cast.advisor, a, product="on a")
    merge(cast, c, a)
    bookings.booking(cast.advisor, c, product="on c")
    preview = unmerging.unmerge_preview(first.id, by=cast.manager)
    with tenancy.scope(cast.organization.id):
        products = {b.id: b.product for b in Booking.objects.all()}
    listed = {products[x.row_id] for x in preview.candidates if x.row_id in products}
    assert listed == {"on a", "on c"}


def test_the_survivors_history_tells_of_those_absorbed(cast: Cast) -> None:
    from wayfolk.audit import history

    one, other = person(cast, "Anna"), person(cast, "Anne")
    edit(cast, other, notes="written before")
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        found = history.history_of(one.id, by=cast.manager)
    summaries = [entry.change_set.summary for entry in found.entries]
    assert any(summary.startswith("Merged Anne") for summary in summaries)
    assert any("Anne" in summary and "Merged" not in summary for summary in summaries)


def test_a_value_kept_apart_is_back_in_its_place(cast: Cast) -> None:
    one = person(cast, email="a@example.com")
    other, third = person(cast, email="b@example.com"), person(cast, email="c@example.com")
    made = merge(cast, one, other, third, choices={"email": third.id})
    unmerge(cast, made)
    values = [points_of(who) for who in (one, other, third)]
    assert values == [{("primary", "email"): f"{each}@example.com"} for each in "abc"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["middle first", "end first"])
def test_notes_that_were_united_twice_come_apart(cast: Cast, order: tuple[int, int]) -> None:
    """Three who eat vegan, each with a note of their own; nobody is asked about what is clear."""
    c, a, b = person(cast, "Cleo"), person(cast, "Ada"), person(cast, "Bea")
    for who in (c, a, b):
        data = PreferenceData({"value": "vegan", "note": who.given_name})
        preferences.add_preference(who.id, "diet", data, by=cast.manager)
    before = dump(cast)
    made = [merge(cast, a, b), merge(cast, c, a)]
    assert notes(cast) == {c.id: "Cleo; Ada; Bea"}
    assert unmerge(cast, made[order[0]]).conflict_count == 0
    if order == (0, 1):
        assert notes(cast) == {c.id: "Cleo; Ada", b.id: "Bea"}
    assert unmerge(cast, made[order[1]]).conflict_count == 0
    assert dump(cast) == before


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("marked", [(1,), (2,), (1, 3), (0, 1)])
def test_a_long_chain_comes_apart_in_any_order(
    cast: Cast, marked: tuple[int, ...], order: tuple[int, ...]
) -> None:
    """After each step whoever stands for somebody has that one's flag, and nobody else."""
    people = [person(cast, name) for name in ("Ada", "Bea", "Cleo", "Dora")]
    host = person(cast, "Host")
    trip = factories.itinerary(cast, host, *people)
    factories.save(cast, trip, host, *people, poc=(host, *(people[each] for each in marked)))
    before = dump(cast)
    steps = [(0, 1), (2, 0), (3, 2)]  # Bea is part of Ada, Ada of Cleo, Cleo of Dora
    made = [merge(cast, people[into], people[gone]) for into, gone in steps]
    for taken in range(3):
        assert unmerge(cast, made[order[taken]]).conflict_count == 0
        part_of = {steps[n][1]: steps[n][0] for n in set(range(3)) - set(order[: taken + 1])}
        expected = {host.id: True}
        for each in range(4):
            root = each
            while root in part_of:
                root = part_of[root]
            root_id = people[root].id
            expected[root_id] = expected.get(root_id, False) or each in marked
        assert contacts_of(trip) == expected
    assert dump(cast) == before


def test_done_again_in_the_middle_it_is_as_it_was_merged(cast: Cast) -> None:
    c, a, b = people = person(cast, "Cleo"), person(cast, "Ada"), person(cast, "Bea")
    trip = factories.itinerary(cast, *people)
    factories.save(cast, trip, *people, poc=(b,))
    first = merge(cast, a, b)
    merge(cast, c, a)
    merged = dump(cast)
    unmerge(cast, first)
    taking_back.take_back(last_change_set(cast).id, by=cast.manager)
    assert dump(cast) == merged


def notes(cast: Cast) -> dict[UUID, str]:
    with tenancy.scope(cast.organization.id):
        return dict(Preference.objects.values_list("customer_id", "note"))


@pytest.mark.parametrize("begins", [(0, 100, 200), (200, 100, 0), (100, 0, 200)])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["middle first", "end first"])
def test_times_in_a_household_that_were_united_twice_come_apart(
    cast: Cast, begins: tuple[int, ...], order: tuple[int, int]
) -> None:
    c, a, b = people = person(cast, "Cleo"), person(cast, "Ada"), person(cast, "Bea")
    home = household(cast, (person(cast, "Host"), "adult"), on=0)
    for who, begin in zip(people, begins, strict=True):
        with tenancy.scope(cast.organization.id):
            placement = moving.Placement(who.id, "adult")
            moving.move_in(home.id, [placement], on=day(begin), by=cast.advisor)
    before = dump(cast)
    made = [merge(cast, a, b), merge(cast, c, a)]
    assert unmerge(cast, made[order[0]]).conflict_count == 0
    if order == (0, 1):
        with tenancy.scope(cast.organization.id):
            since = dict(HouseholdMember.objects.values_list("customer_id", "from_on"))
        assert since[c.id] == day(min(begins[:2]))
        assert since[b.id] == day(begins[2])
    assert unmerge(cast, made[order[1]]).conflict_count == 0
    assert dump(cast) == before
