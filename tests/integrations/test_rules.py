"""Rules over several columns: what each makes of a row, what is wrong with one, what is guessed."""

import re
from datetime import date
from typing import Any

import pytest

from wayfolk.integrations.imports import drafting, fields, guessing
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.cleaned import Surroundings
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.imports.receiving import StoredRow
from wayfolk.integrations.imports.rows import RowCleaner
from wayfolk.integrations.imports.rule import METHODS, WAYS, methods_of
from wayfolk.kit.errors import InvalidValue

AROUND = Surroundings("EUR", "GB", "dmy", date(2026, 6, 1))
HEADERS = ["name", "hotel", "no", "y", "m", "d", "nights", "men", "women", "price", "state"]
ROW = ["Ann Lee", "City", "7", "2026", "July", "9", "3", "1", "2", "100.50", "Gone home"]
NAME = Rule("customer.full_name", columns=("name",))
ARRIVAL = Rule("stay.arrival_on", "date_parts", ("y", "m", "d"))
STAY = (
    NAME,
    Rule("stay.reservation_number", columns=("no",)),
    Rule("stay.hotel", columns=("hotel",)),
    ARRIVAL,
    Rule("stay.departure_on", "plus_days", ("nights",), base="stay.arrival_on"),
)
# A record of each kind, so that no rule is idle.
OTHERS = (NAME, Rule("stay.notes", columns=("hotel",)), Rule("booking.notes", columns=("hotel",)))


BOOKING = (
    Rule("booking.reference", columns=("no",)),
    Rule("booking.product", columns=("hotel",)),
    Rule("booking.booked_on", "minus_days", ("nights",), base="stay.arrival_on"),
)


def others(rule: Rule) -> tuple[Rule, ...]:
    return tuple(other for other in (*STAY, *BOOKING) if other.target != rule.target)


def made(rule: Rule) -> Any:
    """What the rule makes of the row, beside the rules that it does not replace."""
    mapping = Mapping((*others(rule), rule))
    row = RowCleaner(mapping, HEADERS, AROUND).clean(StoredRow(2, "", ROW))
    assert not row.refusal
    return row.values[fields.POSITION[rule.target]]


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (ARRIVAL, date(2026, 7, 9)),
        (STAY[-1], date(2026, 7, 12)),
        (BOOKING[-1], date(2026, 7, 6)),
        (Rule("stay.adults", "sum", ("men", "women")), 3),
        (Rule("booking.total", "times_nights", ("price", "nights")), 301_50),
        (Rule("booking.total", "sum", ("price", "nights")), 103_50),
        (
            Rule("stay.reservation_number", "template", ("hotel", "no"), "{hotel}-{no}"),
            "City-7",
        ),
        (Rule("stay.room_type", "constant", value="Double"), "Double"),
        (Rule("stay.status", "lookup", ("state",), "", "", {"gone home": "departed"}), "departed"),
    ],
)
def test_a_sound_rule_makes_its_field(rule: Rule, value: object) -> None:
    assert made(rule) == value
    assert mappings.fault_of(rule, Mapping((*others(rule), rule)), HEADERS) == ""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("stay.arrival_on", "date_parts", ("y", "", "d")), "Choose a column for: month."),
        (Rule("stay.arrival_on", "date_parts"), "Choose a column for: year, month, day."),
        (Rule("stay.arrival_on", "date_parts", ("y", "m", "d", "no")), "takes 3 columns and has 4"),
        (Rule("stay.arrival_on", "date_parts", ("y", "m", "m")), "“m” is chosen twice"),
        (Rule("stay.arrival_on", "date_parts", ("y", "m", "day")), "no column “day”"),
        (Rule("stay.adults", "date_parts", ("y", "m", "d")), "cannot be a date from year"),
        (Rule("stay.room", "sum", ("price", "no")), "cannot be the sum of columns"),
        (Rule("stay.adults", "sum", ("men", "")), "Choose a column for: plus."),
        (Rule("booking.total", "times_nights", ("price",)), "Choose a column for: nights."),
        (Rule("booking.reference", "constant", value="1"), "cannot be the same value"),
        (Rule("stay.departure_on", "plus_days", ("nights",)), "Choose the date to count from."),
        (Rule("stay.arrival_on", "plus_days", (), base="stay.arrival_on"), "Choose the date"),
        (
            Rule("stay.departure_on", "plus_days", (), base="booking.returns_on"),
            "Booking: return date, which nothing fills yet",
        ),
        (Rule("stay.room", "constant", value=" "), "Write the value"),
        (Rule("stay.arrival_on", "constant", value="soon"), "“soon” is not a date"),
        (Rule("booking.currency", "constant", value="Euros"), "not a currency code"),
        (Rule("stay.room_type", "constant", value="x" * 61), "at most 60"),
        (Rule("stay.room", "template", (), "Room"), "names a column in braces"),
        (Rule("stay.room", "template", ("no",), "{no} {floor}"), "names “floor”"),
        (Rule("stay.status", "lookup", ("state",)), "at least one value"),
        (Rule("stay.status", "lookup", ("state",), "away"), "“away” is none of expected"),
        (
            Rule("customer.country", "lookup", ("state",), table={"P": "Portugal"}),
            "Write the code PT for “Portugal”.",
        ),
        (
            Rule("stay.room", "lookup", ("state",), table={"A-1": "x", "a 1": "y"}),
            "stand in the list twice",
        ),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_and_keeps_it_from_running(
    rule: Rule, words: str
) -> None:
    mapping = Mapping((NAME, rule))
    assert words in mappings.fault_of(rule, mapping, HEADERS)
    assert mappings.sound_part(mapping, HEADERS).rules == (NAME,)
    with pytest.raises(InvalidValue, match=re.escape(words)):
        mappings.require_runnable(Mapping((*OTHERS, rule)), HEADERS)


def test_a_field_that_is_filled_twice_is_told_at_the_rule() -> None:
    plain = Rule("stay.arrival_on", columns=("y",))
    fault = mappings.fault_of(ARRIVAL, Mapping((NAME, plain, ARRIVAL)), HEADERS)
    assert fault == "This field is filled by the column “y” as well. Keep one of them."


def test_dates_that_are_counted_from_each_other_are_refused() -> None:
    circle = Mapping(
        (
            NAME,
            Rule("stay.arrival_on", "minus_days", ("nights",), base="stay.departure_on"),
            Rule("stay.departure_on", "plus_days", ("nights",), base="stay.arrival_on"),
        )
    )
    faults = [mappings.fault_of(rule, circle, HEADERS) for rule in circle.rules]
    assert "itself counted from another date" in faults[1]


@pytest.mark.parametrize("spec", fields.FIELDS, ids=lambda spec: spec.key)
def test_a_rule_that_was_just_begun_says_what_to_choose(spec: fields.Field) -> None:
    assert set(WAYS) == set(METHODS)
    for method in methods_of(spec):
        drafted = drafting.with_method(Rule(spec.key), method, Mapping((NAME,)))
        fault = mappings.fault_of(drafted, Mapping((drafted,)), HEADERS)
        assert fault.startswith(("Choose", "Write", "Say"))


def test_a_template_keeps_to_the_columns_that_its_text_names() -> None:
    rule = drafting.with_text(Rule("stay.room", "template"), "{no}/{hotel} {x}", HEADERS)
    assert rule.columns == ("hotel", "no")
    assert mappings.matched(Mapping((rule,)), ["NO", "Hotel"]).rules[0].value == "{NO}/{Hotel} {x}"


def test_the_values_of_a_list_are_each_shown_once() -> None:
    rule = Rule("stay.status", "lookup", ("state",))
    samples = {"state": ["Check-Out", "check out", "", "Canceled"]}
    assert drafting.list_values(rule, samples) == ["Check-Out", "Canceled"]
    many = {"state": [f"value {n}" for n in range(500)]}
    assert len(drafting.list_values(rule, many)) == drafting.VALUES_SHOWN + 1


def guessed(headers: list[str], **samples: list[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    mapping = guessing.guess_mapping(headers, samples)
    return {rule.target: (rule.method, rule.columns) for rule in mapping.rules}


@pytest.mark.parametrize(
    ("headers", "target"),
    [
        (
            ["arrival_date_year", "arrival_date_month", "arrival_date_day_of_month"],
            "stay.arrival_on",
        ),
        (["ArrivalYear", "ArrivalMonth", "ArrivalDay"], "stay.arrival_on"),
        (["Year", "Month", "Day"], "stay.arrival_on"),
        (["Check-in yyyy", "Check-in mm", "Check-in dd"], "stay.arrival_on"),
        (["Birth year", "Birth month", "Birth day"], "customer.birth_on"),
        (["guest arrival jahr", "guest arrival monat", "guest arrival tag"], "stay.arrival_on"),
    ],
)
def test_three_columns_of_a_date_are_proposed_as_one(headers: list[str], target: str) -> None:
    rules = guessed(["Name", "Reservation ID", "Hotel", *headers])
    assert rules[target] == ("date_parts", tuple(headers))


def test_columns_that_only_sound_like_a_date_are_left_alone() -> None:
    headers = ["Name", "Reservation ID", "Year", "Month", "Day"]
    wrong = guessed(headers, Year=["Best"], Month=["of"], Day=["all"])
    assert not any(method == "date_parts" for method, _ in wrong.values())
    whole = guessed([*headers, "Arrival date"])
    assert whole["stay.arrival_on"] == ("copy", ("Arrival date",))
    weekly = guessed(["Name", "Year", "Month", "Day of week"])
    assert not any(method == "date_parts" for method, _ in weekly.values())


def test_nights_become_departure_and_price() -> None:
    headers = ["Name", "Reservation ID", "Hotel", "Arrival", "Nights", "Price per night"]
    rules = guessed([*headers, "Booking reference"])
    assert rules["stay.departure_on"] == ("plus_days", ("Nights",))
    assert rules["booking.total"] == ("times_nights", ("Price per night", "Nights"))
    parts = guessed([*headers[:4], "Weekend nights", "Week nights"])
    assert parts["stay.departure_on"] == ("plus_days", ("Weekend nights", "Week nights"))
    assert "stay.departure_on" not in guessed(["Name", "Nights"])
