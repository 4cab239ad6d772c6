"""A guest takes another pickup point of the route by a link (TQ-55)."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import client_of
from tests.bookings import making
from tests.service import making as service_making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import last_written_id
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import lines, operations
from wayfolk.bookings.line_rules import LineData, PickupData
from wayfolk.bookings.models import Booking, BookingLine, PickupPoint
from wayfolk.bookings.operations import choosing_pickup
from wayfolk.bookings.operations.choosing_pickup import ChoiceOver
from wayfolk.communications.models import Communication
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed

DAYS = 3


def point(cast: Cast, code: str, minor: int = 500, **fields: Any) -> PickupPoint:
    values = {"code": code, "description": f"Stop {code}", "price_minor": minor, "cost_minor": 100}
    values |= {"route": "North", "choice_days": DAYS, **fields}
    return operations.create_pickup_point(PickupData(values), by=cast.administrator)


@pytest.fixture
def scoped(cast: Cast) -> Any:
    with tenancy.scope(cast.organization.id):
        yield cast


def picked_up(
    cast: Cast, at: PickupPoint, *, in_days: int = 30, email: str = ""
) -> tuple[Booking, BookingLine]:
    """A booking of two people who are picked up there."""
    buyer = service_making.customer(cast.manager, email=email) if email else None
    departs = clock.today(cast.organization.time_zone) + timedelta(days=in_days)
    booking = making.booking(cast.manager, buyer, total_minor=10_000, departs_on=departs)
    data = LineData({"pickup_point_id": at.id, "pax": 2})
    line = operations.add_line(booking.id, data, by=cast.manager)
    return booking, present(line)


def present(line: BookingLine) -> BookingLine:
    return BookingLine.objects.select_related("pickup_point", "booking").get(id=line.id)


def path_of(line: BookingLine) -> str:
    return "/pickup/" + choosing_pickup.link_of(line).rpartition("/")[2]


def test_tq55_a_guest_takes_another_place_and_the_price_follows(scoped: Cast) -> None:
    here, there = point(scoped, "A1"), point(scoped, "B2", 800, meets_at=time(7, 45))
    booking, line = picked_up(scoped, here)
    page = Client().get(path_of(line))
    assert page["Cache-Control"] == "no-store"
    assert "Stop A1, EUR 10.00" in page.content.decode()
    assert "07:45 Stop B2, EUR 16.00" in page.content.decode()
    done = Client().post(path_of(line), {"pickup_point": str(there.id)}).content.decode()
    assert "07:45" in done
    assert "Stop B2" in done
    stored = present(line)
    assert (stored.pickup_point_id, stored.description) == (there.id, "B2 Stop B2")
    assert (stored.amount_minor, stored.cost_minor) == (1_600, 200)
    assert Booking.objects.get(id=booking.id).total_minor == 11_600
    written = ChangeSet.objects.order_by("-id").first()
    assert written is not None
    assert (written.author_kind, written.author_name) == ("guest", "Guest")


def test_what_a_guest_chose_can_be_undone(scoped: Cast) -> None:
    here, there = point(scoped, "A1"), point(scoped, "B2", 800)
    booking, line = picked_up(scoped, here)
    guest = choosing_pickup.guest_actor(scoped.organization)
    choosing_pickup.choose(path_of(line).rpartition("/")[2], there.id, by=guest)
    undo_change_set(last_written_id(), by=scoped.manager)
    assert present(line).pickup_point_id == here.id
    assert Booking.objects.get(id=booking.id).total_minor == 11_000


def test_tq55_only_places_of_the_route_are_offered(scoped: Cast) -> None:
    here = point(scoped, "A1")
    point(scoped, "B2")
    point(scoped, "C3", route="South")
    point(scoped, "D4", is_retired=True)
    point(scoped, "E5", currency="NOK")
    _, line = picked_up(scoped, here)
    offer = choosing_pickup.offer_of(line, by=scoped.manager)
    assert [choice.point.code for choice in offer.choices] == ["A1", "B2"]
    elsewhere = PickupPoint.objects.get(code="C3")
    answer = Client().post(path_of(line), {"pickup_point": str(elsewhere.id)})
    assert answer.status_code == 422
    assert "not offered any more" in answer.content.decode()
    guest = choosing_pickup.guest_actor(scoped.organization)
    with pytest.raises(InvalidValues, match="not offered"):
        choosing_pickup.choose(path_of(line).rpartition("/")[2], elsewhere.id, by=guest)


@pytest.mark.parametrize(("days", "is_open"), [(DAYS, True), (DAYS - 1, False)])
def test_tq55_a_guest_chooses_until_n_days_before_departure(
    scoped: Cast, days: int, is_open: bool
) -> None:
    here, there = point(scoped, "A1"), point(scoped, "B2")
    _, line = picked_up(scoped, here, in_days=days)
    answer = Client().post(path_of(line), {"pickup_point": str(there.id)})
    assert answer.status_code == (200 if is_open else 410)
    assert present(line).pickup_point_id == (there.id if is_open else here.id)


def test_nothing_is_chosen_for_a_cancelled_booking_or_where_guests_never_choose(
    scoped: Cast,
) -> None:
    here, never = point(scoped, "A1"), point(scoped, "N1", choice_days=None)
    booking, line = picked_up(scoped, here)
    operations.cancel_booking(booking.id, by=scoped.manager)
    with pytest.raises(ChoiceOver, match="was cancelled"):
        choosing_pickup.offer_of(present(line), by=scoped.manager)
    _, fixed = picked_up(scoped, never)
    assert Client().get(path_of(fixed)).status_code == 410
    assert choosing_pickup.choosable_until(fixed, by=scoped.manager) is None


def test_a_link_that_was_changed_leads_nowhere(scoped: Cast) -> None:
    _, line = picked_up(scoped, point(scoped, "A1"))
    whole = path_of(line)
    _, other = picked_up(scoped, point(scoped, "B2"))
    spliced = whole.replace(line.id.hex, other.id.hex)
    for path in (whole[:-1] + "_", spliced, "/pickup/x", "/pickup/1-2.3"):
        assert Client().get(path).status_code == 404
    operations.remove_line(line.booking_id, line.id, by=scoped.manager)
    assert Client().get(whole).status_code == 404


def test_staff_choose_over_the_line_and_not_over_the_link(scoped: Cast) -> None:
    here = point(scoped, "A1")
    _, line = picked_up(scoped, here)
    with pytest.raises(NotAllowed, match="Change the line"):
        choosing_pickup.choose(path_of(line).rpartition("/")[2], here.id, by=scoped.administrator)


def test_tq55_the_link_is_mailed_and_kept_nowhere_that_can_be_read(scoped: Cast) -> None:
    here = point(scoped, "A1")
    point(scoped, "B2")
    booking, line = picked_up(scoped, here)
    client = client_for(scoped.manager)
    url = f"/bookings/{booking.number}/lines/{line.id}/link/"
    assert "no email address" in client.post(url, follow=True).content.decode()
    assert not Communication.objects.exists()
    booking, line = picked_up(scoped, here, email="ann@example.org")
    url = f"/bookings/{booking.number}/lines/{line.id}/link/"
    page = client.get(f"/bookings/{booking.number}/").content.decode()
    assert "guest may choose until" in page
    assert client.post(url).status_code == 303
    sent = Communication.objects.get()
    assert sent.address == "ann@example.org"
    assert "/pickup/" not in sent.body
    assert client_for(scoped.viewer).post(url).status_code == 403


def test_the_api_tells_the_link_to_who_may_edit(scoped: Cast) -> None:
    here = point(scoped, "A1")
    point(scoped, "B2")
    booking, line = picked_up(scoped, here)
    path = f"/bookings/{booking.number}/lines"
    told = client_of(scoped.manager).get(path).json()["items"][1]
    assert told["guest_url"] == choosing_pickup.link_of(line)
    assert date.fromisoformat(told["guest_chooses_until"]) < booking.departs_on
    assert "guest_url" not in client_of(scoped.viewer).get(path).json()["items"][1]
    refused = client_of(scoped.administrator).post(
        "/pickup-points", {"code": "Z", "description": "Z", "choice_days": 400}
    )
    assert refused.status_code == 422


def test_bad_days_are_refused_with_the_reason(scoped: Cast) -> None:
    with pytest.raises(InvalidValues, match="0 to 365 days before departure, not -1"):
        point(scoped, "A1", choice_days=-1)
    assert lines.list_pickup_points(by=scoped.administrator) == []
