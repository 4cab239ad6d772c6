"""Linking customers to itineraries: TP-01 to TP-35 on real PostgreSQL."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.identity.people import catch_up
from tests.itineraries import factories
from tests.itineraries.factories import contacts, customer, itinerary, links, names, save
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.record import draft_of
from wayfolk.identity.search.queries import Hit
from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import linking, planning, staging
from wayfolk.itineraries.operations.linking import LinkChoice, StaleLinks
from wayfolk.itineraries.rules import PointOfContactNeeded
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed, NotFound
from wayfolk.staff.rules import Actor


def candidates(query: str, by: Actor, *, with_inactive: bool = False) -> list[Hit]:
    with tenancy.scope(by.organization_id):
        return queries.search_candidates(query, by=by, with_inactive=with_inactive).hits


def test_tp_01_an_itinerary_without_customers_can_be_created_and_edited(cast: Cast) -> None:
    trip = itinerary(cast)
    planning.update_itinerary(trip.id, {"name": "Porto"}, by=cast.advisor)
    assert links(trip) == []
    with tenancy.scope(cast.organization.id):
        assert queries.get_itinerary(trip.id, by=cast.viewer).name == "Porto"


def test_tp_02_a_list_that_would_lose_its_point_of_contact_is_refused_and_unchanged(
    cast: Cast,
) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    with pytest.raises(PointOfContactNeeded):
        save(cast, trip, bent, anna)
    assert (names(trip), contacts(trip)) == (["Anna", "Bent"], ["Anna"])


def test_tp_03_customers_are_linked_while_creating_in_the_same_change_set(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    choices = [LinkChoice(anna.id), LinkChoice(new=CustomerData({"given_name": "Nina"}))]
    outcome = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor, customers=choices)
    assert names(outcome.itinerary) == ["Anna", "Nina"]
    assert contacts(outcome.itinerary) == ["Anna"]
    assert outcome.change_set_id is not None
    undoing.undo_change_set(outcome.change_set_id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert not Itinerary.objects.filter(id=outcome.itinerary.id).exists()
        assert not Customer.objects.filter(given_name="Nina").exists()


@pytest.mark.parametrize(
    "query",
    ["ann", "HOLM", "anna.h", "@example", "45123456", "+45 45 12 34", "4512 34", "hölm", "homl"],
)
def test_tp_04_tp_05_candidates_by_name_email_and_phone_digits(cast: Cast, query: str) -> None:
    customer(cast, "Anna", "Hølm", email="anna.h@example.com", phone="+45 45 12 34 56")
    customer(cast, "Bent", "Krag", email="bent@other.test", phone="+45 99 88 77 66")
    catch_up(cast)
    assert [hit.name for hit in candidates(query, cast.advisor)] == ["Anna Hølm"]


def test_tp_04_nobody_outside_the_organisation_is_found_or_linked(cast: Cast) -> None:
    stranger = customer_operations.create_customer(
        CustomerData({"given_name": "Stranger"}), by=cast.outsider
    )
    trip = itinerary(cast)
    assert candidates("stranger", cast.advisor) == []
    with pytest.raises(NotFound):
        save(cast, trip, stranger)
    assert links(trip) == []


def test_tp_07_sixty_customers_are_linked_in_one_save(cast: Cast) -> None:
    group = [customer(cast, f"Guest{number}") for number in range(60)]
    trip = itinerary(cast)
    save(cast, trip, *group)
    assert len(links(trip)) == 60
    assert contacts(trip) == ["Guest0"]


def test_tp_10_one_customer_travels_on_many_itineraries(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trips = [itinerary(cast, anna, name=name) for name in ("Lisbon", "Porto", "Faro")]
    assert [names(trip) for trip in trips] == [["Anna"]] * 3


def test_tp_11_a_second_add_of_the_same_customer_changes_nothing(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip = itinerary(cast, anna)
    assert linking.link_customers(trip.id, [anna.id], by=cast.advisor).change_set_id is None
    save(cast, trip, anna, anna, poc=(anna,))
    assert names(trip) == ["Anna"]


def test_tp_12_the_order_of_the_list_is_stored(cast: Cast) -> None:
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    trip = itinerary(cast, anna, bent, cora)
    save(cast, trip, cora, anna, bent, poc=(anna,))
    assert names(trip) == ["Cora", "Anna", "Bent"]


def test_tp_12_taking_one_off_changes_no_other_row(cast: Cast) -> None:
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    trip = itinerary(cast, anna, bent, cora)
    before = {link.id: link.version for link in links(trip)}
    linking.unlink_customer(trip.id, bent.id, by=cast.advisor)
    assert {link.id: link.version for link in links(trip)}.items() <= before.items()


def test_tp_14_the_first_becomes_contact_and_later_additions_do_not_move_it(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna)
    linking.link_customers(trip.id, [bent.id], by=cast.advisor)
    assert contacts(trip) == ["Anna"]


def test_tp_14_a_choice_that_was_made_is_kept(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast)
    save(cast, trip, anna, bent, poc=(bent,))
    assert contacts(trip) == ["Bent"]


def test_tp_16_everybody_may_be_point_of_contact(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    linking.set_point_of_contact(trip.id, bent.id, True, by=cast.advisor)
    assert contacts(trip) == ["Anna", "Bent"]


def test_tp_18_tp_20_contact_is_changed_at_any_stage_and_can_be_undone(cast: Cast) -> None:
    """D-01."""
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    with tenancy.scope(cast.organization.id):
        stages = queries.list_stages()
    for stage in stages:
        planning.update_itinerary(trip.id, {"stage_id": stage.id}, by=cast.advisor)
        outcome = linking.set_point_of_contact(trip.id, bent.id, True, by=cast.advisor)
        assert contacts(trip) == ["Anna", "Bent"]
        assert outcome.change_set_id is not None
        undoing.undo_change_set(outcome.change_set_id, by=cast.advisor)
        assert contacts(trip) == ["Anna"]


def test_tp_19_unticking_the_last_contact_is_refused_with_both_ways_out(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    with pytest.raises(PointOfContactNeeded) as refused:
        linking.set_point_of_contact(trip.id, anna.id, False, by=cast.advisor)
    assert "another customer point of contact first" in refused.value.message
    assert "remove all customers" in refused.value.message
    assert contacts(trip) == ["Anna"]


def test_tp_19_a_single_customer_cannot_be_unticked_either(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip = itinerary(cast, anna)
    with pytest.raises(PointOfContactNeeded):
        linking.set_point_of_contact(trip.id, anna.id, False, by=cast.advisor)


def test_tp_21_recipients_are_contacts_with_an_email(cast: Cast) -> None:
    anna = customer(cast, "Anna", email="anna@example.com")
    bent, cora = customer(cast, "Bent"), customer(cast, "Cora", email="cora@example.com")
    trip = itinerary(cast, anna, bent, cora)
    save(cast, trip, anna, bent, cora, poc=(anna, bent))
    with tenancy.scope(cast.organization.id):
        found = queries.list_recipients(trip.id, by=cast.advisor)
    assert [row.email for row in found] == ["anna@example.com"]


@pytest.mark.parametrize(
    ("reach", "lacking"),
    [
        ({}, "no email and no phone number"),
        ({"email": "b@example.com"}, "no phone number"),
        ({"mobile": "+45 45123456"}, "no email"),
    ],
)
def test_tp_22_a_contact_who_cannot_be_reached_gives_a_warning_not_a_block(
    cast: Cast, reach: dict[str, str], lacking: str
) -> None:
    bent = customer(cast, "Bent", **reach)
    trip = itinerary(cast, customer(cast, "Anna"), bent)
    outcome = linking.set_point_of_contact(trip.id, bent.id, True, by=cast.advisor)
    assert len(outcome.warnings) == 1
    assert lacking in outcome.warnings[0]
    assert contacts(trip) == ["Anna", "Bent"]


def test_tp_22_no_warning_where_both_are_there(cast: Cast) -> None:
    bent = customer(cast, "Bent", email="bent@example.com", phone="+45 45123456")
    trip = itinerary(cast, customer(cast, "Anna"), bent)
    assert not linking.set_point_of_contact(trip.id, bent.id, True, by=cast.advisor).warnings


def test_tp_23_a_contact_need_not_travel(cast: Cast) -> None:
    """D-03."""
    anna = customer(cast, "Anna")
    trip = itinerary(cast, anna)
    linking.set_travelling(trip.id, anna.id, False, by=cast.advisor)
    link = links(trip)[0]
    assert (link.is_poc, link.is_travelling) == (True, False)


def test_tp_25_tp_26_a_first_name_makes_a_linked_customer(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "Anna"))
    linking.add_new_customer(trip.id, CustomerData({"given_name": "Nina"}), by=cast.advisor)
    assert (names(trip), contacts(trip)) == (["Anna", "Nina"], ["Anna"])


def test_tp_26_neither_customer_nor_link_without_the_other(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "Anna"))
    bad = CustomerData({"given_name": "Nina"}, {("primary", "email"): "nina.at.example"})
    choices = [LinkChoice(new=CustomerData({"given_name": "Olga"})), LinkChoice(new=bad)]
    with pytest.raises(InvalidValues):
        linking.save_links(trip.id, choices, by=cast.advisor)
    assert names(trip) == ["Anna"]
    with tenancy.scope(cast.organization.id):
        assert not Customer.objects.filter(given_name__in=["Nina", "Olga"]).exists()


def test_tp_27_a_new_customer_on_an_empty_itinerary_is_its_contact(cast: Cast) -> None:
    trip = itinerary(cast)
    linking.add_new_customer(trip.id, CustomerData({"given_name": "Nina"}), by=cast.advisor)
    assert contacts(trip) == ["Nina"]


def test_tp_27_kp_31_records_that_look_the_same_are_offered_first(cast: Cast) -> None:
    customer(cast, "Nina", "Holm", email="nina@example.com")
    customer(cast, "Nina", "Krag")
    customer(cast, "Robert", "Meier", phone="+45 45 12 34 56")

    def found(given: str, family: str = "", **contacts: str) -> set[str]:
        data = CustomerData(
            {"given_name": given, "family_name": family},
            {("primary", kind): value for kind, value in contacts.items()},
        )
        alike = candidates_for(draft_of(data, cast.advisor.country), by=cast.advisor)
        ids = [each.customer_id for each in alike]
        return {each.name for each in Customer.objects.filter(id__in=ids)}

    with tenancy.scope(cast.organization.id):
        assert found("Nina", email="nina@example.com") == {"Nina Holm"}
        assert found("nina", "KRAG") == {"Nina Krag"}
        assert found("Bob", "Meyer", phone="45123456") == {"Robert Meier"}
        assert found("Nina") == set()
        assert found("Nin", "Kra") == set()


def test_tp_31_removing_the_only_contact_is_refused_with_both_ways_out(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    with pytest.raises(PointOfContactNeeded) as refused:
        linking.unlink_customer(trip.id, anna.id, by=cast.advisor)
    assert "Bent" in refused.value.message
    assert "another customer point of contact first" in refused.value.message
    assert "remove all customers" in refused.value.message
    assert names(trip) == ["Anna", "Bent"]


def test_tp_32_all_customers_may_go_at_once_and_the_last_one_alone(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    linking.unlink_all(trip.id, by=cast.advisor)
    assert links(trip) == []
    save(cast, trip, anna)
    linking.unlink_customer(trip.id, anna.id, by=cast.advisor)
    assert links(trip) == []


def test_tp_33_the_dialog_is_judged_on_its_final_state(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    save(cast, trip, bent, poc=(bent,))
    assert (names(trip), contacts(trip)) == (["Bent"], ["Bent"])


def test_tp_34_taking_off_leaves_the_record_and_its_other_links(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip, other = itinerary(cast, anna), itinerary(cast, anna, name="Porto")
    linking.unlink_customer(trip.id, anna.id, by=cast.advisor)
    linking.unlink_customer(trip.id, anna.id, by=cast.advisor)
    assert (names(trip), names(other)) == ([], ["Anna"])
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.present().filter(id=anna.id).exists()


def test_tp_35_a_wrong_customer_is_replaced_in_one_save(cast: Cast) -> None:
    wrong, right = customer(cast, "Anne"), customer(cast, "Anna")
    trip = itinerary(cast, wrong)
    save(cast, trip, right)
    assert (names(trip), contacts(trip)) == (["Anna"], ["Anna"])


def test_tp_37_an_edit_of_the_master_record_shows_on_every_itinerary(cast: Cast) -> None:
    """D-04."""
    anna = customer(cast, "Anna")
    trips = [itinerary(cast, anna, name=name) for name in ("Lisbon", "Porto")]
    data = CustomerData({"given_name": "Anja"}, {("primary", "email"): "anja@example.com"})
    customer_operations.update_customer(anna.id, data, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        rows = [queries.list_links(trip.id, by=cast.viewer)[0] for trip in trips]
    assert [(row.customer.name, row.email) for row in rows] == [("Anja", "anja@example.com")] * 2


def test_tp_40_inactive_customers_stay_linked_and_are_found_on_demand_only(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip = itinerary(cast, anna)
    customer_operations.set_status([anna.id], "inactive", by=cast.advisor)
    assert names(trip) == ["Anna"]
    assert candidates("anna", cast.advisor) == []
    found = candidates("anna", cast.advisor, with_inactive=True)
    assert [(hit.name, hit.status) for hit in found] == [("Anna", "inactive")]


def test_tp_42_a_candidate_shows_what_tells_people_apart(cast: Cast) -> None:
    data = CustomerData(
        {"given_name": "Anna"},
        {("primary", "email"): "a@example.com", ("primary", "mobile"): "+45 45123456"},
        {("primary", "city"): "Aarhus"},
    )
    anna = customer_operations.create_customer(data, by=cast.advisor)
    long_ago = datetime(2020, 5, 2, tzinfo=UTC)
    itinerary(cast, anna, arrival_at=long_ago, departure_at=long_ago)
    itinerary(cast, anna, arrival_at=datetime(2090, 1, 1, tzinfo=UTC))
    (found,) = candidates("anna", cast.advisor)
    assert (found.email, found.phone, found.city) == ("a@example.com", "+45 45123456", "Aarhus")
    assert found.trips == 1


def test_tp_44_a_customers_itineraries_with_their_flags(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    itinerary(cast, anna, bent, name="Lisbon", arrival_at=factories.MAY_1)
    itinerary(cast, bent, name="Porto", arrival_at=factories.MAY_14)
    with tenancy.scope(cast.organization.id):
        found = queries.list_for_customer(bent.id, by=cast.viewer)
        assert [(x.itinerary.name, x.is_poc) for x in found] == [("Porto", True), ("Lisbon", False)]


def test_ta_21_one_trip_leader_who_hands_over_to_the_next(cast: Cast) -> None:
    """D-03."""
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    linking.set_leader(trip.id, anna.id, True, by=cast.advisor)
    linking.set_leader(trip.id, bent.id, True, by=cast.advisor)
    assert [link.is_leader for link in links(trip)] == [False, True]
    linking.set_leader(trip.id, anna.id, True, by=cast.advisor)
    assert [link.is_leader for link in links(trip)] == [True, False]
    both = [LinkChoice(c.id, is_poc=True, is_leader=True) for c in (anna, bent)]
    with pytest.raises(InvalidValue, match="one trip leader"):
        linking.save_links(trip.id, both, by=cast.advisor)


def test_a_list_that_somebody_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna)
    with tenancy.scope(cast.organization.id):
        seen = queries.fingerprint(queries.list_links(trip.id, by=cast.advisor))
    linking.link_customers(trip.id, [bent.id], by=cast.manager)
    with pytest.raises(StaleLinks):
        linking.save_links(trip.id, [LinkChoice(anna.id)], by=cast.advisor, expected=seen)
    assert names(trip) == ["Anna", "Bent"]


def test_a_deleted_customer_is_not_linked(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    customer_operations.delete_customer(anna.id, by=cast.manager)
    trip = itinerary(cast)
    with pytest.raises(NotFound, match="no longer exists"):
        linking.link_customers(trip.id, [anna.id], by=cast.advisor)


def test_the_change_set_says_what_happened(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna", "Holm"), customer(cast, "Bent", "Krag")
    trip = itinerary(cast)
    linking.add_new_customer(trip.id, CustomerData({"given_name": "Nina"}), by=cast.advisor)
    save(cast, trip, anna, bent, poc=(anna,))
    linking.set_point_of_contact(trip.id, bent.id, True, by=cast.advisor)
    linking.unlink_all(trip.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        told = list(ChangeSet.objects.order_by("-id").values_list("summary", flat=True)[:4])
    label = f"{trip.trip_id} Lisbon in May"
    assert told[::-1] == [
        f"Linked Nina to {label}",
        f"Linked Anna Holm and Bent Krag to {label} and took off Nina",
        f"Made Bent Krag point of contact on {label}",
        f"Took Anna Holm and Bent Krag off {label}",
    ]


def test_who_may_not_edit_itineraries_or_has_them_switched_off_changes_nothing(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip = itinerary(cast)
    with pytest.raises(NotAllowed):
        linking.link_customers(trip.id, [anna.id], by=cast.viewer)
    with pytest.raises(NotFound):
        linking.link_customers(trip.id, [], by=cast.outsider)
    assert links(trip) == []


def test_linking_takes_the_same_number_of_statements_whatever_the_length(cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (3, 12):
        group = [customer(cast, f"Guest{number}") for number in range(size)]
        trip = itinerary(cast)
        with CaptureQueriesContext(connection) as captured:
            save(cast, trip, *group)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_tp_43_default_stages_are_there_from_the_founding(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        labels = [stage.label for stage in queries.list_stages()]
    assert labels == ["Quote", "Option", "Confirmed", "Travelling", "Travelled", "Cancelled"]
    staging.add_stage("Waiting list", by=cast.administrator)
    with tenancy.scope(cast.organization.id):
        assert queries.list_stages()[-1].label == "Waiting list"
