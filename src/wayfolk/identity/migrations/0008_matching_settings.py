"""How an organisation finds its duplicates."""

import pgtrigger.compiler
import pgtrigger.migrations
import wayfolk.audit.change_log
import wayfolk.kit.clock
import wayfolk.kit.constraints
import wayfolk.kit.ids
import wayfolk.kit.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0007_duplicate_pairs'),
    ]

    operations = [
        migrations.CreateModel(
            name='MatchingSettings',
            fields=[
                ('id', models.UUIDField(default=wayfolk.kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.SmallIntegerField(default=wayfolk.kit.tenancy.current_organization_id)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=wayfolk.kit.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=wayfolk.kit.clock.now, editable=False)),
                ('suggest_from', models.FloatField(default=2.0, verbose_name='suggest from')),
                ('warn_from', models.FloatField(default=9.0, verbose_name='warn from')),
                ('fields_off', models.JSONField(blank=True, default=list, verbose_name='fields that do not count')),
                ('weights', models.JSONField(default=dict, editable=False)),
                ('trained_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'duplicate detection',
                'verbose_name_plural': 'duplicate detection',
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization_id',), name='identity_matching_once'), models.UniqueConstraint(fields=('organization_id', 'id'), name='identity_matchingsettings_tenant_id'), wayfolk.kit.constraints.TenantPolicy(name='identity_matchingsettings_tenant')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matchingsettings',
            trigger=pgtrigger.compiler.Trigger(name='log_insert', sql=wayfolk.audit.change_log.ChangeLogSql(func='INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id, subject_id, related_id, operation, before, after, at)  SELECT n.organization_id, _change_set::uuid, TG_TABLE_NAME, n.id, n."id", NULL, \'I\', NULL, NULL, now() FROM new_rows n;', hash='a04bfeb5c6e75e14ee46c22066465509419fd14d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_log_insert_c71f1', referencing='REFERENCING NEW TABLE AS new_rows ', table='identity_matchingsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matchingsettings',
            trigger=pgtrigger.compiler.Trigger(name='log_update', sql=wayfolk.audit.change_log.ChangeLogSql(func='INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id, subject_id, related_id, operation, before, after, at)  SELECT n.organization_id, _change_set::uuid, TG_TABLE_NAME, n.id, n."id", NULL, \'U\', d.before::jsonb, d.after::jsonb, now() FROM old_rows o JOIN new_rows n ON n.id = o.id AND n.organization_id = o.organization_id CROSS JOIN LATERAL (SELECT \'{\' || concat_ws(\',\', CASE WHEN o."created_at" IS DISTINCT FROM n."created_at" THEN \'"created_at":\' || coalesce(to_jsonb(o."created_at")::text, \'null\') END, CASE WHEN o."suggest_from" IS DISTINCT FROM n."suggest_from" THEN \'"suggest_from":\' || coalesce(to_jsonb(o."suggest_from")::text, \'null\') END, CASE WHEN o."warn_from" IS DISTINCT FROM n."warn_from" THEN \'"warn_from":\' || coalesce(to_jsonb(o."warn_from")::text, \'null\') END, CASE WHEN o."fields_off" IS DISTINCT FROM n."fields_off" THEN \'"fields_off":\' || coalesce(to_jsonb(o."fields_off")::text, \'null\') END) || \'}\' AS before, \'{\' || concat_ws(\',\', CASE WHEN o."created_at" IS DISTINCT FROM n."created_at" THEN \'"created_at":\' || coalesce(to_jsonb(n."created_at")::text, \'null\') END, CASE WHEN o."suggest_from" IS DISTINCT FROM n."suggest_from" THEN \'"suggest_from":\' || coalesce(to_jsonb(n."suggest_from")::text, \'null\') END, CASE WHEN o."warn_from" IS DISTINCT FROM n."warn_from" THEN \'"warn_from":\' || coalesce(to_jsonb(n."warn_from")::text, \'null\') END, CASE WHEN o."fields_off" IS DISTINCT FROM n."fields_off" THEN \'"fields_off":\' || coalesce(to_jsonb(n."fields_off")::text, \'null\') END) || \'}\' AS after OFFSET 0) d WHERE d.before <> \'{}\';', hash='33f175e1294c845c6c1a66251a260cf5f01e4218', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_log_update_c1c3e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='identity_matchingsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matchingsettings',
            trigger=pgtrigger.compiler.Trigger(name='log_delete', sql=wayfolk.audit.change_log.ChangeLogSql(func='INSERT INTO audit_change (organization_id, change_set_id, table_name, row_id, subject_id, related_id, operation, before, after, at)  SELECT o.organization_id, _change_set::uuid, TG_TABLE_NAME, o.id, o."id", NULL, \'D\', to_jsonb(o), NULL, now() FROM old_rows o;', hash='f7427f83039210249420154f12505641d04d58c8', level='STATEMENT', operation='DELETE', pgid='pgtrigger_log_delete_858e6', referencing='REFERENCING OLD TABLE AS old_rows ', table='identity_matchingsettings', when='AFTER')),
        ),
    ]
