"""Fails a test whose SQL touches a tenant table without naming the organisation.

Each tenant table in a statement must have its organization_id compared in a WHERE or a join
condition of the same query; an INSERT must write it.
"""

from functools import cache
from typing import Any

import sqlglot
from django.apps import apps
from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

GLOBAL_TENANT_TABLES = {"audit_change", "audit_changeset"}
_STATEMENTS = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")


class UnscopedSql(AssertionError):
    pass


@cache
def tenant_tables() -> frozenset[str]:
    from wayfolk.audit.tenant import TenantModel

    names = {m._meta.db_table for m in apps.get_models() if issubclass(m, TenantModel)}
    return frozenset(names | GLOBAL_TENANT_TABLES)


def guard(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """A Django execute wrapper."""
    text = sql if isinstance(sql, str) else sql.as_string(context["cursor"].connection)
    problem = find_problem(text)
    if problem:
        raise UnscopedSql(f"{problem}\n{text}")
    return execute(sql, params, many, context)


@cache
def find_problem(sql: str) -> str:
    """ "" if every tenant table is tied to its organisation, else what is missing."""
    head = sql.lstrip().lstrip("(").lstrip()[:10].upper()
    if not head.startswith(_STATEMENTS) or not any(t in sql for t in tenant_tables()):
        return ""
    statement = sqlglot.parse_one(sql.replace("%s", "NULL").replace("%%", "%"), read="postgres")
    for node in statement.walk():
        problem = _problem_of(node)
        if problem:
            return problem
    for scope in traverse_scope(statement):
        problem = _unscoped_source(scope)
        if problem:
            return problem
    return ""


def _problem_of(node: exp.Expression) -> str:
    if isinstance(node, exp.Insert):
        target = node.this
        table = target.this if isinstance(target, exp.Schema) else target
        if table.name in tenant_tables():
            columns = [c.name for c in target.expressions] if isinstance(target, exp.Schema) else []
            if columns and "organization_id" not in columns:
                return f"INSERT into {table.name} does not write organization_id"
    if isinstance(node, exp.Update | exp.Delete):
        table = node.this
        if isinstance(table, exp.Table) and table.name in tenant_tables():
            names = {table.alias_or_name}
            if not _compares(node.args.get("where"), names):
                return f"{node.key.upper()} of {table.name} without organization_id"
    return ""


def _unscoped_source(scope: Scope) -> str:
    select = scope.expression
    if not isinstance(select, exp.Select):
        return ""
    sources = [
        (alias, source.name)
        for alias, source in scope.sources.items()
        if isinstance(source, exp.Table) and source.name in tenant_tables()
    ]
    joins = select.args.get("joins") or []
    conditions = [select.args.get("where"), *(join.args.get("on") for join in joins)]
    single = len(scope.sources) == 1
    for alias, name in sources:
        names = {alias, ""} if single else {alias}
        if not any(_compares(condition, names) for condition in conditions):
            return f"{name} (as {alias}) is read without organization_id"
    return ""


def _compares(condition: exp.Expression | None, aliases: set[str]) -> bool:
    if condition is None:
        return False
    return any(
        isinstance(node, exp.EQ | exp.In)
        and any(
            column.name == "organization_id" and (column.table in aliases or not column.table)
            for column in node.find_all(exp.Column)
        )
        for node in condition.walk()
    )
