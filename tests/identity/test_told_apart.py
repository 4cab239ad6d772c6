"""Evidence against (TQ-36, KP-31): who travels together is rather two people."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.bookings import making, travelling
from tests.identity import people
from tests.itineraries import factories
from tests.segments.making import customer
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.identity.matching import catching_up, everybody, finding, pairs, queue, settings
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.model import AGAINST
from wayfolk.identity.matching.reading import records_of
from wayfolk.identity.matching.scoring import Score
from wayfolk.identity.models import DuplicatePair, PairState
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

Two = tuple[Customer, Customer]
BITS = AGAINST["travel"]["together"]


@pytest.fixture
def two(cast: Cast) -> Two:
    """One name, birthday and mailbox, as far as the records say."""
    same: dict[str, Any] = {
        "given_name": "Aksel",
        "family_name": "Thorvaldsen",
        "birth_on": date(1980, 5, 17),
        "email": "thorvaldsen@example.no",
    }
    return customer(cast.manager, **same), customer(cast.manager, **same)


def booked(cast: Cast, two: Two) -> str:
    return f"Both travelled on booking {travelling.booked(cast, *two).number}"


def on_trip(cast: Cast, two: Two) -> str:
    return f"Both travel on trip {factories.itinerary(cast, *two).trip_id}"


def elsewhere(cast: Cast, two: Two) -> str:
    making.stay(cast.advisor, two[0], hotel_name="Azul")
    making.stay(
        cast.advisor, two[1], hotel_name="Branco", arrival_on=making.ARRIVAL + timedelta(days=1)
    )
    return "In two places at once: "


def compared(two: Two, by: Actor) -> Score:
    with tenancy.scope(by.organization_id):
        (found,) = queue.compare([(two[0].id, two[1].id)], by=by)
    return found.score


def match(cast: Cast) -> None:
    people.catch_up(cast)
    while catching_up.catch_up(cast.organization.id):
        pass


@pytest.mark.parametrize("know", [booked, on_trip, elsewhere])
def test_known_in_words_and_weights(cast: Cast, two: Two, know: Callable[..., str]) -> None:
    before = compared(two, cast.manager)
    text = know(cast, two)
    now = compared(two, cast.manager)
    (line,) = [each for each in now.evidence if each.field == "travel"]
    assert line.text.startswith(text)
    assert line.weight == BITS
    assert now.total == pytest.approx(before.total + BITS)
    assert now.levels["travel"] in AGAINST["travel"]


def test_what_says_nothing_of_two_people(cast: Cast, two: Two) -> None:
    """Rooms of one hotel, nights one after the other, a stay that was cancelled, a mere buyer."""
    from wayfolk.stays import operations

    father, son = two
    making.stay(cast.advisor, father, hotel_name="Azul")
    making.stay(cast.advisor, son, hotel_name="Azul")
    making.stay(
        cast.advisor,
        son,
        hotel_name="Branco",
        arrival_on=making.DEPARTURE,
        departure_on=making.DEPARTURE + timedelta(days=2),
    )
    gone = making.stay(cast.advisor, son, hotel_name="Branco")
    with tenancy.scope(cast.organization.id):
        operations.cancel_stay(gone.id, by=cast.advisor)
    booking = making.booking(cast.advisor, father)
    travelling.add(cast, booking, son)
    assert "travel" not in compared(two, cast.manager).levels


def test_only_for_who_may_see_it_and_unless_switched_off(cast: Cast, two: Two) -> None:
    booked(cast, two)
    blind = making.without_permission(cast.manager, "bookings.view")
    assert "travel" not in compared(two, blind).levels
    with tenancy.scope(cast.organization.id):
        settings.set_matching(
            suggest_from=2.0, warn_from=9.0, fields_off=["travel"], by=cast.administrator
        )
    assert "travel" not in compared(two, cast.manager).levels


def test_each_way_of_matching_counts_it_the_same(cast: Cast, two: Two) -> None:
    """One by one, all at once, “Find duplicates” on a record, and the check of a record."""
    booked(cast, two)
    found = []
    with tenancy.scope(cast.organization.id):
        everybody.find_everywhere(DuckDB(), by=cast.administrator)
        found.append(DuplicatePair.objects.get())
        DuplicatePair.objects.all().delete()
        match(cast)
        finding.find_for(two[0].id, by=cast.manager)
        found.append(DuplicatePair.objects.get())
        record = records_of([two[0].id])[two[0].id]
        (alike,) = candidates_for(record, by=cast.manager)
    assert found[0].levels == found[1].levels
    assert found[0].levels["travel"] == "together"
    assert found[1].weight == pytest.approx(compared(two, cast.manager).total)
    assert BITS in [line.weight for line in alike.evidence]


def test_tq41_a_further_journey_does_not_question_a_verdict(cast: Cast, two: Two) -> None:
    with tenancy.scope(cast.organization.id):
        match(cast)
        pairs.reject_pairs([each.id for each in two], by=cast.manager)
        booked(cast, two)
        finding.find_for(two[0].id, by=cast.manager)
        pair = DuplicatePair.objects.get()
    assert pair.levels["travel"] == "together"
    assert pair.state == PairState.CLOSED


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ({"email": "thorvaldsen@example.no"}, "Same last name, with one mailbox"),
        ({"phone": "+47 22 12 34 56"}, "Same last name, with one phone"),
        ({"lines": "Storgata 1", "city": "Oslo"}, "Same last name, at one address"),
        ({"email": "t@example.no", "phone": "+47 22 12 34 56"}, "Same last name, in one home"),
    ],
)
def test_what_agrees_beside_a_name_is_said(cast: Cast, shared: dict[str, str], said: str) -> None:
    names = {"given_name": "Aksel", "family_name": "Thorvaldsen"}
    both = customer(cast.manager, **names, **shared), customer(cast.manager, **names, **shared)
    assert said in [line.text for line in compared(both, cast.manager).evidence]
