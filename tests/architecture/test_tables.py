"""What every table of an organisation must have, looked up in the real database."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connections

from wayfolk.audit import tables
from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.fields import TenantForeignKey

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

# Tables without an organisation, each with its reason.
GLOBAL_TABLES = {
    "organization_organization": "what tenancy is about; found before any scope is open",
    "staff_user": "one person may work for several organisations",
    "staff_userorganization": "read at sign-in, before any scope is open",
    "cache": "rate limits and lock-outs, counted before sign-in",
}
# Written by Django and the libraries; they hold sessions, jobs and sign-in attempts.
LIBRARY_PREFIXES = (
    "django_",
    "auth_",
    "account_",
    "axes_",
    "mfa_",
    "usersessions_",
    "procrastinate_",
)
# The log itself: tenant tables by hand, because the log of the log would never end.
LOG_TABLES = {"audit_change", "audit_changeset"}
# Indexes that do not start with the organisation, each with its reason.
OTHER_INDEXES = {
    "staff_membership_user_id_c6825c5f": "of the foreign key to the user, who is global",
}

TENANT_MODELS = sorted(tables.tenant_models(), key=lambda model: model._meta.db_table)
TENANT_TABLES = [model._meta.db_table for model in TENANT_MODELS]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """From the catalogue, as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def test_every_table_belongs_to_an_organisation_or_says_why_not() -> None:
    partitions = "SELECT inhrelid FROM pg_inherits"
    found = _rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        f" AND relnamespace = 'public'::regnamespace AND oid NOT IN ({partitions})"
    )
    unexplained = [
        name
        for (name,) in found
        if name not in {*TENANT_TABLES, *LOG_TABLES, *GLOBAL_TABLES}
        and not name.startswith(LIBRARY_PREFIXES)
    ]
    assert not unexplained


def test_every_model_of_ours_is_a_tenant_model_or_listed() -> None:
    others = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("wayfolk.") and not issubclass(model, TenantModel)
    }
    assert others <= {*GLOBAL_TABLES, *LOG_TABLES}


@pytest.mark.parametrize("table", [*TENANT_TABLES, *sorted(LOG_TABLES)])
def test_row_security_shows_only_the_announced_organisation(table: str) -> None:
    ((is_enabled,),) = _rows("SELECT relrowsecurity FROM pg_class WHERE relname = %s", table)
    assert is_enabled
    policies = _rows(
        "SELECT policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies"
        " WHERE tablename = %s",
        table,
    )
    # A second permissive policy would widen the first one, so there is exactly one.
    ((name, permissive, roles, command, condition, check),) = policies
    assert (name, permissive, roles, command, check) == (
        f"{table}_tenant", "PERMISSIVE", "{public}", "ALL", None,
    )  # fmt: skip
    assert condition == (
        "(organization_id = (NULLIF(current_setting('wayfolk.organization_id'::text, true),"
        " ''::text))::smallint)"
    )


@pytest.mark.parametrize("table", [*TENANT_TABLES, *sorted(LOG_TABLES)])
def test_organization_id_is_never_empty(table: str) -> None:
    found = _rows(
        "SELECT format_type(atttypid, atttypmod), attnotnull FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = 'organization_id'",
        table,
    )
    assert found == [("smallint", True)]


@pytest.mark.parametrize("table", [*TENANT_TABLES, "audit_changeset"])
def test_organisation_and_id_are_unique_together(table: str) -> None:
    # What composite foreign keys point at, and what a sharded cluster needs.
    assert ["organization_id", "id"] in [columns for _, columns in _keys(table, "u")]


@pytest.mark.parametrize("model", TENANT_MODELS, ids=TENANT_TABLES)
def test_references_carry_the_organisation(model: type[TenantModel]) -> None:
    expected = sorted(
        (field.column, field.related_model._meta.db_table)
        for field in model._meta.concrete_fields
        if isinstance(field, TenantForeignKey)
    )
    found = _rows(
        "SELECT pg_get_constraintdef(oid), confrelid::regclass::text, condeferrable, condeferred"
        " FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
        model._meta.db_table,
    )
    composite = [row for row in found if row[1] in {*TENANT_TABLES, *LOG_TABLES}]
    # One more that holds a copied column to its origin carries the organisation, too.
    copies = [row for row in composite if row[0].count(",") > 2]
    assert all(row[0].startswith("FOREIGN KEY (organization_id, ") for row in copies)
    composite = [row for row in composite if row not in copies]
    assert (
        sorted(
            (definition.partition("(organization_id, ")[2].partition(")")[0], target)
            for definition, target, _, _ in composite
        )
        == expected
    )
    for definition, target, is_deferrable, is_deferred in composite:
        assert f"REFERENCES {target}(organization_id, id)" in definition
        assert is_deferrable
        assert is_deferred


@pytest.mark.parametrize("model", TENANT_MODELS, ids=TENANT_TABLES)
def test_plain_foreign_keys_between_tenant_tables_do_not_exist(model: type[TenantModel]) -> None:
    plain = [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation
        and not isinstance(field, TenantForeignKey)
        and issubclass(field.related_model, TenantModel)
    ]
    assert not plain, "use TenantForeignKey"


@pytest.mark.parametrize("model", TENANT_MODELS, ids=TENANT_TABLES)
def test_changes_are_logged_by_three_triggers_that_run_as_the_owner(
    model: type[TenantModel],
) -> None:
    found = _rows(
        "SELECT regexp_replace(t.tgname, '^pgtrigger_(log_[a-z]+)_.*$', '\\1'), t.tgenabled::text,"
        " p.prosecdef, 'search_path=public, pg_temp' = ANY (p.proconfig)"
        " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE t.tgrelid = %s::regclass AND t.tgname LIKE 'pgtrigger%%' ORDER BY 1",
        model._meta.db_table,
    )
    logged = [("log_delete", "O", True, True), ("log_insert", "O", True, True)]
    expected = [*logged, ("log_update", "O", True, True)] if model.is_change_logged else []
    assert found == expected


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_indexes_start_with_the_organisation(table: str) -> None:
    found = _rows(
        "SELECT c.relname, (SELECT attname FROM pg_attribute a"
        "  WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0])"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        # Trigrams are of no use under a policy: owner's functions read them, see ADR 0005.
        " JOIN pg_am m ON m.oid = c.relam AND m.amname <> 'gin'"
        " WHERE i.indrelid = %s::regclass AND NOT i.indisprimary",
        table,
    )
    others = [n for n, column in found if column != "organization_id" and n not in OTHER_INDEXES]
    assert not others


def _keys(table: str, kind: str) -> list[tuple[str, list[str]]]:
    return [
        (name, columns)
        for name, columns in _rows(
            "SELECT conname, (SELECT array_agg(attname::text ORDER BY place)"
            "  FROM unnest(conkey) WITH ORDINALITY k (attnum, place)"
            "  JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.attnum)"
            " FROM pg_constraint WHERE conrelid = %s::regclass AND contype = %s",
            table,
            kind,
        )
    ]


def test_functions_that_run_as_the_owner_pin_their_search_path() -> None:
    # Otherwise a caller's temporary table could stand in for ours.
    loose = _rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND NOT coalesce('search_path=public, pg_temp' = ANY (proconfig), false)"
    )
    assert loose == []


# Functions of the owner that return no rows of anybody, each with its reason.
ROWLESS_FUNCTIONS = {
    "integrations_analyze": "counts what an import has loaded for the planner; returns nothing",
    "matching_organizations_behind": "tells the job who has a queue; numbers, no content",
    "search_organizations_behind": "tells the job whose index is behind; numbers, no content",
}


def test_functions_that_run_as_the_owner_look_at_one_organisation() -> None:
    # Triggers use their own row; everything else must ask the setting, never its caller.
    careless = _rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND prorettype <> 'trigger'::regtype AND proname <> ALL (%s)"
        " AND (prosrc !~ %s OR prosrc !~ %s)",
        list(ROWLESS_FUNCTIONS),
        r"org smallint := nullif\(current_setting\('wayfolk\.organization_id', true\), ''\)",
        r"organization_id = org\M",
    )
    assert careless == []


def test_triggers_of_the_queue_never_read_all_of_it() -> None:
    """An empty queue looks cheap to read in full, and its plan outlives the emptiness."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'public' AND p.prosrc ~ '(search|matching)\\.pending'"
            " AND p.prorettype = 'trigger'::regtype"
            " AND NOT coalesce('enable_seqscan=off' = ANY (p.proconfig), false)"
        )
        assert cursor.fetchall() == []
