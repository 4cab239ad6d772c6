"""Recognising payment card numbers, so that none is ever stored. No Django here."""

import re
from collections.abc import Sequence

from wayfolk.kit.text import fold

CARD_REPLACED = "[card number removed]"

_HEADER = re.compile(
    r"\b(credit ?cards?|debit ?cards?|payment cards?|card ?(number|no|num|nr|expiry|expires|code)"
    r"|cc ?(number|no|num|exp|expiry)|ccn?|cvv2?|cvc2?|pan)\b"
)
_DIGITS = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")
_MASKED = re.compile(r"(?:[*xX•#]{4}[ -]?){2,4}\d{2,4}|\d{4,6}[*xX•#]{4,12}\d{2,4}")
_SCHEMES = ("3", "4", "5", "6", "2")  # the first digits of all card schemes in use


def is_card_header(header: str) -> bool:
    """Whether a column's name says that it holds card numbers or what belongs to them."""
    return _HEADER.search(fold(header.replace("_", " "))) is not None


def is_card(value: str) -> bool:
    """Whether the whole cell is a card number: in full with a right check digit, or masked."""
    text = value.strip()
    if _MASKED.fullmatch(text):
        return True
    return bool(_DIGITS.fullmatch(text)) and _is_valid_number(text)


def is_card_column(header: str, values: Sequence[str]) -> bool:
    """By its name, or because more than half of its values are card numbers."""
    if is_card_header(header):
        return True
    filled = [value for value in values if value.strip()]
    return bool(filled) and 2 * sum(map(is_card, filled)) > len(filled)


def without_cards(value: str) -> str:
    """The text with every card number in it replaced; for rows whose columns have shifted."""
    text = _MASKED.sub(CARD_REPLACED, value)
    return _DIGITS.sub(
        lambda found: CARD_REPLACED if _is_valid_number(found[0]) else found[0], text
    )


def _is_valid_number(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) not in range(13, 20) or str(digits[0]) not in _SCHEMES:
        return False
    doubled = [
        d if i % 2 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(digits[-2::-1])
    ]
    return (sum(doubled) + digits[-1]) % 10 == 0
