"""What kind partners and their contacts are, from the other side too.

Migration 0003 looks when somebody's kind changes. An undo may put a row back after that.
"""

from importlib import import_module

from django.db import migrations

FORMER = import_module("wayfolk.partners.migrations.0003_kinds").CHECK

# Contacts count from today on, by the organisation's own calendar.
FITS = """
    CREATE FUNCTION partners_kind_fits(org smallint, who uuid, as_kind text) RETURNS boolean AS $$
    BEGIN
        IF as_kind = 'person' THEN
            RETURN NOT EXISTS (
                SELECT 1 FROM partners_partner
                WHERE organization_id = org AND customer_id = who AND level <> 'agent'
            );
        END IF;
        RETURN NOT EXISTS (
            SELECT 1 FROM partners_partnercontact
            WHERE organization_id = org AND person_id = who
              AND (to_on IS NULL OR to_on > (
                  SELECT (now() AT TIME ZONE time_zone)::date
                  FROM organization_organization WHERE id = org
              ))
        );
    END $$ LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
"""

# FOR UPDATE waits for whoever is just naming the customer: they hold it FOR KEY SHARE.
OF_CUSTOMER = """
    CREATE OR REPLACE FUNCTION partners_check_kind() RETURNS trigger AS $$
    DECLARE
        found_kind text;
    BEGIN
        SELECT kind INTO found_kind FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = NEW.id FOR UPDATE;
        IF NOT partners_kind_fits(NEW.organization_id, NEW.id, found_kind) THEN
            RAISE EXCEPTION 'customer % cannot be a %', NEW.id, found_kind
                USING ERRCODE = 'WF011', CONSTRAINT = 'partners_kind';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

# Locked as the foreign key locks them, and only then read: what a lock itself returns may be the
# row as it was before it waited.
OF_ROW = """
    CREATE FUNCTION partners_check_named() RETURNS trigger AS $$
    DECLARE
        named uuid;
        wrong_kind text;
        found_kind text;
    BEGIN
        IF TG_TABLE_NAME = 'partners_partner' THEN
            named := NEW.customer_id;
            wrong_kind := 'person';
        ELSE
            named := NEW.person_id;
            wrong_kind := 'company';
        END IF;
        PERFORM 1 FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = named FOR KEY SHARE;
        SELECT kind INTO found_kind FROM customers_customer
            WHERE organization_id = NEW.organization_id AND id = named;
        IF found_kind = wrong_kind
           AND NOT partners_kind_fits(NEW.organization_id, named, found_kind) THEN
            RAISE EXCEPTION 'customer % is a %', named, found_kind
                USING ERRCODE = 'WF011', CONSTRAINT = 'partners_kind';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""

# It is a day earlier in some places than in the database: the function looks more closely.
_TRIGGER = """
    CREATE CONSTRAINT TRIGGER partners_kind
    AFTER INSERT OR UPDATE OF {columns} ON {table}
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ({condition})
    EXECUTE FUNCTION partners_check_named()
"""
TRIGGERS = {
    "partners_partner": ("customer_id, level", "NEW.level <> 'agent'"),
    "partners_partnercontact": (
        "person_id, to_on",
        "NEW.to_on IS NULL OR NEW.to_on >= current_date",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_kinds"), ("organization", "0001_initial")]
    operations = [
        migrations.RunSQL(FITS, "DROP FUNCTION partners_kind_fits(smallint, uuid, text)"),
        migrations.RunSQL(
            OF_CUSTOMER, FORMER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        ),
        migrations.RunSQL(OF_ROW, "DROP FUNCTION partners_check_named()"),
        *(
            migrations.RunSQL(
                _TRIGGER.format(table=table, columns=columns, condition=condition),
                f"DROP TRIGGER partners_kind ON {table}",
            )
            for table, (columns, condition) in TRIGGERS.items()
        ),
    ]
