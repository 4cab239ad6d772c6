"""Companies and contact persons of a batch as customers: found, brought up to date, or created.

They go the way of every imported customer (staging, resolving, writing), so the same rules say
who is who and what may be overwritten.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wayfolk.integrations.imports import fields, fitness, names, preparing, resolving, staging
from wayfolk.integrations.imports.cleaned import CleanRow
from wayfolk.integrations.imports.fields import FIELDS, POSITION
from wayfolk.integrations.imports.preparing import Kind, Prepared
from wayfolk.integrations.imports.problems import RowsRefused
from wayfolk.integrations.imports.trade import cleaning
from wayfolk.integrations.imports.trade.remembering import Told
from wayfolk.integrations.imports.trade.sketches import Company
from wayfolk.integrations.imports.writing import Writer
from wayfolk.kit import contact, text

# Field of a customer -> field of the row.
_OF_COMPANY = {
    "company_name": "name",
    "external_id": "key",
    "primary_email": "email",
    "primary_phone": "phone",
    **{name: name for name in ("lines", "postcode", "city", "country")},
}
_OF_CONTACT = {"primary_email": "contact_email", "primary_phone": "contact_phone"}

Said = dict[str, Any]


@dataclass
class People:
    """The customers that a batch speaks of, each once, however many rows do."""

    kind: Kind
    companies: dict[Company, Said] = field(default_factory=dict)
    contacts: dict[str, Said] = field(default_factory=dict)
    rows: dict[Company | str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: Told) -> None:
        """What a row says of its company and of a contact person."""
        company, values = row.company, row.values
        self.rows[company].append(row.number)
        said = self.companies.setdefault(company, {})
        if company.is_new:
            said["company_name"] = company.name
        said |= _said(values, _OF_COMPANY)
        if cleaning.said(values, "contact_name"):
            known = self.contacts.setdefault(self.contact_key(company, values), {})
            split = names.split_name(cleaning.said(values, "contact_name"))
            parts = {name: getattr(split, name) for name in fields.NAMES}
            known |= {name: part for name, part in parts.items() if part}
            known |= _said(values, _OF_CONTACT)
            if row.tells("contact_"):
                self.rows[self.contact_key(company, values)].append(row.number)

    def contact_key(self, company: Company, values: Sequence[Any]) -> str:
        """What tells a contact person from others: email or phone with the name."""
        name = text.fold(cleaning.said(values, "contact_name"))
        email, phone = (cleaning.said(values, n) for n in ("contact_email", "contact_phone"))
        if email:
            return f"email\x1f{contact.normalise_email(email)}\x1f{name}"
        if phone:
            return f"phone\x1f{contact.normalise_phone(phone, self.kind.region)}\x1f{name}"
        return f"contact\x1f{self.kind.system}\x1f{company.identity}\x1f{name}"

    def write(self, writer: Writer, undone: Iterable[UUID]) -> Mapping[Company | str, UUID]:
        """Customer ids of companies, and of contacts by their key; raises RowsRefused."""
        who: list[Company | str] = [*self.companies, *self.contacts]
        staging.stage(self._lines())
        resolving.remember(undone)
        resolving.settle(
            {
                number: company.customer_id
                for number, company in enumerate(self.companies)
                if company.customer_id is not None
            }
        )
        resolving.resolve(frozenset({"customer"}))
        self._require_fit(who)
        writer.write()
        found = resolving.customers_of_rows()
        return {each: found[number] for number, each in enumerate(who)}

    def _require_fit(self, who: Sequence[Company | str]) -> None:
        """Raises RowsRefused for rows whose company or contact person has become none here."""
        found = resolving.customers_found()
        customers = fitness.known(found.values())
        reasons: dict[int, str] = {}
        for number, customer_id in found.items():
            each, customer = who[number], customers[customer_id]
            if isinstance(each, str):
                reason = fitness.no_contact(customer)
            else:
                reason = fitness.no_partner(customer, each.level)
            if reason:
                reasons |= {row: reason for row in self.rows[each] if row not in reasons}
        if reasons:
            raise RowsRefused(reasons)

    def _lines(self) -> list[Prepared]:
        lines: list[Prepared] = []
        for company, said in self.companies.items():
            identity = "" if "external_id" in said else self._identity(company)
            lines.append(self._line(len(lines), said, identity))
        for key, said in self.contacts.items():
            is_reached = "primary_email" in said or "primary_phone" in said
            lines.append(self._line(len(lines), said, "" if is_reached else key))
        return lines

    def _identity(self, company: Company) -> str:
        return f"company\x1f{self.kind.system}\x1f{company.identity}"

    def _line(self, number: int, said: Said, identity: str) -> Prepared:
        row = CleanRow(number, [None] * len(FIELDS))
        for name, value in said.items():
            row.values[POSITION[f"customer.{name}"]] = value
        return preparing.prepare(row, self.kind, identity=identity)


def _said(values: Sequence[Any], names_of: Mapping[str, str]) -> Said:
    pairs = ((name, cleaning.said(values, source)) for name, source in names_of.items())
    return {name: value for name, value in pairs if value is not None}
