"""An organisation with active members keeps somebody who administers it, at commit."""

from django.db import migrations

# The roles are locked before looking, so that two transactions that each take the right from
# the other's administrator take turns, and the second one sees what the first one did.
FUNCTION = """
    CREATE FUNCTION staff_check_administrator() RETURNS trigger AS $$
    DECLARE
        checked smallint := coalesce(NEW.organization_id, OLD.organization_id);
    BEGIN
        PERFORM 1 FROM staff_role WHERE organization_id = checked ORDER BY id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1 FROM staff_membership WHERE organization_id = checked AND is_active
        ) AND NOT EXISTS (
            SELECT 1 FROM staff_membership m JOIN staff_rolepermission p
            ON p.organization_id = m.organization_id AND p.role_id = m.role_id
            WHERE m.organization_id = checked AND m.is_active
              AND p.permission = 'staff.administer'
        ) THEN
            RAISE EXCEPTION 'organisation % would have nobody who administers it', checked
                USING ERRCODE = 'WF003', CONSTRAINT = 'staff_administrator_left';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

MEMBERS = """
    CREATE CONSTRAINT TRIGGER staff_administrator_left
    AFTER UPDATE OF is_active, role_id OR DELETE ON staff_membership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION staff_check_administrator()
"""

PERMISSIONS = """
    CREATE CONSTRAINT TRIGGER staff_administrator_left
    AFTER UPDATE OF permission, role_id OR DELETE ON staff_rolepermission
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION staff_check_administrator()
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION staff_check_administrator()"),
        migrations.RunSQL(
            MEMBERS, "DROP TRIGGER staff_administrator_left ON staff_membership"
        ),
        migrations.RunSQL(
            PERMISSIONS, "DROP TRIGGER staff_administrator_left ON staff_rolepermission"
        ),
    ]
