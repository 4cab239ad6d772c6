"""What becomes of a person's values in a company, and of a company's in a person (KP-06)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wayfolk.customers import rules
from wayfolk.kit.errors import InvalidValues

PERSON, COMPANY = "person", "company"
_NAMES = ("given_name", "family_name", "company_name")
_OWN_NAMES = ("title", "given_name", "middle_name", "family_name")
_FACTS = tuple(name for name in rules.PERSON_ONLY if name not in _OWN_NAMES)
KEPT = (
    "customer number, history, status and external ids",
    "contact data, addresses, language and notes",
    "bookings, stays and trips",
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that the record shall have; a company has `company_name` alone."""

    given_name: str = ""
    family_name: str = ""
    company_name: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A value under its former field and, unless `to` is "", under the new one."""

    value: str
    field: str
    to: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What has to end before the conversion. record, number: where; "" and None for nowhere."""

    words: str
    record: str = ""
    number: int | None = None


def proposed(values: Mapping[str, Any]) -> Names:
    """Names to begin with; the reader corrects them."""
    person = " ".join(p for p in (values[n] for n in _OWN_NAMES[1:]) if p)
    company = values["company_name"]
    if values["kind"] == PERSON:
        return Names(company_name=person or company)
    if person:
        return Names(values["given_name"], values["family_name"], company)
    return Names(family_name=company)


def converted(to_kind: str, names: Names) -> dict[str, Any]:
    """The fields as they shall be. Raises InvalidValues: no name, or one for the other kind."""
    wished = {name: getattr(names, name) for name in _NAMES}
    rules.require_fitting(to_kind, wished)
    if to_kind == PERSON and not (names.given_name or names.family_name):
        raise InvalidValues({"family_name": "A person needs a first or a last name."})
    rules.require_name(names.given_name, names.family_name, names.company_name, kind=to_kind)
    emptied = dict.fromkeys((*_OWN_NAMES, *_FACTS), "") | {"birth_on": None}
    return {**(emptied if to_kind == COMPANY else {}), **wished, "kind": to_kind}


def moves(values: Mapping[str, Any], to_kind: str) -> tuple[Moved, ...]:
    """What the names become, as proposed."""
    names = proposed(values)
    if to_kind == COMPANY:
        person = " ".join(p for p in (values[n] for n in _OWN_NAMES[1:]) if p)
        return (Moved(person, "name", "company"),) if person else ()
    if values["company_name"] and names.company_name != values["company_name"]:
        return (Moved(values["company_name"], "company", "last name"),)
    return ()


def losses(values: Mapping[str, Any], to_kind: str) -> tuple[str, ...]:
    """Names of the filled fields that the record has no place for afterwards."""
    if to_kind == PERSON:
        return ()
    lost = [name for name in ("title", *_FACTS) if values[name]]
    is_employed = values["company_name"] and proposed(values).company_name != values["company_name"]
    return (*lost, "company_name") if is_employed else tuple(lost)
