"""Customer totals that stay true when bookings come before their customers, or the currency changes.

- Doing an undone import again puts bookings back before their customers: a new customer's totals
  begin with the bookings that are there already.
- Another base currency makes the amounts anew in one statement. Whoever writes a booking meanwhile
  waits for it, and converts into the new currency.
"""

from importlib import import_module

from django.db import migrations

kept = import_module("wayfolk.bookings.migrations.0008_keep_totals")

LOCK = 8190224  # of advisory locks, the second half is the organisation


def keep(event: str) -> migrations.RunSQL:
    """The trigger function of an event: nobody changes the currency while it converts."""
    _, rows = kept.EVENTS[event]
    written = "old_rows" if event == "delete" else "new_rows"
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION bookings_totals_{event}() RETURNS trigger AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared({LOCK}, organization_id)
            FROM (SELECT DISTINCT organization_id FROM {written} ORDER BY 1) AS concerned;
            {kept.add(rows)};
            RETURN NULL;
        END $$ LANGUAGE plpgsql SET enable_seqscan = off
        """,
        migrations.RunSQL.noop,
    )


# Each customer's bookings by the index, whatever was planned while there were none.
WAITING = """
    SELECT b.*, 1 AS sign FROM new_rows n CROSS JOIN LATERAL (
        SELECT * FROM bookings_booking o
        WHERE o.organization_id = n.organization_id AND o.customer_id = n.id OFFSET 0) AS b
"""
NEW_CUSTOMERS = f"""
    CREATE OR REPLACE FUNCTION bookings_totals_of_new_customers() RETURNS trigger AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared({LOCK}, organization_id)
        FROM (SELECT DISTINCT organization_id FROM new_rows ORDER BY 1) AS concerned;
        {kept.NO_TOTALS} new_rows;
        {kept.add(WAITING)};
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""

NAMES = ", ".join(f"{name} = sums.{name}" for name in kept.COLUMNS)
DIFFERENT = " OR ".join(f"t.{name} <> sums.{name}" for name in kept.COLUMNS)


def made_anew(rows: str) -> str:
    """The statement that makes the totals of whoever has bookings among `rows` what they are."""
    return f"""
        UPDATE bookings_customertotals t SET {NAMES}, version = t.version + 1, updated_at = now()
        FROM ({kept.added(rows)}) AS sums
        WHERE t.organization_id = sums.organization_id AND t.id = sums.customer_id
          AND ({DIFFERENT})
    """


REBUILD = f"""
    CREATE OR REPLACE FUNCTION bookings_totals_rebuild() RETURNS trigger AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock({LOCK}, NEW.id);
        {made_anew(f"{kept.PRESENT} WHERE b.organization_id = NEW.id")};
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0010_passengers_travel")]
    operations = [
        keep("insert"),
        keep("update"),
        keep("delete"),
        migrations.RunSQL(NEW_CUSTOMERS, migrations.RunSQL.noop),
        migrations.RunSQL(REBUILD, migrations.RunSQL.noop),
        migrations.RunSQL(made_anew(kept.PRESENT), migrations.RunSQL.noop),
    ]
