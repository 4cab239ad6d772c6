"""Creating a customer who may be there already (KP-31, KP-32, TP-27, TQ-37)."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connections

from tests.api.conftest import restrict
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import creating
from wayfolk.identity.matching.creating import ALLOW, Answers, PossibleDuplicate
from wayfolk.itineraries.operations import linking, planning
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.organization import actors
from wayfolk.partners.operations import companies
from wayfolk.partners.rules.records import PartnerData
from wayfolk.staff.rules import Actor


def person(given: str = "Nina", family: str = "Holm", **contacts: str) -> CustomerData:
    return CustomerData(
        {"given_name": given, "family_name": family},
        {("primary", kind): value for kind, value in contacts.items()},
    )


NINA = person(email="nina.holm@example.com", phone="+45 45 12 34 56")


def count(cast: Cast) -> int:
    with tenancy.scope(cast.organization.id):
        found: int = Customer.objects.count()
    return found


def test_kp_31_whoever_is_likely_there_already_is_asked_about_before_anybody_is_created(
    cast: Cast,
) -> None:
    nina = creating.create_checked(NINA, by=cast.advisor).customer
    with pytest.raises(PossibleDuplicate) as refused:
        creating.create_checked(NINA, by=cast.manager)
    assert [each.customer_id for each in refused.value.candidates] == [nina.id]
    assert refused.value.message == "Nina Holm looks like a customer who is there already."
    assert refused.value.data == NINA
    assert count(cast) == 1


def test_kp_31_somebody_else_is_created_once_the_author_has_said_so(cast: Cast) -> None:
    nina = creating.create_checked(NINA, by=cast.advisor).customer
    others = Answers(others=frozenset({nina.id}))
    second = creating.create_checked(NINA, by=cast.advisor, answers=others)
    assert [each.customer_id for each in second.alike] == [nina.id]
    with pytest.raises(PossibleDuplicate) as refused:  # the answer was about the first alone
        creating.create_checked(NINA, by=cast.advisor, answers=others)
    assert [each.customer_id for each in refused.value.candidates] == [second.customer.id]
    creating.create_checked(NINA, by=cast.advisor, answers=ALLOW)
    assert count(cast) == 3


def test_kp_31_somebody_new_is_created_without_a_question(cast: Cast) -> None:
    creating.create_checked(NINA, by=cast.advisor)
    made = creating.create_checked(
        person("Otto", "Berg", email="otto@example.org"), by=cast.advisor
    )
    assert made.alike == ()


def test_tq_37_one_name_more_is_told_and_asked_about_only_if_it_was_not_seen(cast: Cast) -> None:
    """A possible duplicate: the same name, and nothing else is known."""
    nina = creating.create_checked(NINA, by=cast.advisor).customer
    with pytest.raises(PossibleDuplicate):
        creating.create_checked(person(), by=cast.advisor, answers=Answers(seen=frozenset()))
    seen = Answers(seen=frozenset({nina.id}))
    assert creating.create_checked(person(), by=cast.advisor, answers=seen).alike
    assert count(cast) == 2


def test_kp_31_faults_and_missing_rights_come_before_any_candidate(cast: Cast) -> None:
    creating.create_checked(NINA, by=cast.advisor)
    with pytest.raises(NotAllowed):
        creating.create_checked(NINA, by=cast.viewer)
    with pytest.raises(InvalidValues):
        creating.create_checked(person(email="nina.holm@"), by=cast.advisor)


def test_kp_31_deleted_records_and_those_of_others_are_no_candidates(cast: Cast) -> None:
    nina = creating.create_checked(NINA, by=cast.advisor).customer
    operations.delete_customer(nina.id, by=cast.manager)
    creating.create_checked(NINA, by=cast.outsider)
    assert creating.create_checked(NINA, by=cast.advisor).alike == ()


def test_tp_27_the_link_dialog_creates_nobody_who_is_there_already(cast: Cast) -> None:
    creating.create_checked(NINA, by=cast.advisor)
    trip = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor).itinerary
    with pytest.raises(PossibleDuplicate):
        linking.add_new_customer(trip.id, NINA, by=cast.advisor)
    with pytest.raises(PossibleDuplicate):
        linking.save_links(trip.id, [LinkChoice(new=NINA)], by=cast.advisor)
    assert count(cast) == 1
    linking.add_new_customer(trip.id, NINA, by=cast.advisor, answers=ALLOW)
    assert count(cast) == 2


def test_tp_26_new_customers_of_one_list_are_somebody_else_each(cast: Cast) -> None:
    """Their author sees them side by side: a couple with one email."""
    trip = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor).itinerary
    couple = [LinkChoice(new=NINA, is_poc=True), LinkChoice(new=NINA)]
    linking.save_links(trip.id, couple, by=cast.advisor)
    assert count(cast) == 2


def test_a_company_of_the_trade_is_asked_about_too(cast: Cast) -> None:
    """KP-05, KP-31."""
    data = CustomerData(
        {"company_name": "Nordlys Expeditions"},
        {("primary", "email"): "post@nordlys.example", ("primary", "phone"): "+45 45 12 34 56"},
    )
    partner = PartnerData({"level": "agency"})
    create = partial(companies.create_company_partner, data, partner, by=cast.manager)
    create()
    with pytest.raises(PossibleDuplicate):
        create(answers=Answers(seen=frozenset()))
    assert count(cast) == 1
    create(answers=ALLOW)
    assert count(cast) == 2


def test_fields_that_the_role_hides_give_no_evidence(cast: Cast) -> None:
    """What the author may not see cannot be guessed by creating customers."""
    creating.create_checked(NINA, by=cast.advisor)
    restrict(cast.advisor, customer_phone="hidden")
    with tenancy.scope(cast.organization.id):
        assert cast.advisor.user_id is not None
        by = actors.find_actor(user_id=cast.advisor.user_id)
    assert by is not None
    with tenancy.scope(cast.organization.id):
        found = creating.find_asked(person(email="nina.holm@example.com"), by=by)
    assert found
    assert not [line for each in found for line in each.evidence if "phone" in line.field]


def at_once(*steps: Callable[[], object]) -> list[Any]:
    """Run the steps in threads with connections of their own; what each gave, or its refusal."""
    barrier = threading.Barrier(len(steps))
    answers: list[Any] = [None] * len(steps)

    def work(place: int, step: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[place] = step()
        except Refusal as refused:
            answers[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=item) for item in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.parametrize(
    "data",
    [
        NINA,
        person("Nína", "HOLM", email="Nina.Holm@EXAMPLE.com", phone="0045 4512 3456"),
    ],
    ids=["the same", "spelled otherwise"],
)
def test_kp_31_two_authors_at_the_same_moment_are_both_caught(
    committed_cast: Cast, data: CustomerData
) -> None:
    """Whoever comes second sees the first one's record, though neither was there before."""
    cast = committed_cast

    def create(wanted: CustomerData, by: Actor) -> object:
        return creating.create_checked(wanted, by=by)

    answers = at_once(
        lambda: create(NINA, cast.advisor),
        lambda: create(data, cast.manager),
    )
    refused = [each for each in answers if isinstance(each, PossibleDuplicate)]
    made = [each for each in answers if isinstance(each, creating.Created)]
    assert (len(made), len(refused)) == (1, 1)
    assert refused[0].candidates[0].customer_id == made[0].customer.id
    assert count(cast) == 1


def test_kp_31_two_lists_with_the_same_people_in_another_order_do_not_block_each_other(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    otto = person("Otto", "Berg", email="otto.berg@example.com", phone="+45 45 65 43 21")
    trips = [
        planning.create_itinerary({"name": name}, by=cast.advisor).itinerary
        for name in ("One", "Two")
    ]

    def save(trip_id: Any, people: list[CustomerData], by: Actor) -> object:
        choices = [LinkChoice(new=data, is_poc=True) for data in people]
        return linking.save_links(trip_id, choices, by=by)

    answers = at_once(
        lambda: save(trips[0].id, [NINA, otto], cast.advisor),
        lambda: save(trips[1].id, [otto, NINA], cast.manager),
    )
    assert sum(isinstance(each, PossibleDuplicate) for each in answers) == 1
    assert count(cast) == 2
