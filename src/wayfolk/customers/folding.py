"""The derived columns of a customer: what searches compare and lists order by. No Django here."""

from collections.abc import Iterable
from dataclasses import dataclass

from wayfolk.kit import contact, text
from wayfolk.kit.text import FOLDING_VERSION

PHONE_KINDS = frozenset({"phone", "mobile", "evening_phone", "fax"})
SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Folded:
    """Values for the columns of the same names."""

    sort_key: str
    folded_given: str
    folded_family: str
    folded_text: str
    folding_version: int = FOLDING_VERSION


def fold_customer(
    *,
    number: int | None,
    given_name: str = "",
    middle_name: str = "",
    family_name: str = "",
    company_name: str = "",
    contacts: Iterable[tuple[str, str, str]] = (),
) -> Folded:
    """Derive everything from names and contacts, each contact (kind, value, normalised).

    folded_text holds, separated by SEPARATOR: the number (unless it is not known yet), the
    folded names, emails as normalised, and phones by their digits as typed and in
    international form.
    """
    family = text.fold(family_name) or text.fold(company_name)
    given = text.fold(f"{given_name} {middle_name}")
    names = text.fold(f"{given_name} {middle_name} {family_name} {company_name}")
    parts = [names] if number is None else [str(number), names]
    for kind, value, normalised in contacts:
        if kind in PHONE_KINDS:
            parts.extend({text.digits(value): None, text.digits(normalised): None})
        else:
            parts.append(normalised)
    return Folded(
        sort_key=text.sort_key(family_name or company_name, given_name, middle_name),
        folded_given=given[:200],
        folded_family=family[:200],
        folded_text=SEPARATOR.join(part for part in parts if part),
    )


def normalise(kind: str, value: str, region: str) -> str:
    """The form in which contact points of this kind compare."""
    if kind == "email":
        return contact.normalise_email(value)
    return contact.normalise_phone(value, region)
