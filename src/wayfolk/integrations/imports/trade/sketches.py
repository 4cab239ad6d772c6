"""What is kept of each row while the relations of a file are resolved. No Django here.

A few kilobytes a row: enough to tell companies apart, to find parents, and to compare terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from zlib import crc32

from wayfolk.integrations.imports import preparing
from wayfolk.integrations.imports.cleaned import CleanRow, Surroundings
from wayfolk.integrations.imports.fields import POSITION
from wayfolk.integrations.imports.trade import cleaning
from wayfolk.integrations.imports.trade.catalogue import COMPANY_FIELDS, TRADE_FIELDS
from wayfolk.integrations.imports.trade.cleaning import BusinessNumber
from wayfolk.kit import contact, text
from wayfolk.partners.rules import business_ids, records, terms
from wayfolk.partners.rules.terms import Term

FIRST = POSITION[TRADE_FIELDS[0].key]
_NAME = 2  # place of the name in COMPANY_FIELDS
# A company may have several business ids; of everything else one value is right.
SINGLE = tuple(i for i, spec in enumerate(COMPANY_FIELDS) if not spec.name.startswith("id_"))
_UNRANKED = len(records.LEVELS)


@dataclass(frozen=True, slots=True)
class Known:
    """A customer that exists; `partner_id` is None for one that is no trade partner."""

    customer_id: UUID
    number: int
    name: str
    is_company: bool
    partner_id: UUID | None = None
    level: str = ""
    parent_id: UUID | None = None


@dataclass(slots=True, eq=False)
class Sketch:
    """A row. `prints`: of what it says of its company; `identity`: what else it is about."""

    number: int
    refusal: str
    remarks: list[str]
    key: str | None = None
    customer_number: int | None = None
    business: BusinessNumber | None = None
    name: str = ""
    level: str = ""
    parent: str = ""
    prints: tuple[int | None, ...] = ()
    faulty: frozenset[int] = frozenset()
    whole: int = 0
    identity: str = ""
    term: Term | None = None
    company: "Company | None" = None

    def refuse(self, reason: str) -> None:
        self.refusal = f"{self.refusal} {reason}".strip()

    def forget(self) -> None:
        """What nobody asks for once relations are resolved."""
        self.prints, self.faulty, self.term, self.business = (), frozenset(), None, None

    def tells(self) -> set[int]:
        """Which of COMPANY_FIELDS the row says anything of, faulty or not."""
        return {i for i, value in enumerate(self.prints) if value is not None} | self.faulty


@dataclass(slots=True, eq=False)
class Company:
    """All rows about one company, and what the whole file makes of it.

    `said_level`: by the file; `level`: as it is without. `parent`: where it will stand, by the
    file or as it stands today. `customer_id` and
    `partner_id` are known from the start or once it was written.
    """

    identity: str
    rows: list[Sketch] = field(default_factory=list)
    name: str = ""
    level: str = ""
    said_level: str = ""
    known: Known | None = None
    parent: "Company | Known | None" = None
    refusal: str = ""
    customer_id: UUID | None = None
    partner_id: UUID | None = None
    outcome: str = ""

    @property
    def sound(self) -> list[Sketch]:
        return [] if self.refusal else [row for row in self.rows if not row.refusal]

    @property
    def first_row(self) -> int:
        return self.rows[0].number

    @property
    def is_new(self) -> bool:
        return self.known is None or self.known.partner_id is None

    @property
    def rank(self) -> int:
        """Written in this order, so that parents are there before those below them."""
        return records.LEVELS.index(self.said_level) if self.said_level else _UNRANKED

    def in_words(self) -> str:
        return f"{self.name or self.identity} (row {self.first_row})"


def sketch(row: CleanRow, around: Surroundings) -> Sketch:
    """What is kept of a cleaned row."""
    kept = Sketch(row.number, row.refusal, row.remarks)
    values = row.values
    if not any(value is not None for value in values):
        return kept
    kept.key = cleaning.said(values, "key")
    number = cleaning.said(values, "number")
    kept.customer_number = cleaning.customer_number(number) if number else None
    kept.name = cleaning.said(values, "name") or ""
    kept.level = cleaning.said(values, "level") or ""
    kept.parent = cleaning.said(values, "parent") or ""
    prints = preparing.fingerprints(values[FIRST:])
    company = prints[: len(COMPANY_FIELDS)]
    if kept.name:
        company[_NAME] = crc32(text.fold(kept.name).encode())
    kept.prints = tuple(company)
    kept.faulty = frozenset(
        i for i, spec in enumerate(COMPANY_FIELDS) if spec.key in row.faults and not company[i]
    )
    kept.whole = crc32(repr(prints).encode())
    if not row.refusal:
        kept.business = _business(values, around)
        kept.term = _term(values, around, row.number)
        kept.identity = _identity(values, kept)
    return kept


def _business(values: Sequence[Any], around: Surroundings) -> BusinessNumber | None:
    try:
        return cleaning.business_number(values, around.country)
    except business_ids.Refused:  # said by cleaning already
        return None


def _term(values: Sequence[Any], around: Surroundings, number: int) -> Term | None:
    """The row's term as rules compare it; its id is the row."""
    given = cleaning.term_fields(values, around.currency)
    if given is None:
        return None
    return Term(
        id=UUID(int=number),
        partner_id=UUID(int=0),
        distance=0,
        kind=given["kind"],
        product=given["product"],
        words=terms.words_of(given["product"]),
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        rate=given.get("rate"),
        amount_minor=given.get("amount_minor"),
        currency=given.get("currency") or "",
        tiers=tuple((begins, Decimal(share)) for begins, share in given.get("tiers") or ()),
    )


def _identity(values: Sequence[Any], kept: Sketch) -> str:
    """What of its company the row is about: which contact, which term, which business id."""
    parts = []
    if name := cleaning.said(values, "contact_name"):
        email = cleaning.said(values, "contact_email")
        reached = contact.normalise_email(email) if email else ""
        role = cleaning.said(values, "contact_role") or ""
        parts.append(f"contact\x1f{text.fold(name)}\x1f{reached}\x1f{role}")
    if kept.term:
        words = " ".join(sorted(kept.term.words))
        parts.append(f"term\x1f{words}\x1f{kept.term.valid_from}")
    if kept.business:
        parts.append("id\x1f" + "\x1f".join(same_number(kept.business)))
    return "\x1e".join(parts)


def same_number(business: BusinessNumber) -> tuple[str, str, str]:
    """What makes two business ids one."""
    return business.country, business.scheme, business.normalised
