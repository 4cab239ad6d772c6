"""Roles that organisations started with get the permissions that came after them."""

from django.db import migrations

EVERYBODY = ("administrator", "manager", "consultant", "viewer")
CONSULTING = ("administrator", "manager", "consultant")
MANAGING = ("administrator", "manager")

# Each permission that was added since the first roles, and the roles that start with it.
GRANTED = {
    "households.view": EVERYBODY,
    "households.edit": CONSULTING,
    "partners.view": EVERYBODY,
    "partners.edit": MANAGING,
    "partners.terms": MANAGING,
    "payments.view": EVERYBODY,
    "payments.edit": CONSULTING,
    "offers.view": EVERYBODY,
    "offers.edit": CONSULTING,
    "catalogs.view": EVERYBODY,
    "catalogs.edit": CONSULTING,
    "service.view": EVERYBODY,
    "service.edit": CONSULTING,
    "loyalty.view": EVERYBODY,
    "loyalty.edit": CONSULTING,
    "communications.view": EVERYBODY,
    "communications.send": CONSULTING,
    "communications.bulk": MANAGING,
    "exports.run": MANAGING,
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    role_permission = apps.get_model("staff", "RolePermission")
    roles = apps.get_model("staff", "Role").objects.using(alias).filter(code__in=EVERYBODY)
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
    dependencies = [("staff", "0002_last_administrator")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
