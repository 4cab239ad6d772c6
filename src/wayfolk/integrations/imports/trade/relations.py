"""Who stands where: matches, parents, circles and terms over the whole file. No Django here.

The rules are those of wayfolk.partners; what is said here is which rows they refuse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from wayfolk.integrations.imports.trade import cleaning
from wayfolk.integrations.imports.trade.grouping import Companies
from wayfolk.integrations.imports.trade.sketches import Company, Known, same_number
from wayfolk.kit import text
from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.rules import business_ids, records, terms
from wayfolk.partners.rules.records import Standing
from wayfolk.partners.rules.terms import Term

Node = Company | Known


@dataclass
class Directory:
    """What exists already of all that a file names."""

    by_key: dict[str, Known] = field(default_factory=dict)
    by_number: dict[int, Known] = field(default_factory=dict)
    by_business: dict[tuple[str, str, str], Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=dict)
    partners: dict[UUID, Known] = field(default_factory=dict)
    members: dict[UUID, list[Known]] = field(default_factory=dict)
    terms: dict[UUID, list[Term]] = field(default_factory=dict)


class Relations:
    """Resolves the relations of a file's companies; refuses what cannot be."""

    def __init__(self, companies: Companies, directory: Directory) -> None:
        self._companies, self._directory = companies, directory
        self._of_customer: dict[UUID, Company] = {}
        self._of_partner: dict[UUID, Company] = {}
        self._by_normalised: dict[str, list[Node]] = {}

    def match(self) -> None:
        """Which company is one that exists; before anything else is looked at."""
        for company in self._companies.all:
            if company.sound:
                company.refusal = self._match(company) or self._settle(company)
        for (_, _, normalised), known in self._directory.by_business.items():
            self._by_normalised.setdefault(normalised, []).append(known)
        for (_, _, normalised), company in self._companies.by_business.items():
            self._by_normalised.setdefault(normalised, []).append(company)

    def _match(self, company: Company) -> str:
        directory, rows = self._directory, company.sound
        number = next((r.customer_number for r in rows if r.customer_number is not None), None)
        key = next((r.key for r in rows if r.key is not None), None)
        owners = [directory.by_business.get(same_number(r.business)) for r in rows if r.business]
        owner = next(filter(None, owners), None)
        if number is not None:
            company.known = directory.by_number.get(number)
            if company.known is None:
                return f"There is no customer with the Customer No {number}. Correct or empty it."
        elif key is not None and key in directory.by_key:
            company.known = directory.by_key[key]
        elif owner is not None:
            company.known = owner
        elif key is None and not owners:
            called = directory.by_name.get(text.fold(company.name), [])
            if len(called) > 1:
                return f"“{company.name}” {_several(called)}"
            company.known = called[0] if called else None
        for other in filter(None, owners):
            if company.known is None or other.customer_id != company.known.customer_id:
                return business_ids.taken(other.name, other.number)
        return ""

    def _settle(self, company: Company) -> str:
        """Name and level, by the file or as they are."""
        known = company.known
        if known is not None:
            same = self._of_customer.setdefault(known.customer_id, company)
            if same is not company:
                return f"{same.in_words()} is the same customer (No {known.number}): give one key."
            if known.partner_id:
                self._of_partner[known.partner_id] = company
            company.customer_id, company.partner_id = known.customer_id, known.partner_id
        elif not company.name:
            return "No company of this file or of yours has this key, and no row names it."
        company.level = company.said_level or (known.level if known else "")
        company.name = company.name or (known.name if known else "")
        try:
            records.require_level(company.level)
            records.require_kind(
                company.name, company.level, is_company=known is None or known.is_company
            )
        except InvalidValues as error:
            return error.message
        return ""

    def place(self) -> None:
        """Parents, circles, the order of levels; and whoever hangs below what is refused."""
        sound = [company for company in self._companies.all if company.sound]
        for company in sound:
            company.refusal = self._find_parent(company)
        self._refuse_circles(sound)
        for company in sound:
            company.refusal = company.refusal or self._place_fault(company)
        self._refuse_orphans(sound)

    def _find_parent(self, company: Company) -> str:
        row = next((row for row in company.sound if row.parent), None)
        if row is None:
            above = company.known.parent_id if company.known else None
            company.parent = self._node(self._directory.partners.get(above)) if above else None
            return ""
        found = self._candidates(row.parent)
        if len(found) > 1:
            return f"“{row.parent}” {_several(found)}"
        if not found:
            return (
                f"There is no trade partner “{row.parent}”, neither in this file nor among yours."
                " Give its key, its business id, its Customer No or its exact name."
            )
        company.parent = found[0]
        if isinstance(company.parent, Known) and company.parent.partner_id is None:
            return f"{company.parent.name} (No {company.parent.number}) is no trade partner."
        return ""

    def _candidates(self, written: str) -> list[Node]:
        """Whom a parent cell can mean: the first way of naming that finds anybody decides."""
        companies, directory = self._companies, self._directory
        number = cleaning.customer_number(written)
        folded = text.fold(written)
        ways: tuple[Iterable[Node | None], ...] = (
            (companies.by_key.get(written),),
            (directory.by_key.get(written),),
            [
                n
                for form in cleaning.number_forms(written)
                for n in self._by_normalised.get(form, ())
            ],
            (companies.by_number.get(number), directory.by_number.get(number)) if number else (),
            (*companies.by_name.get(folded, ()), *directory.by_name.get(folded, ())),
        )
        for way in ways:
            found = dict.fromkeys(self._node(node) for node in way if node is not None)
            if found:
                return [node for node in found if node is not None]
        return []

    def _node(self, node: Node | None) -> Node | None:
        """The company of the file that a known customer is, else itself."""
        if isinstance(node, Known):
            return self._of_customer.get(node.customer_id, node)
        return node

    def _above(self, node: Node) -> Node | None:
        if isinstance(node, Company):
            return node.parent
        return self._node(self._directory.partners.get(node.parent_id)) if node.parent_id else None

    def _refuse_circles(self, companies: Sequence[Company]) -> None:
        done: set[Node] = set()
        for company in companies:
            path: dict[Node, None] = {}
            node: Node | None = company
            while node is not None and node not in done and node not in path:
                path[node] = None
                node = self._above(node)
            if node is not None and node in path:
                chain = list(path)
                _refuse_circle(chain[chain.index(node) :])
            done.update(path)

    def _place_fault(self, company: Company) -> str:
        parent, known = company.parent, company.known
        is_moved = known is not None and known.partner_id and known.level != company.level
        members = (
            [
                Standing(member.name, member.level)
                for member in self._directory.members.get(known.partner_id, ())
                if member.partner_id not in self._of_partner
            ]
            if is_moved and known is not None and known.partner_id
            else []
        )
        above = [Standing(parent.name, parent.level)] if parent and parent.level else []
        try:
            records.require_place(
                Standing(company.name, company.level), above=above, members=members
            )
        except InvalidValues as error:
            return error.message
        return ""

    def _refuse_orphans(self, companies: Sequence[Company]) -> None:
        found = True
        while found:
            found = False
            for company in companies:
                parent = company.parent
                if company.refusal or not isinstance(parent, Company) or not is_lost(parent):
                    continue
                company.refusal = (
                    f"It belongs to {parent.in_words()}, which is refused: mend that row, and"
                    " import both."
                )
                found = True


def is_lost(company: Company) -> bool:
    """Refused as a whole, or new and no row of it can be imported."""
    return bool(company.refusal) or (company.is_new and not company.sound)


def check_terms(company: Company, existing: Mapping[UUID, Sequence[Term]]) -> None:
    """Refuse rows whose terms overlap others of the company, in the file or as they are.

    A term of the same products from the same day is the same term, which the file brings up
    to date.
    """
    told: dict[tuple[frozenset[str], object], tuple[Term, int]] = {}
    rows = [row for row in company.sound if row.term]
    renewed = {(row.term.words, row.term.valid_from) for row in rows if row.term}
    present = existing.get(company.partner_id, ()) if company.partner_id else ()
    others = [term for term in present if (term.words, term.valid_from) not in renewed]
    for row in rows:
        own = row.term
        if own is None:
            continue
        same = told.get((own.words, own.valid_from))
        if same is not None:
            if _values(same[0]) != _values(own):
                row.refuse(
                    f"Row {same[1]} says something else about the same commission. Only row"
                    f" {same[1]} was imported: keep the one that is right."
                )
            continue
        try:
            terms.require_apart(others, own)
        except InvalidValues as error:
            row.refuse(f"Commission: {error.message}{_among(others, own)}")
        else:
            told[own.words, own.valid_from] = (own, row.number)
            others.append(own)


def _values(term: Term) -> tuple[object, ...]:
    return term.kind, term.valid_to, term.rate, term.amount_minor, term.currency, term.tiers


def _among(others: Sequence[Term], own: Term) -> str:
    """Which row of the file the other term is from, if it is from one."""
    rows = [
        str(other.id.int)
        for other in others
        if other.id.int < 2**40
        and other.words == own.words
        and records.overlaps(other.valid_from, other.valid_to, own.valid_from, own.valid_to)
    ]
    return f" It is in row {rows[0]}." if rows else ""


def _refuse_circle(circle: Sequence[Node]) -> None:
    links = [f"belongs to {_in_words(node)}" for node in (*circle[1:], circle[0])]
    words = f"{_in_words(circle[0])} {', which '.join(links)}"
    for node in circle:
        if isinstance(node, Company):
            node.refusal = f"The hierarchy would go in a circle: {words}."


def _in_words(node: Node) -> str:
    return node.in_words() if isinstance(node, Company) else f"{node.name} (No {node.number})"


def _several(nodes: Sequence[Node]) -> str:
    listed = ", ".join(map(_in_words, nodes[:3]))
    return f"can be several trade partners ({listed}). Use a key, a business id or a Customer No."
