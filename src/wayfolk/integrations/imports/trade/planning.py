"""What a file of trade partners will do, resolved over all of its rows before any is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wayfolk.integrations.imports.cleaned import CleanRow, Surroundings
from wayfolk.integrations.imports.receiving import read_stored
from wayfolk.integrations.imports.rows import RowCleaner
from wayfolk.integrations.imports.trade import directory, grouping, relations
from wayfolk.integrations.imports.trade.grouping import Companies
from wayfolk.integrations.imports.trade.relations import Relations
from wayfolk.integrations.imports.trade.sketches import Company, Sketch, sketch
from wayfolk.kit.errors import InvalidValue
from wayfolk.partners.rules import records

ROWS_MAX = 200_000
_RANKS = range(len(records.LEVELS) + 1)


@dataclass(frozen=True)
class Plan:
    """Every row's company and fate, by the number of the row."""

    sketches: dict[int, Sketch]
    companies: list[Company]

    def refusal_of(self, number: int) -> str:
        row = self.sketches[number]
        return row.refusal or (row.company.refusal if row.company else "")

    def rank_of(self, number: int) -> int:
        """In which pass over the file the row is taken: by the file alone, whatever exists."""
        company = self.sketches[number].company
        return company.rank if company else 0


def resolve(rows: Sequence[Sketch], system: str) -> Plan:
    """Companies, matches, terms, hierarchy; whoever cannot be imported says why."""
    companies = Companies(rows)
    for company in companies.all:
        grouping.compare(company)
    existing = directory.look_up(companies, system)
    placed = Relations(companies, existing)
    placed.match()
    for company in companies.all:
        relations.check_terms(company, existing.terms)
        grouping.refuse_halves(company)
    placed.place()
    for row in rows:
        row.forget()
    return Plan({row.number: row for row in rows}, companies.all)


def read_sketches(path: Path, cleaner: RowCleaner, around: Surroundings) -> list[Sketch]:
    """Raises InvalidValue for a file that is too long to be kept in memory as sketches."""
    found: list[Sketch] = []
    for row in read_stored(path):
        if len(found) == ROWS_MAX:
            raise InvalidValue(
                f"A file of trade partners can have {ROWS_MAX:,} rows, for their relations are"
                " resolved over the whole file. Split it: parents first."
            )
        found.append(sketch(cleaner.clean(row), around))
    return found


def in_order(path: Path, plan: Plan, cleaner: RowCleaner) -> Iterator[CleanRow]:
    """The rows, those of parents before those below them, by one pass for each level."""
    for rank in _RANKS:
        for row in read_stored(path):
            if plan.rank_of(row.number) == rank:
                yield cleaner.clean(row)


def mark(rows: Sequence[CleanRow], around: Surroundings, system: str) -> None:
    """Refuse rows of a whole small file that its relations refuse; nothing is written."""
    plan = resolve([sketch(row, around) for row in rows], system)
    for row in rows:
        row.refusal = plan.refusal_of(row.number)
