"""KP-09: business ids are checked by the rules of their country."""

import pytest

from tests.partners import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.partners.models import BusinessId
from wayfolk.partners.operations import ids
from wayfolk.partners.rules import business_ids


@pytest.mark.parametrize(
    ("country", "scheme", "number", "normalised"),
    [
        ("AU", "abn", "83 914 571 673", "83914571673"),
        ("AU", "vat", "83914571673", "83914571673"),
        ("DK", "cvr", "DK 13585628", "13585628"),
        ("DE", "vat", "DE 136 695 976", "136695976"),
        ("NO", "orgnr", "988 077 917", "988077917"),
        ("SE", "orgnr", "１２３４５６７８９７", "1234567897"),
        ("FR", "siren", "552 008 443", "552008443"),
        ("DK", "iata", "1234567-5", "12345675"),
        ("ZA", "other", "K2013/123-456", "K2013123456"),
        ("JP", "other", "登録 12", "DENGLU12"),
    ],
)
def test_right_numbers_have_one_form(
    country: str, scheme: str, number: str, normalised: str
) -> None:
    """KP-09."""
    assert business_ids.checked(country, scheme, number).normalised == normalised


@pytest.mark.parametrize(
    ("country", "scheme", "number", "field", "words"),
    [
        ("AU", "abn", "83 914 571 674", "number", "ABN of Australia: its check digits"),
        ("DK", "cvr", "13585627", "number", "CVR of Denmark: its check digits"),
        ("DK", "cvr", "1358562", "number", "too long or too short"),
        ("DE", "vat", "DE 13X 695 976", "number", "characters or an arrangement"),
        ("DK", "iata", "12345670", "number", "check digit does not fit"),
        ("DK", "iata", "1234567 x", "number", "eight digits"),
        ("US", "vat", "12-3456789", "scheme", "No check of a VAT / tax number is known"),
        ("DK", "abn", "83914571673", "scheme", "No check of a ABN is known for Denmark"),
        ("XX", "vat", "1", "country", "not a country"),
        ("DK", "steuer", "1", "scheme", "no kind of business id"),
        ("DK", "cvr", " ", "number", "missing"),
        ("DK", "other", "9" * 61, "number", "more than 60"),
    ],
)
def test_wrong_numbers_are_refused_in_words(
    country: str, scheme: str, number: str, field: str, words: str
) -> None:
    """KP-09."""
    with pytest.raises(business_ids.Refused, match=words) as refusal:
        business_ids.checked(country, scheme, number)
    assert refusal.value.field == field


def test_every_scheme_names_modules_that_exist() -> None:
    for code, scheme in business_ids.SCHEMES.items():
        for country in scheme.modules:
            with pytest.raises(business_ids.Refused, match="is no"):
                business_ids.checked(country, code, "?")


def test_one_number_belongs_to_one_partner(cast: Cast) -> None:
    by = cast.manager
    first, second = making.partner(by), making.partner(by, "Fjord Tours")
    with tenancy.scope(by.organization_id):
        noted = ids.add_business_id(
            first.id, country="DK", scheme="cvr", number="DK 13585628", by=by
        )
        again = ids.add_business_id(first.id, country="DK", scheme="cvr", number="13585628", by=by)
        assert again.id == noted.id
        with pytest.raises(
            InvalidValues, match=r"Nordic Horizons \(No \d+\) has this number already"
        ):
            ids.add_business_id(second.id, country="DK", scheme="cvr", number="13585628", by=by)
        removed = ids.remove_business_id(noted.id, by=by)
        assert not BusinessId.objects.exists()
        ids.add_business_id(second.id, country="DK", scheme="cvr", number="13585628", by=by)
    assert removed.normalised == "13585628"


def test_a_wrong_number_changes_nothing_and_names_the_field(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues) as refusal:
            ids.add_business_id(owner.id, country="DK", scheme="cvr", number="1", by=by)
        assert list(refusal.value.errors) == ["number"]
        with pytest.raises(NotAllowed, match="Create and change trade partners"):
            ids.add_business_id(
                owner.id, country="DK", scheme="cvr", number="13585628", by=cast.advisor
            )
        assert not BusinessId.objects.exists()


def test_undo_brings_a_removed_number_back(cast: Cast) -> None:
    from tests.bookings.making import last_change_set

    by = cast.manager
    owner = making.partner(by)
    with tenancy.scope(by.organization_id):
        noted = ids.add_business_id(owner.id, country="DK", scheme="cvr", number="13585628", by=by)
        ids.remove_business_id(noted.id, by=by)
        undoing.undo_change_set(last_change_set(by).id, by=by)
        assert BusinessId.objects.get().number == noted.number
