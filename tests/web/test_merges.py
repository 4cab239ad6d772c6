"""Merging field by field and taking apart again, on pages (TQ-40, TQ-42, KP-34, KP-35)."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import restrict
from tests.bookings import making as bookings
from tests.segments import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.models import Merge
from wayfolk.kit import clock, tenancy

NEW = "/merges/new"


@pytest.fixture
def alike(cast: Cast) -> tuple[Customer, Customer]:
    by = cast.manager
    return (
        making.customer(by, given_name="Anna", family_name="Holm", email="anna@example.com"),
        making.customer(by, given_name="Ana", family_name="Holm", email="ana@example.com"),
    )


def plan_of(client: Client, *customers: Customer) -> Any:
    main, *others = (customer.number for customer in customers)
    return client.get(NEW, {"main": main, "with": others})


def form_of(page: Any, **more: Any) -> dict[str, Any]:
    """What the page sends when its button is pressed, with these fields changed."""
    plan = page.context["plan"]
    chosen = {
        row.name: cell.number
        for row in plan.differing
        for cell in row.cells
        if cell.may_choose and cell.is_chosen
    }
    fixed = {
        "main": plan.main.number,
        "with": [other.number for other in plan.others],
        "fingerprint": plan.fingerprint,
    }
    return {**fixed, **chosen, **more}


def reread(customer: Customer) -> Customer:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.with_reach().get(id=customer.id)


def merge(client: Client, *customers: Customer, **more: Any) -> Merge:
    answer = client.post(NEW, form_of(plan_of(client, *customers), **more))
    assert answer.status_code == 303
    with tenancy.scope(customers[0].organization_id):
        return Merge.objects.latest("created_at")


def test_tq40_what_differs_is_chosen_and_what_is_equal_is_folded_away(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    page = plan_of(client, anna, ana)
    plan = page.context["plan"]
    assert [row.label for row in plan.differing] == ["First name", "Email"]
    assert "Last name" in [row.label for row in plan.equal]
    assert [cell.text for cell in plan.differing[0].cells] == ["Anna", "Ana"]
    answer = client.post(NEW, form_of(page, **{"choice-given_name": ana.number}))
    assert answer.headers["Location"] == f"/customers/{anna.number}/"
    assert reread(anna).given_name == "Ana"
    assert reread(ana).status == Status.MERGED
    led = client.get(f"/customers/{ana.number}/", follow=True)
    assert led.redirect_chain[-1][0] == f"/customers/{anna.number}/"
    assert "1 record merged into this one" in led.content.decode()


def test_tq40_where_a_value_is_from_stands_beside_it(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    data = making.CustomerData({"given_name": "Anja"}, {("primary", "email"): "anja@example.com"})
    operations.update_customer(ana.id, data, by=cast.manager)
    page = plan_of(client_for(cast.manager), anna, ana).content.decode()
    today = f"{clock.today(cast.manager.time_zone):%-d %b %Y}"
    assert page.count(f"changed {today} by {cast.manager.name}") == 2


def test_any_number_of_records_and_any_of_them_as_the_main_one(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    third = making.customer(cast.manager, given_name="Ann", family_name="Holm")
    client = client_for(cast.manager)
    page = plan_of(client, *alike, third)
    assert [each.number for each in page.context["plan"].others] == [alike[1].number, third.number]
    swapped = client.get(page.context["plan"].others[1].main_url)
    assert swapped.context["plan"].main.number == third.number
    merge(client, third, *alike)
    assert [reread(each).status for each in (*alike, third)] == ["merged", "merged", "active"]


def test_a_plan_that_changed_is_shown_again_with_the_choices_kept(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    form = form_of(plan_of(client, anna, ana), **{"choice-email": ana.number})
    changed = making.CustomerData({"family_name": "Holme"})
    operations.update_customer(ana.id, changed, by=cast.advisor)
    again = client.post(NEW, form)
    assert again.status_code == 409
    assert "Nothing was merged: one of the records changed" in again.content.decode()
    rows = {row.label: row for row in again.context["plan"].differing}
    assert "Last name" in rows
    assert [cell.is_chosen for cell in rows["Email"].cells] == [False, True]
    assert reread(ana).status == Status.ACTIVE


def test_kp35_what_speaks_against_it_is_confirmed_or_forbids_it(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    for customer, birth in ((anna, date(1980, 5, 3)), (ana, date(1991, 5, 3))):
        born = making.CustomerData({"birth_on": birth})
        operations.update_customer(customer.id, born, by=cast.manager)
    refused = client.post(NEW, form_of(plan_of(client, anna, ana)))
    assert refused.status_code == 422
    assert "Their dates of birth differ" in refused.content.decode()
    assert reread(ana).status == Status.ACTIVE
    merge(client, anna, ana, confirmed="different_births")
    assert reread(ana).status == Status.MERGED
    company = making.customer(cast.manager, kind="company", company_name="Holm AS")
    blocked = plan_of(client, anna, company)
    assert "A person and a company are not one record" in blocked.content.decode()
    assert 'type="submit">' not in blocked.content.decode().split("wf-merge-actions")[1]
    assert client.post(NEW, form_of(blocked)).status_code == 422


def test_what_the_role_may_not_see_is_named_and_not_shown(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    restrict(cast.manager, customer_email="hidden")
    page = plan_of(client_for(cast.manager), *alike).content.decode()
    assert "Not shown to your role: email" in page
    assert "ana@example.com" not in page


def test_only_who_may_merge_comes_here(cast: Cast, alike: tuple[Customer, Customer]) -> None:
    anna, ana = alike
    with tenancy.scope(cast.organization.id):
        made = merge(client_for(cast.manager), anna, ana)
    for actor, expected in ((cast.viewer, 403), (cast.outsider, 404)):
        client = client_for(actor)
        assert plan_of(client, anna, ana).status_code == expected
        assert client.get(f"/merges/with/{anna.number}/").status_code == expected
        assert client.get(f"/merges/of/{anna.number}/").status_code == expected
        assert client.get(f"/merges/{made.id}/unmerge").status_code == expected
        assert client.post(f"/merges/{made.id}/unmerge").status_code == expected
    assert reread(ana).status == Status.MERGED


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 422),
        ({"main": "1; drop", "with": "2"}, 422),
        ({"main": "10001"}, 422),
        ({"main": "999999999", "with": "999999998"}, 404),
        ({"main": "9" * 40, "with": "1"}, 422),
    ],
)
def test_an_address_that_somebody_mistyped_is_answered_in_words(
    cast: Cast, query: dict[str, str], status: int
) -> None:
    answer = client_for(cast.manager).get(NEW, query)
    assert answer.status_code == status
    assert "Traceback" not in answer.content.decode()


def test_the_ways_to_the_plan(cast: Cast, alike: tuple[Customer, Customer]) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    there = f"{NEW}?main={anna.number}&with={ana.number}"
    page = client.get(f"/customers/{anna.number}/").content.decode()
    assert f'href="/merges/with/{anna.number}/"' in page
    answer = client.post(f"/merges/with/{anna.number}/", {"other": ana.number})
    assert answer.headers["Location"] == there
    for wrong in (str(anna.number), "", "999999999"):
        refused = client.post(f"/merges/with/{anna.number}/", {"other": wrong})
        assert refused.status_code == 422
    ticked = client.post("/merges/ticked", {"selected": [ana.number, anna.number]})
    assert ticked.headers["Location"] == there
    assert client.post("/merges/ticked", {"selected": [ana.number]}).status_code == 422


def test_kp34_taken_apart_later_with_what_was_made_since_given_to_a_side(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    before = bookings.booking(cast.advisor, ana)
    made = merge(client, anna, ana)
    since = [bookings.booking(cast.advisor, anna) for _ in range(2)]
    listed = client.get(f"/merges/of/{anna.number}/").content.decode()
    assert f"Ana Holm ({ana.number})" in listed
    page = client.get(f"/merges/{made.id}/unmerge")
    keys = [row.key for row in page.context["since"] if row.noun == "Booking"]
    assert len(keys) == 2
    key = next(key for key in keys if str(since[0].id) in key)
    answer = client.post(f"/merges/{made.id}/unmerge", {key: str(ana.id)})
    assert answer.headers["Location"] == f"/customers/{anna.number}/"
    toast = client.get(answer.headers["Location"]).content.decode()
    assert "are separate records again" in toast
    with tenancy.scope(cast.organization.id):
        owners = dict(type(before).objects.values_list("id", "customer_id"))
    assert owners == {before.id: ana.id, since[0].id: ana.id, since[1].id: anna.id}
    assert reread(ana).status == Status.ACTIVE
    assert (
        "Nothing was merged into this record"
        in client.get(f"/merges/of/{anna.number}/").content.decode()
    )
    assert client.post(f"/merges/{made.id}/unmerge").status_code == 409


def test_a_row_is_given_only_to_a_record_of_the_merge(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    made = merge(client, anna, ana)
    since = bookings.booking(cast.advisor, anna)
    stranger = making.customer(cast.manager, given_name="Zoe", family_name="Ek")
    key = f"assign:bookings_booking:{since.id}"
    client.post(f"/merges/{made.id}/unmerge", {key: str(stranger.id)})
    with tenancy.scope(cast.organization.id):
        assert type(since).objects.get(id=since.id).customer_id == anna.id


def test_kp34_a_value_changed_since_is_asked_about(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    client = client_for(cast.manager)
    made = merge(client, anna, ana, **{"choice-given_name": ana.number})
    later = making.CustomerData({"given_name": "Annika"})
    operations.update_customer(anna.id, later, by=cast.advisor)
    page = client.get(f"/merges/{made.id}/unmerge")
    names = re.findall(r'name="(keep-[^"]+)"', page.content.decode())
    assert len(set(names)) == 1
    asked = client.post(f"/merges/{made.id}/unmerge")
    assert asked.status_code == 409
    assert reread(ana).status == Status.MERGED
    client.post(f"/merges/{made.id}/unmerge", {names[0]: "restore"})
    assert reread(anna).given_name == "Anna"
    assert reread(ana).status == Status.ACTIVE


def test_the_lane_leads_to_the_choice_of_each_field(
    cast: Cast, alike: tuple[Customer, Customer]
) -> None:
    anna, ana = alike
    form = {"do": "compare", "main": ana.number, "include": [anna.number, ana.number]}
    answer = client_for(cast.manager).post("/duplicates/decision", form)
    assert answer.headers["Location"] == f"{NEW}?main={ana.number}&with={anna.number}"
