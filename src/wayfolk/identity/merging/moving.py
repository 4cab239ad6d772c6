"""References that simply move to the survivor, and those that stay where they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.audit.tenant import TenantModel
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.rules import Guard, Relation
from wayfolk.kit import tenancy

# Locked in the order of ids, whoever else writes them.
_MOVE = """
    WITH found AS (
        SELECT ctid FROM "{table}"
        WHERE organization_id = %(organization)s AND "{column}" = ANY (%(absorbed)s)
          AND NOT id = ANY (%(staying)s)
        ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE "{table}" t
    SET "{column}" = %(survivor)s, version = t.version + 1, updated_at = now()
    FROM found WHERE t.organization_id = %(organization)s AND t.ctid = found.ctid
"""


@dataclass(frozen=True)
class Links:
    """All rows of `model` whose reference `field` names an absorbed customer go along."""

    model: type[TenantModel]
    field: str
    label: str = ""
    evidence: Sequence[str] = ()
    is_moving: bool = True

    @property
    def claims(self) -> Collection[tuple[str, str]]:
        return [(self.model._meta.db_table, self.column)]

    @property
    def column(self) -> str:
        return str(self.model._meta.get_field(self.field).column)  # type: ignore[union-attr]

    @property
    def words(self) -> str:
        return self.label or str(self.model._meta.verbose_name_plural)

    @property
    def code(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def of(self, customer_ids: Collection[UUID]) -> Any:
        return self.model.objects.filter(**{f"{self.field}_id__in": customer_ids})

    def relations(self, parties: Parties) -> list[Relation]:
        return [Relation(self.code, self.words, self.of(parties.absorbed_ids).count())]

    def guards(self, parties: Parties) -> list[Guard]:  # noqa: ARG002 - the protocol's
        return []

    def move(self, parties: Parties) -> None:
        self.reassign(parties)

    def reassign(self, parties: Parties, staying: Collection[UUID] = ()) -> None:
        """Give the survivor every row of the absorbed but `staying`, in one statement."""
        statement = _MOVE.format(table=self.model._meta.db_table, column=self.column)
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                {
                    "organization": tenancy.current_organization_id(),
                    "absorbed": parties.absorbed_ids,
                    "staying": list(staying),
                    "survivor": parties.survivor.id,
                },
            )


@dataclass(frozen=True)
class StayingLinks(Links):
    """Rows that tell what happened to a record as it was; they stay with it. `why` in words."""

    why: str = ""
    is_moving: bool = False

    def relations(self, parties: Parties) -> list[Relation]:
        count = self.of(parties.absorbed_ids).count()
        staying = (f"{count} {self.words}: {self.why}",) if count else ()
        return [Relation(self.code, self.words, 0, staying=staying)]

    def move(self, parties: Parties) -> None:
        """They stay."""
