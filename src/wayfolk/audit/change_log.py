"""The triggers that write the change log.

Statement-level with transition tables: a bulk UPDATE of 100,000 rows costs one
INSERT ... SELECT. An INSERT stores no after-image (the row is there), an UPDATE only the
columns that changed, a DELETE the whole row.
"""

from typing import Any

import pgtrigger
from pgtrigger import compiler

WRITE_OUTSIDE_CHANGE_SET = "WF001"


class ChangeLogSql(compiler.UpsertTriggerSql):
    """The function runs as its owner: the application may add to the log only through it.

    enable_nestloop is off because PL/pgSQL keeps the plan of its first call: made for one
    row, a nested loop over the transition tables would be quadratic for the next 100,000.
    """

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                DECLARE
                    _change_set text := nullif(current_setting('wayfolk.change_set_id', true), '');
                BEGIN
                    IF _change_set IS NULL THEN
                        IF current_setting('wayfolk.migrating', true) = 'on' THEN
                            RETURN NULL;
                        END IF;
                        RAISE EXCEPTION 'write to % outside a change set', TG_TABLE_NAME
                            USING ERRCODE = 'WF001';
                    END IF;
                    {func}
                    RETURN NULL;
                END;
            $$ LANGUAGE plpgsql SECURITY DEFINER
               SET search_path = public, pg_temp SET timezone = 'UTC' SET enable_nestloop = off;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing}
                FOR EACH {level} EXECUTE FUNCTION {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class _ChangeLogTrigger(pgtrigger.Trigger):
    level = pgtrigger.Statement
    when = pgtrigger.After

    def __init__(
        self, *, subject: str | None, related: str | None, ignored: tuple[str, ...]
    ) -> None:
        """Field names, as TenantModel declares them: migrations know models without them."""
        super().__init__()
        self.subject = subject
        self.related = related
        self.ignored = ignored

    def compile(self, model: Any) -> compiler.Trigger:
        return compiler.Trigger(
            name=self.name,
            sql=ChangeLogSql(
                pgid=self.get_pgid(model),
                func=str(self.get_func(model)),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                referencing=str(self.referencing),
                level=self.level,
            ),
        )

    def _insert_head(self) -> str:
        return (
            "INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id,"
            " subject_id, related_id, operation, before, after, at) "
        )

    def _keys(self, model: Any, alias: str) -> str:
        subject_column = model._meta.get_field(self.subject or "id").column
        related_sql = "NULL"
        if self.related:
            related_sql = f'{alias}."{model._meta.get_field(self.related).column}"'
        return (
            f"{alias}.organization_id, _change_set::uuid, TG_TABLE_NAME, {alias}.id,"
            f' {alias}."{subject_column}", {related_sql}'
        )


class LogInsert(_ChangeLogTrigger):
    name = "log_insert"
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]

    def get_func(self, model: Any) -> str:
        return (
            f"{self._insert_head()} SELECT {self._keys(model, 'n')}, 'I', NULL, NULL, now()"
            " FROM new_rows n;"
        )


class LogDelete(_ChangeLogTrigger):
    name = "log_delete"
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old="old_rows")  # type: ignore[no-untyped-call]

    def get_func(self, model: Any) -> str:
        return (
            f"{self._insert_head()} SELECT {self._keys(model, 'o')}, 'D', to_jsonb(o), NULL, now()"
            " FROM old_rows o;"
        )


class LogUpdate(_ChangeLogTrigger):
    name = "log_update"
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_rows", new="new_rows")  # type: ignore[no-untyped-call]

    def get_func(self, model: Any) -> str:
        columns = logged_columns(model, self.ignored)
        return (
            f"{self._insert_head()} SELECT {self._keys(model, 'n')}, 'U',"
            " d.before::jsonb, d.after::jsonb, now()"
            " FROM old_rows o JOIN new_rows n"
            " ON n.id = o.id AND n.organization_id = o.organization_id"
            f" CROSS JOIN LATERAL (SELECT {_difference(columns, 'o')} AS before,"
            f" {_difference(columns, 'n')} AS after OFFSET 0) d WHERE d.before <> '{{}}';"
        )


def logged_columns(model: Any, ignored: tuple[str, ...]) -> list[str]:
    """The columns whose changes are history; bookkeeping and derived ones are not."""
    return [
        field.column
        for field in model._meta.concrete_fields
        if field.name not in {"id", "organization_id", *ignored}
    ]


def _difference(columns: list[str], side: str) -> str:
    """SQL: the JSON text of `side`'s values of the columns that differ between o and n."""
    parts = ", ".join(
        f"""CASE WHEN o."{c}" IS DISTINCT FROM n."{c}" THEN"""
        f""" '"{c}":' || coalesce(to_jsonb({side}."{c}")::text, 'null') END"""
        for c in columns
    )
    return f"'{{' || concat_ws(',', {parts}) || '}}'"
