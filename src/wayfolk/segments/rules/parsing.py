"""Reading filters: from an address, a saved view or the API to values, refused in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from wayfolk.kit import countries, dates, money, text
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed
from wayfolk.segments.rules import fields
from wayfolk.segments.rules.fields import Filter, Shape
from wayfolk.staff.rules import Actor

TEXT_MAX = 200
CHOICES_MAX = 50
NUMBER_DIGITS_MAX = 15


@dataclass(frozen=True)
class CustomerFilters:
    """What a list of customers is narrowed to. `q`: words of the search box.

    `values`: name of a filter -> str, int, date, amount in minor units, or a tuple of choices.
    `faults`: name -> why its value was left out.
    """

    q: str = ""
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    faults: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __bool__(self) -> bool:
        return bool(self.q or self.values)

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def require_sound(self) -> "CustomerFilters":
        """Raises InvalidValues where a filter was left out: acting on more people is no answer."""
        if self.faults:
            raise InvalidValues(self.faults)
        return self


def parse(sent: Mapping[str, Sequence[str]], *, by: Actor) -> CustomerFilters:
    """The filters of an address; parts of it that are no filters are passed over."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for each in fields.FILTERS:
        given = [cleaned for one in sent.get(each.name, ()) if (cleaned := text.clean(str(one)))]
        if not given:
            continue
        try:
            _require_seen(each, by)
            values[each.name] = _read(each, given, by)
        except (InvalidValue, NotAllowed) as refused:
            faults[each.name] = refused.message
    for first, last in _crossed(values):
        faults[last] = f"{fields.BY_NAME[last].label}: it lies before its beginning. Swap the two."
        del values[first], values[last]
    words = text.clean(" ".join(sent.get("q", ())))[:TEXT_MAX]
    return CustomerFilters(words, values, faults)


def _require_seen(each: Filter, by: Actor) -> None:
    if not each.need.is_met(by):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see {each.label}, so it cannot filter by it.",
            details={"fields": [each.need.field or each.need.module]},
        )


def _crossed(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for first, last in fields.PERIODS:
        if first in values and last in values and values[first] > values[last]:
            yield first, last


def _read(each: Filter, given: Sequence[str], by: Actor) -> Any:
    if each.shape is Shape.ANY_OF:
        return _some(each, given)
    if each.shape is Shape.DAY:
        return _day(each, given[0], by)
    if each.shape is Shape.AMOUNT:
        return money.parse_amount(given[0], by.currency, field=each.label).minor
    return _PLAIN[each.shape](each, given[0])


def _text(each: Filter, value: str) -> str:
    if len(value) > TEXT_MAX:
        raise _wrong(each, f"it has {len(value)} characters. Use at most {TEXT_MAX}.")
    if each.name not in {"email", "address", "postcode"} and not text.fold(value):
        raise _wrong(each, f"“{value}” has no letters or digits to compare.")
    return value


def _number(each: Filter, value: str) -> int:
    digits = text.fold_digits(value).lstrip("#").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > NUMBER_DIGITS_MAX:
        raise _wrong(each, f"“{value[:40]}” is no number. Write digits only.")
    return int(digits)


def _phone(each: Filter, value: str) -> str:
    digits = text.digits(value)
    if not digits or len(digits) > NUMBER_DIGITS_MAX:
        raise _wrong(each, f"“{value[:40]}” is no beginning of a phone number. Write its digits.")
    return f"+{digits}" if value.lstrip().startswith("+") else digits


def _day(each: Filter, value: str, by: Actor) -> date:
    return dates.parse_date(value, order=by.date_order, field=each.label)  # type: ignore[arg-type]


def _one(each: Filter, value: str) -> str:
    if each.name == "country":
        code = value.upper()
        if code not in dict(countries.countries()):
            raise _wrong(each, f"“{value[:40]}” is not a country. Choose one from the list.")
        return code
    known = each.choices or {}
    if value not in known:
        raise _wrong(each, f"“{value[:40]}” is none of {', '.join(known)}.")
    return value


def _some(each: Filter, given: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(given))
    if len(chosen) > CHOICES_MAX:
        raise _wrong(each, f"{len(chosen)} are chosen. Choose at most {CHOICES_MAX}.")
    too_long = next((one for one in chosen if len(one) > TEXT_MAX), None)
    if too_long:
        raise _wrong(each, f"“{too_long[:40]}…” is no choice of the list.")
    if each.name == "users" and not all(map(_is_id, chosen)):
        raise _wrong(each, "a user is given by the id of the membership. Choose from the list.")
    return chosen


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _wrong(each: Filter, why: str) -> InvalidValue:
    return InvalidValue(f"{each.label}: {why}", field=each.name)


_PLAIN: Mapping[Shape, Callable[[Filter, str], Any]] = {
    Shape.NUMBER: _number,
    Shape.DIGITS: _phone,
    Shape.ONE_OF: _one,
    Shape.TEXT: _text,
}
