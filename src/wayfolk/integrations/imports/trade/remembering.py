"""What rows of trade partners said last time: the same file again changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zlib import crc32

from wayfolk.integrations.imports import preparing
from wayfolk.integrations.imports.preparing import Kind
from wayfolk.integrations.imports.trade import cleaning
from wayfolk.integrations.imports.trade.catalogue import TRADE_FIELDS, TRADE_LAYOUT
from wayfolk.integrations.imports.trade.sketches import FIRST, Company
from wayfolk.integrations.models import ImportedRow, ImportRun
from wayfolk.kit import clock
from wayfolk.partners.models import Partner

_UPDATED = (
    "run_id", "row_number", "change_set_id", "layout", "fingerprints", "customer_id", "updated_at",
)  # fmt: skip


@dataclass(eq=False)
class Told:
    """A row to write. `news`: names of the fields that say what they did not say last time."""

    number: int
    company: Company
    identity: str
    values: Sequence[Any]
    memory_id: UUID | None = None
    prints: list[int | None] = field(default_factory=list)
    news: frozenset[str] = frozenset()

    def value(self, name: str) -> Any:
        return cleaning.said(self.values, name)

    def partner_news(self) -> dict[str, Any]:
        """New values of the partner itself; of its parent only that there is one."""
        fields = cleaning.partner_fields(self.values)
        found = {name: value for name, value in fields.items() if name in self.news}
        return found | ({"parent_id": None} if "parent" in self.news else {})

    def tells(self, prefix: str) -> bool:
        """Whether anything new is said of a part: "contact_", "term_", "id_"."""
        return any(name.startswith(prefix) for name in self.news)


def recall(rows: Sequence[Told], kind: Kind, undone: Iterable[UUID]) -> None:
    """Find out what is new. An import that was undone, and a partner taken back, are forgotten."""
    for row in rows:
        about = f"trade\x1f{kind.system}\x1f{row.company.identity}\x1f{row.identity}"
        row.memory_id = UUID(preparing.digest(f"{kind.organization_id}\x1f{about}"))
        row.prints = preparing.fingerprints(row.values[FIRST:])
    remembered = (
        ImportedRow.objects.filter(id__in=[row.memory_id for row in rows], layout=TRADE_LAYOUT)
        .exclude(change_set_id__in=list(undone))
        .values_list("id", "fingerprints", "customer_id")
    )
    found: dict[UUID | None, tuple[list[int | None] | None, UUID | None]] = {
        memory_id: (prints, customer) for memory_id, prints, customer in remembered
    }
    customers = {customer for _, customer in found.values() if customer}
    partners = set(
        Partner.objects.filter(customer_id__in=customers).values_list("customer_id", flat=True)
    )
    for row in rows:
        prints, customer = found.get(row.memory_id, (None, None))
        before = prints if prints and customer in partners else [None] * len(TRADE_FIELDS)
        pairs = zip(TRADE_FIELDS, row.prints, before, strict=True)
        row.news = frozenset(
            spec.name for spec, now, then in pairs if now is not None and now != then
        )
        row.prints = [
            then if now is None else now for now, then in zip(row.prints, before, strict=True)
        ]


def remember(
    rows: Iterable[Told], customers: Mapping[int, UUID], run: ImportRun, change_set_id: UUID
) -> None:
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                id=row.memory_id,
                run_id=run.id,
                row_number=row.number,
                change_set_id=change_set_id,
                layout=TRADE_LAYOUT,
                fingerprints=row.prints,
                customer_key=crc32(row.company.identity.encode()),
                customer_id=customers[row.number],
                updated_at=clock.now(),
            )
            for row in rows
        ),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_UPDATED,
    )
