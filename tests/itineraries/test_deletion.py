"""Deleting a customer who is on itineraries (TP-38, TP-39)."""

import pytest

from tests.itineraries.factories import contacts, customer, itinerary, names
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import Change, ChangeSet
from wayfolk.customers import operations as customer_operations
from wayfolk.itineraries.operations import deletion, linking
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotAllowed


def test_tp_38_tp_39_taken_off_everywhere_with_the_next_promoted_and_all_undone(
    cast: Cast,
) -> None:
    """D-05."""
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    group, pair, alone = (
        itinerary(cast, bent, anna, cora),
        itinerary(cast, anna, bent),
        itinerary(cast, anna),
    )
    customer_operations.delete_customer(anna.id, by=cast.manager)
    assert [names(trip) for trip in (group, pair, alone)] == [["Bent", "Cora"], ["Bent"], []]
    assert [contacts(trip) for trip in (group, pair, alone)] == [["Bent"], ["Bent"], []]
    with tenancy.scope(cast.organization.id):
        deleted = ChangeSet.objects.get(operation="customers.delete")
        logged = Change.objects.filter(change_set_id=deleted.id)
        promotion = logged.get(table_name="itineraries_itinerarycustomer", operation="U")
    assert promotion.after == {"is_poc": True}  # logged in the same change set
    undoing.undo_change_set(deleted.id, by=cast.manager)
    assert [names(trip) for trip in (group, pair, alone)] == [
        ["Bent", "Anna", "Cora"],
        ["Anna", "Bent"],
        ["Anna"],
    ]
    assert [contacts(trip) for trip in (group, pair, alone)] == [["Bent"], ["Anna"], ["Anna"]]


def test_tp_39_the_preview_lists_itineraries_and_who_would_be_promoted(cast: Cast) -> None:
    """D-05."""
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    itinerary(cast, anna, bent, name="Lisbon")
    itinerary(cast, bent, anna, name="Porto")
    with tenancy.scope(cast.organization.id):
        found = deletion.preview(anna.id, by=cast.viewer)
    told = [(x.itinerary.name, x.promoted.given_name if x.promoted else None) for x in found]
    assert told == [("Lisbon", "Bent"), ("Porto", None)]


def test_tp_39_an_undo_keeps_the_promoted_one_whom_somebody_confirmed_since(cast: Cast) -> None:
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    trip = itinerary(cast, anna, bent, cora)
    customer_operations.delete_customer(anna.id, by=cast.manager)
    linking.set_point_of_contact(trip.id, cora.id, True, by=cast.advisor)
    linking.set_point_of_contact(trip.id, bent.id, False, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        deleted = ChangeSet.objects.get(operation="customers.delete")
    undoing.undo_change_set(deleted.id, by=cast.manager)
    assert names(trip) == ["Anna", "Bent", "Cora"]
    assert contacts(trip) == ["Anna", "Cora"]


def test_tp_38_deleting_needs_the_right_to_delete_not_the_right_to_edit_trips(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip = itinerary(cast, anna)
    with pytest.raises(NotAllowed):
        customer_operations.delete_customer(anna.id, by=cast.advisor)
    assert names(trip) == ["Anna"]
