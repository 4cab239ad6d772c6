"""Consortium over agency over agent, in the database; and sort keys that follow the customer."""

from django.db import migrations

# Levels that only go down leave no room for a cycle. Both ends of the link are locked before
# looking, so that of two transactions that change the two ends the second sees what the first
# one did. Deferred: an undo may put a level and a parent back in any order.
CHECK = """
    CREATE FUNCTION partners_check_hierarchy() RETURNS trigger AS $$
    DECLARE
        levels constant text[] := ARRAY['consortium', 'agency', 'agent'];
        own record;
    BEGIN
        PERFORM 1 FROM partners_partner
            WHERE organization_id = NEW.organization_id AND id IN (NEW.id, NEW.parent_id)
            ORDER BY id FOR NO KEY UPDATE;
        SELECT p.parent_id, array_position(levels, p.level::text) AS rank INTO own
            FROM partners_partner p
            WHERE p.organization_id = NEW.organization_id AND p.id = NEW.id;
        IF EXISTS (
            SELECT 1 FROM partners_partner
            WHERE organization_id = NEW.organization_id AND id = own.parent_id
              AND array_position(levels, level::text) >= own.rank
        ) OR EXISTS (
            SELECT 1 FROM partners_partner
            WHERE organization_id = NEW.organization_id AND parent_id = NEW.id
              AND array_position(levels, level::text) <= own.rank
        ) THEN
            RAISE EXCEPTION 'partner % does not stand below its parent and above its members',
                NEW.id USING ERRCODE = 'WF010', CONSTRAINT = 'partners_hierarchy';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
CHECK_TRIGGER = """
    CREATE CONSTRAINT TRIGGER partners_hierarchy
    AFTER INSERT OR UPDATE OF parent_id, level ON partners_partner
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION partners_check_hierarchy()
"""

# Of a million customers few are partners and fewer change their names: looked up row by row.
FOLLOW = """
    CREATE FUNCTION partners_follow_name() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM partners_partner
            WHERE organization_id = NEW.organization_id AND customer_id = NEW.id
        ) THEN
            UPDATE partners_partner SET sort_key = NEW.sort_key
                WHERE organization_id = NEW.organization_id AND customer_id = NEW.id;
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
FOLLOW_TRIGGER = """
    CREATE TRIGGER partners_follow_name AFTER UPDATE OF sort_key ON customers_customer
    FOR EACH ROW WHEN (OLD.sort_key IS DISTINCT FROM NEW.sort_key)
    EXECUTE FUNCTION partners_follow_name()
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION partners_check_hierarchy()"),
        migrations.RunSQL(CHECK_TRIGGER, "DROP TRIGGER partners_hierarchy ON partners_partner"),
        migrations.RunSQL(FOLLOW, "DROP FUNCTION partners_follow_name()"),
        migrations.RunSQL(
            FOLLOW_TRIGGER, "DROP TRIGGER partners_follow_name ON customers_customer"
        ),
    ]
