"""Companies in files of customers: what only a person can have is never theirs (KP-06)."""

from datetime import date

from tests.integrations import making, trading
from tests.world import Cast
from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.operations import converting
from wayfolk.customers.rules.conversion import Names
from wayfolk.identity.search.queries import find_ids
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

COLUMNS = (
    "external_id", "title", "given_name", "middle_name", "family_name", "company_name", "birth_on",
    "nationality", "language",
)  # fmt: skip
MAPPING = Mapping(
    tuple(Rule(f"customer.{name}", columns=(name,)) for name in COLUMNS), system="club"
)


def run(by: Actor, *rows: str) -> ImportRun:
    content = "\n".join([",".join(COLUMNS), *rows, ""]).encode()
    return making.run(content, MAPPING, by)


def remarks(by: Actor, run: ImportRun) -> dict[int, str]:
    return trading.problems(by, run, is_refusal=False)


def test_a_new_company_has_nothing_that_only_a_person_has(committed_cast: Cast) -> None:
    by = committed_cast.manager
    found = run(
        by,
        "1,Mr,,Q,,Nordic,1990-01-01,DK,da",
        "2,Mr,Bent,Q,Hansen,Nordic,1990-01-01,DK,da",
        "3,,,,,Fjord,,,da",
    )
    with tenancy.scope(by.organization_id):
        nordic, bent, _ = Customer.objects.order_by("number")
    assert (nordic.kind, nordic.name, nordic.language) == (Kind.COMPANY, "Nordic", "da")
    assert (nordic.title, nordic.middle_name, nordic.nationality) == ("", "", "")
    assert nordic.birth_on is None
    assert (nordic.sort_key, nordic.folded_given, nordic.folded_family) == ("nordic", "", "nordic")
    assert (bent.kind, bent.title, bent.middle_name, bent.nationality, bent.birth_on) == (
        Kind.PERSON, "Mr", "Q", "DK", date(1990, 1, 1)
    )  # fmt: skip
    assert remarks(by, found) == {
        2: "Nordic is a company, so this was left out: title, middle name, date of birth,"
        " nationality."
    }
    again = run(by, "1,Mr,,Q,,Nordic,1990-01-01,DK,da")
    assert (again.counts["customer"]["unchanged"], remarks(by, again)) == (1, {})


def test_a_person_who_became_a_company_gets_no_name_from_the_file(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run(by, "1,,Bent,,Hansen,,1980-01-01,,da")
    with tenancy.scope(by.organization_id):
        bent = Customer.objects.get()
        converting.convert(bent.id, Kind.COMPANY, Names(company_name="Bent Hansen Ltd"), by=by)
    found = run(by, "1,,Bent,,Hansson,,1980-01-02,,no")
    with tenancy.scope(by.organization_id):
        company = Customer.objects.get()
        assert find_ids("hansson", by=by) == []
    assert (company.kind, company.name, company.language) == (Kind.COMPANY, "Bent Hansen Ltd", "no")
    assert (company.given_name, company.family_name, company.birth_on) == ("", "", None)
    assert (company.sort_key, company.folded_given) == ("bent hansen ltd", "")
    assert remarks(by, found) == {
        2: "Bent Hansen Ltd is a company, so this was left out: last name, date of birth."
    }
    assert found.counts["customer"] == {"created": 0, "updated": 1, "unchanged": 0}


def test_a_guest_who_became_a_company_is_not_completed_either(committed_cast: Cast) -> None:
    """Rows about something else fill what is empty: of a company only what it can have."""
    by = committed_cast.manager
    stays = Mapping(
        (
            *MAPPING.rules,
            Rule("booking.reference", columns=("reference",)),
            Rule("booking.booked_on", method="constant", value="2026-01-01"),
            Rule("booking.product", method="constant", value="Cruise"),
        ),
        system="club",
    )
    run(by, "1,,,,,Nordic,,,", "2,,,,Holm,,,,")
    header = ",".join((*COLUMNS, "reference"))
    rows = ("1,Ms,Nina,,Holm,,1990-01-01,DK,da,B1", "2,Ms,,,Holm,,1990-01-01,DK,da,B2")
    making.run("\n".join([header, *rows, ""]).encode(), stays, by)
    with tenancy.scope(by.organization_id):
        nordic, holm = Customer.objects.order_by("number")
    assert (nordic.title, nordic.given_name, nordic.birth_on, nordic.language) == (
        "", "", None, "da"
    )  # fmt: skip
    assert (holm.title, holm.birth_on, holm.nationality) == ("Ms", date(1990, 1, 1), "DK")
