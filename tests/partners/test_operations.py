"""KP-05, KP-08: partners, their place, contacts and terms; every change can be taken back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.bookings.making import last_change_set, without_module, without_permission
from tests.partners import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound, Refusal
from wayfolk.partners import queries
from wayfolk.partners.models import CommissionTerm, Partner, PartnerContact
from wayfolk.partners.operations import contacts, partners, terms
from wayfolk.partners.operations.partners import PartnerInUse, StalePartner
from wayfolk.partners.operations.terms import StaleTerm
from wayfolk.partners.queries import PartnerFilters
from wayfolk.partners.rules.records import CircularHierarchy, PartnerData
from wayfolk.partners.rules.terms import TermData
from wayfolk.staff.rules import Actor


def update(partner: Partner, by: Actor, version: int | None = None, **fields: Any) -> Partner:
    with tenancy.scope(by.organization_id):
        return partners.update_partner(partner.id, PartnerData(fields), by=by, version=version)


def test_a_partner_is_its_customer_and_nothing_twice(cast: Cast) -> None:
    """KP-05."""
    by = cast.manager
    owner = making.partner(by, tier="Gold", payment_days=30)
    assert (owner.name, owner.currency, owner.tier) == ("Nordic Horizons", "EUR", "Gold")
    assert last_change_set(by).summary == "Made Nordic Horizons a trade partner"
    with tenancy.scope(by.organization_id), pytest.raises(InvalidValues, match="already"):
        partners.create_partner(owner.customer_id, PartnerData({"level": "agent"}), by=by)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"level": ""}, "no level"),
        ({"level": "boss"}, "Use one of: consortium, agency, agent"),
        ({"level": "agency", "currency": "EURO"}, "not a currency"),
        ({"level": "agency", "payment_days": 400}, "Use 0 to 365"),
        ({"level": "agency", "tier": "x" * 61}, "at most 60"),
        ({"level": "agency", "status": "gone"}, "no status"),
    ],
)
def test_bad_values_are_refused_in_words(cast: Cast, fields: dict[str, Any], words: str) -> None:
    by = cast.manager
    customer = making.company(by)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match=words):
            partners.create_partner(customer.id, PartnerData(fields), by=by)
        assert not Partner.objects.exists()


def test_a_person_can_only_be_an_agent(cast: Cast) -> None:
    by = cast.manager
    person = making.person(by)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="Mette Dahl is a person"):
            partners.create_partner(person.id, PartnerData({"level": "agency"}), by=by)
        agent = partners.create_partner(person.id, PartnerData({"level": "agent"}), by=by)
    with pytest.raises(InvalidValues, match="is a company"):
        update(agent, by, level="consortium")


def test_circles_and_wrong_levels_are_refused_in_words(cast: Cast) -> None:
    """KP-08."""
    by = cast.manager
    consortium, agency, agent = making.line(by)
    with pytest.raises(CircularHierarchy, match="Desk Aarhus belongs to Northern Alliance"):
        update(consortium, by, parent_id=agent.id)
    with pytest.raises(CircularHierarchy, match="each would stand above the other"):
        update(agency, by, parent_id=agency.id)
    with pytest.raises(CircularHierarchy, match="an agency belongs to a consortium"):
        update(agency, by, parent_id=making.partner(by, "Other", level="agent").id)
    with pytest.raises(CircularHierarchy, match="stands at the top"):
        update(consortium, by, parent_id=making.partner(by, "Top", level="consortium").id)
    with pytest.raises(CircularHierarchy, match="cannot become an agent: Desk Aarhus"):
        update(agency, by, level="agent", parent_id=None)
    with tenancy.scope(by.organization_id):
        kept = queries.get_partner(agent.id, by=by)
        assert [p.id for p in kept.chain] == [agent.id, agency.id, consortium.id]


def test_moving_an_agency_takes_its_agents_along_and_undo_brings_it_back(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = making.line(by)
    other = making.partner(by, "Southern Circle", level="consortium")
    update(agency, by, parent_id=other.id)
    moved = last_change_set(by)
    assert moved.summary == "Put Nordic Horizons under Southern Circle"
    with tenancy.scope(by.organization_id):
        assert queries.get_partner(agent.id, by=by).chain[-1].id == other.id
        undoing.undo_change_set(moved.id, by=by)
        assert queries.get_partner(agent.id, by=by).chain[-1].id == consortium.id


def test_a_stale_version_changes_nothing(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    update(owner, by, tier="Gold", version=1)
    with pytest.raises(StalePartner) as refusal:
        update(owner, by, tier="Silver", version=1)
    assert refusal.value.details == {"version": 2, "expected": 1}


def test_the_list_follows_the_customer_s_name(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by, "Zebra Travel")
    with tenancy.scope(by.organization_id):
        renamed = CustomerData({"company_name": "Aardvark Travel"})
        customer_operations.update_customer(owner.customer_id, renamed, by=by)
        change = last_change_set(by)
        found = queries.list_partners(PartnerFilters(text="AARD trav"), by=by)
        assert [p.sort_key for p in found] == ["aardvark travel"]
        undoing.undo_change_set(change.id, by=by)
        assert Partner.objects.get().sort_key == "zebra travel"


def test_removing_and_undoing_leaves_everything_as_before(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = making.line(by)
    making.term(by, agent)
    person = making.person(by)
    with tenancy.scope(by.organization_id):
        contacts.add_contact(agent.id, person.id, role="sales", by=by)
        with pytest.raises(PartnerInUse, match="Desk Aarhus belongs to Nordic Horizons"):
            partners.remove_partner(agency.id, by=by)
        partners.remove_partner(agent.id, by=by)
        assert not PartnerContact.objects.exists()
        assert queries.find_by_customer(agent.customer_id, by=by) is None
        undoing.undo_change_set(last_change_set(by).id, by=by)
        assert queries.get_partner(agent.id, by=by).chain[1].id == agency.id
        assert PartnerContact.objects.get().person_id == person.id
        assert CommissionTerm.objects.get().rate == 10
    assert consortium.id


def test_a_person_is_contact_of_several_companies_and_private_customer(cast: Cast) -> None:
    """KP-05."""
    by = cast.manager
    first, second = making.partner(by), making.partner(by, "Fjord Tours")
    person = making.person(by)
    with tenancy.scope(by.organization_id):
        contacts.add_contact(first.id, person.id, role="sales", by=by)
        contacts.add_contact(second.id, person.id, role="sales", by=by)
        contacts.add_contact(first.id, person.id, role="accounting", by=by)
        with pytest.raises(InvalidValues, match="has the role “sales” here"):
            contacts.add_contact(first.id, person.id, role="sales", by=by)
        with pytest.raises(InvalidValues, match="is a company"):
            contacts.add_contact(first.id, second.customer_id, role="sales", by=by)
        at = queries.list_contact_at(person.id, by=by)
        assert {c.partner.name for c in at} == {"Nordic Horizons", "Fjord Tours"}
        # The person goes: no contact is left behind, and undo brings them all back.
        customer_operations.delete_customer(person.id, by=by)
        assert not PartnerContact.objects.exists()
        undoing.undo_change_set(last_change_set(by).id, by=by)
        assert PartnerContact.objects.count() == 3


def test_contacts_change_hands_over_time(cast: Cast) -> None:
    by = cast.manager
    owner, person = making.partner(by), making.person(by)
    june, july = date(2026, 6, 1), date(2026, 7, 1)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="before it begins"):
            contacts.add_contact(owner.id, person.id, role="sales", from_on=july, to_on=june, by=by)
        contact = contacts.add_contact(owner.id, person.id, role="sales", from_on=june, by=by)
        contacts.update_contact(contact.id, role="sales", from_on=june, to_on=july, by=by)
        again = contacts.add_contact(owner.id, person.id, role="sales", from_on=july, by=by)
        with pytest.raises(InvalidValues, match="on some of these days"):
            contacts.update_contact(again.id, role="sales", from_on=june, to_on=None, by=by)
        contacts.remove_contact(again.id, by=by)
        with pytest.raises(NotFound):
            contacts.remove_contact(again.id, by=by)


def test_a_partner_s_customer_cannot_be_deleted_from_under_it(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    with tenancy.scope(by.organization_id), pytest.raises(Refusal, match="is a trade partner"):
        customer_operations.delete_customer(owner.customer_id, by=by)


def test_terms_are_inherited_overridden_and_say_where_from(cast: Cast) -> None:
    """KP-08."""
    by = cast.manager
    consortium, agency, agent = making.line(by)
    making.term(by, consortium, "8")
    making.term(by, consortium, "12", product="cruise")
    making.term(by, agency, "10", product="cruise")
    with tenancy.scope(by.organization_id):
        reached = queries.get_partner(agent.id, by=by)
        found = queries.terms_in_force(reached, date(2026, 5, 1), by=by)
    assert [
        (t.term.rate, t.owner.name, t.overridden_by and t.overridden_by.name) for t in found
    ] == [
        (Decimal(10), "Nordic Horizons", None),
        (Decimal(12), "Northern Alliance", "Nordic Horizons"),
        (Decimal(8), "Northern Alliance", None),
    ]


def test_effective_terms_take_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    by = cast.manager
    consortium, agency, agent = making.line(by)
    for owner in (consortium, agency, agent):
        making.term(by, owner)
    with tenancy.scope(by.organization_id), django_assert_num_queries(2):
        reached = queries.get_partner(agent.id, by=by)
        assert len(queries.terms_in_force(reached, date(2026, 5, 1), by=by)) == 3


def test_terms_of_the_same_products_do_not_meet_and_ending_makes_room(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    first = making.term(by, owner, product="Norway cruise")
    with pytest.raises(InvalidValues, match="There is a term for “Norway cruise”"):
        making.term(by, owner, "12", product="CRUISE Norway", valid_from=date(2027, 1, 1))
    with tenancy.scope(by.organization_id):
        ended = TermData({"valid_to": date(2027, 1, 1)})
        terms.update_term(first.id, ended, by=by, version=1)
        assert last_change_set(by).summary == "Ended a term of Nordic Horizons on 1 Jan 2027"
        with pytest.raises(StaleTerm):
            terms.update_term(first.id, TermData({"rate": Decimal(9)}), by=by, version=1)
    making.term(by, owner, "12", product="CRUISE Norway", valid_from=date(2027, 1, 1))
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="already"):
            terms.update_term(first.id, TermData({"valid_to": None}), by=by)
        terms.remove_term(first.id, by=by)
        assert CommissionTerm.objects.count() == 1


def test_a_term_changes_its_kind_as_a_whole(cast: Cast) -> None:
    by = cast.manager
    term = making.term(by, making.partner(by))
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="at least one tier"):
            terms.update_term(term.id, TermData({"kind": "tiered"}), by=by)
        tiers = [(5_000_000, Decimal("7.50")), (0, Decimal(5))]
        changed = terms.update_term(term.id, TermData({"kind": "tiered", "tiers": tiers}), by=by)
        assert (changed.rate, changed.tiers) == (None, [[0, "5"], [5_000_000, "7.5"]])
        undoing.undo_change_set(last_change_set(by).id, by=by)
        assert CommissionTerm.objects.get().rate == 10


def test_rights_and_the_module_are_asked_for(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    with pytest.raises(NotAllowed, match="Create and change trade partners"):
        update(owner, cast.advisor, tier="Gold")
    with pytest.raises(NotAllowed, match="Partners"):
        update(owner, without_module(by, "partners"), tier="Gold")
    with pytest.raises(NotAllowed, match="commission terms"):
        making.term(without_permission(by, "partners.terms"), owner)
    with tenancy.scope(by.organization_id):
        assert queries.get_partner(owner.id, by=cast.advisor).id == owner.id
        with pytest.raises(NotAllowed, match="commission terms"):
            queries.list_terms(owner.id, by=cast.advisor)
    with tenancy.scope(cast.outsider.organization_id), pytest.raises(NotFound):
        queries.get_partner(owner.id, by=cast.outsider)
