"""Database rules that Django has no class for, visible in migrations like any constraint."""

from typing import Any

from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint


class _SqlConstraint(BaseConstraint):
    """Rules enforced by the database alone: nothing to validate in Python."""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database checks it; see the test that violates it by raw SQL."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, self.__class__):
            return bool(self.deconstruct() == other.deconstruct())
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Runs at the end of the migration, when the tables and keys it needs are there."""
        schema_editor.deferred_sql.extend(self.create_statements(model, schema_editor))
        return ""

    create_sql = constraint_sql

    def create_statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        raise NotImplementedError


class CompositeForeignKey(_SqlConstraint):
    """(organization_id, column) references (organization_id, id) of `to`.

    A reference into another organisation is impossible in the database itself.
    Deferred, so that one transaction may write rows in any order.
    """

    def __init__(self, *, field: str, to: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field
        self.to = to

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        return path, (), {**kwargs, "field": self.field, "to": self.to}

    def create_statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        column = model._meta.get_field(self.field).column
        target = model if self.to == model._meta.label else model._meta.apps.get_model(self.to)
        quote = schema_editor.quote_name
        return [
            Statement(
                "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s"
                ' FOREIGN KEY ("organization_id", %(column)s)'
                ' REFERENCES %(to)s ("organization_id", "id") DEFERRABLE INITIALLY DEFERRED',
                table=quote(model._meta.db_table),
                name=quote(self.name),
                column=quote(column),
                to=quote(target._meta.db_table),
            )
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        statement = Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )
        return str(statement)


class TenantPolicy(_SqlConstraint):
    """Row-level security: only rows of the organisation that the transaction announced.

    The setting is '' once a SET LOCAL has ended, hence nullif: no setting, no rows.
    """

    CONDITION = (
        "organization_id = nullif(current_setting('wayfolk.organization_id', true), '')::smallint"
    )

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        return path, (), kwargs

    def create_statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        parts = {
            "table": schema_editor.quote_name(model._meta.db_table),
            "name": schema_editor.quote_name(self.name),
        }
        return [
            Statement("ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY", **parts),
            Statement(
                "CREATE POLICY %(name)s ON %(table)s USING (%(condition)s)",
                condition=self.CONDITION,
                **parts,
            ),
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        statement = Statement(
            "DROP POLICY %(name)s ON %(table)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )
        return str(statement)
