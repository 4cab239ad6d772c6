"""A range of numbers begins after what was given, and stays once one of its numbers was given."""

from django.db import migrations

# The organisation's sequence is locked before looking, made where it has not begun: two
# transactions, one that counts on and one that adds a range, take turns.
BEGIN = """
    CREATE FUNCTION organization_range_begins() RETURNS trigger AS $$
    DECLARE
        counted bigint;
    BEGIN
        INSERT INTO organization_numbering
            (id, organization_id, kind, next_value, version, created_at, updated_at)
        VALUES (gen_random_uuid(), NEW.organization_id, NEW.kind, 1, 1, now(), now())
        ON CONFLICT (organization_id, kind)
            DO UPDATE SET next_value = organization_numbering.next_value
        RETURNING next_value INTO counted;
        IF NEW.first < counted THEN
            RAISE EXCEPTION 'numbers below % have been given', counted
                USING ERRCODE = 'WF004', CONSTRAINT = 'organization_range_begins';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
"""

STAY = """
    CREATE FUNCTION organization_range_stays() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'numbers of the range % to % have been given', OLD.first, OLD.last
            USING ERRCODE = 'WF004', CONSTRAINT = 'organization_range_stays';
    END $$ LANGUAGE plpgsql
"""

ADDED = """
    CREATE TRIGGER organization_range_begins BEFORE INSERT ON organization_numberrange
    FOR EACH ROW EXECUTE FUNCTION organization_range_begins()
"""

REMOVED = """
    CREATE TRIGGER organization_range_stays BEFORE DELETE ON organization_numberrange
    FOR EACH ROW WHEN (OLD.next_value > OLD.first) EXECUTE FUNCTION organization_range_stays()
"""

# Other ends, another kind or another brand would leave numbers where they do not belong.
MOVED = """
    CREATE TRIGGER organization_range_unmoved BEFORE UPDATE ON organization_numberrange
    FOR EACH ROW WHEN ((OLD.first, OLD.last, OLD.kind, OLD.brand_id)
        IS DISTINCT FROM (NEW.first, NEW.last, NEW.kind, NEW.brand_id)
        OR NEW.next_value < OLD.next_value)
    EXECUTE FUNCTION organization_range_stays()
"""


class Migration(migrations.Migration):
    dependencies = [("organization", "0003_brands")]
    operations = [
        migrations.RunSQL(BEGIN, "DROP FUNCTION organization_range_begins()"),
        migrations.RunSQL(STAY, "DROP FUNCTION organization_range_stays()"),
        migrations.RunSQL(
            ADDED, "DROP TRIGGER organization_range_begins ON organization_numberrange"
        ),
        migrations.RunSQL(
            REMOVED, "DROP TRIGGER organization_range_stays ON organization_numberrange"
        ),
        migrations.RunSQL(
            MOVED, "DROP TRIGGER organization_range_unmoved ON organization_numberrange"
        ),
    ]
