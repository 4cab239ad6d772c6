"""Checking a record's values one after the other, so that every fault is told at once."""

from collections.abc import Collection
from datetime import date

from wayfolk.kit import contact, text
from wayfolk.kit.dates import EARLIEST, LATEST
from wayfolk.kit.errors import InvalidValues

PARTY_MAX = 999


class Checks:
    """Collects what is wrong, field by field; `finish` raises it as InvalidValues.

    Each check returns the value cleaned, also when it is at fault. `label` is the field's
    word in the middle of a sentence.
    """

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def fault(self, name: str, message: str) -> None:
        """The first fault of a field is the one that is told."""
        self.errors.setdefault(name, message)

    def finish(self) -> None:
        if self.errors:
            raise InvalidValues(self.errors)

    def line(
        self, name: str, value: str, limit: int, *, label: str, multiline: bool = False
    ) -> str:
        """A text of at most `limit` characters, without control or invisible ones."""
        cleaned = text.clean(value, multiline=multiline)
        if len(cleaned) > limit:
            self.fault(
                name,
                f"The {label} has {len(cleaned):,} characters; at most {limit:,} can be stored.",
            )
        return cleaned

    def count(self, name: str, value: int, *, label: str) -> int:
        if not 0 <= value <= PARTY_MAX:
            self.fault(name, f"{value} is no number of {label}. Use 0 to {PARTY_MAX}.")
        return value

    def day(self, name: str, value: date | None, *, label: str) -> date | None:
        if value is not None and not EARLIEST <= value <= LATEST:
            self.fault(name, f"{value} cannot be the {label}: the year is too far away.")
        return value

    def phone(self, name: str, value: str) -> str:
        """A phone number, or nothing."""
        cleaned = text.clean(value)
        if cleaned and not contact.is_phone(cleaned):
            self.fault(
                name,
                f"“{cleaned[:80]}” is not a phone number."
                " Use 5 to 15 digits, with + for the country.",
            )
        return cleaned

    def choice(self, name: str, value: str, allowed: Collection[str], *, label: str) -> str:
        if value not in allowed:
            known = ", ".join(code for code in allowed if code)
            self.fault(name, f"“{value[:80]}” is no {label}. Use one of: {known}.")
        return value
