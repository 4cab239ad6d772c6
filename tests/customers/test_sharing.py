"""KP-02: whose an email or phone is, by known relays and by who uses it."""

from datetime import date
from typing import Any

import pytest

from tests.bookings.making import last_change_set, without_permission
from tests.households.making import household, person
from tests.partners import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.customers import operations
from wayfolk.customers.operations.sharing import set_sharing
from wayfolk.customers.queries import sharing
from wayfolk.customers.rules.sharing import (
    COUNT_CAP,
    DESK,
    HOUSEHOLD,
    Group,
    Sharing,
    checked_domains,
    is_role_mailbox,
    judge,
    relay_of,
)
from wayfolk.households import suggestions
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.partners.operations import contacts
from wayfolk.staff.rules import Actor

HANSEN, AGENCY = Group(HOUSEHOLD, 12, "Hansen"), Group(DESK, 7, "Nordic Horizons")
OWN, OTHER = Group(DESK, 7, "Nordic Horizons", is_own=True), Group(DESK, 8, "X", is_own=True)
VALUE = "x@example.com"


def of(by: Actor, *values: str) -> dict[str, Sharing]:
    with tenancy.scope(by.organization_id):
        return sharing.sharing_of(values, by=by)


@pytest.mark.parametrize(
    ("value", "site"),
    [
        ("abc.123@guest.booking.com", "Booking.com"),
        ("a@m.expediapartnercentral.com", "Expedia"),
        ("a@deep.guest.airbnb.com", "Airbnb"),
        ("a@guests.example.com", "example.com"),
        ("a@booking.com", ""),
        ("a@notguest.booking.com.evil.example", ""),
        ("+4512345678", ""),
        ("a@com", ""),
    ],
)
def test_relays_are_known_by_their_domain(value: str, site: str) -> None:
    assert relay_of(value, {"example.com"} if "guests" in value else ()) == site


@pytest.mark.parametrize(
    ("value", "is_role"),
    [
        ("info@x.dk", True),
        ("booking+oslo@x.dk", True),
        ("sales2@x.dk", True),
        ("infonina@x.dk", False),
        ("nina@info.dk", False),
        ("+4512345678", False),
    ],
)
def test_role_mailboxes_are_known_by_their_name(value: str, is_role: bool) -> None:
    assert is_role_mailbox(value) is is_role


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([[]], None),
        ([[HANSEN]], None),
        ([[HANSEN], [HANSEN]], ("household", "shared in household Hansen", 12)),
        ([[HANSEN, AGENCY], [AGENCY, HANSEN]], ("household", "shared in household Hansen", 12)),
        ([[AGENCY], [AGENCY, HANSEN]], ("desk", "desk of Nordic Horizons", 7)),
        ([[OWN], [], [HANSEN]], ("desk", "desk of Nordic Horizons", 7)),
        ([[OWN], [OTHER]], ("some", "also used by 1 other", None)),
        ([[HANSEN], []], ("some", "also used by 1 other", None)),
        ([[HANSEN], [AGENCY], []], ("some", "also used by 2 others", None)),
        ([[]] * 5, ("many", "shared by 5 customers", None)),
        ([[]] * COUNT_CAP, ("many", "shared by 50 or more customers", None)),
        ([[HANSEN]] * 6, ("household", "shared in household Hansen", 12)),
        ([[Group(HOUSEHOLD, 12)]] * 2, ("household", "shared in a household", None)),
        ([[Group(DESK, 12)]] * 2, ("desk", "desk of a company", None)),
    ],
)
def test_who_uses_it_decides(groups: list[list[Group]], expected: Any) -> None:
    found = judge(VALUE, groups, relays=(), shared_from=5)
    assert (found and (found.kind, found.words, found.number)) == expected


def test_a_family_s_email_is_shared_in_its_household_until_a_stranger_uses_it(cast: Cast) -> None:
    anna = person(cast, "Anna", email="Home@Example.com")
    bent = person(cast, "Bent", email="home@example.com")
    home = household(cast, (anna, "head"), (bent, "partner"))
    (found,) = of(cast.advisor, "home@example.com").values()
    assert found == Sharing("household", "shared in household Hansen", "Hansen", 2, home.number)
    blind = without_permission(cast.advisor, "households.view")
    (hidden,) = of(blind, "home@example.com").values()
    assert (hidden.words, hidden.number) == ("shared in a household", None)
    ulla = person(cast, "Ulla", "Friis", email="home@example.com")
    assert of(cast.advisor, "home@example.com")["home@example.com"].kind == "some"
    operations.delete_customer(ulla.id, by=cast.manager)
    assert of(cast.advisor, "home@example.com")["home@example.com"].kind == "household"


def test_the_desk_of_an_agency_is_its_own_address_and_that_of_its_contacts(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    mette = person(cast, "Mette", "Dahl", phone="33112233", mobile="+45 33 11 22 33")
    lars = person(cast, "Lars", "Friis", phone="+45 33 11 22 33")
    value = "+4533112233"
    for who, ended in ((mette, date(2020, 1, 1)), (mette, None), (lars, None)):
        assert of(by, value)[value].kind == "some"
        with tenancy.scope(by.organization_id):
            role = "other" if ended else "sales"
            contacts.add_contact(owner.id, who.id, role=role, by=by, to_on=ended)
    desk = Sharing("desk", "desk of Nordic Horizons", "Nordic Horizons", 2, owner.number)
    assert of(by, value)[value] == desk
    blind = without_permission(by, "partners.view")
    assert (of(blind, value)[value].words, of(blind, value)[value].number) == (
        "desk of a company",
        None,
    )
    person(cast, "Ulla", "Holm", phone="+45 33 11 22 33")
    assert of(by, value)[value].kind == "some"
    with tenancy.scope(by.organization_id):
        data = operations.CustomerData({}, {("primary", "phone"): "+45 33 11 22 33"})
        operations.update_customer(owner.customer_id, data, by=by)
    assert of(blind, value)[value].words == "desk of Nordic Horizons"  # a customer who has it


def test_strangers_count_up_to_the_cap_and_the_threshold_is_the_organisation_s(cast: Cast) -> None:
    for n in range(3):
        person(cast, f"P{n}", f"F{n}", email=VALUE)
    assert of(cast.advisor, VALUE)[VALUE].words == "also used by 2 others"
    set_sharing(shared_from=3, relay_domains="", by=cast.administrator)
    assert of(cast.advisor, VALUE)[VALUE].words == "shared by 3 customers"
    with tenancy.scope(cast.organization.id):
        undoing.undo_change_set(last_change_set(cast.administrator).id, by=cast.administrator)
    assert of(cast.advisor, VALUE)[VALUE].kind == "some"
    assert of(cast.advisor, VALUE, "nobody@example.com", "").keys() == {VALUE}


def test_the_organisation_names_further_relays(cast: Cast) -> None:
    assert of(cast.advisor, "a@guests.ota.example") == {}
    made = set_sharing(
        shared_from=5, relay_domains=" @Guests.OTA.example\n\nother.example ", by=cast.administrator
    )
    assert made.relay_domains == "guests.ota.example\nother.example"
    (found,) = of(cast.advisor, "a@guests.ota.example").values()
    assert found.words == "relay of guests.ota.example"
    assert of(cast.outsider, "a@guests.ota.example") == {}
    with pytest.raises(NotAllowed):
        set_sharing(shared_from=5, relay_domains="", by=cast.manager)


@pytest.mark.parametrize("written", ["a b.c", "nodot", "x" * 200 + ".com", "http://x.com", "-a.b"])
def test_what_is_no_domain_is_refused(written: str) -> None:
    with pytest.raises(InvalidValues, match="is not a domain"):
        checked_domains(written)


@pytest.mark.parametrize("count", [1, 51])
def test_a_threshold_out_of_range_is_refused(cast: Cast, count: int) -> None:
    with pytest.raises(InvalidValues, match="Use 2 to 50"):
        set_sharing(shared_from=count, relay_domains="", by=cast.administrator)


@pytest.mark.parametrize("count", [1, 60])
def test_any_number_of_values_takes_four_queries(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    values = [f"p{n}@example.com" for n in range(count)]
    for value in values[:12]:
        person(cast, "Anna", email=value)
        person(cast, "Bent", "Friis", email=value)
    with tenancy.scope(cast.organization.id), django_assert_num_queries(4):
        found = sharing.sharing_of(values, by=cast.advisor)
    assert len(found) == min(count, 12)


def test_many_users_are_read_no_further_than_the_cap(cast: Cast) -> None:
    for n in range(COUNT_CAP + 3):
        person(cast, f"P{n}", f"F{n}", email=VALUE)
    assert of(cast.advisor, VALUE)[VALUE].count == COUNT_CAP


def test_relays_and_desks_suggest_no_household(cast: Cast) -> None:
    """KP-19: the same family name and address is no reason where a relay or desk stands behind."""
    by = cast.manager
    people = [person(cast, n, email="tom@guest.booking.com") for n in ("Anna", "Bent")]
    owner = making.partner(by)
    with tenancy.scope(by.organization_id):
        desk = operations.CustomerData({}, {("primary", "email"): "desk@nordic.example"})
        operations.update_customer(owner.customer_id, desk, by=by)
    for name in ("Carl", "Dora"):
        agent = person(cast, name, "Friis", email="desk@nordic.example")
        people.append(agent)
        with tenancy.scope(by.organization_id):
            contacts.add_contact(owner.id, agent.id, role="sales", by=by)
    people += [person(cast, n, "Holm", email="home@holm.example") for n in ("Erik", "Fie")]
    with tenancy.scope(by.organization_id):
        found = suggestions.suggest([each.id for each in people], by=by)
    assert [suggestion.name for suggestion in found] == ["Holm"]
