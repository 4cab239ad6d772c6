"""Who may be written to, decided in one place for one message and for many (TQ-35)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wayfolk.kit import contact, text

EMAIL, SMS = "email", "sms"
SENT_CHANNELS = (EMAIL, SMS)
# Contact kinds that a channel reaches, the best first.
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    EMAIL: ("email",),
    SMS: ("mobile", "phone", "evening_phone"),
}
FIELD_OF: Mapping[str, str] = {EMAIL: "customer.email", SMS: "customer.phone"}

DELETED, RESTRICTED, INACTIVE = "deleted", "restricted", "inactive"
NOT_ASKED, DECLINED = "not_asked", "declined"
NO_ADDRESS, INVALID, RELAY = "no_address", "invalid", "relay"
DUPLICATE, SHARED = "duplicate", "shared"
TOO_LONG = "too_long"
SENDER = "sender"

# In the order in which they are told.
REASONS: Mapping[str, str] = {
    DELETED: "The record was deleted, or merged into another",
    RESTRICTED: "Restricted: nobody may write to them",
    INACTIVE: "Inactive: they get no advertising",
    DECLINED: "They have declined the newsletter",
    NOT_ASKED: "They were never asked about the newsletter",
    NO_ADDRESS: "No address or number to write to",
    INVALID: "The address or number cannot be right",
    RELAY: "The address of a booking site, which takes no advertising",
    DUPLICATE: "Another recipient of the list has the same address",
    SHARED: "The address is shared by many: nobody's own",
    TOO_LONG: "The text gets too long with their values",
    SENDER: "Whoever started the send may not write to them any more",
}

_ADDRESS = re.compile(r"[^\s<>“”\"']+@[^\s<>“”\"',;]+|\+?\d[\d ()/\-]{5,}\d")


def without_addresses(words: str) -> str:
    """A server's words without the address or number that it names."""
    return _ADDRESS.sub("(hidden)", words)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be known of a customer before anybody writes to them."""

    name: str
    status: str
    is_deleted: bool
    takes_newsletter: bool | None


def obstacle(who: Standing, *, is_advertising: bool) -> str:
    """The reason why this customer may not be written to at all, "" for none."""
    if who.is_deleted or who.status == "merged":
        return DELETED
    if who.status == "restricted":
        return RESTRICTED
    if is_advertising and who.status != "active":
        return INACTIVE
    if is_advertising and who.takes_newsletter is None:
        return NOT_ASKED
    if is_advertising and not who.takes_newsletter:
        return DECLINED
    return ""


def obstacle_words(reason: str, name: str) -> str:
    """The refusal for one customer, and what can be done about it."""
    return {
        DELETED: f"{name} was deleted or merged into another record. Write to that one instead.",
        RESTRICTED: f"{name} is restricted: nobody may write to them.",
        INACTIVE: f"{name} is inactive and gets no advertising. Send it as a service message if it"
        " is one, or make the customer active first.",
        NOT_ASKED: f"{name} was never asked about the newsletter, so advertising may not go there."
        " Ask first, then note the answer on the customer.",
        DECLINED: f"{name} has declined the newsletter, so advertising may not go there.",
    }[reason]


def fitting_address(channel: str, written: str, country: str) -> str:
    """The address as it is sent to: email trimmed, phone in E.164; "" for one that cannot be.

    country: ISO 3166, of numbers without a prefix.
    """
    value = text.clean(written)
    if channel == EMAIL:
        return value if value.isascii() and contact.is_email(value) else ""
    if not contact.is_phone(value):
        return ""
    number = contact.normalise_phone(value, country)
    return number if number.startswith("+") else ""


def invalid_words(channel: str, written: str) -> str:
    if not text.clean(written):
        kind = "email address" if channel == EMAIL else "phone number"
        return f"There is no {kind} to write to. Enter one."
    if channel == EMAIL:
        return f"“{written[:80]}” is not an email address that mail can be sent to."
    return (
        f"“{written[:80]}” is not a phone number that an SMS can be sent to. Write it with its"
        " country, like +44 7700 900123."
    )
