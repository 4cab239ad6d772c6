"""Decisions over periods, guardians and what members share, without a database."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.households import rules
from wayfolk.households.rules import Span
from wayfolk.kit.errors import InvalidValues

START = date(2026, 1, 1)
DAYS = 20


def span(first: int, last: int | None) -> Span:
    return Span(
        START + timedelta(days=first), None if last is None else START + timedelta(days=last)
    )


def days_of(some: Span) -> set[int]:
    return {d for d in range(DAYS) if some.holds_on(START + timedelta(days=d))}


spans = st.tuples(st.integers(0, 15), st.none() | st.integers(1, 6)).map(
    lambda drawn: span(drawn[0], None if drawn[1] is None else drawn[0] + drawn[1])
)


@given(spans, spans)
def test_spans_overlap_when_they_share_a_day(first: Span, second: Span) -> None:
    assert first.overlaps(second) == bool(days_of(first) & days_of(second))


@given(spans, st.lists(spans, max_size=4))
def test_what_is_left_of_a_span_is_every_day_that_no_other_has(
    some: Span, others: list[Span]
) -> None:
    taken = set().union(*(days_of(other) for other in others)) if others else set()
    parts = some.without(others)
    assert set().union(*(days_of(p) for p in parts), set()) == days_of(some) - taken
    assert all(part.to_on is None or part.from_on < part.to_on for part in parts)
    assert sum(len(days_of(part)) for part in parts) == len(days_of(some) - taken)


@pytest.mark.parametrize("last", [date(2026, 1, 1), date(2025, 12, 31)])
def test_a_period_that_ends_before_it_starts_is_refused_with_both_days(last: date) -> None:
    with pytest.raises(InvalidValues) as refused:
        rules.checked_span(date(2026, 1, 1), last)
    assert "is not after 1 Jan 2026" in refused.value.errors["to_on"]


def test_a_missing_day_and_one_too_far_away_are_refused() -> None:
    for wrong in (None, date(1600, 1, 1)):
        with pytest.raises(InvalidValues, match="Write it like 2026-01-31"):
            rules.checked_day(wrong)
    with pytest.raises(InvalidValues, match="first day is missing"):
        rules.checked_span(None)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2008, 5, 10), date(2026, 5, 9), 17),
        (date(2008, 5, 10), date(2026, 5, 10), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_full_years(born: date, on: date, years: int) -> None:
    assert rules.years_between(born, on) == years


@pytest.mark.parametrize(
    ("child", "guardian", "fault"),
    [
        (None, None, ""),
        (date(2015, 1, 1), date(1980, 1, 1), ""),
        (date(2015, 1, 1), None, ""),
        (None, date(1980, 1, 1), ""),
        (date(2015, 1, 1), date(2015, 1, 1), "not older"),
        (date(1980, 1, 1), date(1990, 1, 1), "not older"),
        (None, date(2010, 1, 1), "under 18"),
        (date(2015, 1, 1), date(2010, 1, 1), "under 18"),
        (date(1990, 1, 1), None, "18 or older"),
    ],
)
def test_a_guardian_is_judged_by_what_is_known(
    child: date | None, guardian: date | None, fault: str
) -> None:
    said = rules.guardian_fault(child, guardian, date(2026, 6, 1))
    assert (fault in said) if fault else not said
    assert "19" not in said
    assert "20" not in said  # birth dates may be hidden from the reader


def test_a_circle_of_guardians_is_found_over_any_number_of_steps() -> None:
    a, b, c, d = (uuid4() for _ in range(4))
    edges = [(b, a), (c, b)]
    assert rules.closes_circle(edges, a, c)
    assert rules.closes_circle(edges, a, b)
    assert not rules.closes_circle(edges, c, a)
    assert not rules.closes_circle(edges, a, d)


def test_kp_20_a_member_may_override_the_address() -> None:
    home = {"lines": "Elmevej 1", "postcode": "8000", "city": "Aarhus", "country": "DK"}
    own = {"lines": "Kollegiet 5", "postcode": "2200", "city": "København", "country": "DK"}
    assert rules.effective_address(home, own, uses_household=True).source == "household"
    assert rules.effective_address(home, own, uses_household=False).values == own
    assert rules.effective_address(home, None, uses_household=False).source == "household"
    assert rules.effective_address({}, own, uses_household=True).source == "own"
    assert rules.effective_address({}, None, uses_household=True).source == ""


def test_kp_20_a_member_may_override_the_preferences() -> None:
    home = {"language": "", "channel": "post", "newsletter_by_email": False}
    own = {"language": "da", "channel": "email", "newsletter_by_email": True}
    shared = rules.effective_preferences(home, own, uses_household=True)
    assert (shared.source, shared.values["channel"]) == ("household", "post")
    assert shared.values["language"] == "da"
    mine = rules.effective_preferences(home, own, uses_household=False)
    assert (mine.source, mine.values["channel"]) == ("own", "email")


def test_faults_of_a_household_are_told_field_by_field() -> None:
    with pytest.raises(InvalidValues) as refused:
        rules.checked(
            {
                "name": " ",
                "country": "QQ",
                "channel": "pigeon",
                "language": "xx1",
                "city": "x" * 121,
            }
        )
    assert set(refused.value.errors) == {"name", "country", "channel", "language", "city"}
    with pytest.raises(InvalidValues, match="no field"):
        rules.checked({"number": 7})


def test_pairs_make_groups() -> None:
    a, b, c, d, e = (UUID(int=i) for i in range(5))
    groups = {frozenset(g) for g in rules.groups_of([(a, b), (d, e), (b, c)])}
    assert groups == {frozenset({a, b, c}), frozenset({d, e})}
