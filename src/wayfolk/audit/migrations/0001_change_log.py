"""The change log: partitioned by month, so that old months can be detached and archived."""

from django.db import migrations

TABLE = """
    CREATE TABLE audit_change (
        seq bigint GENERATED ALWAYS AS IDENTITY,
        organization_id smallint NOT NULL,
        change_set_id uuid NOT NULL,
        table_name text NOT NULL,
        row_id uuid NOT NULL,
        subject_id uuid,
        related_id uuid,
        operation char(1) NOT NULL CHECK (operation IN ('I', 'U', 'D')),
        before jsonb,
        after jsonb,
        at timestamptz NOT NULL
    ) PARTITION BY RANGE (at)
"""

PARTITIONS = """
    CREATE FUNCTION audit_ensure_partitions() RETURNS void AS $$
    DECLARE
        month_start date := date_trunc('month', now())::date;
        name text;
    BEGIN
        FOR i IN 0..2 LOOP
            name := 'audit_change_' || to_char(month_start, 'YYYY_MM');
            IF to_regclass(name) IS NULL THEN
                BEGIN
                    EXECUTE format(
                        'CREATE TABLE %I PARTITION OF audit_change FOR VALUES FROM (%L) TO (%L)',
                        name, month_start, (month_start + interval '1 month')::date);
                EXCEPTION WHEN check_violation THEN
                    NULL;  -- rows of that month already lie in the default partition: they stay
                END;
            END IF;
            month_start := (month_start + interval '1 month')::date;
        END LOOP;
    END $$ LANGUAGE plpgsql
"""

CONDITION = (
    "organization_id = nullif(current_setting('wayfolk.organization_id', true), '')::smallint"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kit", "0001_extensions")]
    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE audit_change"),
        migrations.RunSQL(
            "CREATE TABLE audit_change_other PARTITION OF audit_change DEFAULT",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE INDEX audit_change_set ON audit_change (organization_id, change_set_id)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE INDEX audit_change_subject ON audit_change (organization_id, subject_id, seq)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE INDEX audit_change_related ON audit_change (organization_id, related_id, seq)"
            " WHERE related_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "ALTER TABLE audit_change ENABLE ROW LEVEL SECURITY", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            f"CREATE POLICY audit_change_tenant ON audit_change USING ({CONDITION})",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION audit_ensure_partitions()"),
        migrations.RunSQL("SELECT audit_ensure_partitions()", migrations.RunSQL.noop),
    ]
