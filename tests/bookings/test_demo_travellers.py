"""The demo's passengers: types by age, and people left for one click (KP-15, KP-18)."""

from tests.bookings import travelling
from tests.world import Cast
from wayfolk.bookings import companions, queries
from wayfolk.bookings.models import Booking
from wayfolk.demo import stories
from wayfolk.kit import tenancy


def test_the_demo_shows_a_whole_party_and_a_half_one(cast: Cast) -> None:
    by = cast.advisor
    with tenancy.scope(cast.organization.id):
        stories.tell(by=by, office=cast.administrator)
        whole = Booking.objects.get(product="Dolphin watching, Lagos")
        half = queries.list_bookings(by=by).get(product="Transfer Faro airport")
    types = [shown.type for shown in travelling.party(cast, whole).passengers]
    assert types == ["adult", "adult", "child", "child"]
    party = travelling.party(cast, half)
    with tenancy.scope(cast.organization.id):
        offered = companions.companions_of(half, party, by=by)
    assert [person.given_name for person in offered[0].people] == ["Jonas", "Nils"]
