"""Only people live in households, from the other side too: a company cannot be put into one.

Migration 0005 looks when somebody becomes a company. An undo may put a row back after that.
"""

from importlib import import_module

from django.db import migrations

FORMER = import_module("wayfolk.households.migrations.0005_people_only").CHECK

# From today on, by the organisation's own calendar.
BELONGS = """
    CREATE FUNCTION households_belongs(org smallint, who uuid) RETURNS boolean AS $$
    DECLARE
        today date := (SELECT (now() AT TIME ZONE time_zone)::date
                       FROM organization_organization WHERE id = org);
    BEGIN
        RETURN EXISTS (
            SELECT 1 FROM households_householdmember
            WHERE organization_id = org AND customer_id = who AND (to_on IS NULL OR to_on > today)
        ) OR EXISTS (
            SELECT 1 FROM households_connection
            WHERE organization_id = org AND customer_id = who AND (to_on IS NULL OR to_on > today)
        ) OR EXISTS (
            SELECT 1 FROM households_guardian
            WHERE organization_id = org AND child_id = who AND (to_on IS NULL OR to_on > today)
        ) OR EXISTS (
            SELECT 1 FROM households_guardian
            WHERE organization_id = org AND guardian_id = who AND (to_on IS NULL OR to_on > today)
        );
    END $$ LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
"""

# FOR UPDATE waits for whoever is just naming the customer: they hold it FOR KEY SHARE.
OF_CUSTOMER = """
    CREATE OR REPLACE FUNCTION households_check_kind() RETURNS trigger AS $$
    BEGIN
        PERFORM 1 FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.id FOR UPDATE;
        IF EXISTS (
            SELECT 1 FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.id AND kind = 'company'
        ) AND households_belongs(NEW.organization_id, NEW.id) THEN
            RAISE EXCEPTION 'customer % belongs to a household and cannot be a company', NEW.id
                USING ERRCODE = 'WF022', CONSTRAINT = 'households_people_only';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

# Locked as the foreign key locks them, and only then read: what a lock itself returns may be the
# row as it was before it waited.
OF_ROW = """
    CREATE FUNCTION households_check_person() RETURNS trigger AS $$
    DECLARE
        named uuid[];
        one uuid;
        found_kind text;
    BEGIN
        IF TG_TABLE_NAME = 'households_guardian' THEN
            named := ARRAY[NEW.child_id, NEW.guardian_id];
        ELSE
            named := ARRAY[NEW.customer_id];
        END IF;
        FOREACH one IN ARRAY named LOOP
            PERFORM 1 FROM customers_customer
                WHERE organization_id = NEW.organization_id AND id = one FOR KEY SHARE;
            SELECT kind INTO found_kind FROM customers_customer
                WHERE organization_id = NEW.organization_id AND id = one;
            IF found_kind = 'company' AND households_belongs(NEW.organization_id, one) THEN
                RAISE EXCEPTION 'customer % is a company and cannot belong to a household', one
                    USING ERRCODE = 'WF022', CONSTRAINT = 'households_people_only';
            END IF;
        END LOOP;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

# It is a day earlier in some places than in the database: the function looks more closely.
_TRIGGER = """
    CREATE CONSTRAINT TRIGGER households_people_only
    AFTER INSERT OR UPDATE OF {columns} ON {table}
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.to_on IS NULL OR NEW.to_on >= current_date)
    EXECUTE FUNCTION households_check_person()
"""
TRIGGERS = {
    "households_householdmember": "customer_id, to_on",
    "households_connection": "customer_id, to_on",
    "households_guardian": "child_id, guardian_id, to_on",
}


class Migration(migrations.Migration):
    dependencies = [("households", "0006_shared_values"), ("organization", "0001_initial")]
    operations = [
        migrations.RunSQL(BELONGS, "DROP FUNCTION households_belongs(smallint, uuid)"),
        migrations.RunSQL(
            OF_CUSTOMER, FORMER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        ),
        migrations.RunSQL(OF_ROW, "DROP FUNCTION households_check_person()"),
        *(
            migrations.RunSQL(
                _TRIGGER.format(columns=columns, table=table),
                f"DROP TRIGGER households_people_only ON {table}",
            )
            for table, columns in TRIGGERS.items()
        ),
    ]
