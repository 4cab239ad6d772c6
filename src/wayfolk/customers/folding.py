"""The derived columns of a customer: what searches compare and lists order by. No Django here."""

from dataclasses import dataclass

from wayfolk.kit import contact, text
from wayfolk.kit.text import FOLDING_VERSION

PHONE_KINDS = frozenset({"phone", "mobile", "evening_phone", "fax"})


@dataclass(frozen=True, slots=True)
class Folded:
    """Values for the columns of the same names."""

    sort_key: str
    folded_given: str
    folded_family: str
    folding_version: int = FOLDING_VERSION


def fold_customer(
    *,
    given_name: str = "",
    middle_name: str = "",
    family_name: str = "",
    company_name: str = "",
) -> Folded:
    """What follows from the parts of the name."""
    family = text.fold(family_name) or text.fold(company_name)
    given = text.fold(f"{given_name} {middle_name}")
    return Folded(
        sort_key=text.sort_key(family_name or company_name, given_name, middle_name),
        folded_given=given[:200],
        folded_family=family[:200],
    )


def normalise(kind: str, value: str, region: str) -> str:
    """The form in which contact points of this kind compare."""
    if kind == "email":
        return contact.normalise_email(value)
    return contact.normalise_phone(value, region)
