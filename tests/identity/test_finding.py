"""Every way of typing that search understands (KP-02, TP-04, TP-05)."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
import time_machine

from tests.identity import people
from tests.identity.people import found, hits
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.search import parsing, queries, recency
from wayfolk.kit import clock, tenancy
from wayfolk.staff.rules import Actor, FieldAccess

Entered = dict[str, Customer]


@pytest.fixture
def entered(cast: Cast) -> Entered:
    return people.enter(cast)


NAMES = [
    ("anna smith", "Smith"),
    ("SMITH", "Smith"),
    ("smi", "Smith"),
    ("an sm", "Smith"),
    ("smi ann", "Smith"),
    ("anna smitj", "Smith"),
    ("amna smith", "Smith"),
    ("anan simth", "Smith"),
    ("smiht", "Smith"),
    ("annasmith", "Smith"),
    ("mueller", "Müller"),
    ("muller", "Müller"),
    ("Müller Jürgen", "Müller"),
    ("jurgen mueler", "Müller"),
    ("jurgn mullr", "Müller"),
    ("soeren soerensen", "Sørensen"),
    ("soren sorensen", "Sørensen"),
    ("soernsen", "Sørensen"),
    ("bob johnson", "Robert"),
    ("robert johnsen", "Robert"),
    ("johnson london", "Robert"),
    ("robert johnson london", "Robert"),
    ("anna smith new york", "Smith"),
    ("annamaria rossi", "Rossi"),
    ("anna maria rossi", "Rossi"),
    ("maria rossi", "Rossi"),
    ("maria elena bianchi", "Bianchi"),
    ("bian chi mariaelena", "Bianchi"),
    ("heuvel", "Heuvel"),
    ("vandenheuvel", "Heuvel"),
    ("piet heuvel", "Heuvel"),
    ("kim leee", "Lee"),
    ("kin lee", "Lee"),
    ("oliveira beatriz", "Oliveira"),
    ("beatriz csota", "Oliveira"),
    ("oliv", "Oliveira"),
    ("olvie bea", "Oliveira"),
    ("liveir", "Oliveira"),
    ("ohnso", "Robert"),
    ("obrien", "O'Brien"),
    ("o'brien", "O'Brien"),
    ("ipek yilmaz", "Yilmaz"),
    ("nordlys", "company"),
    ("nordlis expeditions", "company"),
    ("expedition nordlys", "company"),
]
SCRIPTS = [
    ("giorgos papadopoulos", "Papadopoulos"),
    ("παπαδόπουλος", "Papadopoulos"),
    ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΙΩΡΓΟΣ", "Papadopoulos"),
    ("dmitry shcherbakov", "Shcherbakov"),
    ("щербаков дмитрий", "Shcherbakov"),
    ("щерба", "Shcherbakov"),
    ("mohammed almansouri", "Mansouri"),
    ("muhammad al-mansoori", "Mansouri"),
    ("محمد المنصوري", "Mansouri"),
    ("li xiaoming", "Li"),
    ("xiao ming li", "Li"),
    ("李小明", "Li"),
    ("sato shota", "Sato"),
    ("shota sato", "Sato"),
    ("佐藤翔太", "Sato"),
    ("佐藤 翔太", "Sato"),
    ("佐藤", "Sato"),
    ("satoshi yamakawa", "Yamakawa"),
    ("山川サトシ", "Yamakawa"),
]
REACH = [
    ("anna_smith99@example.org", "Smith"),
    ("ANNA_SMITH99@EXAMPLE.ORG", "Smith"),
    ("anna_smith99", "Smith"),
    ("anna_smi", "Smith"),
    ("smith99", "Smith"),
    ("anna_smith99@example.com", "Smith"),
    ("ana_smith99@example.org", "Smith"),
    ("ipek@", "Yilmaz"),
    ("soren@travel", "Sørensen"),
    ("@travel-desk.dk", "Sørensen"),
    ("+1 669 792 1661", "Smith"),
    ("(669) 792-1661", "Smith"),
    ("001 669 792 1661", "Smith"),
    ("7921661", "Smith"),
    ("921661", "Smith"),
    ("669 792", "Smith"),
    ("669 792 1667", "Smith"),
    ("669 792 161", "Smith"),
    ("669 729 1661", "Smith"),
    ("+45 12 34", "Sørensen"),
    ("4512 34", "Sørensen"),
    ("030 1234 5678", "Müller"),
    ("020 7946 0958", "Robert"),
    ("smith 921661", "Smith"),
]


@pytest.mark.parametrize("queries_of", [NAMES, SCRIPTS, REACH], ids=["names", "scripts", "reach"])
def test_tp04_tp05_kp02_found_by(
    cast: Cast, entered: Entered, queries_of: list[tuple[str, str]]
) -> None:
    missed = [
        query
        for query, key in queries_of
        if entered[key].id not in [hit.customer_id for hit in hits(query, cast.advisor)][:3]
    ]
    assert missed == []


def test_found_by_customer_number_and_foreign_id(cast: Cast, entered: Entered) -> None:
    number = entered["Lee"].number
    assert found(str(number), cast.advisor)[0] == "Kim Lee"
    assert found(f"#{number}", cast.advisor)[0] == "Kim Lee"


HOSTILE = {
    "": parsing.EMPTY,
    "   ": parsing.EMPTY,
    "\x00": parsing.EMPTY,
    "\u202e": parsing.EMPTY,
    "%": parsing.NOTHING,
    "%%%___***": parsing.NOTHING,
    "\\": parsing.NOTHING,
    "a" * 10_000: parsing.CUT,
    "anna " * 500: parsing.CUT,
    "9" * 10_000: parsing.CUT,
}
ODD = ["'; --", "zzzzqqxx", "{1,2}", "😀", "a@", "@", "+", "(((", "-", "1" * 25, "@@@", "#", "\t"]


def test_hostile_queries_are_answered_in_words(cast: Cast, entered: Entered) -> None:
    with tenancy.scope(cast.organization.id):
        said = {query: queries.find_customers(query, by=cast.advisor).message for query in HOSTILE}
    assert said == HOSTILE


def test_odd_queries_find_nobody_and_break_nothing(cast: Cast, entered: Entered) -> None:
    assert [query for query in ODD if found(query, cast.advisor)] == []


def test_tp04_nothing_of_another_organisation(cast: Cast, entered: Entered) -> None:
    assert found("anna smith", cast.outsider) == []
    assert found("anna_smith99@example.org", cast.outsider) == []
    assert found("7921661", cast.outsider) == []


def _blind(actor: Actor, *hidden: str) -> Actor:
    values = {field.name: getattr(actor, field.name) for field in fields(actor)}
    return replace(Actor(**values), field_access=dict.fromkeys(hidden, FieldAccess.HIDDEN))


def test_hidden_fields_neither_match_nor_show(cast: Cast, entered: Entered) -> None:
    blind = _blind(cast.advisor, "customer.email", "customer.phone", "customer.address")
    assert found("anna_smith99@example.org", blind) == []
    assert found("7921661", blind) == []
    (hit,) = hits("anna smith", blind)[:1]
    assert (hit.name, hit.email, hit.phone, hit.city) == ("Anna Smith", "", "", "")
    in_city = hits("johnson london", blind)
    assert all(reason.field != "city" for hit in in_city for reason in hit.reasons)
    assert found("anna smith", _blind(cast.advisor, "customer.name")) == []


def test_a_hit_says_why_and_what_tells_people_apart(cast: Cast, entered: Entered) -> None:
    (hit,) = hits("bob johnson", cast.advisor)[:1]
    assert (hit.reasons[0].field, hit.reasons[0].kind) == ("name", "nickname")
    assert (hit.email, hit.phone) == ("rj@example.com", "+44 20 7946 0958")
    assert (hit.city, hit.status, hit.kind, hit.trips) == ("London", "active", "person", 0)
    assert 0.9 < hit.score < 1


REASONS = {
    "anna smith": ("name", "exact"),
    "smith anna": ("name", "swapped"),
    "anna smit": ("name", "beginning"),
    "anna smitj": ("name", "spelling"),
    "annamaria rossi": ("name", "joined"),
    "sato shota": ("name", "transliterated"),
    "nordlys expeditions": ("company", "exact"),
    "rj@example.com": ("email", "exact"),
    "921661": ("phone", "tail"),
    "079460": ("phone", "inside"),
}


def test_reasons(cast: Cast, entered: Entered) -> None:
    first = {query: hits(query, cast.advisor)[0].reasons[0] for query in REASONS}
    assert {query: (reason.field, reason.kind) for query, reason in first.items()} == REASONS


def test_better_matches_come_first_and_inactive_ones_last(cast: Cast, entered: Entered) -> None:
    for given, family in (("Anne", "Smith"), ("Anna", "Smyth"), ("Anna", "Smithson")):
        data = CustomerData(fields={"given_name": given, "family_name": family})
        operations.create_customer(data, by=cast.advisor)
    people.catch_up(cast)
    assert found("anna smith", cast.advisor)[0] == "Anna Smith"
    assert set(found("anna smith", cast.advisor)[:4]) == {
        "Anna Smith", "Anne Smith", "Anna Smyth", "Anna Smithson",
    }  # fmt: skip
    with tenancy.scope(cast.organization.id):
        operations.set_status([entered["Smith"].id], "inactive", by=cast.advisor)
    last = hits("anna smith", cast.advisor)[-1]
    assert (last.name, last.status) == ("Anna Smith", "inactive")


def _new(cast: Cast, given: str, family: str) -> None:
    fields = {"given_name": given, "family_name": family}
    operations.create_customer(CustomerData(fields=fields), by=cast.advisor)


def test_a_short_word_is_rather_a_beginning_than_another_name(cast: Cast) -> None:
    for given, family in (("Li", "Ma"), ("Ali", "Noor"), ("Ewa", "Malinowska"), ("Eva", "Norberg")):
        _new(cast, given, family)
    assert found("mali", cast.advisor)[:2] == ["Ewa Malinowska", "Li Ma"]
    assert found("nor", cast.advisor)[:2] == ["Eva Norberg", "Ali Noor"]


def test_begun_names_are_rather_in_the_order_typed(cast: Cast) -> None:
    for given, family in (("Jack", "Edwards"), ("Edward", "Jackson")):
        _new(cast, given, family)
    assert found("edw jack", cast.advisor) == ["Edward Jackson", "Jack Edwards"]
    assert found("jack edw", cast.advisor) == ["Jack Edwards", "Edward Jackson"]


def test_a_nickname_comes_before_one_of_two_last_names(cast: Cast) -> None:
    for given, family in (("Susan", "Miller-Morgan"), ("Sue", "Miller"), ("Susan", "Miller")):
        _new(cast, given, family)
    people.catch_up(cast)
    named = found("susan miller", cast.advisor)
    assert named == ["Susan Miller", "Sue Miller", "Susan Miller-Morgan"]
    # A particle is no last name of its own.
    _new(cast, "Susan", "van Miller")
    people.catch_up(cast)
    assert found("susan miller", cast.advisor)[-1] == "Susan Miller-Morgan"


def test_two_zeros_may_be_from_the_middle_of_a_number(cast: Cast) -> None:
    data = CustomerData(
        fields={"given_name": "Núria"}, contacts={("primary", "phone"): "+34 700 884 833"}
    )
    operations.create_customer(data, by=cast.advisor)
    for typed in ("00884", "008848", "0034 700 88", "0034700884833", "003470"):
        assert found(typed, cast.advisor) == ["Núria"], typed


def test_a_name_of_three_words_is_found_among_many_of_two(cast: Cast) -> None:
    _new(cast, "Carlos", "Gomes-Marques")
    for _ in range(30):
        _new(cast, "Carlos", "Gomes")
    people.catch_up(cast)
    assert found("carlos gomes-marques", cast.advisor)[0] == "Carlos Gomes-Marques"
    assert found("carlos gomes-marqeus", cast.advisor)[0] == "Carlos Gomes-Marques"


def test_the_same_signs_come_before_the_same_sound(cast: Cast) -> None:
    for given, family in (("晨丽", "许"), ("丽", "陈"), ("丽", "晨")):
        _new(cast, given, family)
    assert hits("陈丽", cast.advisor)[0].name == "丽 陈"


def test_of_equal_matches_the_one_opened_last_comes_first(cast: Cast, entered: Entered) -> None:
    data = CustomerData(fields={"given_name": "Anna", "family_name": "Smith"})
    twins = [entered["Smith"].id, operations.create_customer(data, by=cast.advisor).id]
    for days, opened in enumerate((*twins, *twins), start=1):
        later = clock.now() + timedelta(days=days)
        with time_machine.travel(later), tenancy.scope(cast.organization.id):
            recency.touch([opened])
            assert queries.find_ids("anna smith", by=cast.advisor)[0] == opened


def test_find_ids_filters_a_list(cast: Cast, entered: Entered) -> None:
    with tenancy.scope(cast.organization.id):
        assert queries.find_ids("smith", by=cast.advisor)[0] == entered["Smith"].id
        assert queries.find_ids("", by=cast.advisor) == []
