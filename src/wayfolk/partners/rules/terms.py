"""Commission terms: which one holds for a booking, and what the booking earns by it (KP-08).

docs/algorithms/commission.md says it in prose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

from wayfolk.kit import money, text
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import Money
from wayfolk.partners.rules.records import overlaps

PERCENTAGE, PER_BOOKING, PER_PASSENGER, TIERED = (
    "percentage",
    "per_booking",
    "per_passenger",
    "tiered",
)
KINDS = (PERCENTAGE, PER_BOOKING, PER_PASSENGER, TIERED)
TIERS_MAX = 6
LABELS = {
    "kind": "kind",
    "product": "product",
    "valid_from": "valid from",
    "valid_to": "valid until",
    "rate": "percentage",
    "amount_minor": "amount",
    "currency": "currency",
    "tiers": "tiers",
    "remark": "remark",
}
TEXT_LIMITS = {"product": 120, "remark": 200}
DATES = ("valid_from", "valid_to")
# What a term of each kind says beside its product and its period.
VALUES_OF: Mapping[str, tuple[str, ...]] = {
    PERCENTAGE: ("rate",),
    PER_BOOKING: ("amount_minor", "currency"),
    PER_PASSENGER: ("amount_minor", "currency"),
    TIERED: ("tiers",),
}
EMPTY: Mapping[str, Any] = {"rate": None, "amount_minor": None, "currency": "", "tiers": []}
_CENT = Decimal(1)


@dataclass(frozen=True)
class TermData:
    """What somebody wants a term to be: names of LABELS. An absent key stays as it is.

    `tiers`: pairs (turnover from, in minor units of the organisation's currency; percent).
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


Tier = tuple[int, Decimal]


@dataclass(frozen=True, slots=True)
class Term:
    """A term as the choice among several needs it.

    `distance`: 0 of the partner itself, 1 of the one above, 2 of the one above that.
    `words`: the folded words that the product's name must have; none for every product.
    """

    id: UUID
    partner_id: UUID
    distance: int
    kind: str
    product: str
    words: frozenset[str]
    valid_from: date
    valid_to: date | None
    rate: Decimal | None = None
    amount_minor: int | None = None
    currency: str = ""
    tiers: tuple[Tier, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def covers(self, product_words: frozenset[str]) -> bool:
        return self.words <= product_words


@dataclass(frozen=True, slots=True)
class Sale:
    """What the commission needs of a booking. `exchange_rate`: base currency per unit of its own.

    `pax`: passengers without infants.
    """

    total: Money
    exchange_rate: Decimal
    pax: int


def words_of(product: str) -> frozenset[str]:
    """The folded words of a product's name."""
    return frozenset(text.fold(product).split())


def effective_term(terms: Iterable[Term], *, product: str, day: date) -> Term | None:
    """The term that holds for a product on a day, None where nobody has one.

    The nearest partner that has a term for it decides; of its terms the most particular one:
    that with most words, then the longest, then the first by name.
    """
    sought = words_of(product)
    return min(
        (term for term in terms if term.is_valid_on(day) and term.covers(sought)),
        key=_precedence,
        default=None,
    )


def in_force(terms: Iterable[Term], day: date) -> list[tuple[Term, Term | None]]:
    """The terms valid that day, nearest first, each with the nearer one that stands in its way.

    A term is overridden when a nearer partner has one for the same products or for more.
    """
    valid = sorted((term for term in terms if term.is_valid_on(day)), key=_precedence)
    return [
        (
            term,
            next((n for n in valid if n.distance < term.distance and n.words <= term.words), None),
        )
        for term in valid
    ]


def _precedence(term: Term) -> tuple[int, int, int, str, UUID]:
    return (
        term.distance,
        -len(term.words),
        -sum(map(len, term.words)),
        " ".join(sorted(term.words)),
        term.id,
    )


def commission(
    term: Term, sale: Sale, *, base_currency: str, turnover_minor: int = 0
) -> Money | None:
    """What a booking earns by the term, in the booking's currency, rounded half even.

    `turnover_minor`: of the year before this booking, in the base currency, for tiers. None
    when the term's amount is in a currency without a known rate to the booking's.
    """
    if term.kind in {PER_BOOKING, PER_PASSENGER}:
        count = sale.pax if term.kind == PER_PASSENGER else 1
        amount = Money((term.amount_minor or 0) * count, term.currency)
        return _in_currency_of(sale, amount, base_currency)
    percent = term.rate if term.kind == PERCENTAGE else tier_rate(term.tiers, turnover_minor)
    share = Decimal(sale.total.minor) * (percent or Decimal(0)) / 100
    return Money(_rounded(share), sale.total.currency)


def tier_rate(tiers: Sequence[Tier], turnover_minor: int) -> Decimal:
    """The percentage of the highest tier that the turnover has reached; 0 below the first."""
    reached = [percent for begins, percent in tiers if begins <= turnover_minor]
    return reached[-1] if reached else Decimal(0)


def _in_currency_of(sale: Sale, amount: Money, base_currency: str) -> Money | None:
    currency = sale.total.currency
    if amount.currency == currency:
        return amount
    if amount.currency != base_currency:
        return None
    converted = (amount.amount / sale.exchange_rate).scaleb(money.exponent(currency))
    return Money(_rounded(converted), currency)


def _rounded(value: Decimal) -> int:
    return int(value.quantize(_CENT, ROUND_HALF_EVEN))


def in_words(term: Term, *, base_currency: str) -> str:
    """What the term gives: "10 % of the price", "EUR 25.00 per passenger"."""
    if term.kind == PERCENTAGE:
        return f"{percent_words(term.rate or Decimal(0))} of the price"
    if term.kind == TIERED:
        steps = ", ".join(
            f"{percent_words(percent)} from {Money(begins, base_currency)}"
            for begins, percent in term.tiers
        )
        return f"By turnover of the year: {steps}"
    per = "passenger" if term.kind == PER_PASSENGER else "booking"
    return f"{Money(term.amount_minor or 0, term.currency)} per {per}"


def percent_words(percent: Decimal) -> str:
    return f"{percent.normalize():f} %"


def checked(data: TermData) -> TermData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    checks.finish()
    return TermData(cleaned)


def completed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A whole term: values of another kind are emptied. Raises InvalidValues for what lacks."""
    checks = Checks()
    kind = fields.get("kind", "")
    checks.choice("kind", kind, KINDS, label="kind of term")
    if fields.get("valid_from") is None:
        checks.fault("valid_from", "Say from which day on the term is valid.")
    checks.finish()
    begins, ends = fields["valid_from"], fields.get("valid_to")
    if ends is not None and ends <= begins:
        checks.fault(
            "valid_to",
            f"The term would end ({ends}) before it begins ({begins})."
            " Choose a later day, or none.",
        )
    _require_values(checks, kind, fields)
    checks.finish()
    emptied = {name: value for name, value in EMPTY.items() if name not in VALUES_OF[kind]}
    return {**fields, **emptied}


def _require_values(checks: Checks, kind: str, fields: Mapping[str, Any]) -> None:
    missing = {
        "rate": "Say the percentage, such as 10.",
        "amount_minor": "Say the amount, such as 25.00.",
        "currency": "Say the currency of the amount, such as EUR.",
        "tiers": "Say at least one tier: from which turnover on, and the percentage.",
    }
    for name in VALUES_OF[kind]:
        if fields.get(name) in (None, "", [], ()):
            checks.fault(name, missing[name])


def _checked(checks: Checks, name: str, value: Any) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        return checks.line(name, value, TEXT_LIMITS[name], label=label)
    if name in DATES:
        return checks.day(name, value, label=label)
    if name == "kind":
        return checks.choice(name, value, KINDS, label="kind of term")
    if name == "rate" and value is not None and not _is_percent(value):
        checks.fault(name, f"{value} is no percentage. Use 0 to 100 with at most 4 decimals.")
    if name == "amount_minor" and value is not None and not 0 <= value <= money.MAX_MINOR:
        checks.fault(name, "The amount is out of range: use 0 or more.")
    if name == "currency" and value and not money.is_currency(value):
        checks.fault(name, f"“{value[:10]}” is not a currency code. Use three letters such as EUR.")
    return _checked_tiers(checks, value) if name == "tiers" else value


def _checked_tiers(checks: Checks, tiers: Iterable[tuple[int, Decimal]]) -> list[list[Any]]:
    """As they are stored, lowest first."""
    ordered = sorted((int(begins), percent) for begins, percent in tiers)
    if len(ordered) > TIERS_MAX:
        checks.fault("tiers", f"There are {len(ordered)} tiers; at most {TIERS_MAX} can be stored.")
    if len({begins for begins, _ in ordered}) < len(ordered):
        checks.fault("tiers", "Two tiers begin at the same turnover. Give each its own.")
    for begins, percent in ordered:
        if not 0 <= begins <= money.MAX_MINOR or not _is_percent(percent):
            checks.fault(
                "tiers",
                "A tier is a turnover of 0 or more and a percentage of 0 to 100 with at most 4"
                " decimals.",
            )
    return [[begins, f"{Decimal(percent).normalize():f}"] for begins, percent in ordered]


def _is_percent(value: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= 100 and value == round(value, 4)


def require_apart(others: Iterable[Term], own: Term) -> None:
    """Raises InvalidValues when another term for the same products is valid on the same days."""
    for other in others:
        is_apart = not overlaps(other.valid_from, other.valid_to, own.valid_from, own.valid_to)
        if other.id == own.id or other.words != own.words or is_apart:
            continue
        ends = f"until {other.valid_to}" if other.valid_to else "with no end"
        scope = f"“{other.product}”" if other.product else "all products"
        raise InvalidValues(
            {
                "valid_from": f"There is a term for {scope} from {other.valid_from} {ends}"
                " already. End that one first, or choose other days."
            }
        )
