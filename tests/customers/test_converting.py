"""KP-06: a person becomes a company and back, planned, guarded, and taken back row by row."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError

from tests.bookings import making as booked
from tests.bookings import travelling
from tests.bookings.making import booking, last_change_set, without_permission
from tests.households.making import dump, household, person
from tests.partners import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import operations as bookings
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.operations import StaleCustomer, converting
from wayfolk.customers.operations.converting import ConversionForbidden
from wayfolk.customers.rules import CustomerData, conversion
from wayfolk.customers.rules.conversion import Moved, Names
from wayfolk.households.models import HouseholdMember
from wayfolk.households.operations import guarding, moving
from wayfolk.identity.search.queries import find_ids
from wayfolk.kit import clock, tenancy
from wayfolk.kit.database_errors import find_refusal
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.partners.models import Partner
from wayfolk.partners.operations import contacts, partners
from wayfolk.partners.rules.records import PartnerData


def holm(cast: Cast) -> Customer:
    fields = {
        "given_name": "Nina",
        "family_name": "Holm",
        "title": "Dr",
        "birth_on": date(1980, 1, 31),
        "gender": "female",
        "nationality": "DK",
        "language": "da",
        "notes": "Prefers mornings",
    }
    contact = {("primary", "email"): "nina@example.com"}
    place = {("primary", "city"): "Ribe"}
    return operations.create_customer(CustomerData(fields, contact, place), by=cast.advisor)


def convert(cast: Cast, customer: Customer, kind: str, **names: str) -> Customer:
    return converting.convert(customer.id, kind, Names(**names), by=cast.advisor)


def test_kp06_the_plan_says_what_is_kept_moved_and_lost(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        plan = converting.plan(holm(cast).id, by=cast.advisor)
    assert (plan.to_kind, plan.names) == ("company", Names(company_name="Nina Holm"))
    assert plan.moved == (Moved("Nina Holm", "name", "company"),)
    assert plan.lost == ("title", "birth_on", "gender", "nationality")
    assert "contact data, addresses, language and notes" in plan.kept
    assert plan.obstacles == ()


def test_kp06_a_person_becomes_a_company_and_undo_restores_every_row(cast: Cast) -> None:
    customer = holm(cast)
    before = dump(cast.organization.id)
    stored = convert(cast, customer, "company", company_name=" Holm  Travel ")
    assert (stored.kind, stored.name, stored.number) == ("company", "Holm Travel", customer.number)
    assert (stored.birth_on, stored.gender, stored.title, stored.language) == (None, "", "", "da")
    made = last_change_set(cast.advisor)
    assert made.summary == "Made Nina Holm a company, now called Holm Travel"
    with tenancy.scope(cast.organization.id):
        assert find_ids("holm travel", by=cast.advisor) == [customer.id]
        undoing.undo_change_set(made.id, by=cast.advisor)
        assert find_ids("nina holm", by=cast.advisor) == [customer.id]
    audited = {"audit_changeset", "audit_change"}
    after = [row for row in dump(cast.organization.id) if row[0] not in audited]
    assert after == [row for row in before if row[0] not in audited]


def test_kp06_a_company_becomes_a_person_under_the_names_given(cast: Cast) -> None:
    customer = making.company(cast.advisor, "Holm")
    with tenancy.scope(cast.organization.id):
        plan = converting.plan(customer.id, by=cast.advisor)
    assert (plan.names, plan.moved) == (
        Names(family_name="Holm"),
        (Moved("Holm", "company", "last name"),),
    )
    stored = convert(cast, customer, "person", given_name="Nina", family_name="Holm")
    assert (stored.kind, stored.name, stored.company_name) == ("person", "Nina Holm", "")


@pytest.mark.parametrize(
    ("to_kind", "names", "words"),
    [
        ("company", {}, "A company needs its name"),
        ("company", {"company_name": "X", "given_name": "N"}, "A company has no first name"),
        ("company", {"company_name": "x" * 201}, "at most 200"),
        ("person", {"given_name": "N"}, "is a person already"),
        ("robot", {}, "is no account type"),
    ],
)
def test_kp06_bad_names_and_kinds_are_refused(
    cast: Cast, to_kind: str, names: dict[str, str], words: str
) -> None:
    customer = holm(cast)
    with pytest.raises(InvalidValues, match=words):
        convert(cast, customer, to_kind, **names)
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.get(id=customer.id).name == "Nina Holm"


def test_kp06_a_person_needs_a_name_of_their_own(cast: Cast) -> None:
    with pytest.raises(InvalidValues, match="first or a last name"):
        convert(cast, making.company(cast.advisor), "person", company_name="Nordic Horizons")


def test_kp06_a_stale_plan_is_refused(cast: Cast) -> None:
    customer = holm(cast)
    with tenancy.scope(cast.organization.id):
        plan = converting.plan(customer.id, by=cast.advisor)
    operations.update_customer(customer.id, CustomerData({"notes": "new"}), by=cast.manager)
    with pytest.raises(StaleCustomer):
        converting.convert(
            customer.id, "company", plan.names, by=cast.advisor, version=plan.version
        )


def test_kp06_who_belongs_to_a_household_stays_a_person_until_that_ends(cast: Cast) -> None:
    anna, emil = person(cast, "Anna", born=date(1980, 1, 1)), person(cast, "Emil")
    home = household(cast, (anna, "head"), (emil, "child"))
    guarding.add_guardian(emil.id, anna.id, from_on=date(2020, 1, 1), by=cast.advisor)
    with pytest.raises(ConversionForbidden) as refused:
        convert(cast, anna, "company", company_name="Hansen")
    said = refused.value.message
    assert f"is a member of household Hansen (H-{home.number}). Move them out first." in said
    assert f"is guardian of Emil Hansen (No {emil.number})" in said
    told = refused.value.details["obstacles"]
    assert isinstance(told, list)
    assert told[0]["record"] == "household"
    assert told[0]["number"] == home.number
    alone = person(cast, "Ulla")
    other = household(cast, (alone, "head"), name="Ulla")
    moving.move_out(other.id, [alone.id], on=date(2021, 1, 1), by=cast.advisor)
    assert convert(cast, alone, "company", company_name="Ulla Ltd").kind == "company"


def test_kp06_without_sight_of_households_none_is_named(cast: Cast) -> None:
    anna = person(cast)
    household(cast, (anna, "head"))
    by = without_permission(cast.advisor, "households.view")
    with tenancy.scope(cast.organization.id):
        (said,) = converting.plan(anna.id, by=by).obstacles
    assert "belongs to a household" in said.words
    assert "H-" not in said.words


def test_kp06_a_trade_partner_stays_a_company_and_its_contact_a_person(cast: Cast) -> None:
    by = cast.manager
    owner, mette = making.partner(by), making.person(by)
    with tenancy.scope(by.organization_id):
        contacts.add_contact(owner.id, mette.id, role="sales", by=by)
    with pytest.raises(ConversionForbidden, match="level agency, with its terms"):
        convert(cast, owner.customer, "person", family_name="Horizon")
    with pytest.raises(ConversionForbidden, match=r"is contact of Nordic Horizons \(No "):
        convert(cast, mette, "company", company_name="Mette")
    with tenancy.scope(by.organization_id):
        partners.remove_partner(owner.id, by=by)
    assert convert(cast, owner.customer, "person", family_name="Horizon").kind == "person"
    assert convert(cast, mette, "company", company_name="Mette").kind == "company"


def test_kp06_what_was_sold_through_stays_a_company_and_is_told_so(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    booking(by, partner_id=owner.id)
    with tenancy.scope(by.organization_id):
        (said,) = converting.plan(owner.customer_id, by=by).obstacles
    assert "Bookings were sold through Nordic Horizons" in said.words
    assert "it stays a company" in said.words
    assert "Take it back" not in said.words
    with tenancy.scope(by.organization_id):
        partners.update_partner(owner.id, PartnerData({"level": "agent"}), by=by)
    assert convert(cast, owner.customer, "person", family_name="Horizon").kind == "person"


def test_kp06_an_agent_becomes_a_person_and_stays_a_partner(cast: Cast) -> None:
    agent = making.partner(cast.manager, "Holm", level="agent")
    booking(cast.manager, partner_id=agent.id)
    stored = convert(cast, agent.customer, "person", given_name="Nina", family_name="Holm")
    assert stored.kind == "person"
    with tenancy.scope(cast.organization.id):
        assert Partner.objects.get(id=agent.id).sort_key == stored.sort_key
    assert convert(cast, agent.customer, "company", company_name="Holm").kind == "company"


def test_kp06_who_travels_stays_a_person_until_taken_off_or_home(cast: Cast) -> None:
    anna, emil, ulla = (person(cast, name) for name in ("Anna", "Emil", "Ulla"))
    ahead = clock.today("UTC") + timedelta(days=30)
    trip = travelling.booked(cast, anna, emil, departs_on=ahead)
    with pytest.raises(ConversionForbidden, match=f"Emil Hansen travels on booking {trip.number}"):
        convert(cast, emil, "company", company_name="Emil Ltd")
    by = without_permission(cast.advisor, "bookings.view")
    with tenancy.scope(cast.organization.id):
        (said,) = converting.plan(emil.id, by=by).obstacles
    assert str(trip.number) not in said.words
    with tenancy.scope(cast.organization.id):
        bookings.remove_passenger(trip.id, emil.id, by=cast.advisor)
    assert convert(cast, emil, "company", company_name="Emil Ltd").kind == "company"
    travelling.booked(cast, anna, ulla, departs_on=ahead - timedelta(days=400))
    assert convert(cast, ulla, "company", company_name="Ulla Ltd").kind == "company"


def test_kp06_a_booking_without_days_of_its_own_lies_ahead_with_its_stay(cast: Cast) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    ahead = clock.today("UTC") + timedelta(days=30)
    stay = booked.stay(cast.advisor, anna, arrival_on=ahead, departure_on=ahead)
    booking = travelling.booked(cast, anna, emil, departs_on=None)
    with tenancy.scope(cast.organization.id):
        bookings.connect_booking(booking.id, by=cast.advisor, stay_id=stay.id)
    with pytest.raises(ConversionForbidden, match="travels on booking"):
        convert(cast, emil, "company", company_name="Emil Ltd")


@pytest.mark.parametrize("what", ["member", "partner", "contact"])
def test_kp06_the_database_refuses_what_undo_or_sql_would_do(cast: Cast, what: str) -> None:
    by = cast.manager
    if what == "member":
        record = person(cast)
        household(cast, (record, "head"))
    else:
        owner, mette = making.partner(by), making.person(by)
        with tenancy.scope(by.organization_id):
            contacts.add_contact(owner.id, mette.id, role="sales", by=by)
        record = owner.customer if what == "partner" else mette
    kind = "person" if what == "partner" else "company"
    with (
        pytest.raises(DatabaseError) as failed,
        change_set(by=by, operation="test", summary=""),
    ):
        Customer.objects.filter(id=record.id).update(kind=kind)
    refusal = find_refusal(failed.value)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "conversion_forbidden"


def test_kp06_undo_of_a_conversion_respects_what_was_built_on_it(cast: Cast) -> None:
    company = making.company(cast.advisor, "Holm")
    convert(cast, company, "person", given_name="Nina", family_name="Holm")
    made = last_change_set(cast.advisor)
    with tenancy.scope(cast.organization.id):
        nina = Customer.objects.get(id=company.id)
    household(cast, (nina, "head"), name="Holm")
    with pytest.raises(DatabaseError) as failed, tenancy.scope(cast.organization.id):
        undoing.undo_change_set(made.id, by=cast.advisor)
    refusal = find_refusal(failed.value)
    assert refusal is not None
    assert refusal.code == "conversion_forbidden"
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.get(id=company.id).kind == "person"
        assert HouseholdMember.objects.filter(customer_id=company.id).exists()


def test_kp06_the_right_to_edit_is_needed_down_to_the_field(cast: Cast) -> None:
    customer = holm(cast)
    with pytest.raises(NotAllowed), tenancy.scope(cast.organization.id):
        converting.plan(customer.id, by=cast.viewer)
    with pytest.raises(NotAllowed):
        converting.convert(customer.id, "company", Names(company_name="X"), by=cast.viewer)


def test_kp06_the_kind_is_changed_by_no_other_way(cast: Cast) -> None:
    customer = holm(cast)
    with pytest.raises(InvalidValues, match="/convert"):
        operations.update_customer(customer.id, CustomerData({"kind": "company"}), by=cast.advisor)
    same = CustomerData({"kind": "person", "notes": "x"})
    assert operations.update_customer(customer.id, same, by=cast.advisor).notes == "x"


def test_kp05_a_company_is_given_nothing_that_only_a_person_has(cast: Cast) -> None:
    fields = {"kind": "company", "company_name": "X", "gender": "male", "given_name": "N"}
    with pytest.raises(InvalidValues) as refused:
        operations.create_customer(CustomerData(fields), by=cast.advisor)
    assert set(refused.value.errors) == {"gender", "given_name"}
    company = making.company(cast.advisor)
    data = CustomerData({"birth_on": date(1980, 1, 1)})
    with pytest.raises(InvalidValues, match="no date of birth"):
        operations.update_customer(company.id, data, by=cast.advisor)


def test_kp06_names_that_an_import_left_on_a_company_are_proposed(cast: Cast) -> None:
    values = {"kind": "company", "company_name": "Holm", "given_name": "Nina", "family_name": ""}
    values |= {"middle_name": "", "title": ""}
    assert conversion.proposed(values) == Names("Nina", "", "Holm")
    assert conversion.moves(values, "person") == ()
