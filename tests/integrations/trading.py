"""Files of trade partners for tests."""

from collections.abc import Iterable
from typing import Any

from tests.integrations import making
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun, RowProblem
from wayfolk.kit import tenancy
from wayfolk.partners.models import Partner
from wayfolk.staff.rules import Actor

COLUMNS = (
    "key", "number", "name", "level", "parent", "id_country", "id_scheme", "id_number", "currency",
    "payment_days", "status", "email", "phone", "city", "contact_name", "contact_email",
    "contact_phone", "contact_role", "term_kind", "term_value", "term_currency", "term_product",
    "term_from", "term_to",
)  # fmt: skip
MAPPING = Mapping(
    tuple(Rule(f"partner.{name}", columns=(name,)) for name in COLUMNS), system="old books"
)


def row(**values: object) -> str:
    """A line of COLUMNS; underscores stand for nothing else than the names."""
    unknown = values.keys() - set(COLUMNS)
    assert not unknown, unknown
    cells = (str(values.get(name, "")) for name in COLUMNS)
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)


def content(rows: Iterable[str]) -> bytes:
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


def run(by: Actor, *rows: str) -> ImportRun:
    return making.run(content(rows), MAPPING, by, "partners.csv")


def refusals(by: Actor, run: ImportRun) -> dict[int, str]:
    return problems(by, run, is_refusal=True)


def problems(by: Actor, run: ImportRun, *, is_refusal: bool) -> dict[int, str]:
    with tenancy.scope(by.organization_id):
        found = RowProblem.objects.filter(run=run, is_refusal=is_refusal)
        return dict(found.values_list("row_number", "text"))


def tree(by: Actor) -> dict[str, tuple[str, str]]:
    """Name -> level and the parent's name."""
    with tenancy.scope(by.organization_id):
        return {
            partner.name: (partner.level, partner.parent.name if partner.parent else "")
            for partner in Partner.objects.with_names()
        }


def total(model: Any, by: Actor) -> int:
    with tenancy.scope(by.organization_id):
        return int(model.objects.count())


LINE = (
    row(key="D1", name="Desk Aarhus", level="agent", parent="Nordic Horizons"),
    row(key="A1", name="Nordic Horizons", level="agency", parent="C1"),
    row(key="C1", name="Northern Alliance", level="consortium"),
)
