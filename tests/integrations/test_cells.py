"""Cells as files write them. No database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.integrations.imports import cells, fields, guessing, names
from wayfolk.integrations.imports.cleaned import Surroundings
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.imports.names import PersonName
from wayfolk.integrations.imports.receiving import StoredRow
from wayfolk.integrations.imports.rows import RowCleaner
from wayfolk.kit.errors import InvalidValue

AROUND = Surroundings("EUR", "PT", "dmy", date(2026, 6, 1))


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Ernest Barnes", PersonName("", "Ernest", "", "Barnes")),
        ("Dr. Juan de la Vega", PersonName("Dr.", "Juan", "", "de la Vega")),
        ("Barnes, Ernest Lee", PersonName("", "Ernest", "Lee", "Barnes")),
        ("Ernest Barnes MD", PersonName("MD", "Ernest", "", "Barnes")),
        ("Christopher Briggs Jr.", PersonName("", "Christopher", "", "Briggs Jr.")),
        ("Mrs. Holm", PersonName("Mrs.", "", "", "Holm")),
        ("Cher", PersonName("", "Cher", "", "")),
        ("İpek Çağlar", PersonName("", "İpek", "", "Çağlar")),
        ("Ludwig Mies van der Rohe", PersonName("", "Ludwig", "Mies", "van der Rohe")),
    ],
)
def test_names_are_split(full: str, expected: PersonName) -> None:
    assert names.split_name(full) == expected


@given(st.text(min_size=1, max_size=80))
def test_a_split_name_loses_no_word(full: str) -> None:
    cleaned = cells.plain(full)
    split = names.split_name(cleaned)
    parts = f"{split.title} {split.given_name} {split.middle_name} {split.family_name}"
    assert sorted(parts.replace(",", " ").split()) == sorted(cleaned.replace(",", " ").split())


@pytest.mark.parametrize(
    ("value", "minor"),
    [("1,234.50", 123450), ("1.234,50 €", 123450), ("EUR 75", 7500), ("", None), ("n/a", None)],
)
def test_amounts(value: str, minor: int | None) -> None:
    assert cells.amount(value, "EUR") == minor


def test_computed_amounts_are_rounded_to_the_currency() -> None:
    assert cells.minor_units(Decimal("10.005"), "EUR") == 1001
    assert cells.minor_units(Decimal("10.5"), "JPY") == 11


@pytest.mark.parametrize(
    ("value", "code"), [("PRT", "PT"), ("pt", "PT"), ("Portugal", "PT"), ("UK", "GB"), ("CN", "CN")]
)
def test_countries(value: str, code: str) -> None:
    convert = cells.converter(fields.BY_KEY["customer.nationality"], order="dmy", currency="EUR")
    assert convert(value) == code


def test_date_orders_are_read_off_the_values() -> None:
    assert guessing.date_order(["01-07-26", "13-07-26"]).order == "dmy"
    assert guessing.date_order(["07/13/2026"]).order == "mdy"
    assert guessing.date_order(["2026-07-13"]).is_decided
    assert not guessing.date_order(["01/02/2026"]).is_decided
    assert not guessing.date_order(["13/02/2026", "02/13/2026"]).is_decided


def test_columns_are_guessed_from_names_and_values() -> None:
    headers = ["Vorname", "Nachname", "Kontakt", "Birthday", "Email"]
    samples = {
        "Kontakt": ["ann@example.com", "bo@example.com"],
        "Birthday": ["03/25/1990"],
        "Email": ["yes", "no"],
    }
    guessed = guessing.guess_mapping(headers, samples)
    found = {rule.columns[0]: rule.target for rule in guessed.rules}
    assert found == {
        "Vorname": "customer.given_name",
        "Nachname": "customer.family_name",
        "Kontakt": "customer.primary_email",
        "Birthday": "customer.birth_on",
    }
    assert guessed.date_orders == {"Birthday": "mdy"}


def clean(*cells_: str) -> tuple[str, list[str], list[object]]:
    mapping = Mapping(
        (
            Rule("customer.full_name", columns=("name",)),
            Rule("customer.primary_email", columns=("email",)),
            Rule("customer.birth_on", columns=("born",)),
        )
    )
    row = RowCleaner(mapping, ["name", "email", "born"], AROUND).clean(StoredRow(2, "", [*cells_]))
    return row.refusal, row.remarks, row.values


def test_a_bad_optional_value_is_left_out_with_a_remark() -> None:
    refusal, remarks, values = clean("Ann Lee", "ann.at.example", "31-31-2020")
    assert not refusal
    assert "“ann.at.example” is not an email address" in " ".join(remarks)
    assert "“31-31-2020” is not a date" in " ".join(remarks)
    assert values[fields.POSITION["customer.primary_email"]] is None


def test_a_row_without_a_name_is_refused() -> None:
    assert "No customer is named" in clean("", "ann@example.com", "")[0]


def test_a_name_of_a_thousand_letters_is_refused_and_one_letter_is_a_name() -> None:
    assert "too long" in clean("A" * 300, "", "")[0] or "characters" in clean("A" * 300, "", "")[0]
    assert clean("A", "", "")[0] == ""


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_no_cell_breaks_the_cleaner(name: str, email: str, born: str) -> None:
    _, _, values = clean(name, email, born)
    for value in values:
        if isinstance(value, str):
            assert "\x00" not in value
            assert value == value.strip()


@given(st.sampled_from(fields.FIELDS), st.text(max_size=40))
def test_every_shape_converts_or_refuses_in_words(spec: fields.Field, value: str) -> None:
    try:
        cells.converter(spec, order="dmy", currency="EUR")(value)
    except InvalidValue as error:  # a refusal is an answer, with words
        assert error.message  # noqa: PT017 - either outcome is right
