"""A page of a change set, a part of the product, a person: each read through its own index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX audit_change_page ON audit_change (organization_id, change_set_id, seq)",
            "DROP INDEX audit_change_page",
        ),
        migrations.RunSQL(
            "DROP INDEX audit_change_set",
            "CREATE INDEX audit_change_set ON audit_change (organization_id, change_set_id)",
        ),
        migrations.AddField(
            "changeset",
            "area",
            models.GeneratedField(
                expression=models.Func(
                    models.F("operation"),
                    models.Value("."),
                    models.Value(1),
                    function="split_part",
                ),
                output_field=models.CharField(max_length=80),
                db_persist=True,
            ),
        ),
        migrations.RemoveIndex("changeset", "audit_changeset_recent"),
        migrations.AddIndex(
            "changeset",
            models.Index(
                fields=["organization_id", "-started_at", "-id"], name="audit_changeset_recent"
            ),
        ),
        migrations.AddIndex(
            "changeset",
            models.Index(
                fields=["organization_id", "author_id", "-started_at", "-id"],
                name="audit_changeset_author",
            ),
        ),
        migrations.AddIndex(
            "changeset",
            models.Index(
                fields=["organization_id", "area", "-started_at", "-id"],
                name="audit_changeset_area",
            ),
        ),
    ]
