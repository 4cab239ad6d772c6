"""A record used instead of the new customer that was being typed: what of it is news (KP-31)."""

from collections.abc import Mapping

from wayfolk.customers.models import Customer
from wayfolk.customers.rules import LABELS
from wayfolk.kit import contact
from wayfolk.staff.rules import Actor

_PHONES = ("phone", "mobile", "evening_phone")


def news_of(customer: Customer, typed: Mapping[str, str], *, by: Actor) -> dict[str, str]:
    """What was typed and the record (with its points) has nowhere; its names stay as they are."""
    has_name = bool(customer.family_name)
    emails = {p.normalised for p in customer.points if p.kind == "email"}
    phones = {p.normalised for p in customer.points if p.kind in _PHONES}
    news = {
        "family_name": "" if has_name else typed.get("family_name", ""),
        "email": _unless(contact.normalise_email(typed.get("email", "")) in emails, typed, "email"),
        "phone": _unless(
            contact.normalise_phone(typed.get("phone", ""), by.country) in phones, typed, "phone"
        ),
    }
    rules = {"family_name": "customer.name", "email": "customer.email", "phone": "customer.phone"}
    return {name: value for name, value in news.items() if value and by.may_edit(rules[name])}


def in_words(customer: Customer, values: Mapping[str, str]) -> list[str]:
    """Each value with the one in whose place it comes, if there is one."""
    present = {p.kind: p.value for p in customer.points if p.set == "primary"}
    return [
        f"{LABELS[name]} {value}" + (f" instead of {present[name]}" if name in present else "")
        for name, value in values.items()
        if name in ("family_name", "email", "phone")
    ]


def _unless(is_known: bool, typed: Mapping[str, str], name: str) -> str:
    return "" if is_known else typed.get(name, "")
