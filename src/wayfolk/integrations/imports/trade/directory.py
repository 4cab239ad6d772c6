"""Looking up what exists already of all that a file of trade partners names."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from wayfolk.customers.models import Customer, ExternalId, Kind
from wayfolk.identity.merging import aliases
from wayfolk.integrations.imports.trade import cleaning
from wayfolk.integrations.imports.trade.grouping import Companies
from wayfolk.integrations.imports.trade.relations import Directory
from wayfolk.integrations.imports.trade.sketches import Known
from wayfolk.kit import text
from wayfolk.partners import queries
from wayfolk.partners.models import BusinessId, CommissionTerm, Partner

_CHUNK = 1_000  # values of one query
_SORT_KEY_MAX = 200


def look_up(companies: Companies, system: str) -> Directory:
    """In a number of queries that grows with the file by thousands of rows, not by rows."""
    return _Reader(companies, system).read()


class _Reader:
    def __init__(self, companies: Companies, system: str) -> None:
        self._companies, self._system = companies, system
        self._parents = {
            row.parent for company in companies.all for row in company.rows if row.parent
        }
        self._directory = Directory()
        self._by_customer: dict[UUID, Known] = {}

    def read(self) -> Directory:
        found = self._directory
        owners, keys, numbers = self._owners(), self._keys(), self._numbers()
        self._know({*owners.values(), *keys.values(), *numbers.values()})
        known = self._by_customer
        found.by_business = {name: known[c] for name, c in owners.items() if c in known}
        found.by_key = {name: known[c] for name, c in keys.items() if c in known}
        found.by_number = {name: known[c] for name, c in numbers.items() if c in known}
        self._read_names()
        partners = [each.partner_id for each in known.values() if each.partner_id]
        self._read_members(partners)
        self._read_terms(partners)
        return found

    def _owners(self) -> dict[tuple[str, str, str], UUID]:
        """Business ids of the file's companies, and those that parents are named by."""
        wanted = {normalised for _, _, normalised in self._companies.by_business}
        wanted |= {form for each in self._parents for form in cleaning.number_forms(each)}
        rows = _in_chunks(
            BusinessId.objects.values_list(
                "country", "scheme", "normalised", "partner__customer_id"
            ),
            "normalised",
            wanted,
        )
        return {(country, scheme, number): owner for country, scheme, number, owner in rows}

    def _keys(self) -> dict[str, UUID]:
        rows = ExternalId.objects.filter(system=self._system).values_list("value", "customer_id")
        return dict(_in_chunks(rows, "value", {*self._companies.by_key, *self._parents}))

    def _numbers(self) -> dict[int, UUID]:
        wanted = {cleaning.customer_number(each) for each in self._parents}
        sought = {each for each in (*self._companies.by_number, *wanted) if each is not None}
        rows = Customer.objects.present().values_list("number", "id")
        found: dict[int, UUID] = dict(_in_chunks(rows, "number", sought))
        return found | aliases.survivors_by_number(sought - found.keys())

    def _know(self, customers: Collection[UUID]) -> None:
        self._note(_in_chunks(Partner.objects.with_names(), "customer_id", customers))
        others = set(customers) - self._by_customer.keys()
        for customer in _in_chunks(Customer.objects.present().defer("notes"), "id", others):
            self._by_customer[customer.id] = Known(
                customer.id, customer.number, customer.name, customer.kind == Kind.COMPANY
            )

    def _note(self, partners: Iterable[Partner]) -> None:
        """Partners with those above them, whom circles may lead through."""
        for partner in partners:
            for each in partner.chain:
                known = _known(each)
                self._directory.partners[each.id] = known
                self._by_customer.setdefault(known.customer_id, known)

    def _read_names(self) -> None:
        """Partners of exactly these names; a sort key is folded and may be cut off."""
        wanted = {*self._companies.by_name, *map(text.fold, self._parents)} - {""}
        cut = {name[:_SORT_KEY_MAX] for name in wanted}
        for partner in _in_chunks(Partner.objects.with_names(), "sort_key", cut):
            self._note([partner])
            folded = text.fold(partner.name)
            if folded in wanted:
                known = self._by_customer[partner.customer_id]
                self._directory.by_name.setdefault(folded, []).append(known)

    def _read_members(self, partners: Collection[UUID]) -> None:
        rows = Partner.objects.select_related("customer")
        for member in _in_chunks(rows, "parent_id", partners):
            self._directory.members.setdefault(member.parent_id, []).append(_known(member))

    def _read_terms(self, partners: Collection[UUID]) -> None:
        for term in _in_chunks(CommissionTerm.objects.order_by("id"), "partner_id", partners):
            held = self._directory.terms.setdefault(term.partner_id, [])
            held.append(queries.term_of(term))


def _known(partner: Partner) -> Known:
    customer = partner.customer
    return Known(
        customer.id,
        customer.number,
        customer.name,
        customer.kind == Kind.COMPANY,
        partner.id,
        partner.level,
        partner.parent_id,
    )


def _in_chunks(rows: Any, column: str, values: Collection[Any]) -> Iterator[Any]:
    remaining = iter(sorted(values))
    while chunk := list(islice(remaining, _CHUNK)):
        yield from rows.filter(**{f"{column}__in": chunk})
