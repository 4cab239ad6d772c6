"""Money: an amount in minor units together with its currency, never one without the other."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache

from babel import Locale, numbers

from wayfolk.kit.errors import InvalidValue

MAX_MINOR = 10**15
_ALL_DIGITS = 60  # of an amount times a rate: nothing is lost before the one rounding


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (cents; yen for JPY) of an ISO 4217 `currency`."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            message = f"{self.currency} and {other.currency} cannot be added without a rate."
            raise ValueError(message)
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return format_money(self)


def exponent(currency: str) -> int:
    """Number of decimals of the currency."""
    return int(numbers.get_currency_precision(currency))


def is_currency(code: str) -> bool:
    return code in numbers.list_currencies()


def parse_amount(value: str | Decimal | float, currency: str, *, field: str = "amount") -> Money:
    """Money from what a person or a file wrote: "1,234.50", "1.234,50", "1234.5".

    Raises InvalidValue naming `field` when it is no amount, has more decimals than the
    currency, or is out of range.
    """
    if not is_currency(currency):
        raise InvalidValue(
            f"“{currency}” is not a currency code. Use three letters such as EUR.",
            field="currency",
        )
    try:
        number = value if isinstance(value, Decimal) else Decimal(_plain(str(value)))
    except InvalidOperation as error:
        raise InvalidValue(f"“{value}” is not an amount. Write 1234.50.", field=field) from error
    if not number.is_finite() or abs(number) > MAX_MINOR // 1000:
        raise InvalidValue(f"The amount {value} is out of range.", field=field)
    minor = number.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise InvalidValue(
            f"{value} has more decimals than {currency} knows ({exponent(currency)}).", field=field
        )
    return Money(int(minor), currency)


def _plain(value: str) -> str:
    """Thousands separators gone, decimal point a dot; the last separator is the decimal one."""
    text = value.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    text = text.replace("'", "").replace("’", "")
    comma, dot = text.rfind(","), text.rfind(".")
    if comma > dot:
        only_thousands = dot < 0 and len(text) - comma - 1 == 3 and text.count(",") >= 1
        if only_thousands and not text.startswith(("0", "-0")):
            return text.replace(",", "")
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def convert(money: Money, *, rate: Decimal, to: str) -> Money:
    """`money` in the currency `to` at `rate` (units of `to` per unit of its own), half up."""
    if money.currency == to:
        return money
    with localcontext(prec=_ALL_DIGITS):
        amount = (money.amount * rate).scaleb(exponent(to))
        return Money(int(amount.to_integral_value(ROUND_HALF_UP)), to)


def format_money(money: Money, locale: str = "en") -> str:
    """The code first: "EUR 1,234.50", so that columns of several currencies can be read."""
    written = numbers.format_decimal(
        money.amount, _pattern(exponent(money.currency)), _locale(locale)
    )
    return f"{money.currency} {written}"


@lru_cache
def _pattern(decimals: int) -> numbers.NumberPattern:
    return numbers.parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


@lru_cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)
