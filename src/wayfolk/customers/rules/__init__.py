"""Decisions over a customer's values. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wayfolk.kit import contact, countries, text
from wayfolk.kit.dates import EARLIEST
from wayfolk.kit.errors import InvalidValues

NAME_MAX = 200
NOTES_MAX = 20_000
NAME_FIELDS = ("title", "given_name", "middle_name", "family_name", "company_name")
CONTACT_KINDS = ("email", "phone", "mobile", "evening_phone", "fax")
ADDRESS_FIELDS = ("lines", "postcode", "city", "country")
SETS = ("primary", "secondary")
PLAIN_FIELDS = (
    *NAME_FIELDS,
    "birth_on",
    "gender",
    "language",
    "nationality",
    "is_special_guest",
    "takes_newsletter",
    "notes",
    "status",
    "kind",
)
_LIMITS = {"title": 40, "language": 12, "postcode": 20, "city": 120, "lines": 500}

LABELS = {
    "title": "title",
    "given_name": "first name",
    "middle_name": "middle name",
    "family_name": "last name",
    "company_name": "company",
    "birth_on": "date of birth",
    "email": "email",
    "phone": "phone",
    "mobile": "mobile",
    "evening_phone": "evening phone",
    "fax": "fax",
    "lines": "address",
    "postcode": "zip code",
    "city": "city",
    "country": "country",
    "nationality": "nationality",
    "language": "language",
    "notes": "notes",
    "gender": "gender",
    "status": "status",
    "kind": "account type",
    "is_special_guest": "special guest",
    "takes_newsletter": "newsletter",
}


def name_of(
    kind: str, given_name: str, middle_name: str, family_name: str, company_name: str
) -> str:
    """As one would address the record in a list; kind: "person" or "company"."""
    if kind == "company" and company_name:
        return company_name
    return " ".join(p for p in (given_name, middle_name, family_name) if p) or company_name


# What only a person can have (KP-06). A person's company is whom they work for.
PERSON_ONLY = (
    "title",
    "given_name",
    "middle_name",
    "family_name",
    "birth_on",
    "gender",
    "nationality",
)

# Which field rule (staff.rules.CONTROLLED_FIELDS) governs which field.
FIELD_RULES = {
    **dict.fromkeys(NAME_FIELDS, "customer.name"),
    "email": "customer.email",
    **dict.fromkeys(("phone", "mobile", "evening_phone", "fax"), "customer.phone"),
    **dict.fromkeys(ADDRESS_FIELDS, "customer.address"),
    "birth_on": "customer.birth_on",
    "notes": "customer.notes",
    "status": "customer.status",
}


@dataclass(frozen=True)
class CustomerData:
    """What somebody wants a customer to be. A key that is absent stays as it is.

    `fields`: names of PLAIN_FIELDS. `contacts`: (set, kind) -> value, "" removes it.
    `addresses`: (set, field) -> value.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    contacts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)


def form_key(contact_set: str, name: str) -> str:
    """The flat name of a contact or address field in forms and errors: "secondary_email"."""
    return f"{contact_set}_{name}"


def checked(data: CustomerData, *, today: date) -> CustomerData:
    """`data` cleaned (spaces, invisible characters), or InvalidValues naming each fault."""
    errors: dict[str, str] = {}
    fields = {
        name: _checked_field(name, value, today, errors) for name, value in data.fields.items()
    }
    contacts = {key: _checked_contact(key, value, errors) for key, value in data.contacts.items()}
    addresses = {
        key: _checked_text(form_key(*key), key[1], value, errors, multiline=key[1] == "lines")
        for key, value in data.addresses.items()
    }
    for key, value in addresses.items():
        if key[1] == "country" and not _is_country(value):
            errors[form_key(*key)] = f"“{value}” is not a country. Choose one from the list."
    if errors:
        raise InvalidValues(errors)
    return CustomerData(fields, contacts, addresses)


def require_name(given: str, family: str, company: str, *, kind: str) -> None:
    """A person needs a first name (decision 10), a company its name; imports may lack the first."""
    if kind == "company" and not company:
        raise InvalidValues({"company_name": "A company needs its name."})
    if not (given or family or company):
        raise InvalidValues({"given_name": "A first name is needed to create a customer."})


def require_fitting(kind: str, values: Mapping[str, Any]) -> None:
    """Raises InvalidValues where a company is given what only a person can have (KP-06)."""
    if kind == "company":
        wrong = [name for name in PERSON_ONLY if values.get(name)]
        if wrong:
            raise InvalidValues(
                {name: f"A company has no {LABELS[name]}. Leave it empty." for name in wrong}
            )


def _checked_field(name: str, value: Any, today: date, errors: dict[str, str]) -> Any:
    if isinstance(value, str):
        value = _checked_text(name, name, value, errors, multiline=name == "notes")
    if name == "birth_on" and value and not EARLIEST <= value <= today:
        errors[name] = f"{value} cannot be a date of birth: it lies in the future or too far back."
    if name == "nationality" and not _is_country(value):
        errors[name] = f"“{value}” is not a country. Choose one from the list."
    return value


def _checked_text(
    key: str, name: str, value: str, errors: dict[str, str], *, multiline: bool = False
) -> str:
    cleaned = text.clean(value, multiline=multiline)
    limit = NOTES_MAX if name == "notes" else _LIMITS.get(name, NAME_MAX)
    if len(cleaned) > limit:
        errors[key] = (
            f"The {LABELS[name]} has {len(cleaned)} characters; at most {limit} can be stored."
        )
    return cleaned


def _checked_contact(key: tuple[str, str], value: str, errors: dict[str, str]) -> str:
    cleaned = text.clean(value)
    _, kind = key
    if not cleaned:
        return ""
    if kind == "email" and not contact.is_email(cleaned):
        errors[form_key(*key)] = (
            f"“{cleaned[:80]}” is not an email address. Write it like name@example.com."
        )
    if kind != "email" and not contact.is_phone(cleaned):
        errors[form_key(*key)] = (
            f"“{cleaned[:80]}” is not a phone number. Use 5 to 15 digits, with + for the country."
        )
    return cleaned


def _is_country(value: str) -> bool:
    return value == "" or countries.is_country(value)
