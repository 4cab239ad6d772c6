"""Imports of trade partners: KP-08 (hierarchy and terms in bulk, relations checked), KP-09."""

from datetime import date
from decimal import Decimal

import pytest

from tests.integrations import trading
from tests.integrations.trading import row
from tests.partners import making as partner_making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Address, ContactPoint, Customer, Kind
from wayfolk.customers.operations import converting
from wayfolk.customers.rules import CustomerData
from wayfolk.customers.rules.conversion import Names
from wayfolk.integrations.imports import exporting
from wayfolk.integrations.models import RunState
from wayfolk.kit import tenancy
from wayfolk.partners.models import BusinessId, CommissionTerm, Partner, PartnerContact
from wayfolk.partners.operations import contacts as contact_operations
from wayfolk.partners.operations import partners as partner_operations
from wayfolk.partners.operations import terms as term_operations
from wayfolk.partners.rules.records import PartnerData
from wayfolk.partners.rules.terms import TermData

ALLIANCE = row(key="C1", name="Northern Alliance", level="Group")
HORIZONS = row(
    key="A1", name="Nordic Horizons", level="travel agency", parent="C1", id_country="DK",
    id_scheme="cvr", id_number="13585628", currency="DKK", payment_days=14,
    email="hello@nordic.example", city="Aarhus", contact_name="Mette Dahl",
    contact_email="mette@nordic.example", contact_role="Accounts", term_kind="percent",
    term_value="12 %", term_from="2026-01-01",
)  # fmt: skip
DESK = row(key="D1", name="Desk Aarhus", level="agent", parent="Nordic Horizons")
TABLES = (Customer, ContactPoint, Address, Partner, BusinessId, PartnerContact, CommissionTerm)


def test_children_may_come_before_their_parents(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(by, DESK, HORIZONS, ALLIANCE)
    assert (run.state, run.done_count, run.refused_count) == (RunState.FINISHED, 3, 0)
    assert run.counts["partner"] == {"created": 3, "updated": 0, "unchanged": 0}
    assert trading.tree(by) == {
        "Northern Alliance": ("consortium", ""),
        "Nordic Horizons": ("agency", "Northern Alliance"),
        "Desk Aarhus": ("agent", "Nordic Horizons"),
    }
    with tenancy.scope(by.organization_id):
        horizons = Partner.objects.with_names().get(customer__company_name="Nordic Horizons")
        business = BusinessId.objects.get()
        contact = PartnerContact.objects.select_related("person").get()
        term = CommissionTerm.objects.get()
        desk = Partner.objects.with_names().get(customer__company_name="Desk Aarhus")
    assert (horizons.currency, horizons.payment_days, horizons.sort_key) == (
        "DKK", 14, "nordic horizons"
    )  # fmt: skip
    assert (desk.currency, desk.status) == ("EUR", "active")
    assert (business.partner_id, business.scheme, business.normalised) == (
        horizons.id, "cvr", "13585628"
    )  # fmt: skip
    assert (contact.person.name, contact.role) == ("Mette Dahl", "accounting")
    assert (term.kind, term.rate, term.valid_from, term.valid_to) == (
        "percentage", Decimal(12), date(2026, 1, 1), None
    )  # fmt: skip


def test_the_same_file_again_changes_nothing(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, DESK, HORIZONS, ALLIANCE)
    again = trading.run(by, DESK, HORIZONS, ALLIANCE)
    assert again.counts["partner"] == {"created": 0, "updated": 0, "unchanged": 3}
    with tenancy.scope(by.organization_id):
        assert not ChangeSet.objects.filter(id=again.change_set_id).exists()


def test_the_whole_import_is_taken_back_and_can_come_again(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(by, DESK, HORIZONS, ALLIANCE)
    assert run.change_set_id is not None
    report = undoing.undo_change_set(run.change_set_id, by=by)
    assert (report.kept_count, report.conflict_count) == (0, 0)
    assert [trading.total(model, by) for model in TABLES] == [0] * len(TABLES)
    again = trading.run(by, DESK, HORIZONS, ALLIANCE)
    assert again.counts["partner"]["created"] == 3
    assert len(trading.tree(by)) == 3


def test_undo_of_an_update_leaves_the_rows_as_they_were(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, HORIZONS, ALLIANCE)

    def rows() -> list[dict[str, object]]:
        with tenancy.scope(by.organization_id):
            return [
                {k: v for k, v in each.items() if k not in {"version", "updated_at"}}
                for model in TABLES
                for each in model.objects.order_by("id").values()
            ]

    before = rows()
    changed = HORIZONS.replace("agency,C1", "agent,").replace("12 %", "9").replace(",14,", ",30,")
    run = trading.run(by, changed, row(key="A2", name="Fjord", level="agency", parent="C1"))
    assert rows() != before
    assert run.change_set_id is not None
    undoing.undo_change_set(run.change_set_id, by=by)
    assert rows() == before


def test_several_rows_of_a_company_add_contacts_and_terms(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(
        by,
        HORIZONS,
        ALLIANCE,
        row(key="A1", contact_name="Bo Lund", contact_phone="+45 86 12 34 56"),
        row(name="Nordic Horizons", contact_name="Mette Dahl",
            contact_email="mette@nordic.example", contact_role="sales"),
        row(key="A1", term_kind="tiered", term_value="50000:10; 0:8; 100000:12",
            term_product="cruise", term_from="2026-01-01", term_to="2027-01-01"),
        row(key="A1", term_value="25.00 DKK", term_kind="per person", term_product="Spa",
            term_from="2026-01-01"),
    )  # fmt: skip
    assert trading.refusals(by, run) == {}
    assert run.counts["partner"] == {"created": 2, "updated": 0, "unchanged": 0}
    assert (run.count("contact", "created"), run.count("term", "created")) == (3, 3)
    with tenancy.scope(by.organization_id):
        assert Customer.objects.filter(kind="person").count() == 2
        tiered = CommissionTerm.objects.get(kind="tiered")
        fixed = CommissionTerm.objects.get(kind="per_passenger")
    assert tiered.tiers == [[0, "8"], [5_000_000, "10"], [10_000_000, "12"]]
    assert (fixed.amount_minor, fixed.currency, fixed.product) == (2500, "DKK", "Spa")


@pytest.mark.parametrize("parent", ["C1", "No 1", "dk 13585628", "northern ALLIANCE"])
def test_a_parent_is_named_by_key_number_business_id_or_name(
    committed_cast: Cast, parent: str
) -> None:
    by = committed_cast.manager
    above = row(key="C1", name="Northern Alliance", level="consortium", id_country="DK",
                id_scheme="vat", id_number="DK13585628")  # fmt: skip
    below = row(key="A1", name="Nordic Horizons", level="agency", parent=parent)
    trading.run(by, above)
    with tenancy.scope(by.organization_id):
        number = Customer.objects.get().number
    trading.run(by, below.replace("No 1", f"No {number}"))
    assert trading.tree(by)["Nordic Horizons"] == ("agency", "Northern Alliance")


def test_a_partner_made_by_hand_is_found_by_its_number_or_name(committed_cast: Cast) -> None:
    by = committed_cast.manager
    _, agency, _ = partner_making.line(by)
    run = trading.run(
        by,
        row(name="nordic horizons", payment_days=30),
        row(key="M", name="New Agency", level="agency", parent="Northern Alliance"),
    )  # fmt: skip
    assert run.counts["partner"] == {"created": 1, "updated": 1, "unchanged": 0}
    with tenancy.scope(by.organization_id):
        assert Partner.objects.get(id=agency.id).payment_days == 30
        assert Partner.objects.count() == 4


def test_a_relation_that_cannot_be_refuses_its_rows_and_those_below(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(
        by,
        row(key="1", name="Lost", level="agency", parent="Nowhere Ltd"),
        row(key="2", name="Below Lost", level="agent", parent="1"),
        row(key="3", name="Twin", level="agency"),
        row(key="4", name="Twin", level="agency"),
        row(key="5", name="Of a Twin", level="agent", parent="twin"),
        row(key="6", name="Upside", level="consortium", parent="3"),
        row(key="7", name="Beside", level="agency", parent="4"),
        row(key="8", name="No Level"),
    )
    found = trading.refusals(by, run)
    assert "There is no trade partner “Nowhere Ltd”" in found[2]
    assert "It belongs to Lost (row 2), which is refused" in found[3]
    assert "“twin” can be several trade partners (Twin (row 4), Twin (row 5))" in found[6]
    assert "Upside (consortium) cannot belong to Twin (agency)" in found[7]
    assert "Beside (agency) cannot belong to Twin (agency)" in found[8]
    assert "Choose the level" in found[9]
    assert set(trading.tree(by)) == {"Twin"}
    assert trading.total(Customer, by) == 2


def test_a_circle_is_refused_with_its_chain(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(
        by,
        row(key="1", name="Alpha", level="agency", parent="2"),
        row(key="2", name="Beta", level="agency", parent="3"),
        row(key="3", name="Gamma", level="agency", parent="1"),
        row(key="4", name="Delta", level="agent", parent="3"),
        row(key="5", name="Self", level="agency", parent="5"),
    )
    found = trading.refusals(by, run)
    assert (
        "circle: Alpha (row 2) belongs to Beta (row 3), which belongs to Gamma (row 4), which"
        " belongs to Alpha (row 2)."
    ) in found[2]
    assert found[3] == found[4] == found[2]
    assert "It belongs to Gamma (row 4), which is refused" in found[5]
    assert "Self (row 6) belongs to Self (row 6)" in found[6]
    assert trading.tree(by) == {}


def test_a_circle_with_what_exists_is_refused(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, ALLIANCE, HORIZONS, DESK)
    run = trading.run(
        by,
        row(key="C1", level="agency", parent="D1"),
        row(key="X", name="Fjord", level="agent", parent="Northern Alliance"),
    )
    found = trading.refusals(by, run)
    assert "Northern Alliance (row 2) belongs to Desk Aarhus (No" in found[2]
    assert "Nordic Horizons (No" in found[2]
    assert "which is refused" in found[3]
    assert trading.tree(by)["Northern Alliance"] == ("consortium", "")


def test_a_level_must_suit_those_below_it_already(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, ALLIANCE, HORIZONS, DESK)
    run = trading.run(by, row(key="A1", level="agent"))
    assert "Desk Aarhus (agent) belongs to it" in trading.refusals(by, run)[2]
    both = trading.run(by, row(key="A1", level="agent"), row(key="D1", parent="C1"))
    assert trading.refusals(by, both) == {}
    assert trading.tree(by)["Nordic Horizons"] == ("agent", "Northern Alliance")
    assert trading.tree(by)["Desk Aarhus"] == ("agent", "Northern Alliance")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"id_country": "DK", "id_scheme": "cvr", "id_number": "13585627"}, "check digits"),
        ({"id_country": "Atlantis", "id_number": "1"}, "“Atlantis” is not a country"),
        ({"id_country": "DE", "id_scheme": "cvr", "id_number": "1"}, "No check of a CVR"),
        ({"level": "boss"}, "“boss” is none of consortium, agency, agent"),
        ({"payment_days": "400"}, "400 is no number of days to pay"),
        ({"payment_days": "soon"}, "“soon”"),
        ({"currency": "Taler"}, "“TALER” is not a currency code"),
        ({"number": "A-1"}, "“A-1” is no Customer No"),
        ({"number": "999999"}, "no customer with the Customer No 999999"),
        ({"term_kind": "bonus", "term_value": "1", "term_from": "2026-01-01"}, "“bonus” is none"),
        ({"term_value": "lots", "term_from": "2026-01-01"}, "“lots”"),
        ({"term_value": "120", "term_from": "2026-01-01"}, "120 is no percentage"),
        ({"term_value": "10"}, "Say from which day on"),
        (
            {"term_value": "10", "term_from": "2026-02-01", "term_to": "2026-01-01"},
            "would end (2026-01-01) before it begins (2026-02-01)",
        ),
        ({"term_value": "0:8; 5000", "term_from": "2026-01-01"}, "“5000” is no tier"),
        ({"term_value": "25 EUR", "term_from": "2026-01-01"}, "per booking"),
        (
            {"term_kind": "fixed", "term_value": "-5 EUR", "term_from": "2026-01-01"},
            "out of range",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_the_words_of_partners(
    committed_cast: Cast, values: dict[str, str], words: str
) -> None:
    by = committed_cast.manager
    run = trading.run(by, row(**{"key": "1", "name": "Fjord", "level": "agency"} | values))
    assert words in trading.refusals(by, run)[2]
    assert trading.total(Customer, by) == 0
    assert words.partition(" (")[0] in "".join(exporting.problem_lines(run, refusals=True))


def test_overlapping_terms_are_refused_in_the_file_and_with_what_exists(
    committed_cast: Cast,
) -> None:
    """KP-08: of one product at most one term is valid on any day."""
    by = committed_cast.manager
    agency = partner_making.partner(by, "Nordic Horizons")
    partner_making.term(by, agency, "10")
    run = trading.run(
        by,
        row(name="Nordic Horizons", term_value="11", term_from="2026-06-01"),
        row(name="Nordic Horizons", term_value="5", term_from="2026-01-01", term_product="Spa"),
        row(name="Nordic Horizons", term_value="6", term_from="2026-05-01", term_product="spa"),
        row(name="Nordic Horizons", term_value="7", term_from="2026-01-01", term_product="spa",
            contact_name="Bo Lund"),
        row(name="Nordic Horizons", term_value="8", term_from="2025-01-01",
            term_to="2026-01-01", term_product="spa"),
    )  # fmt: skip
    found = trading.refusals(by, run)
    assert "There is a term for all products from 2026-01-01 with no end" in found[2]
    assert "There is a term for “Spa” from 2026-01-01" in found[4]
    assert "It is in row 3" in found[4]
    assert "Row 3 says something else about the same commission" in found[5]
    assert sorted(found) == [2, 4, 5]
    assert trading.total(CommissionTerm, by) == 3


def test_a_term_of_the_same_day_is_brought_up_to_date(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, HORIZONS, ALLIANCE)
    run = trading.run(by, HORIZONS.replace("2026-01-01,", "2026-01-01,2027-01-01"), ALLIANCE)
    assert (run.count("term", "updated"), run.count("partner", "updated")) == (1, 1)
    with tenancy.scope(by.organization_id):
        assert CommissionTerm.objects.get().valid_to == date(2027, 1, 1)


def test_rows_that_contradict_or_repeat_each_other(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(
        by,
        row(key="1", name="Fjord", level="agency", city="Bergen"),
        row(key="1", name="FJORD", city="Oslo", contact_name="Bo Lund"),
        row(key="1", name="Fjord", level="agency", city="Bergen"),
    )
    assert (
        "Row 2 says something else about the same company (city)" in (trading.refusals(by, run)[3])
    )
    assert trading.problems(by, run, is_refusal=False) == {
        4: "The row repeats row 2; it was imported once."
    }


def test_a_new_company_is_never_created_by_half(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = trading.run(
        by,
        row(key="1", name="Fjord", level="agency", parent="C1", term_value="x",
            term_from="2026-01-01"),
        row(key="1", name="Fjord", level="agency", contact_name="Bo Lund"),
        ALLIANCE,
    )  # fmt: skip
    found = trading.refusals(by, run)
    assert "“x”" in found[2]
    assert "Row 2 tells more of this company (belongs to) and was refused" in found[3]
    assert set(trading.tree(by)) == {"Northern Alliance"}


def test_a_business_id_belongs_to_one_company(committed_cast: Cast) -> None:
    """KP-09."""
    by = committed_cast.manager
    trading.run(by, HORIZONS, ALLIANCE)
    number = {"id_country": "DK", "id_scheme": "cvr", "id_number": "13 58 56 28"}
    run = trading.run(
        by,
        row(key="C1", contact_name="Bo Lund", **number),
        row(key="Z", name="Zed", level="agency", id_country="DK", id_number="DK88146328"),
        row(key="Y", name="Why", level="agency", id_country="DK", id_number="88146328"),
    )
    found = trading.refusals(by, run)
    assert "Nordic Horizons (No" in found[2]
    assert "has this number already" in found[2]
    assert "Zed (row 3) has the same business id" in found[4]
    assert sorted(found) == [2, 4]


def test_people_s_edits_stay_until_the_file_s_own_value_changes(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, HORIZONS, ALLIANCE)
    with tenancy.scope(by.organization_id):
        partner = Partner.objects.get(customer__company_name="Nordic Horizons")
        term = CommissionTerm.objects.get()
    partner_operations.update_partner(partner.id, PartnerData({"payment_days": 60}), by=by)
    term_operations.update_term(term.id, TermData({"rate": Decimal(15)}), by=by)
    customer_operations.update_customer(
        partner.customer_id, CustomerData({}, {("primary", "email"): "new@nordic.example"}), by=by
    )
    trading.run(by, HORIZONS.replace("DKK", "SEK"), ALLIANCE)
    with tenancy.scope(by.organization_id):
        partner = Partner.objects.get(id=partner.id)
        assert (partner.currency, partner.payment_days) == ("SEK", 60)
        assert CommissionTerm.objects.get().rate == Decimal(15)
        assert ContactPoint.objects.get(customer_id=partner.customer_id).value == (
            "new@nordic.example"
        )


@pytest.mark.parametrize("city", ["", "Aarhus"])
def test_a_company_that_was_deleted_is_no_partner_again(committed_cast: Cast, city: str) -> None:
    """Nor does anybody go below it; the file unchanged, or with a cell changed."""
    by = committed_cast.manager
    parent = {"key": "C1", "name": "Northern Alliance", "level": "consortium"}
    child = row(key="A2", name="Fjord Trips", level="agency", parent="C1")
    trading.run(by, row(**parent))
    with tenancy.scope(by.organization_id):
        partner = Partner.objects.get()
        partner_operations.remove_partner(partner.id, by=by)
        gone = customer_operations.delete_customer(partner.customer_id, by=by)
    run = trading.run(by, row(**parent, city=city), child)
    refusals = trading.refusals(by, run)
    assert f"Northern Alliance (No {gone.number}) was deleted here" in refusals[2]
    assert "belongs to Northern Alliance, which could not be imported" in refusals[3]
    assert run.counts["partner"]["created"] == trading.total(Partner, by) == 0


def test_a_company_that_became_a_person_is_no_agency_again(committed_cast: Cast) -> None:
    by = committed_cast.manager
    trading.run(by, row(name="Nina Holm", level="agency", city="Ribe"))
    with tenancy.scope(by.organization_id):
        partner = Partner.objects.get()
        partner_operations.remove_partner(partner.id, by=by)
        names = Names(given_name="Nina", family_name="Holm")
        converting.convert(partner.customer_id, Kind.PERSON, names, by=by)
    run = trading.run(by, row(name="Nina Holm", level="agency", city="Odense"))
    assert "Nina Holm is a person and can only be an agent" in trading.refusals(by, run)[2]
    assert trading.total(Partner, by) == 0


def test_who_was_deleted_or_became_a_company_is_no_contact_again(committed_cast: Cast) -> None:
    by = committed_cast.manager
    company = {"key": "A1", "name": "Nordic Horizons", "level": "agency"}
    people = {
        "Mette Dahl": "mette@nordic.example",
        "Bo Lund": "bo@nordic.example",
        "Ida Berg": "ida@nordic.example",
    }

    def rows(role: str) -> list[str]:
        return [
            row(**company, contact_name=name, contact_email=email, contact_role=role)
            for name, email in people.items()
        ]

    trading.run(by, *rows("accounting"))
    with tenancy.scope(by.organization_id):
        for contact in PartnerContact.objects.all():
            contact_operations.remove_contact(contact.id, by=by)
        mette, bo = (Customer.objects.get(given_name=name) for name in ("Mette", "Bo"))
        names = Names(company_name="Mette Dahl ApS")
        converting.convert(mette.id, Kind.COMPANY, names, by=by)
        customer_operations.delete_customer(bo.id, by=by)
    run = trading.run(by, *rows("sales"))
    assert {number: text.split(".")[0] for number, text in trading.refusals(by, run).items()} == {
        2: f"Mette Dahl ApS (No {mette.number}) is a company here, and people alone are contacts",
        3: f"Bo Lund (No {bo.number}) was deleted here",
    }
    assert (run.done_count, run.counts["contact"]["created"]) == (1, 1)
    with tenancy.scope(by.organization_id):
        sales = PartnerContact.objects.select_related("person").get(role="sales")
    assert sales.person.given_name == "Ida"


def test_an_existing_company_becomes_a_partner(committed_cast: Cast) -> None:
    by = committed_cast.manager
    known = partner_making.company(by, "Nordic Horizons")
    person = partner_making.person(by)
    run = trading.run(
        by,
        row(number=known.number, level="agency"),
        row(number=person.number, level="consortium"),
    )
    assert "Mette Dahl is a person and can only be an agent" in trading.refusals(by, run)[3]
    with tenancy.scope(by.organization_id):
        assert Partner.objects.get().customer_id == known.id
