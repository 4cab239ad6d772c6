"""One cell to one value: every way in which files write it. No Django here.

Each function gives None for an empty cell and raises InvalidValue, with the value in words,
for one that cannot be understood.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from wayfolk.integrations.imports.fields import Field
from wayfolk.integrations.imports.synonyms import SYNONYMS
from wayfolk.kit import contact, dates, money, text
from wayfolk.kit.dates import Order
from wayfolk.kit.errors import InvalidValue

Convert = Callable[[str], Any]

_BLANKS = frozenset({"null", "n/a", "#n/a", "\\n", "nan", "-", "--"})
_PLAIN_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
_WHOLE = re.compile(r"\d{1,6}(\.0+)?")


def plain(value: str) -> str:
    """The cell as one line of text, invisible characters gone."""
    if value.isascii() and value.isprintable():
        value = value.strip()
        return " ".join(value.split()) if "  " in value else value
    return text.clean(value)


def is_blank(value: str) -> bool:
    """Empty, or what databases write for nothing. Not used for names: people are called Null."""
    return not value or (len(value) < 5 and value.lower() in _BLANKS)


def converter(spec: Field, *, order: Order, currency: str) -> Convert:
    """The function that reads a field's cells. `currency` is the one of amounts without any."""
    if spec.shape == "date":
        return lambda value: _date(value, order)
    if spec.shape == "amount":
        return lambda value: amount(value, currency)
    if spec.shape in {"choice", "flag"}:
        return _choice_of(spec)
    if spec.shape in {"text", "lines", "name", "brand"}:
        return _text_of(spec)
    return _SHAPES[spec.shape]


def _text_of(spec: Field) -> Convert:
    is_name = spec.rule == "customer.name"
    limit, is_lines = spec.limit, spec.shape == "lines"

    def convert(value: str) -> str | None:
        cleaned = text.clean(value, multiline=True) if is_lines else plain(value)
        if not cleaned or (not is_name and is_blank(cleaned)):
            return None
        if len(cleaned) > limit:
            raise InvalidValue(
                f"It has {len(cleaned)} characters (“{cleaned[:20]}…”);"
                f" at most {limit} can be stored."
            )
        return cleaned

    # Most columns repeat few values; notes do not, and would only fill the memory.
    return convert if is_lines else lru_cache(maxsize=2_000)(convert)


def _choice_of(spec: Field) -> Convert:
    known = {text.fold(code): code for code in spec.choices} | dict(SYNONYMS.get(spec.key, {}))

    @cache
    def convert(value: str) -> str | None:
        cleaned = plain(value)
        if is_blank(cleaned):
            return None
        code = known.get(text.fold(cleaned))
        if code is None:
            raise InvalidValue(f"“{cleaned[:60]}” is none of {', '.join(spec.choices)}.")
        return code

    return convert


def brand_of(known: Mapping[str, str]) -> Convert:
    """Reads the short code of a brand out of its code or name. `known`: folded word -> code."""

    @cache
    def convert(value: str) -> str | None:
        cleaned = plain(value)
        if is_blank(cleaned):
            return None
        code = known.get(text.fold(cleaned))
        if code is None:
            there_are = ", ".join(dict.fromkeys(known.values())) or "none beside the first"
            raise InvalidValue(f"“{cleaned[:60]}” is no brand. There are: {there_are}.")
        return code

    return convert


@lru_cache(maxsize=20_000)
def _date(value: str, order: Order) -> date | None:
    cleaned = plain(value)
    if is_blank(cleaned):
        return None
    # Spreadsheets add a midnight that nobody typed.
    return dates.parse_date(re.sub(r"[ T]00:00(:00(\.0+)?)?Z?$", "", cleaned), order=order)


@lru_cache(maxsize=20_000)
def date_of_parts(year: str, month: str, day: str) -> date | None:
    """A date from three cells; the month as a number or an English name."""
    parts = [plain(year), plain(month), plain(day)]
    if not any(parts):
        return None
    number = dates.month_number(parts[1])
    if number is None or not parts[0].isdigit() or not parts[2].isdigit():
        raise InvalidValue(f"“{' '.join(parts)[:60]}” is not a date of year, month and day.")
    return dates.parse_date(f"{int(parts[0]):04}-{number:02}-{int(parts[2]):02}")


def count(value: str) -> int | None:
    """A whole number of people, nights or days."""
    if value.isdecimal() and value.isascii() and len(value) < 5:
        return int(value)
    cleaned = text.fold_digits(plain(value))
    if is_blank(cleaned):
        return None
    if not _WHOLE.fullmatch(cleaned) or float(cleaned) > 9_999:
        raise InvalidValue(f"“{cleaned[:60]}” is not a whole number.")
    return int(float(cleaned))


def decimal(value: str) -> Decimal | None:
    """A number with decimals, in any of the usual spellings."""
    cleaned = plain(value)
    if is_blank(cleaned):
        return None
    if _PLAIN_NUMBER.fullmatch(cleaned):
        return Decimal(cleaned)
    # CLF has four decimals: the parser refuses more than its currency knows.
    return money.parse_amount(_without_currency(cleaned), "CLF").amount


def amount(value: str, currency: str) -> int | None:
    """Minor units. "EUR 1.234,50", "1,234.50 €" and "1234.5" are the same."""
    cleaned = plain(value)
    if is_blank(cleaned):
        return None
    return money.parse_amount(_without_currency(cleaned), currency).minor


def minor_units(number: Decimal, currency: str) -> int:
    """Of an amount that was computed: rounded half up to what the currency knows."""
    return int(number.scaleb(_exponent(currency)).to_integral_value(ROUND_HALF_UP))


@cache
def _exponent(currency: str) -> int:
    return money.exponent(currency)


def _without_currency(value: str) -> str:
    return re.sub(r"^[A-Z]{3}\s|\s?[A-Z]{3}$|[€$£¥]|\bkr\.?", "", value).strip()


def _rate(value: str) -> Decimal | None:
    number = decimal(value)
    if number is not None and number <= 0:
        raise InvalidValue(f"“{value[:60]}” is not a rate: it must be above 0.")
    return number


@lru_cache(maxsize=1_000)
def _currency(value: str) -> str | None:
    code = {"€": "EUR", "$": "USD", "£": "GBP"}.get(plain(value), plain(value).upper())
    if is_blank(code):
        return None
    if not money.is_currency(code):
        raise InvalidValue(f"“{code[:20]}” is not a currency code. Use three letters such as EUR.")
    return code


@lru_cache(maxsize=2_000)
def _country(value: str) -> str | None:
    cleaned = plain(value)
    if is_blank(cleaned):
        return None
    upper = cleaned.upper()
    code = _territories().get(upper) or _territories().get(text.fold(cleaned))
    if code is None:
        raise InvalidValue(
            f"“{cleaned[:60]}” is not a country. Use a name or code such as PT or PRT."
        )
    return code


@cache
def _territories() -> Mapping[str, str]:
    """Codes of two and three letters, and folded English names, to codes of two letters."""
    names = {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}
    }
    longer = {
        alias: codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(alias) in {2, 3} and alias.isalpha() and codes[0] in names
    }
    own = {"usa": "US", "uk": "GB", "UK": "GB", "england": "GB", "holland": "NL"}
    by_name = {text.fold(name): code for code, name in names.items()}
    return {**longer, **by_name, **{code: code for code in names}, **own}


def _email(value: str) -> str | None:
    cleaned = plain(value)
    if is_blank(cleaned):
        return None
    cleaned = cleaned.removeprefix("mailto:")
    if not contact.is_email(cleaned):
        raise InvalidValue(f"“{cleaned[:80]}” is not an email address.")
    return cleaned


def _phone(value: str) -> str | None:
    cleaned = plain(value)
    if is_blank(cleaned):
        return None
    if len(cleaned) > 60 or not contact.is_phone(cleaned):
        raise InvalidValue(f"“{cleaned[:60]}” is not a phone number.")
    return cleaned


_SHAPES: Mapping[str, Convert] = {
    "count": count,
    "rate": _rate,
    "currency": _currency,
    "country": _country,
    "email": _email,
    "phone": _phone,
}
