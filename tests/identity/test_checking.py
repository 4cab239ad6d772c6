"""Who somebody may be who is being typed (KP-31, KP-32, TP-27)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from tests.identity import people
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations
from wayfolk.customers.models import Customer, Status
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import reading
from wayfolk.identity.matching.checking import Candidate, candidates_for
from wayfolk.identity.matching.model import Model, shipped_for
from wayfolk.identity.matching.record import Record, draft_of
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor, FieldAccess


def _enter(cast: Cast, **values: object) -> None:
    contacts = {
        ("primary", kind): str(values.pop(kind)) for kind in ("email", "phone") if kind in values
    }
    addresses = {
        ("primary", name): str(values.pop(name))
        for name in ("lines", "postcode", "city")
        if name in values
    }
    data = CustomerData(fields=values, contacts=contacts, addresses=addresses)
    operations.create_customer(data, by=cast.advisor)


@pytest.fixture
def known(cast: Cast) -> Cast:
    _enter(
        cast,
        given_name="Elizabeth",
        family_name="Oyelaran",
        birth_on=date(1981, 4, 7),
        email="ellie.o@example.org",
        phone="+44 20 7946 0958",
        lines="12 Mill Lane",
        postcode="AB1 2CD",
        city="Leeds",
    )
    _enter(
        cast,
        given_name="Samuel",
        family_name="Oyelaran",
        birth_on=date(1979, 11, 23),
        email="ellie.o@example.org",
        phone="+44 20 7946 0958",
        lines="12 Mill Lane",
        postcode="AB1 2CD",
        city="Leeds",
    )
    people.catch_up(cast)
    return cast


def _candidates(by: Actor, **values: object) -> list[Candidate]:
    with tenancy.scope(by.organization_id):
        return candidates_for(Record(**values), by=by)  # type: ignore[arg-type]


def _id_of(given_name: str, birth_on: date, cast: Cast) -> UUID:
    with tenancy.scope(cast.organization.id):
        return Customer.objects.get(given_name=given_name, birth_on=birth_on).id


def _texts(candidate: Candidate) -> list[str]:
    return [each.text for each in candidate.evidence]


def test_somebody_known_is_offered_with_evidence_in_words_and_weights(known: Cast) -> None:
    (found,) = _candidates(
        known.advisor,
        given_name="Elizabeth",
        family_name="Oyelaran",
        birth_on=date(1981, 4, 7),
        emails=("ellie.o@example.org",),
    )
    assert found.level == "warn"
    assert "Same email" in _texts(found)
    assert sum(each.weight for each in found.evidence) == pytest.approx(found.weight, abs=0.5)
    assert found.probability > 0.99


def test_the_spouse_with_the_same_mailbox_and_phone_is_not_offered(known: Cast) -> None:
    """One household is one piece of evidence: another first name and birthday speak against it."""
    found = _candidates(
        known.advisor,
        given_name="Aisha",
        family_name="Oyelaran",
        birth_on=date(2008, 2, 1),
        emails=("ellie.o@example.org",),
        phones=("+442079460958",),
        lines="12 Mill Lane",
        postcode="AB1 2CD",
    )
    assert found == []


@pytest.mark.parametrize(
    ("postcode", "is_home"),
    [("AB1 2CD", True), ("AB1 2CE", True), ("", True), ("XY9 8ZZ", False)],
    ids=["same", "slip", "unknown", "of another part of the city"],
)
def test_streets_of_one_name_are_two_where_postcodes_differ(
    known: Cast, postcode: str, is_home: bool
) -> None:
    draft = {"given_name": "Elizabeth", "family_name": "Oyelaran", "lines": "12 Mill Lane"}
    found = _candidates(known.advisor, **draft, postcode=postcode, city="Leeds")
    assert any("Same address" in _texts(each) for each in found) is is_home


def test_who_fits_best_is_asked_about_and_others_are_shown(known: Cast) -> None:
    """The father, not the son of the same name and mailbox: who is typed is one person."""
    _enter(
        known,
        given_name="Samuel",
        family_name="Oyelaran",
        email="ellie.o@example.org",
        phone="+44 7700 900461",
    )
    people.catch_up(known)
    draft = {"given_name": "Samuel", "family_name": "Oyelaran", "emails": ("ellie.o@example.org",)}
    assert [each.level for each in _candidates(known.advisor, **draft)] == ["warn", "warn"]
    found = _candidates(known.advisor, **draft, phones=("+442079460958",))
    assert [each.level for each in found] == ["warn", "suggest"]
    assert found[0].customer_id == _id_of("Samuel", date(1979, 11, 23), known)


@pytest.mark.parametrize(
    ("given", "family", "birth_on"),
    [
        ("Oyelaran", "Elizabeth", date(1981, 4, 7)),
        ("Liz", "Oyelaran", date(1981, 4, 7)),
        ("Elizabeth", "Oyelarna", date(1981, 4, 7)),
        ("Elizabeth", "Oyelaran", date(1981, 7, 4)),
    ],
    ids=["swapped names", "nickname", "slip", "day and month swapped"],
)
def test_slips_do_not_hide_somebody(known: Cast, given: str, family: str, birth_on: date) -> None:
    """KP-32."""
    found = _candidates(known.advisor, given_name=given, family_name=family, birth_on=birth_on)
    assert len(found) == 1
    assert found[0].evidence[0].weight > 0


def test_a_different_birthday_speaks_against(known: Cast) -> None:
    same = {
        "given_name": "Elizabeth",
        "family_name": "Oyelaran",
        "emails": ("ellie.o@example.org",),
    }
    (without,) = _candidates(known.advisor, **same)
    found = _candidates(known.advisor, **same, birth_on=date(1955, 12, 30))
    assert not found or found[0].weight < without.weight - 4


def test_nobody_new_is_offered_anybody(known: Cast) -> None:
    assert _candidates(known.advisor, given_name="Jan", family_name="Kowalski") == []


def test_hidden_fields_find_and_weigh_nothing(known: Cast) -> None:
    """What a role may not see gives neither candidates nor evidence."""
    hidden = replace(known.advisor, field_access={"customer.email": FieldAccess.HIDDEN})
    draft = {"given_name": "Elizabeth", "family_name": "Oyelaran", "birth_on": date(1981, 4, 7)}
    (open_to_all,) = _candidates(known.advisor, **draft, emails=("ellie.o@example.org",))
    (found,) = _candidates(hidden, **draft, emails=("ellie.o@example.org",))
    assert "Same email" in _texts(open_to_all)
    assert not any(each.field in {"email", "contact"} for each in found.evidence)


def test_restricted_customers_are_nobodys_candidates(known: Cast) -> None:
    with tenancy.scope(known.organization.id):
        customer = Customer.objects.get(given_name="Elizabeth")
    with change_set(by=known.manager, operation="test", summary="restricted"):
        customer.status = Status.RESTRICTED
        customer.save_changes("status")
    assert _candidates(known.advisor, given_name="Elizabeth", family_name="Oyelaran") == []


def test_a_typed_draft_compares_as_it_would_be_stored(known: Cast) -> None:
    data = CustomerData(
        fields={"given_name": "Elisabeth", "family_name": "Oyelaran"},
        contacts={
            ("primary", "phone"): "020 7946 0958",
            ("primary", "email"): " Ellie.O@Example.org",
        },
    )
    with tenancy.scope(known.organization.id):
        (found,) = candidates_for(draft_of(data, "GB"), by=known.advisor)
    assert found.level == "warn"
    assert "Several of email, phone and address are the same" in _texts(found)


def test_whoever_has_the_typed_phone_is_shown_before_a_name_is_typed(known: Cast) -> None:
    found = _candidates(known.advisor, phones=("+442079460958",))
    assert len(found) == 2
    assert {each.level for each in found} == {"suggest"}
    assert len(_candidates(known.advisor, family_name="Oyelaran", phones=("+442079460958",))) == 2
    assert _candidates(known.advisor, given_name="Xiu", phones=("+442079460958",)) == []


def test_nobody_is_asked_about_for_a_name_alone(known: Cast) -> None:
    (found,) = _candidates(known.advisor, given_name="Samuel", family_name="Oyelaran")
    assert found.level == "suggest"
    named = {"given_name": "Samuel", "family_name": "Oyelaran"}
    (found,) = _candidates(known.advisor, **named, birth_on=date(1979, 11, 23))
    assert found.level == "warn"
    (found,) = _candidates(known.advisor, **named, emails=("ellie.o@example.org",))
    assert found.level == "warn"


def test_whoever_fits_far_worse_than_another_is_left_out(cast: Cast) -> None:
    same = {"given_name": "Aksel", "family_name": "Thorvaldsen", "email": "t@example.no"}
    _enter(cast, **same, birth_on=date(1950, 3, 1))
    _enter(cast, **same, birth_on=date(1981, 7, 9))
    people.catch_up(cast)
    typed = {"given_name": "Aksel", "family_name": "Thorvaldsen", "emails": ("t@example.no",)}
    assert len(_candidates(cast.advisor, **typed)) == 2
    (found,) = _candidates(cast.advisor, **typed, birth_on=date(1981, 7, 9))
    assert "Same date of birth, with one mailbox" in _texts(found)


def test_a_common_name_says_less_than_a_rare_one(cast: Cast) -> None:
    for middle in ("", "Maria", "Josefa"):
        _enter(cast, given_name="Ana", middle_name=middle, family_name="Silva")
    _enter(cast, given_name="Anabela", family_name="Quintanilha")
    with tenancy.scope(cast.organization.id):
        counted = reading.bearers({"ana", "anabela", "bo"}, {"silva", "quintanilha"}, most=2)
    assert counted.given == {"ana": 2, "anabela": 1}, "anabela is no ana; counted no further than 2"
    assert counted.family == {"silva": 2, "quintanilha": 1}


@pytest.mark.parametrize("size", [1_000, 50_000, 1_000_000])
def test_the_same_mailbox_and_names_weigh_the_same_in_a_house_of_any_size(size: int) -> None:
    model = Model(levels=shipped_for(size), size=size)
    likely = sum(
        model.weight(*each)
        for each in (
            ("household", "email"),
            ("given", "same_together"),
            ("family", "same_together"),
        )
    )
    assert likely + model.prior == pytest.approx(4.7, abs=0.1)
