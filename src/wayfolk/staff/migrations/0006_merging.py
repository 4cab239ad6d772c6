"""Administrators and managers of existing organisations may merge customers."""

from django.db import migrations

MANAGING = ("administrator", "manager")
GRANTED = {"customers.merge": MANAGING}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    role_permission = apps.get_model("staff", "RolePermission")
    roles = apps.get_model("staff", "Role").objects.using(alias).filter(code__in=MANAGING)
    for role in roles:
        held = set(
            role_permission.objects.using(alias)
            .filter(organization_id=role.organization_id, role_id=role.id)
            .values_list("permission", flat=True)
        )
        role_permission.objects.using(alias).bulk_create(
            role_permission(
                organization_id=role.organization_id, role_id=role.id, permission=permission
            )
            for permission, codes in GRANTED.items()
            if role.code in codes and permission not in held
        )


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_saved_filters")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
