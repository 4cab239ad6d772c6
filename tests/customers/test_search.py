"""Search by folded text: name, email, phone, number (TP-04, TP-05, KP-01)."""

import pytest

from tests.world import Cast
from wayfolk.customers import operations, queries
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor, FieldAccess

PEOPLE = [
    ("Søren", "Müller-Lyngby", "soren.m@example.com", "+45 12 34 56 78"),
    ("Anna", "Smith", "anna_smith99@example.org", "669-792-1661"),
    ("Іван", "Петренко", "ivan@example.ua", "+380 44 123 4567"),
    ("明", "李", "ming@example.cn", "+86 10 6552 9988"),
    ("İpek", "Yılmaz", "ipek@example.tr", ""),
    ("Conan", "O'Brien", "", ""),
]


@pytest.fixture
def people(cast: Cast) -> Cast:
    with tenancy.scope(cast.organization.id):
        for given, family, email, phone in PEOPLE:
            operations.create_customer(
                CustomerData(
                    fields={"given_name": given, "family_name": family},
                    contacts={("primary", "email"): email, ("primary", "phone"): phone},
                ),
                by=cast.advisor,
            )
    return cast


def found(query: str, by: Actor) -> list[str]:
    with tenancy.scope(by.organization_id):
        return [m.customer.given_name for m in queries.search_customers(query, by=by)]


@pytest.mark.parametrize(
    ("query", "given_name"),
    [
        ("s", "Søren"),
        ("SOREN", "Søren"),
        ("Müller", "Søren"),
        ("mull sor", "Søren"),
        ("lyngby", "Søren"),
        ("yngb", "Søren"),
        ("soren.m@", "Søren"),
        ("+45 12 34", "Søren"),
        ("4512 34", "Søren"),
        ("0045 1234", "Søren"),
        ("34 56 78", "Søren"),
        ("anna_smith99", "Anna"),
        ("7921661", "Anna"),
        ("(669) 792", "Anna"),
        ("petrenko", "Іван"),
        ("Петрен", "Іван"),
        ("李", "明"),
        ("ipek", "İpek"),
        ("yilmaz", "İpek"),
        ("obrien", "Conan"),
        ("o'brien", "Conan"),
        ("2", "Anna"),
        ("#2", "Anna"),
    ],
)
def test_tp05_found_by(people: Cast, query: str, given_name: str) -> None:
    assert given_name in found(query, people.advisor)


@pytest.mark.parametrize(
    "query", ["", "   ", "%", "_", "%%%", "\\", "\x00", "zzzzqq", "'; --", "a" * 10_000, "\u202e"]
)
def test_hostile_and_empty_queries_find_nothing(people: Cast, query: str) -> None:
    assert found(query, people.advisor) == []


def test_tp04_nothing_of_another_organisation_is_found(people: Cast) -> None:
    assert found("soren", people.outsider) == []


def test_a_hidden_field_does_not_match(people: Cast) -> None:
    blind = Actor(
        **{
            **{k: getattr(people.advisor, k) for k in people.advisor.__dataclass_fields__},
            "field_access": {
                "customer.email": FieldAccess.HIDDEN,
                "customer.phone": FieldAccess.HIDDEN,
            },
        }
    )
    assert found("soren.m@", blind) == []
    assert found("12345678", blind) == []
    assert found("soren", blind) == ["Søren"]


def test_the_reason_of_a_match_is_named(people: Cast) -> None:
    with tenancy.scope(people.organization.id):
        reasons = {
            query: queries.search_customers(query, by=people.advisor)[0].reason
            for query in ("soren", "ming@", "6552 9988", "2")
        }
    assert reasons == {"soren": "name", "ming@": "email", "6552 9988": "phone", "2": "number"}
