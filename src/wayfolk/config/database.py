"""Preparing a database: roles, migrations, grants. Idempotent; runs at every start."""

from django.core.management import call_command
from django.db import connections

from wayfolk.config import environment

_LOCK = 8_190_223  # any number; two starts at once take turns

_ROLE = f"""
    DO $$ BEGIN
        CREATE ROLE {environment.APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
"""
_MEMBER = f"""
    DO $$ BEGIN
        IF NOT pg_has_role(current_user, '{environment.APP_ROLE}', 'MEMBER') THEN
            EXECUTE format('GRANT {environment.APP_ROLE} TO %I', current_user);
        END IF;
    END $$
"""
_GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {environment.APP_ROLE}",
    (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"
        f" TO {environment.APP_ROLE}"
    ),
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {environment.APP_ROLE}",
    f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {environment.APP_ROLE}",
    # The log is written by its triggers alone and redacted by erasure alone.
    f"REVOKE INSERT, UPDATE, DELETE ON audit_change FROM {environment.APP_ROLE}",
    f"REVOKE DELETE ON audit_changeset FROM {environment.APP_ROLE}",
    # A policy of a partitioned table does not hold for a partition that is named directly.
    f"""
        DO $$ DECLARE partition regclass; BEGIN
            FOR partition IN
                SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_change'::regclass
            LOOP
                EXECUTE format('REVOKE ALL ON %s FROM {environment.APP_ROLE}', partition);
            END LOOP;
        END $$
    """,
    f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {environment.APP_ROLE}",
)


def prepare() -> None:
    """Bring the database up to this version of the program."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            cursor.execute(_ROLE)
            cursor.execute(_MEMBER)
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            call_command("createcachetable", database="owner", verbosity=0)
            cursor.execute("SELECT audit_ensure_partitions()")
            for grant in _GRANTS:
                cursor.execute(grant)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
