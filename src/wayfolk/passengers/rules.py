"""Which passenger type somebody has on a day of travel (KP-15). No Django here.

docs/algorithms/passenger_types.md says it in prose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from wayfolk.households.rules import years_between
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.rules.records import overlaps
from wayfolk.partners.rules.terms import words_of

ADULT, CHILD, INFANT, UNKNOWN = "adult", "child", "infant", ""
TYPES = (ADULT, CHILD, INFANT)
INFANT_BELOW, CHILD_BELOW = 2, 12
AGE_MAX = 150
PRODUCT_MAX = 120
AGES = {"infant_below": "age below which one is an infant", "child_below": "age of an adult"}
LABELS = {
    "product": "product",
    **AGES,
    "from_on": "first day of travel",
    "to_on": "last day of travel",
}


@dataclass(frozen=True)
class BandData:
    """What somebody wants ages to be: names of LABELS. An absent key stays as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Band:
    """Infant below `infant_below` years, child below `child_below`, else adult.

    `words`: the folded words that the product's name must have; none for every product. Holds
    for days of travel from `from_on` until the day before `to_on`; None: without end.
    """

    id: UUID | None = None
    product: str = ""
    words: frozenset[str] = frozenset()
    infant_below: int = INFANT_BELOW
    child_below: int = CHILD_BELOW
    from_on: date | None = None
    to_on: date | None = None

    def holds_on(self, day: date) -> bool:
        begun = self.from_on is None or self.from_on <= day
        return begun and (self.to_on is None or day < self.to_on)

    def type_at(self, age: int) -> str:
        if age < self.infant_below:
            return INFANT
        return CHILD if age < self.child_below else ADULT


DEFAULT = Band()


def scope_of(product: str) -> str:
    """The words of a scope in one order: two scopes are the same when this is."""
    return " ".join(sorted(words_of(product)))


def effective_band(bands: Iterable[Band], *, product: str, day: date) -> Band:
    """The ages for a product on a day of travel; those of DEFAULT where none are set.

    As among a partner's commission terms: the scope with most words, then the longest, then
    the first by name.
    """
    sought = words_of(product)
    return min(
        (band for band in bands if band.holds_on(day) and band.words <= sought),
        key=_precedence,
        default=DEFAULT,
    )


def _precedence(band: Band) -> tuple[int, int, str]:
    return -len(band.words), -sum(map(len, band.words)), " ".join(sorted(band.words))


def age_on(born_on: date | None, day: date) -> int | None:
    """Full years; None while the birth date is not known, or lies behind that day."""
    return years_between(born_on, day) if born_on is not None and born_on <= day else None


def type_on(born_on: date | None, day: date, band: Band) -> str:
    """Adult, child, infant; UNKNOWN for somebody without an age that day.

    On the birthday itself one has the new age; born on 29 February, on 1 March in other years.
    """
    age = age_on(born_on, day)
    return UNKNOWN if age is None else band.type_at(age)


_ONE_AND_MANY = {
    "adults": ("adult", "adults"),
    "children": ("child", "children"),
    "infants": ("infant", "infants"),
}


def numbers_in_words(numbers: Mapping[str, int]) -> str:
    """As "2 adults, 1 child"; kinds of which there are none are left out."""
    parts = (f"{n} {_ONE_AND_MANY[kind][n != 1]}" for kind, n in numbers.items() if n)
    return ", ".join(parts) or "nobody"


def checked(data: BandData) -> BandData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    checks.finish()
    return BandData(cleaned)


def _checked(checks: Checks, name: str, value: Any) -> Any:
    if name == "product":
        return checks.line(name, value, PRODUCT_MAX, label="product")
    if name not in AGES:
        return checks.day(name, value, label=LABELS[name])
    if value is None or not 0 <= value <= AGE_MAX:
        said = "Nothing" if value is None else str(value)
        checks.fault(name, f"{said} is no {AGES[name]}. Use 0 to {AGE_MAX} years.")
    return value


def require_consistent(fields: Mapping[str, Any]) -> None:
    """What must hold between the values of whole ages; raises InvalidValues."""
    checks = Checks()
    infant_below, child_below = fields["infant_below"], fields["child_below"]
    if child_below <= infant_below:
        checks.fault(
            "child_below",
            f"Children would end ({child_below}) where infants do ({infant_below}) or before."
            " Use a higher age.",
        )
    first, after = fields.get("from_on"), fields.get("to_on")
    if first and after and after <= first:
        checks.fault(
            "to_on",
            f"They would end ({after}) before they begin ({first}). Choose a later day, or none.",
        )
    if fields.get("product") and not words_of(fields["product"]):
        checks.fault(
            "product",
            f"“{fields['product']}” has no letter or figure to compare with. Write words of the"
            " product's name, or nothing for every product.",
        )
    checks.finish()


def require_apart(others: Iterable[Band], own: Band) -> None:
    """Raises InvalidValues when the same products have ages for the same days of travel."""
    for other in others:
        share_days = overlaps(other.from_on, other.to_on, own.from_on, own.to_on)
        if other.id == own.id or other.words != own.words or not share_days:
            continue
        scope = f"“{other.product}”" if other.product else "all products"
        raise InvalidValues(
            {
                "product": f"There are ages for {scope} {period_words(other)} already."
                " Change those, end them first, or choose other products."
            }
        )


def period_words(band: Band) -> str:
    """The days of travel in the middle of a sentence."""
    first = f"from {band.from_on:%-d %b %Y}" if band.from_on else ""
    after = f"until {band.to_on:%-d %b %Y}" if band.to_on else ""
    return " ".join(part for part in (first, after) if part) or "on all days"


def in_words(band: Band) -> str:
    """The lines: "Infant below 2, child below 12, adult from 12"."""
    infant = f"Infant below {band.infant_below}, child" if band.infant_below else "Child"
    return f"{infant} below {band.child_below}, adult from {band.child_below}"
