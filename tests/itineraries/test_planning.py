"""Creating and changing itineraries, and the list of stages, on real PostgreSQL."""

from typing import Any
from uuid import uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.bookings import making
from tests.itineraries.factories import MAY_1, MAY_14, customer, itinerary, links
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.bookings import operations as bookings
from wayfolk.bookings.models import Booking
from wayfolk.communications.models import Communication
from wayfolk.customers.models import Customer
from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary, ItineraryCustomer, Stage
from wayfolk.itineraries.operations import planning, staging
from wayfolk.itineraries.operations.planning import StaleItinerary
from wayfolk.itineraries.operations.staging import StageInUse
from wayfolk.itineraries.queries import ItineraryFilter
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed, NotFound


def stages(cast: Cast) -> dict[str, Stage]:
    with tenancy.scope(cast.organization.id):
        return {stage.label: stage for stage in queries.list_stages()}


def stored(cast: Cast) -> Itinerary:
    with tenancy.scope(cast.organization.id):
        return Itinerary.objects.select_related("stage", "assignee").get()


def test_ta_24_ta_27_a_new_itinerary_has_trip_id_first_stage_and_its_creator(cast: Cast) -> None:
    itinerary(cast)
    trip = stored(cast)
    assert (trip.trip_id, trip.stage.label, trip.assignee_id) == (
        "T-00001",
        "Quote",
        cast.advisor.author_id,
    )


def test_ta_27_without_a_person_behind_it_nobody_is_assigned(cast: Cast) -> None:
    from wayfolk.organization import actors

    planning.create_itinerary({"name": "Lisbon"}, by=actors.get_system_actor(cast.organization))
    assert stored(cast).assignee_id is None


def test_trip_ids_count_on_in_each_organisation(cast: Cast) -> None:
    itinerary(cast)
    assert itinerary(cast).number == 2
    assert planning.create_itinerary({"name": "Oslo"}, by=cast.outsider).itinerary.number == 1


def test_an_update_changes_the_named_fields_only_and_can_be_undone(cast: Cast) -> None:
    trip = itinerary(cast, adults=2, arrival_at=MAY_1)
    outcome = planning.update_itinerary(trip.id, {"name": "Åre", "children": 1}, by=cast.advisor)
    changed = stored(cast)
    assert (changed.name, changed.folded_name, changed.adults, changed.children) == (
        "Åre",
        "are",
        2,
        1,
    )
    assert outcome.change_set_id is not None
    undoing.undo_change_set(outcome.change_set_id, by=cast.advisor)
    assert (stored(cast).name, stored(cast).folded_name) == ("Lisbon in May", "lisbon in may")


def test_equal_values_are_no_change(cast: Cast) -> None:
    trip = itinerary(cast, adults=2)
    outcome = planning.update_itinerary(trip.id, {"adults": 2}, by=cast.advisor, version=1)
    assert outcome.change_set_id is None
    assert stored(cast).version == 1


def test_a_stale_version_changes_nothing(cast: Cast) -> None:
    trip = itinerary(cast)
    planning.update_itinerary(trip.id, {"name": "Theirs"}, by=cast.manager, version=1)
    with pytest.raises(StaleItinerary) as refused:
        planning.update_itinerary(trip.id, {"name": "Mine"}, by=cast.advisor, version=1)
    assert refused.value.details == {"version": 2, "expected": 1}
    assert stored(cast).name == "Theirs"


def test_dates_are_judged_on_the_whole_itinerary(cast: Cast) -> None:
    trip = itinerary(cast, arrival_at=MAY_14)
    with pytest.raises(InvalidValues, match="before the arrival"):
        planning.update_itinerary(trip.id, {"departure_at": MAY_1}, by=cast.advisor)
    both = {"arrival_at": MAY_1, "departure_at": MAY_14}
    planning.update_itinerary(trip.id, both, by=cast.advisor)
    assert stored(cast).departure_at == MAY_14


@pytest.mark.parametrize("field", ["stage_id", "assignee_id"])
def test_an_unknown_stage_or_assignee_is_refused_by_name(cast: Cast, field: str) -> None:
    trip = itinerary(cast)
    with pytest.raises(InvalidValues) as refused:
        planning.update_itinerary(trip.id, {field: uuid4()}, by=cast.advisor)
    assert list(refused.value.errors) == [field]


def test_another_organisations_stage_is_unknown(cast: Cast) -> None:
    with tenancy.scope(cast.outsider.organization_id):
        foreign = queries.list_stages()[0]
    with pytest.raises(InvalidValues, match="no such stage"):
        itinerary(cast, stage_id=foreign.id)


def test_viewers_and_outsiders_change_nothing(cast: Cast) -> None:
    trip = itinerary(cast)
    with pytest.raises(NotAllowed):
        planning.update_itinerary(trip.id, {"name": "x"}, by=cast.viewer)
    with pytest.raises(NotFound):
        planning.update_itinerary(trip.id, {"name": "x"}, by=cast.outsider)
    assert stored(cast).name == "Lisbon in May"


def test_days_of_a_filter_are_the_organisations(cast: Cast) -> None:
    """23:30 UTC on 1 May is already 2 May in Lisbon in summer."""
    late = MAY_1.replace(hour=23, minute=30)
    itinerary(cast, arrival_at=late)
    with tenancy.scope(cast.organization.id):
        first = ItineraryFilter(arrival_from=MAY_1.date(), arrival_until=MAY_1.date())
        assert not queries.filter_itineraries(first, by=cast.viewer).exists()
        second = ItineraryFilter(arrival_from=MAY_1.date().replace(day=2))
        assert queries.filter_itineraries(second, by=cast.viewer).exists()


@pytest.mark.parametrize(
    "query",
    ["T-00001", "t1", "1", "#1", "lisbon", "LISB", "in may", "sbon", "may lisbon", "lísbon"],
)
def test_found_by_trip_id_and_by_any_words_of_the_name(cast: Cast, query: str) -> None:
    trip = itinerary(cast)
    itinerary(cast, name="Porto")
    with tenancy.scope(cast.organization.id):
        assert queries.find_ids(query, by=cast.viewer) == [trip.id]


@pytest.mark.parametrize("query", ["", "  ", "%", "_", "xyz", "T-99999999999999999999", "\x00"])
def test_odd_queries_find_nothing(cast: Cast, query: str) -> None:
    itinerary(cast)
    with tenancy.scope(cast.organization.id):
        assert queries.find_ids(query, by=cast.viewer) == []


def test_search_never_leaves_the_organisation(cast: Cast) -> None:
    itinerary(cast)
    with tenancy.scope(cast.outsider.organization_id):
        assert queries.find_ids("lisbon", by=cast.outsider) == []


def test_tp_43_stages_are_the_organisations_own_list(cast: Cast) -> None:
    found = stages(cast)
    staging.rename_stage(found["Quote"].id, "Draft", by=cast.administrator)
    staging.order_stages([found["Cancelled"].id], by=cast.administrator)
    staging.move_stage(found["Option"].id, -1, by=cast.administrator)
    assert list(stages(cast))[:3] == ["Cancelled", "Option", "Draft"]
    assert stages(cast)["Draft"].code == "quote"
    with pytest.raises(InvalidValue, match="already"):
        staging.add_stage("draft", by=cast.administrator)
    with pytest.raises(NotAllowed):
        staging.add_stage("Mine", by=cast.manager)


def test_tp_43_a_closed_stage_is_not_offered_but_keeps_its_itineraries(cast: Cast) -> None:
    trip = itinerary(cast)
    found = stages(cast)
    staging.set_closed(found["Quote"].id, True, by=cast.administrator)
    assert stored(cast).stage.label == "Quote"
    planning.update_itinerary(trip.id, {"notes": "still editable"}, by=cast.advisor)
    assert itinerary(cast).stage_id == found["Option"].id
    with pytest.raises(InvalidValues, match="closed"):
        itinerary(cast, stage_id=found["Quote"].id)


def test_tp_43_a_stage_in_use_and_the_last_open_one_stay(cast: Cast) -> None:
    itinerary(cast)
    found = stages(cast)
    with pytest.raises(StageInUse, match="Close it instead"):
        staging.remove_stage(found["Quote"].id, by=cast.administrator)
    for label in list(found)[1:]:
        staging.remove_stage(found[label].id, by=cast.administrator)
    with pytest.raises(StageInUse, match="only open stage"):
        staging.set_closed(found["Quote"].id, True, by=cast.administrator)
    assert list(stages(cast)) == ["Quote"]


def test_ta_25_customers_of_a_new_itinerary_keep_order_and_facts(cast: Cast) -> None:
    from wayfolk.itineraries.operations.linking import LinkChoice

    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    choices = [
        LinkChoice(bent.id, is_travelling=False),
        LinkChoice(anna.id, is_poc=True, is_leader=True),
    ]
    trip = planning.create_itinerary({"name": "x"}, by=cast.advisor, customers=choices).itinerary
    assert [
        (x.customer.given_name, x.is_poc, x.is_travelling, x.is_leader) for x in links(trip)
    ] == [
        ("Bent", False, False, False),
        ("Anna", True, True, True),
    ]


def test_ta22_the_stage_is_changed_by_hand_and_starts_nothing(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "Anna", email="anna@example.com"))
    booked = making.booking(cast.advisor)
    with tenancy.scope(cast.organization.id):
        bookings.connect_booking(booked.id, by=cast.advisor, itinerary_id=trip.id)
    before = everything_else(cast)
    for stage in (*stages(cast).values(), stages(cast)["Quote"]):
        planning.update_itinerary(trip.id, {"stage_id": stage.id}, by=cast.advisor)
        assert stored(cast).stage == stage
    assert everything_else(cast) == before


def everything_else(cast: Cast) -> dict[str, list[dict[str, Any]]]:
    """What a change of stage could have set off: links, bookings, letters, jobs."""
    with tenancy.scope(cast.organization.id):
        kept = (ItineraryCustomer, Booking, Communication, Customer)
        found = {model.__name__: list(model.objects.order_by("id").values()) for model in kept}
    jobs = ProcrastinateJob.objects.order_by("id").values("task_name", "args")
    return found | {"jobs": list(jobs)}
