"""Two people who write passengers at the same moment (KP-11)."""

from tests.bookings import making, travelling
from tests.bookings.travelling import in_words
from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.kit import database_errors, tenancy
from wayfolk.kit.errors import InvalidValues
from wayfolk.passengers import operations as age_operations
from wayfolk.passengers import queries as age_queries
from wayfolk.passengers.rules import BandData


def test_kp11_two_first_passengers_at_once_have_one_lead(committed_cast: Cast) -> None:
    cast = committed_cast
    people = travelling.family(cast)
    for _ in range(3):
        booking = making.booking(cast.advisor, people["ulla"])
        answers = at_once(
            *(
                lambda key=key, booking=booking: operations.add_passengers(
                    booking.id, [people[key].id], by=cast.advisor
                )
                for key in ("anna", "bent", "emil")
            )
        )
        assert not [each for each in answers if isinstance(each, Exception)]
        party = in_words(cast, booking)
        assert len(party) == 3
        assert [line.endswith("lead") for line in party] == [True, False, False]


def test_kp11_lead_and_another_leave_or_lead_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    people = travelling.family(cast)
    booking = travelling.booked(cast, people["anna"], people["bent"], people["emil"])
    answers = at_once(
        lambda: operations.remove_passenger(booking.id, people["anna"].id, by=cast.advisor),
        lambda: operations.set_lead(booking.id, people["emil"].id, by=cast.manager),
        lambda: operations.remove_passenger(booking.id, people["bent"].id, by=cast.manager),
    )
    assert not [each for each in answers if isinstance(each, Exception)]
    assert in_words(cast, booking) == ["Emil 9 child lead"]


def test_kp15_ages_for_the_same_products_are_set_once(committed_cast: Cast) -> None:
    cast = committed_cast
    answers = at_once(
        *(
            lambda words=words: age_operations.create_band(
                BandData({"product": words}), by=cast.administrator
            )
            for words in ("Norway cruise", "cruise NORWAY")
        )
    )
    assert sum(isinstance(each, Exception) for each in answers) == 1
    refused = next(each for each in answers if isinstance(each, Exception))
    assert isinstance(refused, InvalidValues) or database_errors.find_refusal(refused)
    with tenancy.scope(cast.organization.id):
        assert len(age_queries.list_bands(by=cast.administrator)) == 1
