"""A person or company as it is compared. Plain Python.

`Record` has the values as they are stored or typed; `facts_of` cleans them: what says nothing
about the person (placeholders, relays, values that many share) counts as missing.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.rules import CustomerData
from wayfolk.customers.rules.sharing import is_role_mailbox, relay_of
from wayfolk.identity.search import nicknames, spelling
from wayfolk.identity.search.spelling import PARTICLES, skeleton
from wayfolk.kit import contact, text

# A value that more records have tells nobody apart.
SHARED_BY_MOST = 12
PHONE_DIGITS = 9  # the last ones: with or without the country
PHONE_DIGITS_LEAST = 6
PLACEHOLDER_BIRTHS = frozenset({(1, 1, 1900), (1, 1, 1901), (1, 1, 1970), (1, 1, 1800)})
_PLACEHOLDER_LOCALS = frozenset(
    "na none no noemail nomail noreply unknown test email mail anonymous notprovided donotreply"
    " keineemail sansemail sinemail asdf example xxx".split()
)
_LEGAL_FORMS = frozenset(
    "ltd limited llc inc corp corporation co company gmbh mbh ag kg ohg ug bv nv sa sarl sas srl"
    " spa sl oy ab as aps plc pty the and und et".split()
)
_STREETS = {
    "street": "st", "str": "st", "strasse": "st", "road": "rd", "avenue": "av", "ave": "av",
    "drive": "dr", "lane": "ln", "court": "ct", "place": "pl", "boulevard": "bd", "blvd": "bd",
    "square": "sq", "crescent": "cres", "terrace": "ter", "apartment": "apt", "flat": "apt",
}  # fmt: skip
_KEPT = 50_000  # values remembered
_NOT_LETTER = re.compile(r"[^a-z]")
PERSON, COMPANY = "person", "company"


@dataclass(frozen=True, slots=True)
class Record:
    """One record. emails, phones: normalised, the primary one first; documents: "passport PT 1".

    id: of the customer, or the key of a file's row; None for somebody who is being typed.
    """

    id: UUID | str | None = None
    kind: str = PERSON
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    company_name: str = ""
    birth_on: date | None = None
    gender: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    lines: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a record is compared; "" and () where it says nothing.

    Names are skeletons without spaces (spelling.skeleton). given_word: the first word of the
    first name; called: other names that its bearers use. birth: YYYYMMDD. email, phone: those
    that a slip is looked for in, though not in the email's digits: anna7 and anna8 are two
    people. lines: its words sorted. locals: what stands before the @ and is not of the name.
    """

    kind: str = PERSON
    given: str = ""
    given_word: str = ""
    called: tuple[str, ...] = ()
    family: str = ""
    birth: str = ""
    gender: str = ""
    email: str = ""
    email_digits: str = ""
    emails: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    phone: str = ""
    phones: tuple[str, ...] = ()
    lines: str = ""
    postcode: str = ""
    city: str = ""
    documents: tuple[str, ...] = ()


_PLAIN = ("id", "kind", "given_name", "middle_name", "family_name", "company_name", "birth_on",
          "gender", "lines", "postcode", "city", "country")  # fmt: skip


def record_of(row: tuple[Any, ...]) -> Record:
    """Of a row: id, kind, names, day of birth, gender, emails, phones, address."""
    texts = [value or "" for value in row[10:]]
    plain: dict[str, Any] = dict(zip(_PLAIN, [*row[:8], *texts], strict=True))
    return Record(**plain, emails=tuple(row[8] or ()), phones=tuple(row[9] or ()))


def draft_of(data: CustomerData, region: str) -> Record:
    """What somebody is typing, not checked yet. region: of phones without a country."""
    fields, contacts, places = data.fields, data.contacts, data.addresses
    emails = (value for (_, kind), value in contacts.items() if kind == "email")
    phones = (value for (_, kind), value in contacts.items() if kind in PHONE_KINDS)
    birth_on = fields.get("birth_on")
    named = {name: str(fields.get(name) or "") for name in _TEXTS}
    return Record(
        kind=str(fields.get("kind") or PERSON),
        given_name=named["given_name"],
        middle_name=named["middle_name"],
        family_name=named["family_name"],
        company_name=named["company_name"],
        gender=named["gender"],
        birth_on=birth_on if isinstance(birth_on, date) else None,
        emails=tuple(contact.normalise_email(each) for each in emails if each),
        phones=tuple(contact.normalise_phone(each, region) for each in phones if each),
        lines=places.get(("primary", "lines"), ""),
        postcode=places.get(("primary", "postcode"), ""),
        city=places.get(("primary", "city"), ""),
        country=places.get(("primary", "country"), ""),
    )


_TEXTS = ("given_name", "middle_name", "family_name", "company_name", "gender")


def facts_of(
    record: Record, *, shared: Collection[str] = (), relays: Collection[str] = ()
) -> Facts:
    """shared: emails and phones that more than SHARED_BY_MOST have; relays: further domains."""
    is_company = record.kind == COMPANY
    given, word, called = _given("" if is_company else record.given_name)
    family = _company(record.company_name) if is_company else _family(record.family_name)
    emails = tuple(_telling_emails(record.emails, shared, relays))
    phones = tuple(dict.fromkeys(_telling_phones(record.phones, shared)))
    return Facts(
        kind=record.kind,
        given=given,
        given_word=word,
        called=called,
        family=family,
        birth=_birth(record.birth_on),
        gender=record.gender if record.gender in {"female", "male"} else "",
        email=emails[0] if emails else "",
        email_digits=text.digits(emails[0]) if emails else "",
        emails=emails,
        locals=tuple(_telling_locals(emails, given, family)),
        phone=phones[0] if phones else "",
        phones=phones,
        lines=_street(record.lines),
        postcode=_place(record.postcode),
        city=_place(record.city),
        documents=tuple(each.upper() for each in record.documents if each.strip()),
    )


def without(record: Record, hidden: Collection[str]) -> Record:
    """The same without what a reader may not see. hidden: codes as in customers.rules."""
    blanks: dict[str, object] = {}
    if "customer.name" in hidden:
        blanks |= dict.fromkeys(_TEXTS, "")
    if "customer.email" in hidden:
        blanks["emails"] = ()
    if "customer.phone" in hidden:
        blanks["phones"] = ()
    if "customer.address" in hidden:
        blanks |= {"lines": "", "postcode": "", "city": "", "country": ""}
    if "customer.birth_on" in hidden:
        blanks["birth_on"] = None
    return replace(record, **blanks) if blanks else record  # type: ignore[arg-type]


# Names, cities and postcodes are those of many records.
@lru_cache(maxsize=_KEPT)
def _given(name: str) -> tuple[str, str, tuple[str, ...]]:
    """Joined; its first word; what else bearers of that are called."""
    words = [skeleton(each) for each in spelling.words(name)]
    return "".join(words), words[0] if words else "", nicknames.others(words[0]) if words else ()


@lru_cache(maxsize=_KEPT)
def _place(name: str) -> str:
    return text.fold(name).replace(" ", "")


@lru_cache(maxsize=_KEPT)
def _family(name: str) -> str:
    found = spelling.words(name)
    telling = [each for each in found if each not in PARTICLES] or found
    return "".join(skeleton(each) for each in telling)


def _company(name: str) -> str:
    found = spelling.words(name)
    telling = [each for each in found if each not in _LEGAL_FORMS] or found
    return "".join(skeleton(each) for each in telling)


def _street(lines: str) -> str:
    """In the order of the alphabet: some write the house number first, some last."""
    return " ".join(sorted(_STREETS.get(word, word) for word in text.fold(lines).split()))


def _birth(day: date | None) -> str:
    if day is None or (day.day, day.month, day.year) in PLACEHOLDER_BIRTHS:
        return ""
    return f"{day:%Y%m%d}"


def _telling_emails(
    emails: Iterable[str], shared: Collection[str], relays: Collection[str]
) -> Iterable[str]:
    for each in dict.fromkeys(emails):
        local = _NOT_LETTER.sub("", each.partition("@")[0])
        is_empty = "@" not in each or local in _PLACEHOLDER_LOCALS
        if not is_empty and each not in shared and not relay_of(each, relays):
            yield each


def _telling_phones(phones: Iterable[str], shared: Collection[str]) -> Iterable[str]:
    """A row of the same digit is a placeholder."""
    for each in phones:
        end = text.digits(each)[-PHONE_DIGITS:]
        if len(end) >= PHONE_DIGITS_LEAST and len(set(end[1:])) > 1 and each not in shared:
            yield end


def _telling_locals(emails: Iterable[str], given: str, family: str) -> Iterable[str]:
    """Parts before the @ that the name does not explain: those repeat what the name says."""
    for each in emails:
        local = each.partition("@")[0]
        letters = skeleton(_NOT_LETTER.sub("", local))
        is_of_name = (len(family) > 2 and family[:5] in letters) or (
            len(given) > 2 and given[:4] in letters
        )
        if len(local) >= 5 and not is_of_name and not is_role_mailbox(each):
            yield local
