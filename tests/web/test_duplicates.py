"""The lane of possible duplicates: judged, merged, taken back (TQ-36 to TQ-42, KP-33)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.api.conftest import restrict
from tests.bookings import making as bookings
from tests.identity import people
from tests.segments import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.matching import catching_up, pairs
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.models import PairVerdict
from wayfolk.kit import clock, tenancy

LANE, DECIDE = "/duplicates/", "/duplicates/decision"
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "lane"}
ALIKE = {"household": "email", "given": "near", "family": "same"}


@pytest.fixture
def alike(cast: Cast) -> list[Customer]:
    by = cast.manager
    reach = {"email": "anna@example.com", "phone": "+47 22 12 34 56"}
    made = [
        making.customer(by, given_name="Anna", family_name="Holm", **reach),
        making.customer(by, given_name="Ana", family_name="Holm", **reach),
        making.customer(by, given_name="Anne", family_name="Holm", email="anne@example.com"),
        making.customer(by, given_name="Zoë", family_name="Ek", email="zoe@example.com"),
        making.customer(by, given_name="Zoe", family_name="Ek", email="zoe@example.com"),
    ]
    anna, ana, anne, zoe, other = made
    with tenancy.scope(by.organization_id):
        pairs.store_all(
            [proposal(anna, ana, 9.0), proposal(ana, anne, 2.0), proposal(zoe, other, 5.0)]
        )
    return made


def proposal(one: Customer, other: Customer, weight: float) -> Proposal:
    low, high = sorted((one.id, other.id))
    return Proposal(low, high, weight, ALIKE)


def names_on(response: Any) -> list[str]:
    """Names of the records that the lane shows, from top to bottom."""
    return _names_in(response.content.decode().partition("<template data-lane-next")[0])


def names_ahead(response: Any) -> list[str]:
    """Of those that the lane shows next, which came along."""
    return _names_in(response.content.decode().partition("<template data-lane-next")[2])


def _names_in(html: str) -> list[str]:
    return re.findall(r'<a href="/customers/\d+/"[^>]*>([^<]+)</a>', html)


def sent(client: Client, customers: list[Customer], do: str, **more: Any) -> dict[str, Any]:
    """What the form sends, with these records ticked."""
    page = client.get(more.pop("page", LANE)).content.decode()
    return {
        "do": do,
        "main": customers[0].number,
        "include": [each.number for each in customers],
        "seen": re.findall(r'name="seen" value="([^"]+)"', page),
        **more,
    }


def test_whom_the_worker_has_not_compared_yet_is_said(cast: Cast, alike: list[Customer]) -> None:
    assert (
        "5 customers are still being compared."
        in client_for(cast.manager).get(LANE).content.decode()
    )
    people.catch_up(cast)
    assert catching_up.catch_up(cast.organization.id) == 5
    assert "still being compared" not in client_for(cast.manager).get(LANE).content.decode()


def status_of(customer: Customer) -> str:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.get(id=customer.id).status


def test_tq36_tq39_a_group_is_shown_with_what_it_shares_and_how_many_wait(
    cast: Cast, alike: list[Customer]
) -> None:
    page = client_for(cast.manager).get(LANE)
    assert names_on(page) == ["Anna Holm", "Ana Holm", "Anne Holm"]
    assert names_ahead(page) == ["Zoë Ek", "Zoe Ek"]
    html = page.content.decode().partition("<template")[0]
    assert [f"{tab.label} {tab.count}" for tab in page.context["tabs"]] == [
        *("All 3", "Same email 2", "Same phone 1", "Same address 0", "Similar name 3")
    ]
    assert '<div class="wf-shared">anna@example.com</div>' in html
    assert "<div>anne@example.com</div>" in html
    assert html.count('name="main"') == 3
    phones = client_for(cast.manager).get(f"{LANE}?reason=same_phone")
    assert names_on(phones) == ["Anna Holm", "Ana Holm"]


def test_tq40_not_the_same_brings_the_next_and_is_undone(cast: Cast, alike: list[Customer]) -> None:
    client = client_for(cast.manager)
    holms = alike[:3]
    answer = client.post(DECIDE, sent(client, holms, "not_same"), **FRAGMENT)
    assert names_on(answer) == ["Zoë Ek", "Zoe Ek"]
    assert "Not the same: Anna Holm" in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        change = ChangeSet.objects.get(operation="customers.not_same")
        assert PairVerdict.objects.count() == 2
    undone = client.post(reverse("changes:undo", args=[change.id]), {"next": LANE})
    assert undone.headers["Location"] == LANE
    assert names_on(client.get(LANE)) == ["Anna Holm", "Ana Holm", "Anne Holm"]


def test_tq38_only_the_ticked_ones_are_judged(cast: Cast, alike: list[Customer]) -> None:
    client = client_for(cast.manager)
    anna, ana, *_ = alike
    answer = client.post(DECIDE, sent(client, [anna, ana], "not_same"), **FRAGMENT)
    assert names_on(answer) == ["Zoë Ek", "Zoe Ek"]
    client.post(DECIDE, sent(client, alike[3:], "later"), **FRAGMENT)
    assert names_on(client.get(LANE)) == ["Ana Holm", "Anne Holm"]
    alone = client.post(DECIDE, sent(client, [anna], "not_same"), **FRAGMENT)
    assert alone.status_code == 422


def test_tq40_a_merge_without_questions_is_made_at_once(cast: Cast, alike: list[Customer]) -> None:
    client = client_for(cast.manager)
    anna, ana, anne, *_ = alike
    answer = client.post(DECIDE, sent(client, [ana, anna, anne], "merge"), **FRAGMENT)
    assert names_on(answer) == ["Zoë Ek", "Zoe Ek"]
    assert [status_of(each) for each in (anna, ana, anne)] == [
        *(Status.MERGED, Status.ACTIVE, Status.MERGED)
    ]
    plain = client.post(DECIDE, sent(client, alike[3:], "merge"))
    assert plain.status_code == 303
    assert plain.headers["Location"] == LANE
    assert "Nothing waits here" in client.get(LANE).content.decode()


def test_a_record_that_changed_since_is_looked_at_again(cast: Cast, alike: list[Customer]) -> None:
    client = client_for(cast.manager)
    anna, ana, *_ = alike
    form = sent(client, [anna, ana], "merge")
    with tenancy.scope(cast.organization.id):
        making.operations.update_customer(
            ana.id, making.CustomerData({"given_name": "Annika"}), by=cast.manager
        )
    answer = client.post(DECIDE, form, **FRAGMENT)
    assert answer.status_code == 422
    assert "a record changed since it was shown" in answer.content.decode()
    assert "Annika Holm" in names_on(answer)
    assert status_of(ana) == Status.ACTIVE


def test_what_speaks_against_a_merge_is_confirmed_in_place(
    cast: Cast, alike: list[Customer]
) -> None:
    client = client_for(cast.manager)
    anna, ana, *_ = alike
    ahead = clock.today(cast.manager.time_zone) + timedelta(days=30)
    for guest in (anna, ana):
        bookings.stay(cast.manager, guest, arrival_on=ahead, departure_on=ahead + timedelta(days=3))
    form = sent(client, [anna, ana], "merge")
    asked = client.post(DECIDE, form, **FRAGMENT)
    assert asked.status_code == 422
    codes = re.findall(r'name="confirmed" value="([^"]+)"', asked.content.decode())
    assert len(codes) == 1
    assert status_of(ana) == Status.ACTIVE
    client.post(DECIDE, {**form, "confirmed": codes}, **FRAGMENT)
    assert status_of(ana) == Status.MERGED


def test_kp33_duplicates_of_one_customer_are_looked_for(cast: Cast) -> None:
    by = cast.manager
    reach = {"email": "anna@example.com", "phone": "+47 22 12 34 56"}
    anna = making.customer(by, given_name="Anna", family_name="Holm", **reach)
    making.customer(by, given_name="Ana", family_name="Holm", **reach)
    alone = making.customer(by, given_name="Zoë", family_name="Ek")
    client = client_for(by)
    found = client.post(f"/duplicates/of/{anna.number}/search")
    assert found.headers["Location"] == f"/duplicates/of/{anna.number}/"
    assert names_on(client.get(found.headers["Location"])) == ["Anna Holm", "Ana Holm"]
    nobody = client.post(f"/duplicates/of/{alone.number}/search")
    assert nobody.headers["Location"] == f"/customers/{alone.number}/"
    assert (
        f"/duplicates/of/{anna.number}/search"
        in client.get(f"/customers/{anna.number}/").content.decode()
    )


def test_whoever_may_not_merge_sees_no_lane(cast: Cast, alike: list[Customer]) -> None:
    client = client_for(cast.advisor)
    assert client.get(LANE).status_code == 403
    assert client.post(DECIDE, {"do": "not_same"}).status_code == 403
    assert client.post(f"/duplicates/of/{alike[0].number}/search").status_code == 403
    assert LANE not in client.get("/").content.decode()


def test_fields_that_the_reader_may_not_see_are_not_shown(
    cast: Cast, alike: list[Customer]
) -> None:
    restrict(cast.manager, customer_email="hidden")
    page = client_for(cast.manager).get(LANE)
    assert "anna@example.com" not in page.content.decode()
    assert "Same email" not in page.content.decode()
