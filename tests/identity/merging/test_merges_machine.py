"""Random graphs of records, merged and taken back: what was, is again (KP-34)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bookings import making as bookings
from tests.bookings import travelling
from tests.identity.merging.making import dump, merge, person, unmerge
from tests.itineraries import factories
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations as preferences
from wayfolk.passengers.preferences.rules import PreferenceData

PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["", "a@example.com", "b@example.com"]),
        st.sampled_from(["", "Porto", "Lisboa"]),
        st.none() | st.integers(0, 3).map(lambda n: date(1980, 1, 1) + timedelta(days=n)),
    ),
    min_size=3,
    max_size=3,
)
FACTS = st.lists(
    st.tuples(st.sampled_from(["booking", "party", "trip", "diet"]), st.integers(0, 2)), max_size=6
)


def enter(cast: Cast, people: list[Customer], facts: list[tuple[str, int]]) -> None:
    for number, (fact, who) in enumerate(facts):
        owner, another = people[who], people[(who + number) % 3]
        if fact == "booking":
            bookings.booking(cast.advisor, owner, product=f"{number}")
        elif fact == "party":
            others = [] if another == owner else [another]
            travelling.booked(cast, owner, *others, product=f"{number}")
        elif fact == "trip":
            trip = factories.itinerary(cast, *{owner.id: owner, another.id: another}.values())
            factories.save(cast, trip, *people, poc=(another,))
        else:
            note_diet(cast, owner)


def note_diet(cast: Cast, owner: Customer) -> None:
    with tenancy.scope(cast.organization.id):
        if not Preference.objects.filter(customer_id=owner.id).exists():
            data = PreferenceData({"value": "vegan", "note": owner.given_name})
            preferences.add_preference(owner.id, "diet", data, by=cast.manager)


@given(said=PEOPLE, facts=FACTS, choice=st.integers(0, 2), order=st.permutations(range(3)))
@settings(max_examples=5)
def test_merged_and_taken_back_in_any_order_is_as_before(
    cast: Cast,
    said: list[tuple[str, str, date | None]],
    facts: list[tuple[str, int]],
    choice: int,
    order: list[int],
) -> None:
    people = [
        person(cast, f"Person{number}", email=email, city=city, born=born)
        for number, (email, city, born) in enumerate(said)
    ]
    enter(cast, people, facts)
    before = dump(cast)
    first, second, third = (people[each] for each in order)
    chosen = {"email": people[choice].id} if people[choice] in {first, second} else None
    made = merge(cast, first, second, choices=chosen)
    later = merge(cast, third, first)
    # Either the chain's end first, or its middle while the end still stands.
    for each in [made, later] if choice % 2 else [later, made]:
        assert unmerge(cast, each).conflict_count == 0
    assert dump(cast) == before
