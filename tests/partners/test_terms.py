"""KP-08: which term holds, compared with a slow reference, and what a booking earns by it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import Money
from wayfolk.partners.rules import terms
from wayfolk.partners.rules.terms import Sale, Term, TermData

START = date(2026, 1, 1)
WORDS = ("", "cruise", "norway", "cruise norway", "spa", "Norway  CRUISE", "Crüise")
PRODUCTS = ("Cruise Norway, 7 nights", "Spa day", "Norway by rail", "Bus to Porto", "")


@st.composite
def many_terms(draw: st.DrawFn) -> list[Term]:
    """Terms of a chain of three; of one partner and one product none share a day."""
    found: list[Term] = []
    for number in range(draw(st.integers(0, 12))):
        product = draw(st.sampled_from(WORDS))
        begins = START + timedelta(days=draw(st.integers(0, 20)))
        length = draw(st.one_of(st.none(), st.integers(1, 12)))
        term = Term(
            id=UUID(int=draw(st.integers(0, 50)) * 100 + number),
            partner_id=UUID(int=0),
            distance=draw(st.integers(0, 2)),
            kind="percentage",
            product=product,
            words=terms.words_of(product),
            valid_from=begins,
            valid_to=begins + timedelta(days=length) if length else None,
            rate=Decimal(number),
        )
        own = [other for other in found if other.distance == term.distance]
        try:
            terms.require_apart(own, term)
        except InvalidValues:
            continue
        found.append(term)
    return found


def slow_effective_term(found: list[Term], product: str, day: date) -> Term | None:
    """As a person would do it: from the partner upwards, from the most particular to the rest."""
    name = terms.words_of(product)
    for distance in range(3):
        for count in range(len(name), -1, -1):
            candidates = []
            for term in found:
                if term.distance != distance or len(term.words) != count:
                    continue
                days, current = set(), term.valid_from
                while current < (term.valid_to or START + timedelta(days=60)):
                    days.add(current)
                    current += timedelta(days=1)
                if day in days and all(word in name for word in term.words):
                    candidates.append(term)
            if candidates:
                longest = max(len("".join(c.words)) for c in candidates)
                best = (c for c in candidates if len("".join(c.words)) == longest)
                return min(best, key=lambda c: sorted(c.words))
    return None


@given(many_terms(), st.sampled_from(PRODUCTS), st.integers(-2, 35))
def test_the_choice_is_that_of_the_slow_reference(
    found: list[Term], product: str, days: int
) -> None:
    """KP-08."""
    day = START + timedelta(days=days)
    expected = slow_effective_term(found, product, day)
    assert terms.effective_term(found, product=product, day=day) == expected
    assert terms.effective_term(reversed(found), product=product, day=day) == expected


@given(many_terms(), st.sampled_from(PRODUCTS), st.integers(0, 30))
def test_an_overridden_term_is_never_the_one_that_holds(
    found: list[Term], product: str, days: int
) -> None:
    """KP-08."""
    day = START + timedelta(days=days)
    in_force = terms.in_force(found, day)
    chosen = terms.effective_term(found, product=product, day=day)
    assert chosen not in [term for term, nearer in in_force if nearer is not None]
    assert chosen is None or chosen in [term for term, _ in in_force]


def test_the_nearest_partner_decides_even_with_a_general_term() -> None:
    """KP-08."""
    general = _term(distance=0, rate="10")
    particular = _term(distance=1, rate="15", product="cruise")
    chosen = terms.effective_term([particular, general], product="Cruise Norway", day=START)
    assert chosen == general
    assert terms.in_force([particular, general], START) == [(general, None), (particular, general)]


def test_of_one_partner_the_product_goes_before_the_rest() -> None:
    general, cruise = _term(rate="10"), _term(rate="15", product="cruise")
    assert terms.effective_term([general, cruise], product="Kreuzfahrt", day=START) == general
    assert terms.effective_term([general, cruise], product="CRUISE, Bergen", day=START) == cruise


def test_a_term_is_valid_until_the_day_before_its_end() -> None:
    term = _term(valid_to=date(2026, 2, 1))
    assert term.is_valid_on(date(2026, 1, 31))
    assert not term.is_valid_on(date(2026, 2, 1))
    assert not term.is_valid_on(date(2025, 12, 31))


@pytest.mark.parametrize(
    ("rate", "total", "expected"),
    [
        ("10", 12_345, 1_234),  # 1234.5 -> the even neighbour
        ("10", 12_355, 1_236),  # 1235.5 -> the even neighbour
        ("12.5", -10_000, -1_250),
        ("0", 99_999, 0),
        ("33.3333", 100, 33),
    ],
)
def test_a_percentage_is_rounded_half_even(rate: str, total: int, expected: int) -> None:
    """KP-08."""
    earned = terms.commission(_term(rate=rate), _sale(total), base_currency="EUR")
    assert earned == Money(expected, "EUR")


def test_an_amount_is_per_booking_or_per_passenger() -> None:
    """KP-08."""
    per_booking = _amount("per_booking", 2_500)
    per_passenger = _amount("per_passenger", 2_500)
    assert terms.commission(per_booking, _sale(1, pax=3), base_currency="EUR") == Money(
        2_500, "EUR"
    )
    assert terms.commission(per_passenger, _sale(1, pax=3), base_currency="EUR") == Money(
        7_500, "EUR"
    )


def test_an_amount_in_the_base_currency_goes_by_the_booking_s_rate() -> None:
    sale = Sale(Money(100_000, "NOK"), Decimal("0.085"), 2)
    earned = terms.commission(_amount("per_booking", 1_000), sale, base_currency="EUR")
    assert earned == Money(11_765, "NOK")  # 10 / 0.085
    yen = Sale(Money(100_000, "JPY"), Decimal("0.006"), 2)
    assert terms.commission(_amount("per_booking", 1_000), yen, base_currency="EUR") == Money(
        1_667, "JPY"
    )


def test_an_amount_in_a_third_currency_has_no_rate() -> None:
    sale = Sale(Money(100_000, "NOK"), Decimal("0.085"), 2)
    term = _amount("per_booking", 1_000, currency="USD")
    assert terms.commission(term, sale, base_currency="EUR") is None


@pytest.mark.parametrize(
    ("turnover", "expected"), [(0, 0), (999_999, 0), (1_000_000, 500), (5_000_000, 800)]
)
def test_a_tier_is_reached_by_the_turnover_before(turnover: int, expected: int) -> None:
    """KP-08."""
    tiers = ((1_000_000, Decimal(5)), (5_000_000, Decimal(8)))
    term = _term(kind="tiered", rate=None, tiers=tiers)
    earned = terms.commission(term, _sale(10_000), base_currency="EUR", turnover_minor=turnover)
    assert earned == Money(expected, "EUR")


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"kind": "gift"}, "kind", "no kind of term"),
        ({"rate": Decimal("100.1")}, "rate", "no percentage"),
        ({"rate": Decimal(-1)}, "rate", "no percentage"),
        ({"rate": Decimal("1.00001")}, "rate", "at most 4 decimals"),
        ({"rate": None}, "rate", "Say the percentage"),
        ({"valid_from": None}, "valid_from", "from which day"),
        ({"valid_to": START}, "valid_to", "before it begins"),
        ({"kind": "per_booking"}, "amount_minor", "Say the amount"),
        ({"kind": "per_booking", "amount_minor": -1, "currency": "EUR"}, "amount_minor", "range"),
        ({"kind": "per_booking", "amount_minor": 1, "currency": "EURO"}, "currency", "EURO"),
        ({"kind": "tiered", "tiers": []}, "tiers", "at least one tier"),
        ({"kind": "tiered", "tiers": [(0, Decimal(1)), (0, Decimal(2))]}, "tiers", "same turnover"),
        ({"kind": "tiered", "tiers": [(-1, Decimal(1))]}, "tiers", "0 or more"),
        ({"kind": "tiered", "tiers": [(i, Decimal(1)) for i in range(7)]}, "tiers", "at most 6"),
        ({"product": "x" * 121}, "product", "at most 120"),
    ],
)
def test_bad_terms_are_refused_in_words(fields: dict[str, object], field: str, words: str) -> None:
    good = {"kind": "percentage", "rate": Decimal(10), "valid_from": START}
    with pytest.raises(InvalidValues, match=words) as refusal:
        terms.completed(terms.checked(TermData({**good, **fields})).fields)
    assert field in refusal.value.errors


def test_values_of_another_kind_are_emptied() -> None:
    whole = terms.completed(
        {"kind": "tiered", "rate": Decimal(3), "tiers": [[0, "5"]], "valid_from": START}
    )
    assert (whole["rate"], whole["amount_minor"], whole["tiers"]) == (None, None, [[0, "5"]])


def test_terms_are_told_in_words() -> None:
    assert terms.in_words(_term(rate="12.5000"), base_currency="EUR") == "12.5 % of the price"
    assert terms.in_words(_amount("per_passenger", 2_500), base_currency="EUR") == (
        "EUR 25.00 per passenger"
    )
    tiered = _term(kind="tiered", rate=None, tiers=((0, Decimal(5)), (100_000, Decimal(8))))
    assert terms.in_words(tiered, base_currency="EUR") == (
        "By turnover of the year: 5 % from EUR 0.00, 8 % from EUR 1,000.00"
    )


def _term(
    *,
    kind: str = "percentage",
    distance: int = 0,
    rate: str | None = "10",
    product: str = "",
    valid_to: date | None = None,
    tiers: tuple[terms.Tier, ...] = (),
) -> Term:
    return Term(
        id=UUID(int=distance),
        partner_id=UUID(int=distance),
        distance=distance,
        kind=kind,
        product=product,
        words=terms.words_of(product),
        valid_from=START,
        valid_to=valid_to,
        rate=Decimal(rate) if rate else None,
        tiers=tiers,
    )


def _amount(kind: str, minor: int, currency: str = "EUR") -> Term:
    return Term(
        id=UUID(int=1),
        partner_id=UUID(int=1),
        distance=0,
        kind=kind,
        product="",
        words=frozenset(),
        valid_from=START,
        valid_to=None,
        amount_minor=minor,
        currency=currency,
    )


def _sale(total_minor: int, pax: int = 2) -> Sale:
    return Sale(Money(total_minor, "EUR"), Decimal(1), pax)
