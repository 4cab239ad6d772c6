"""Which type somebody has on a day of travel, without a database (KP-15)."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.rules.terms import words_of
from wayfolk.passengers import rules
from wayfolk.passengers.rules import Band, BandData

DAY = date(2026, 6, 10)
DAYS = st.dates(date(1930, 1, 1), date(2040, 12, 31))


def band(product: str = "", **values: object) -> Band:
    return Band(id=uuid4(), product=product, words=words_of(product), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "day", "kind"),
    [
        (date(2024, 6, 11), DAY, "infant"),  # the day before the second birthday
        (date(2024, 6, 10), DAY, "child"),  # the second birthday itself
        (date(2014, 6, 11), DAY, "child"),
        (date(2014, 6, 10), DAY, "adult"),
        (DAY, DAY, "infant"),  # born that day
        (date(2026, 6, 11), DAY, ""),  # born after they travelled
        (None, DAY, ""),
        (date(2012, 2, 29), date(2024, 2, 29), "adult"),  # a birthday on its own day
        (date(2024, 2, 29), date(2026, 2, 28), "infant"),  # not yet
        (date(2024, 2, 29), date(2026, 3, 1), "child"),  # in other years it is 1 March
    ],
)
def test_kp15_the_type_is_that_of_the_age_on_the_day(
    born: date | None, day: date, kind: str
) -> None:
    assert rules.type_on(born, day, rules.DEFAULT) == kind


def _slow_age(born: date, day: date) -> int:
    """Birthdays counted one by one."""
    age, year = 0, born.year + 1
    while True:
        try:
            birthday = born.replace(year=year)
        except ValueError:  # 29 February
            birthday = date(year, 3, 1)
        if birthday > day:
            return age
        age, year = age + 1, year + 1


@given(DAYS, DAYS, st.integers(0, 30), st.integers(1, 40))
def test_kp15_types_agree_with_counted_birthdays(
    born: date, day: date, infant_below: int, years_of_childhood: int
) -> None:
    ages = band(infant_below=infant_below, child_below=infant_below + years_of_childhood)
    found = rules.type_on(born, day, ages)
    if born > day:
        assert found == ""
        return
    age = _slow_age(born, day)
    expected = "infant" if age < infant_below else "child" if age < ages.child_below else "adult"
    assert found == expected


@given(DAYS, DAYS)
def test_kp15_nobody_grows_younger(born: date, day: date) -> None:
    order = ["infant", "child", "adult"]
    later = day + timedelta(days=1)
    before, after = (rules.type_on(born, each, rules.DEFAULT) for each in (day, later))
    assert not before or order.index(before) <= order.index(after)


def test_kp15_the_ages_of_the_product_go_before_those_of_all() -> None:
    every, cruise = band(child_below=16), band("Cruise", child_below=18)
    cruise_norway = band("cruise NORWAY", child_below=15)
    bands = [every, cruise, cruise_norway]

    def ages_for(product: str) -> UUID | None:
        return rules.effective_band(bands, product=product, day=DAY).id

    assert ages_for("Bus tour") == every.id
    assert ages_for("Douro river cruise") == cruise.id
    assert ages_for("Norway: coast cruise") == cruise_norway.id
    assert rules.effective_band([cruise], product="Bus tour", day=DAY) == rules.DEFAULT


def test_kp15_ages_hold_for_their_days_of_travel_only() -> None:
    old = band(child_below=12, to_on=date(2026, 1, 1))
    new = band(child_below=16, from_on=date(2026, 1, 1))
    eve, morning = date(2025, 12, 31), date(2026, 1, 1)
    assert rules.effective_band([old, new], product="x", day=eve) == old
    assert rules.effective_band([old, new], product="x", day=morning) == new


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"infant_below": 12, "child_below": 12}, "child_below"),
        ({"infant_below": 12, "child_below": 3}, "child_below"),
        ({"infant_below": 2, "child_below": 12, "product": "— !"}, "product"),
        (
            {"infant_below": 2, "child_below": 12, "from_on": DAY, "to_on": DAY},
            "to_on",
        ),
    ],
)
def test_kp15_ages_that_contradict_one_another_are_refused_in_words(
    fields: dict[str, object], name: str
) -> None:
    with pytest.raises(InvalidValues) as raised:
        rules.require_consistent(fields)
    assert set(raised.value.errors) == {name}


@pytest.mark.parametrize("age", [-1, 151, None])
def test_kp15_ages_are_0_to_150(age: int | None) -> None:
    with pytest.raises(InvalidValues, match="0 to 150"):
        rules.checked(BandData({"infant_below": age}))
