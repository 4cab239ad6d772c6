"""Rows to companies: which rows are about the same one, and whether they agree. No Django here."""

from collections import defaultdict
from collections.abc import Sequence

from wayfolk.integrations.imports.trade.catalogue import COMPANY_FIELDS
from wayfolk.integrations.imports.trade.sketches import SINGLE, Company, Sketch, same_number
from wayfolk.kit import text


class Companies:
    """The companies of a file, found by what names them in it."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        self.all: list[Company] = []
        self.by_key: dict[str, Company] = {}
        self.by_number: dict[int, Company] = {}
        self.by_business: dict[tuple[str, str, str], Company] = {}
        self.by_name: dict[str, list[Company]] = defaultdict(list)
        # Those with a better name first: a row further up may know its company by name alone.
        for row in sketches:
            if row.key is not None:
                self._join(row, self.by_key.get(row.key), f"key {row.key}")
        for row in sketches:
            if row.company is None and row.customer_number is not None:
                found = self.by_number.get(row.customer_number)
                self._join(row, found, f"Customer No {row.customer_number}")
        for row in sketches:
            if row.company is None and row.business is not None:
                found = self.by_business.get(same_number(row.business))
                self._join(row, found, " ".join(same_number(row.business)))
        for row in sketches:
            if row.company is None and row.name:
                self._join_by_name(row)
        self.all.sort(key=lambda company: min(row.number for row in company.rows))
        for company in self.all:
            company.rows.sort(key=lambda row: row.number)

    def _join(self, row: Sketch, company: Company | None, identity: str) -> None:
        if company is None:
            company = Company(identity)
            self.all.append(company)
        row.company = company
        company.rows.append(row)
        if row.key is not None:
            self.by_key[row.key] = company
        if row.customer_number is not None:
            other = self.by_number.setdefault(row.customer_number, company)
            if other is not company:
                row.refuse(f"{_named(other)} has the same Customer No and another key.")
        if row.business is not None:
            other = self.by_business.setdefault(same_number(row.business), company)
            if other is not company:
                row.refuse(
                    f"{_named(other)} has the same business id ({row.business.number})."
                    " Are they the same company? Then give both rows one key."
                )
        if row.name:
            company.name = company.name or row.name
            called = self.by_name[text.fold(row.name)]
            if company not in called:
                called.append(company)

    def _join_by_name(self, row: Sketch) -> None:
        called = self.by_name[text.fold(row.name)]
        if len(called) > 1:
            row.refuse(
                f"“{row.name}” is the name of several companies of this file"
                f" ({', '.join(map(_named, called[:3]))}). Give the key of the one that is meant."
            )
            return
        self._join(row, called[0] if called else None, f"name {text.fold(row.name)}")


def compare(company: Company) -> None:
    """Refuse rows that contradict an earlier one; remark those that say the same again."""
    told: dict[int, tuple[int, Sketch]] = {}
    about: dict[str, Sketch] = {}
    for row in company.rows:
        if row.refusal:
            continue
        earlier = about.get(row.identity)
        if earlier is not None and earlier.whole == row.whole:
            row.remarks.append(f"The row repeats row {earlier.number}; it was imported once.")
            row.company = None
            continue
        other = _contradicted(row, told)
        if other:
            row.refuse(other)
        elif earlier is not None:
            row.refuse(
                f"Row {earlier.number} is about the same record and says something else. Only row"
                f" {earlier.number} was imported: keep the one that is right."
            )
        else:
            about[row.identity] = row
            told |= {
                i: (print_, row)
                for i in SINGLE
                if (print_ := row.prints[i]) is not None and i not in told
            }
    company.rows = [row for row in company.rows if row.company is company]
    sound = (row for row in company.rows if not row.refusal)
    company.said_level = next((row.level for row in sound if row.level), "")


def _contradicted(row: Sketch, told: dict[int, tuple[int, Sketch]]) -> str:
    for i in SINGLE:
        if row.prints[i] is not None and i in told and told[i][0] != row.prints[i]:
            return (
                f"Row {told[i][1].number} says something else about the same company"
                f" ({COMPANY_FIELDS[i].label}). Only row {told[i][1].number} was imported: keep"
                " the one that is right."
            )
    return ""


def refuse_halves(company: Company) -> None:
    """A new company of which a refused row would have told more is not created by the others."""
    sound = company.sound
    if not sound or not company.is_new:
        return
    told = set().union(*(row.tells() for row in sound))
    for row in company.rows:
        missing = sorted(row.tells() - told) if row.refusal else []
        if missing:
            labels = ", ".join(COMPANY_FIELDS[i].label for i in missing)
            company.refusal = (
                f"Row {row.number} tells more of this company ({labels}) and was refused. Mend"
                " it, and import these rows together."
            )
            return


def _named(company: Company) -> str:
    first = min(company.rows, key=lambda row: row.number)
    return f"row {first.number}" if not company.name else f"{company.name} (row {first.number})"
