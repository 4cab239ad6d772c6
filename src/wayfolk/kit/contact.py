"""Emails and phones: whether they are any, and the form in which they compare."""

import re

import phonenumbers

from wayfolk.kit import text

# The shape that mail servers deliver to; the address is only proven by a reply.
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@[^@\s\"(),:;<>\[\]\\.]+(\.[^@\s\"(),:;<>\[\]\\.]+)+")
EMAIL_MAX = 254


def is_email(value: str) -> bool:
    """Whether `value` has the form of one deliverable address."""
    if len(value) > EMAIL_MAX or not _EMAIL.fullmatch(value):
        return False
    local = value.rpartition("@")[0]
    return not (local.startswith(".") or local.endswith(".") or ".." in local)


def normalise_email(value: str) -> str:
    """The form in which two spellings of one address are equal."""
    return text.clean(value).casefold()


def is_phone(value: str) -> bool:
    """Whether `value` could be dialled: 5 to 15 digits and only the usual separators.

    The numbering plans are not consulted: real files hold extensions and internal numbers.
    """
    remainder = re.sub(r"[\d\s()+./\-–]|ext\.?|x|#", "", value.lower())
    return not remainder and 5 <= len(text.digits(value)) <= 15


def normalise_phone(value: str, region: str) -> str:
    """E.164 where the number is valid in its own or the default `region` (ISO 3166 alpha-2).

    Otherwise its bare digits, so that it still compares with itself.
    """
    ascii_value = value if value.isascii() else text.fold_digits(value)
    try:
        number = phonenumbers.parse(ascii_value, region or None)
    except phonenumbers.NumberParseException:
        return text.digits(value)
    if not phonenumbers.is_possible_number(number):
        return text.digits(value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def calling_code(region: str) -> str:
    """The digits that a number of the region begins with abroad ("351"); "" for an unknown one."""
    code = phonenumbers.country_code_for_region(region)
    return str(code) if code else ""
