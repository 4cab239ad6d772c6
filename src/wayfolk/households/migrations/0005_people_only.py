"""Only people live in households: who does today cannot become a company.

The operation says so in words; undo and raw SQL meet this.
"""

from django.db import migrations

CHECK = """
    CREATE FUNCTION households_check_kind() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM households_householdmember
            WHERE organization_id = NEW.organization_id AND customer_id = NEW.id
              AND (to_on IS NULL OR to_on > current_date)
        ) OR EXISTS (
            SELECT 1 FROM households_connection
            WHERE organization_id = NEW.organization_id AND customer_id = NEW.id
              AND (to_on IS NULL OR to_on > current_date)
        ) OR EXISTS (
            SELECT 1 FROM households_guardian
            WHERE organization_id = NEW.organization_id AND child_id = NEW.id
              AND (to_on IS NULL OR to_on > current_date)
        ) OR EXISTS (
            SELECT 1 FROM households_guardian
            WHERE organization_id = NEW.organization_id AND guardian_id = NEW.id
              AND (to_on IS NULL OR to_on > current_date)
        ) THEN
            RAISE EXCEPTION 'customer % belongs to a household and cannot be a company', NEW.id
                USING ERRCODE = 'WF022', CONSTRAINT = 'households_people_only';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
TRIGGER = """
    CREATE CONSTRAINT TRIGGER households_people_only
    AFTER UPDATE OF kind ON customers_customer
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'company' AND OLD.kind <> 'company')
    EXECUTE FUNCTION households_check_kind()
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0004_customer_search")]
    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION households_check_kind()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER households_people_only ON customers_customer"),
    ]
