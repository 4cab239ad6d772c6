"""What a row of a file of trade partners says, by the rules of partners. No Django here."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from wayfolk.integrations.imports import cells, names
from wayfolk.integrations.imports.cleaned import CleanRow, Surroundings
from wayfolk.integrations.imports.fields import POSITION
from wayfolk.integrations.imports.trade.catalogue import TRADE_FIELDS
from wayfolk.kit import money
from wayfolk.kit.errors import InvalidValue, InvalidValues
from wayfolk.partners.rules import business_ids, records, terms
from wayfolk.partners.rules.records import PartnerData
from wayfolk.partners.rules.terms import PER_BOOKING, PERCENTAGE, TIERED, TermData

# Values that a partner does well without: a faulty one is left out, with a remark.
_LENIENT = frozenset(
    f"partner.{name}"
    for name in (
        "email", "phone", "lines", "postcode", "city", "country",
        "contact_email", "contact_phone", "contact_role",
    )
)  # fmt: skip
ESSENTIAL = frozenset(spec.key for spec in TRADE_FIELDS) - _LENIENT

# Columns of a partner that a file fills as they are.
COLUMNS = ("level", "status", "currency", "payment_days", "payment_terms", "tier")
NAME_MAX = 200

_CODE = re.compile(r"\b[A-Z]{3}\b")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP"}
_TERM_KEYS = {
    "kind": "partner.term_kind",
    "rate": "partner.term_value",
    "amount_minor": "partner.term_value",
    "tiers": "partner.term_value",
    "currency": "partner.term_currency",
    "product": "partner.term_product",
    "valid_from": "partner.term_from",
    "valid_to": "partner.term_to",
}


class BusinessNumber(NamedTuple):
    """A business id as a file gives it; `normalised` is what it is told from others by."""

    country: str
    scheme: str
    number: str
    normalised: str


def said(values: Sequence[Any], name: str) -> Any:
    """What a row says of a field of trade partners."""
    return values[POSITION[f"partner.{name}"]]


def check(row: CleanRow, around: Surroundings) -> None:
    """Everything that can be told of a row without the rest of the file."""
    if row.refusal:
        return
    values = row.values
    if not any(said(values, name) for name in ("name", "key", "number")):
        row.refuse("No company is named in this row.", "partner.name")
        return
    _check_number(row)
    _check_contact(row)
    try:
        records.checked(PartnerData(partner_fields(values)))
    except InvalidValues as error:
        row.refuse(error.message, *(f"partner.{name}" for name in error.errors))
    try:
        business_number(values, around.country)
    except business_ids.Refused as refused:
        row.refuse(str(refused), f"partner.id_{refused.field}")
    try:
        term_fields(values, around.currency)
    except InvalidValues as error:
        row.refuse(f"Commission: {error.message}", *(_TERM_KEYS[name] for name in error.errors))
    except InvalidValue as error:
        row.refuse(f"Commission: {error.message}", "partner.term_value")
    if said(values, "term_value") is None and said(values, "term_kind"):
        row.remark("The commission has a kind and no value; it was left out.", "partner.term_value")


def _check_number(row: CleanRow) -> None:
    number = said(row.values, "number")
    if number is not None and customer_number(number) is None:
        row.refuse(
            f"“{number}” is no Customer No: it is a whole number, such as 1024.", "partner.number"
        )


def customer_number(written: str) -> int | None:
    """The number in "1024", "No 1024" or "#1024"; None where it is none."""
    digits = re.fullmatch(r"(?:no\.?|nr\.?|#)?\s*(\d{1,15})", written, re.IGNORECASE | re.ASCII)
    return int(digits[1]) if digits else None


def _check_contact(row: CleanRow) -> None:
    name = said(row.values, "contact_name")
    if name:
        split = names.split_name(name)
        if max(len(split.given_name), len(split.middle_name), len(split.family_name)) > NAME_MAX:
            row.refuse(
                f"Trade partner: contact person: “{name[:20]}…” has a part that is too long; at"
                f" most {NAME_MAX} characters can be stored.",
                "partner.contact_name",
            )
        return
    given = [n for n in ("contact_email", "contact_phone") if said(row.values, n)]
    if given:
        row.remark(
            "A contact person needs a name; what else the row says of one was left out.",
            "partner.contact_name",
        )
    for part in ("contact_email", "contact_phone", "contact_role"):
        row.values[POSITION[f"partner.{part}"]] = None


def partner_fields(values: Sequence[Any]) -> dict[str, Any]:
    """The partner's own values that the row gives, by the names of partners.rules."""
    return {name: value for name in COLUMNS if (value := said(values, name)) is not None}


def business_number(values: Sequence[Any], country: str) -> BusinessNumber | None:
    """The row's business id; a VAT number of the company's country where it says no more.

    Raises business_ids.Refused.
    """
    number = said(values, "id_number")
    if number is None:
        return None
    where = said(values, "id_country") or said(values, "country") or country
    scheme = said(values, "id_scheme") or business_ids.VAT
    return BusinessNumber(where, scheme, *_both_forms(where, scheme, number))


def _both_forms(country: str, scheme: str, number: str) -> tuple[str, str]:
    checked = business_ids.checked(country, scheme, number)
    return checked.number, checked.normalised


def number_forms(written: str) -> tuple[str, ...]:
    """The forms in which a business id may be stored that somebody wrote so; or none is."""
    bare = "".join(filter(str.isalnum, written)).upper()
    if not any(map(str.isdigit, bare)):
        return ()
    return (bare, bare[2:]) if bare[:2].isalpha() else (bare,)  # VAT numbers begin with a country


def term_fields(values: Sequence[Any], base_currency: str) -> dict[str, Any] | None:
    """The row's commission term, complete; None where it gives none. Raises InvalidValue(s)."""
    written = said(values, "term_value")
    if written is None:
        return None
    currency = said(values, "term_currency") or _currency_in(written)
    kind = said(values, "term_kind") or _kind_of(written, currency)
    given: dict[str, Any] = {
        "kind": kind,
        "product": said(values, "term_product") or "",
        "valid_from": said(values, "term_from"),
        "valid_to": said(values, "term_to"),
    }
    if kind == PERCENTAGE:
        given["rate"] = _percent(written)
    elif kind == TIERED:
        given["tiers"] = _tiers(written, base_currency)
    else:
        given["currency"] = currency or base_currency
        given["amount_minor"] = cells.amount(written, given["currency"])
    return terms.completed(terms.checked(TermData(given)).fields)


def _kind_of(written: str, currency: str) -> str:
    """The kind that a value shows which names none."""
    if ":" in written:
        return TIERED
    if currency:
        raise InvalidValues(
            {
                "kind": f"“{written[:40]}” is an amount. Say whether it is earned per booking"
                f" ({PER_BOOKING}) or per passenger."
            }
        )
    return PERCENTAGE


def _currency_in(written: str) -> str:
    found = _CODE.search(written)
    if found and money.is_currency(found[0]):
        return found[0]
    return next((code for symbol, code in _SYMBOLS.items() if symbol in written), "")


def _percent(written: str) -> Decimal | None:
    return cells.decimal(written.replace("%", "").strip())


def _tiers(written: str, base_currency: str) -> list[tuple[int, Decimal]]:
    """Of "0:8; 50000:10": from a turnover of 0 on 8 %, from 50,000 on 10 %."""
    found = []
    for part in filter(str.strip, re.split(r"[;|]", written)):
        turnover, _, percent = part.partition(":")
        begins, share = cells.amount(turnover, base_currency), _percent(percent)
        if begins is None or share is None:
            raise InvalidValues(
                {
                    "tiers": f"“{part.strip()[:40]}” is no tier. Write the turnover, a colon and"
                    " the percentage: 0:8; 50000:10."
                }
            )
        found.append((begins, share))
    return found
