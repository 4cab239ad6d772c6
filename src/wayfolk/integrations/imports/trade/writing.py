"""Writing a batch of a file of trade partners, whose relations were resolved before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast
from uuid import UUID

from wayfolk.customers.models import Customer
from wayfolk.integrations.imports.bookkeeping import Problems
from wayfolk.integrations.imports.cleaned import CleanRow
from wayfolk.integrations.imports.preparing import Kind
from wayfolk.integrations.imports.problems import RowsRefused
from wayfolk.integrations.imports.trade import parts, remembering
from wayfolk.integrations.imports.trade.people import People
from wayfolk.integrations.imports.trade.planning import Plan
from wayfolk.integrations.imports.trade.remembering import Told
from wayfolk.integrations.imports.trade.sketches import Company
from wayfolk.integrations.imports.writing import Writer, Written
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import ids
from wayfolk.partners.models import Partner
from wayfolk.staff.rules import Actor


class TradeRow(NamedTuple):
    """A row as it comes to be written; `refusal` says why it is not."""

    number: int
    refusal: str
    remarks: str
    values: Sequence[Any]

    def refused(self, reason: str) -> "TradeRow":
        return self._replace(refusal=reason)


@dataclass
class _Batch:
    """What one transaction has done; counted only once it is committed."""

    customers: dict[Company, UUID] = field(default_factory=dict)
    partners: dict[Company, UUID] = field(default_factory=dict)
    outcomes: dict[Company, str] = field(default_factory=dict)


class TradePartners:
    """Writes the batches of one file. See running.Ingest."""

    def __init__(
        self, run: ImportRun, by: Actor, kind: Kind, plan: Plan, undone: Sequence[UUID]
    ) -> None:
        self._run, self._by, self._kind, self._plan = run, by, kind, plan
        self._undone = undone
        self._batch = _Batch()

    def row_of(self, row: CleanRow) -> TradeRow:
        """A cleaned row with what the plan says of it."""
        sketch = self._plan.sketches[row.number]
        remarks = " ".join(sketch.remarks)
        return TradeRow(row.number, self._plan.refusal_of(row.number), remarks, row.values)

    def write(self, batch: Sequence[Any], problems: Problems) -> Written:
        """Inside the caller's change set; raises RowsRefused."""
        self._batch = _Batch()
        told = []
        for row in cast("Sequence[TradeRow]", batch):
            if row.refusal:
                problems.refusals[row.number] = row.refusal
                continue
            if row.remarks:
                problems.remarks[row.number] = row.remarks
            sketch = self._plan.sketches[row.number]
            if sketch.company is not None:  # else it repeats an earlier row
                told.append(Told(row.number, sketch.company, sketch.identity, row.values))
        remembering.recall(told, self._kind, self._undone)
        written = Written()
        self._write([row for row in told if row.news], written)
        self._count(told, written)
        return written

    def committed(self) -> None:
        """The batch is in: its companies can be parents of later ones."""
        for company, customer_id in self._batch.customers.items():
            company.customer_id = customer_id
        for company, partner_id in self._batch.partners.items():
            company.partner_id = partner_id
        for company, outcome in self._batch.outcomes.items():
            company.outcome = outcome

    def skip(self, number: int) -> None:
        """The row was written before the import was interrupted, and counted then."""
        company = self._plan.sketches[number].company
        if company is not None and not self._plan.refusal_of(number):
            company.outcome = company.outcome or "updated"

    def _write(self, rows: list[Told], written: Written) -> None:
        if not rows:
            return
        people = People(self._kind)
        for row in rows:
            people.add(row)
        versions = _versions(company.customer_id for company in people.companies)
        change_set_id = cast("UUID", self._run.change_set_id)
        writer = Writer(self._run.id, change_set_id, self._by.currency, frozenset({"customer"}))
        found = people.write(writer, self._undone)
        self._batch.customers = {company: found[company] for company in people.companies}
        present = self._partners(rows)
        changed = self._write_partners(rows, present)
        after = _versions(versions)
        contacts = {
            row.number: found[people.contact_key(row.company, row.values)]
            for row in rows
            if row.value("contact_name")
        }
        partners = {row.number: self._batch.partners[row.company] for row in rows}
        changed |= parts.write_business_ids(rows, partners, self._by)
        changed |= parts.write_contacts(rows, partners, contacts, written)
        changed |= parts.write_terms(rows, partners, self._by, written)
        for company, partner_id in self._batch.partners.items():
            customer_id = self._batch.customers[company]
            is_changed = partner_id in changed or versions.get(customer_id) != after.get(
                customer_id
            )
            if company not in self._batch.outcomes:
                self._batch.outcomes[company] = "updated" if is_changed else "unchanged"
        customers = {row.number: self._batch.customers[row.company] for row in rows}
        remembering.remember(rows, customers, self._run, change_set_id)

    def _partners(self, rows: Iterable[Told]) -> dict[UUID, Partner]:
        """Partners by customer. Raises RowsRefused for one that the plan did not know of."""
        customers = self._batch.customers
        found = Partner.objects.filter(customer_id__in=list(customers.values()))
        present = {partner.customer_id: partner for partner in found.with_names().locked()}
        unplanned = {
            row.number: f"{partner.name} (No {partner.number}) is a trade partner already. Give"
            " its Customer No, so that its place and its terms are compared with the file's."
            for row in rows
            if (partner := present.get(customers[row.company]))
            and row.company.partner_id != partner.id
        }
        if unplanned:
            raise RowsRefused(unplanned)
        return present

    def _write_partners(self, rows: Sequence[Told], present: dict[UUID, Partner]) -> set[UUID]:
        """Partners of the batch, those above first; returns the ids of those that changed."""
        wished: dict[Company, dict[str, Any]] = {}
        for row in rows:
            wished.setdefault(row.company, {}).update(row.partner_news())
        changed, created = set(), []
        sort_keys = _sort_keys(self._batch.customers.values())
        for company in sorted(wished, key=lambda each: each.rank):
            fields = wished[company]
            if "parent_id" in fields or company.is_new:
                fields["parent_id"] = self._parent_id(company, rows)
            customer_id = self._batch.customers[company]
            partner = present.get(customer_id)
            if partner is None:
                values = {"currency": self._by.currency, "level": company.level, **fields}
                partner = Partner(
                    id=ids.new_id(),
                    customer_id=customer_id,
                    sort_key=sort_keys[customer_id],
                    **values,
                )
                created.append(partner)
                self._batch.outcomes[company] = "created"
            elif parts.bring_up(partner, fields):
                changed.add(partner.id)
            self._batch.partners[company] = partner.id
        Partner.objects.bulk_create(created)
        return changed

    def _parent_id(self, company: Company, rows: Iterable[Told]) -> UUID | None:
        parent = company.parent
        if parent is None:
            return None
        written = self._batch.partners.get(parent) if isinstance(parent, Company) else None
        found = written or parent.partner_id
        if found is None:
            reason = (
                f"It belongs to {parent.name}, which could not be imported: mend that row, and"
                " import both."
            )
            raise RowsRefused({row.number: reason for row in rows if row.company is company})
        return found

    def _count(self, told: Iterable[Told], written: Written) -> None:
        """Each company once, also when its rows lie in several batches."""
        outcomes = self._batch.outcomes
        for row in told:
            outcomes.setdefault(row.company, "unchanged")
        moved: Counter[str] = Counter()
        for company, outcome in list(outcomes.items()):
            if company.outcome in {"created", "updated"}:
                outcomes[company] = company.outcome
            elif company.outcome != outcome:
                moved[outcome] += 1
                if company.outcome:
                    moved[company.outcome] -= 1
        written.add("partner", moved["created"], moved["updated"], moved["unchanged"])


def _versions(customers: Iterable[UUID | None]) -> dict[UUID, int]:
    wanted = [each for each in customers if each is not None]
    return dict(Customer.objects.filter(id__in=wanted).values_list("id", "version"))


def _sort_keys(customers: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Customer.objects.filter(id__in=list(customers)).values_list("id", "sort_key"))
