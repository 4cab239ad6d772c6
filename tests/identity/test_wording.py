"""Reasons in the words of a reader; nothing is said where it plainly is what was typed."""

from uuid import UUID

import pytest

from wayfolk.identity.search.queries import Hit, Reason
from wayfolk.identity.search.wording import answers, why

EMAIL, PHONE = "rj@example.com", "+44 20 7946 0958"


def hit(*reasons: Reason, name: str = "Robert Johnson") -> Hit:
    return Hit(
        customer_id=UUID(int=1),
        number=12,
        name=name,
        kind="person",
        status="active",
        score=1.0,
        reasons=reasons,
        email=EMAIL,
        phone=PHONE,
        city="London",
        country="GB",
        trips=0,
    )


@pytest.mark.parametrize(
    ("reason", "query", "words"),
    [
        (Reason("name", "exact", "Robert Johnson"), "robert johnson", ""),
        (Reason("name", "beginning", "Robert Johnson"), "rob joh", "name begins so"),
        (Reason("name", "spelling", "Robert Johnson"), "robert jonson", "spelled Johnson"),
        (Reason("name", "spelling", "Robert Johnson"), "robrt jonson", "spelled Robert Johnson"),
        (Reason("name", "spelling", "Robert Johnson"), "ohnso", "inside the name"),
        (Reason("name", "inside", "Robert Johnson"), "ohns", "inside the name"),
        (Reason("name", "swapped", "Robert Johnson"), "johnson robert", "names in the other order"),
        (Reason("name", "nickname", "Robert Johnson"), "bob johnson", "nickname of Robert"),
        (Reason("name", "nickname", "Bob Johnson"), "robert johnson", "nickname Bob"),
        (Reason("name", "joined", "Anna Maria"), "annamaria", "written Anna Maria"),
        (Reason("name", "transliterated", "佐藤翔太"), "sato", "same name in another script"),
        (Reason("name", "city", "Robert Johnson"), "london", ""),
        (Reason("company", "exact", "Nordlys Ltd"), "nordlys", "company Nordlys Ltd"),
        (Reason("email", "exact", EMAIL), EMAIL, "email"),
        (Reason("email", "beginning", EMAIL), "rj@", "email begins so"),
        (Reason("email", "inside", EMAIL), "@example", "in the email"),
        (
            Reason("email", "exact", "bob@work.example"),
            "bob@work.example",
            "email: bob@work.example",
        ),
        (Reason("phone", "exact", PHONE), "+442079460958", "phone"),
        (Reason("phone", "tail", PHONE), "46 09-58", "phone ends in 460958"),
        (Reason("phone", "beginning", PHONE), "4420", "phone begins so"),
        (Reason("phone", "inside", PHONE), "079 460", "079460 in the phone"),
        (Reason("phone", "spelling", PHONE), "2079460959", "phone differs in one digit"),
        (Reason("phone", "tail", "+1 55 4711"), "4711", "phone ends in 4711: +1 55 4711"),
        (Reason("city", "exact", "London"), "johnson london", "lives in London"),
        (Reason("number", "exact", "12"), "12", "customer number"),
        (Reason("external_id", "exact", "crm: A1"), "A1", "external id crm: A1"),
        (Reason("booking", "exact", "BKG-7"), "BKG-7", "booking BKG-7"),
        (Reason("trip", "exact", "T-00012"), "T-00012", "trip T-00012"),
    ],
)
def test_a_reason_in_words(reason: Reason, query: str, words: str) -> None:
    assert why(hit(reason), query) == words


def test_a_company_that_is_the_name_itself_says_nothing() -> None:
    found = hit(Reason("company", "exact", "Nordlys Ltd"), name="Nordlys Ltd")
    begun = hit(Reason("company", "beginning", "Nordlys Ltd"), name="Nordlys Ltd")
    assert why(found, "nordlys ltd") == ""
    assert why(begun, "nord") == "company begins so"


def test_several_reasons_stand_beside_each_other() -> None:
    found = hit(Reason("name", "spelling", "Robert Johnson"), Reason("city", "exact", "London"))
    assert why(found, "jonson london") == "spelled Johnson · lives in London"


@pytest.mark.parametrize(
    ("query", "name", "kinds"),
    [
        ("johnson rob", "Robert Johnson", [("Robert", "beginning"), ("Johnson", "exact")]),
        ("obrien", "Conan O'Brien", [("O'Brien", "exact")]),
        ("zzz", "Conan O'Brien", []),
        ("", "Conan O'Brien", []),
        ("anna@example.com", "Anna", []),
    ],
)
def test_answers_name_the_words_that_were_meant(
    query: str, name: str, kinds: list[tuple[str, str]]
) -> None:
    found = answers(query, name)
    assert [(each.shown, each.kind) for each in found] == kinds
    assert all(name[each.start : each.end] == each.shown for each in found)
