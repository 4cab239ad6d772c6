"""What holds between a booking, its lines and their categories, whoever writes them.

Each line has the kind of its category and the currency of its booking, and the price and cost of
a booking that has lines are their sums. The last is looked at when the change is complete: an undo
puts a former price back before the lines that it was the sum of.
"""

from django.db import migrations

SAME_KIND = """
    ALTER TABLE bookings_bookingline ADD CONSTRAINT bookings_line_kind_of_category
    FOREIGN KEY (organization_id, category_id, kind)
    REFERENCES bookings_linecategory (organization_id, id, kind) DEFERRABLE INITIALLY DEFERRED
"""

# The categories that every organisation starts with; see bookings.operations.categories.
BUILT_IN = """
    INSERT INTO bookings_linecategory (
        id, organization_id, version, created_at, updated_at, name, kind, code, position,
        is_retired)
    SELECT gen_random_uuid(), o.id, 1, now(), now(), c.name, c.kind, c.kind, c.position, false
    FROM organization_organization o CROSS JOIN (VALUES
        ('Basic', 'basic', 1), ('Insurance', 'insurance', 2), ('Transfer', 'transfer', 3),
        ('Fee', 'fee', 4), ('Discount', 'discount', 5), ('Supplement', 'supplement', 6),
        ('Pickup point', 'pickup', 7), ('Other', 'other', 8)) AS c (name, kind, position)
"""

CHECK = """
    CREATE FUNCTION bookings_check_price() RETURNS trigger AS $$
    DECLARE
        found record;
    BEGIN
        SELECT b.number, (b.total_minor, b.cost_minor) IS DISTINCT FROM
                   (sum(l.amount_minor)::bigint, sum(l.cost_minor)::bigint) AS is_another_price,
               bool_or(l.currency <> b.currency) AS is_another_currency
        INTO found
        FROM bookings_booking b JOIN bookings_bookingline l
          ON l.organization_id = b.organization_id AND l.booking_id = b.id
        WHERE b.organization_id = NEW.organization_id AND b.id = NEW.id
        GROUP BY b.id;
        IF found.is_another_currency THEN
            RAISE EXCEPTION 'booking % has lines in another currency', found.number
                USING ERRCODE = 'WF061', CONSTRAINT = 'bookings_currency_of_lines';
        END IF;
        IF found.is_another_price THEN
            RAISE EXCEPTION 'the price of booking % is not the sum of its lines', found.number
                USING ERRCODE = 'WF060', CONSTRAINT = 'bookings_price_of_lines';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
"""
ON_PRICE = """
    CREATE CONSTRAINT TRIGGER bookings_price_of_lines
    AFTER UPDATE OF total_minor, cost_minor, currency ON bookings_booking
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((OLD.total_minor, OLD.cost_minor, OLD.currency) IS DISTINCT FROM
                       (NEW.total_minor, NEW.cost_minor, NEW.currency))
    EXECUTE FUNCTION bookings_check_price()
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0012_booking_lines"), ("organization", "0001_initial")]
    operations = [
        migrations.RunSQL(
            SAME_KIND,
            "ALTER TABLE bookings_bookingline DROP CONSTRAINT bookings_line_kind_of_category",
        ),
        migrations.RunSQL(BUILT_IN, migrations.RunSQL.noop),
        migrations.RunSQL(CHECK, "DROP FUNCTION bookings_check_price()"),
        migrations.RunSQL(ON_PRICE, "DROP TRIGGER bookings_price_of_lines ON bookings_booking"),
    ]
