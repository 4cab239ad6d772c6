"""Pairs of records that may be one person, verdicts on them, and the queue that both decide."""

import pgtrigger.compiler
import pgtrigger.migrations
import wayfolk.audit.change_log
import wayfolk.kit.clock
import wayfolk.kit.constraints
import wayfolk.kit.fields
import wayfolk.kit.ids
import wayfolk.kit.tenancy
from django.db import migrations, models


# Closed where one of the two is gone, merged or restricted, or where somebody decided on the same
# evidence; every write below asks this one question.
STATE = """
    CREATE FUNCTION identity_pair_state(org smallint, low uuid, high uuid, key varchar)
    RETURNS smallint AS $$
        SELECT CASE
            WHEN (SELECT count(*) FROM customers_customer c
                  WHERE c.organization_id = org AND c.id IN (low, high)
                    AND c.deleted_at IS NULL AND c.status IN ('active', 'inactive')) < 2 THEN 2
            ELSE coalesce(
                (SELECT CASE v.verdict WHEN 'later' THEN 1 ELSE 2 END FROM identity_pairverdict v
                 WHERE v.organization_id = org AND v.low_id = low AND v.high_id = high
                   AND v.evidence_key = key), 0)
        END::smallint
    $$ LANGUAGE sql STABLE
"""
JUDGED = """
    CREATE FUNCTION identity_pair_judged() RETURNS trigger AS $$
    DECLARE
        judged identity_pairverdict := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    BEGIN
        UPDATE identity_duplicatepair p
        SET state = identity_pair_state(p.organization_id, p.low_id, p.high_id, p.evidence_key)
        WHERE p.organization_id = judged.organization_id
          AND p.low_id = judged.low_id AND p.high_id = judged.high_id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""
ON_JUDGED = """
    CREATE TRIGGER identity_pair_judged AFTER INSERT OR UPDATE OR DELETE ON identity_pairverdict
    FOR EACH ROW EXECUTE FUNCTION identity_pair_judged()
"""
PRESENT = """
    CREATE FUNCTION identity_pair_present() RETURNS trigger AS $$
    BEGIN
        UPDATE identity_duplicatepair p
        SET state = identity_pair_state(p.organization_id, p.low_id, p.high_id, p.evidence_key)
        WHERE p.organization_id = NEW.organization_id AND p.low_id = NEW.id;
        UPDATE identity_duplicatepair p
        SET state = identity_pair_state(p.organization_id, p.low_id, p.high_id, p.evidence_key)
        WHERE p.organization_id = NEW.organization_id AND p.high_id = NEW.id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""
ON_PRESENT = """
    CREATE TRIGGER identity_pair_present AFTER UPDATE OF status, deleted_at ON customers_customer
    FOR EACH ROW
    WHEN (NEW.status <> OLD.status OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL))
    EXECUTE FUNCTION identity_pair_present()
"""
GONE = """
    CREATE FUNCTION identity_pair_gone() RETURNS trigger AS $$
    BEGIN
        DELETE FROM identity_duplicatepair p USING old_rows o
        WHERE p.organization_id = o.organization_id AND p.low_id = o.id;
        DELETE FROM identity_duplicatepair p USING old_rows o
        WHERE p.organization_id = o.organization_id AND p.high_id = o.id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""
ON_GONE = """
    CREATE TRIGGER identity_pair_gone AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION identity_pair_gone()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0011_list_filters'),
        ('identity', '0006_merges'),
    ]

    operations = [
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.UUIDField(default=wayfolk.kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.SmallIntegerField(default=wayfolk.kit.tenancy.current_organization_id)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=wayfolk.kit.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=wayfolk.kit.clock.now, editable=False)),
                ('weight', models.FloatField()),
                ('levels', models.JSONField(default=dict)),
                ('evidence_key', models.CharField(max_length=32)),
                ('same_email', models.BooleanField(default=False)),
                ('same_phone', models.BooleanField(default=False)),
                ('same_address', models.BooleanField(default=False)),
                ('similar_name', models.BooleanField(default=False)),
                ('state', models.SmallIntegerField(choices=[(0, 'Open'), (1, 'Later'), (2, 'Closed')], default=0)),
                ('high', wayfolk.kit.fields.TenantForeignKey(to='customers.customer')),
                ('low', wayfolk.kit.fields.TenantForeignKey(to='customers.customer')),
            ],
            options={
                'verbose_name': 'possible duplicate',
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organization_id', 'state', '-weight', 'id'], name='identity_pair_queue'), models.Index(condition=models.Q(('same_email', True)), fields=['organization_id', 'state', '-weight', 'id'], name='identity_pair_email'), models.Index(condition=models.Q(('same_phone', True)), fields=['organization_id', 'state', '-weight', 'id'], name='identity_pair_phone'), models.Index(condition=models.Q(('same_address', True)), fields=['organization_id', 'state', '-weight', 'id'], name='identity_pair_address'), models.Index(condition=models.Q(('similar_name', True)), fields=['organization_id', 'state', '-weight', 'id'], name='identity_pair_name'), models.Index(fields=['organization_id', 'high'], name='identity_duplicate_high_i')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'low', 'high'), name='identity_pair_once'), models.CheckConstraint(condition=models.Q(('low__lt', models.F('high'))), name='identity_pair_order'), models.UniqueConstraint(fields=('organization_id', 'id'), name='identity_duplicatepair_tenant_id'), wayfolk.kit.constraints.TenantPolicy(name='identity_duplicatepair_tenant'), wayfolk.kit.constraints.CompositeForeignKey(field='low', name='identity_duplicatepair_low_fk', to='customers.Customer'), wayfolk.kit.constraints.CompositeForeignKey(field='high', name='identity_duplicatepair_high_fk', to='customers.Customer')],
            },
        ),
        migrations.CreateModel(
            name='PairVerdict',
            fields=[
                ('id', models.UUIDField(default=wayfolk.kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.SmallIntegerField(default=wayfolk.kit.tenancy.current_organization_id)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=wayfolk.kit.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=wayfolk.kit.clock.now, editable=False)),
                ('verdict', models.CharField(choices=[('not_same', 'Not the same'), ('later', 'Later')], max_length=10)),
                ('evidence_key', models.CharField(max_length=32)),
                ('high', wayfolk.kit.fields.TenantForeignKey(to='customers.customer')),
                ('low', wayfolk.kit.fields.TenantForeignKey(to='customers.customer')),
            ],
            options={
                'verbose_name': 'verdict on a possible duplicate',
                'verbose_name_plural': 'verdicts on possible duplicates',
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organization_id', 'high'], name='identity_pairverdi_high_i')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'low', 'high'), name='identity_verdict_once'), models.CheckConstraint(condition=models.Q(('low__lt', models.F('high'))), name='identity_verdict_order'), models.UniqueConstraint(fields=('organization_id', 'id'), name='identity_pairverdict_tenant_id'), wayfolk.kit.constraints.TenantPolicy(name='identity_pairverdict_tenant'), wayfolk.kit.constraints.CompositeForeignKey(field='low', name='identity_pairverdict_low_fk', to='customers.Customer'), wayfolk.kit.constraints.CompositeForeignKey(field='high', name='identity_pairverdict_high_fk', to='customers.Customer')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pairverdict',
            trigger=pgtrigger.compiler.Trigger(name='log_insert', sql=wayfolk.audit.change_log.ChangeLogSql(func='INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id, subject_id, related_id, operation, before, after, at)  SELECT n.organization_id, _change_set::uuid, TG_TABLE_NAME, n.id, n."low_id", n."high_id", \'I\', NULL, NULL, now() FROM new_rows n;', hash='936b41b3a7f1e56385bafe280d4cd1505b40c1b8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_log_insert_c31aa', referencing='REFERENCING NEW TABLE AS new_rows ', table='identity_pairverdict', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pairverdict',
            trigger=pgtrigger.compiler.Trigger(name='log_update', sql=wayfolk.audit.change_log.ChangeLogSql(func='INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id, subject_id, related_id, operation, before, after, at)  SELECT n.organization_id, _change_set::uuid, TG_TABLE_NAME, n.id, n."low_id", n."high_id", \'U\', d.before::jsonb, d.after::jsonb, now() FROM old_rows o JOIN new_rows n ON n.id = o.id AND n.organization_id = o.organization_id CROSS JOIN LATERAL (SELECT \'{\' || concat_ws(\',\', CASE WHEN o."created_at" IS DISTINCT FROM n."created_at" THEN \'"created_at":\' || coalesce(to_jsonb(o."created_at")::text, \'null\') END, CASE WHEN o."low_id" IS DISTINCT FROM n."low_id" THEN \'"low_id":\' || coalesce(to_jsonb(o."low_id")::text, \'null\') END, CASE WHEN o."high_id" IS DISTINCT FROM n."high_id" THEN \'"high_id":\' || coalesce(to_jsonb(o."high_id")::text, \'null\') END, CASE WHEN o."verdict" IS DISTINCT FROM n."verdict" THEN \'"verdict":\' || coalesce(to_jsonb(o."verdict")::text, \'null\') END, CASE WHEN o."evidence_key" IS DISTINCT FROM n."evidence_key" THEN \'"evidence_key":\' || coalesce(to_jsonb(o."evidence_key")::text, \'null\') END) || \'}\' AS before, \'{\' || concat_ws(\',\', CASE WHEN o."created_at" IS DISTINCT FROM n."created_at" THEN \'"created_at":\' || coalesce(to_jsonb(n."created_at")::text, \'null\') END, CASE WHEN o."low_id" IS DISTINCT FROM n."low_id" THEN \'"low_id":\' || coalesce(to_jsonb(n."low_id")::text, \'null\') END, CASE WHEN o."high_id" IS DISTINCT FROM n."high_id" THEN \'"high_id":\' || coalesce(to_jsonb(n."high_id")::text, \'null\') END, CASE WHEN o."verdict" IS DISTINCT FROM n."verdict" THEN \'"verdict":\' || coalesce(to_jsonb(n."verdict")::text, \'null\') END, CASE WHEN o."evidence_key" IS DISTINCT FROM n."evidence_key" THEN \'"evidence_key":\' || coalesce(to_jsonb(n."evidence_key")::text, \'null\') END) || \'}\' AS after OFFSET 0) d WHERE d.before <> \'{}\';', hash='c21ef437db5ba8b5aa5d97b40e3e8bc749890691', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_log_update_e35f0', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='identity_pairverdict', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pairverdict',
            trigger=pgtrigger.compiler.Trigger(name='log_delete', sql=wayfolk.audit.change_log.ChangeLogSql(func='INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id, subject_id, related_id, operation, before, after, at)  SELECT o.organization_id, _change_set::uuid, TG_TABLE_NAME, o.id, o."low_id", o."high_id", \'D\', to_jsonb(o), NULL, now() FROM old_rows o;', hash='72ee71070df30a01cbeafe826bbeeff1eff035a1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_log_delete_4b467', referencing='REFERENCING OLD TABLE AS old_rows ', table='identity_pairverdict', when='AFTER')),
        ),
        migrations.RunSQL(
            STATE, "DROP FUNCTION identity_pair_state(smallint, uuid, uuid, varchar)"
        ),
        migrations.RunSQL(JUDGED, "DROP FUNCTION identity_pair_judged"),
        migrations.RunSQL(ON_JUDGED, "DROP TRIGGER identity_pair_judged ON identity_pairverdict"),
        migrations.RunSQL(PRESENT, "DROP FUNCTION identity_pair_present"),
        migrations.RunSQL(ON_PRESENT, "DROP TRIGGER identity_pair_present ON customers_customer"),
        migrations.RunSQL(GONE, "DROP FUNCTION identity_pair_gone"),
        migrations.RunSQL(ON_GONE, "DROP TRIGGER identity_pair_gone ON customers_customer"),
    ]
