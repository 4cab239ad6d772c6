"""Consortia and agencies are companies, and people speak for partners, when a kind changes.

The operation says so in words; undo and raw SQL meet this.
"""

from django.db import migrations

CHECK = """
    CREATE FUNCTION partners_check_kind() RETURNS trigger AS $$
    BEGIN
        IF (NEW.kind = 'person' AND EXISTS (
            SELECT 1 FROM partners_partner
            WHERE organization_id = NEW.organization_id AND customer_id = NEW.id
              AND level <> 'agent'
        )) OR (NEW.kind = 'company' AND EXISTS (
            SELECT 1 FROM partners_partnercontact
            WHERE organization_id = NEW.organization_id AND person_id = NEW.id
              AND (to_on IS NULL OR to_on > current_date)
        )) THEN
            RAISE EXCEPTION 'customer % cannot be a %', NEW.id, NEW.kind
                USING ERRCODE = 'WF011', CONSTRAINT = 'partners_kind';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
TRIGGER = """
    CREATE CONSTRAINT TRIGGER partners_kind
    AFTER UPDATE OF kind ON customers_customer
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind <> OLD.kind)
    EXECUTE FUNCTION partners_check_kind()
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_hierarchy")]
    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION partners_check_kind()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER partners_kind ON customers_customer"),
    ]
