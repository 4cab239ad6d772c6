"""Keeps customer totals true, whoever writes bookings: pages, imports, undo or raw SQL.

Each statement adds what it changed to the totals of the customers concerned, so that one booking
more costs the same for whoever has one as for an agency of a hundred thousand.
"""

from django.db import migrations

# Currencies that do not have two decimals; see kit.money.exponent.
DECIMALS = """
    CREATE FUNCTION bookings_decimals(currency text) RETURNS int AS $$
        SELECT CASE
            WHEN currency IN ('ADP', 'AFN', 'ALL', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'IQD',
                'IRR', 'ISK', 'ITL', 'JPY', 'KMF', 'KPW', 'KRW', 'LAK', 'LBP', 'LUF', 'MGA', 'MGF',
                'MMK', 'MRO', 'PYG', 'RSD', 'RWF', 'SLL', 'SOS', 'STD', 'SYP', 'TMM', 'TRL', 'UGX',
                'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF', 'YER', 'ZMK', 'ZWD') THEN 0
            WHEN currency IN ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
            WHEN currency IN ('CLF', 'UYW') THEN 4
            ELSE 2 END
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE
"""

# An amount in another currency, rounded half away from zero, as kit.money.convert does it.
IN_BASE = """
    CREATE FUNCTION bookings_in_base(minor bigint, currency text, rate numeric, base text)
    RETURNS bigint AS $$
        SELECT CASE WHEN currency = base THEN minor
            ELSE round(minor * rate * 10::numeric
                ^ (bookings_decimals(base) - bookings_decimals(currency)))::bigint END
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE
"""

COLUMNS = (
    "turnover_minor", "cost_minor", "pax", "infants",
    "confirmed", "waitlisted", "cancelled", "without_cost",
)  # fmt: skip


def added(rows: str) -> str:
    """A SELECT of what `rows` (bookings, each with a sign of 1 or -1) add to whose totals."""
    total, cost = (
        f"bookings_in_base(b.{amount}, b.currency, b.exchange_rate, o.currency)"
        for amount in ("total_minor", "cost_minor")
    )
    sold = "FILTER (WHERE b.status = 'confirmed')"
    sums = (
        f"sum(sign * {total}) {sold}",
        f"sum(sign * {cost}) {sold}",
        f"sum(sign * (b.adults + b.children)) {sold}",
        f"sum(sign * b.infants) {sold}",
        f"sum(sign) {sold}",
        "sum(sign) FILTER (WHERE b.status IN ('waitlisted', 'place_found'))",
        "sum(sign) FILTER (WHERE b.status = 'cancelled')",
        f"sum(sign * (b.cost_minor IS NULL)::int) {sold}",
    )
    figures = ", ".join(
        f"coalesce({each}, 0) AS {name}" for each, name in zip(sums, COLUMNS, strict=True)
    )
    return (
        f"SELECT b.organization_id, b.customer_id, {figures} FROM ({rows}) AS b"
        " JOIN organization_organization o ON o.id = b.organization_id"
        " GROUP BY b.organization_id, b.customer_id"
    )


def add(rows: str) -> str:
    """The statement that adds `rows`; in the order of customers, so that two never deadlock.

    A customer who is none of the organisation is passed over: the foreign key of bookings refuses
    them in words of its own. Counted, so that each is looked up by the index whatever was planned.
    """
    names = ", ".join(COLUMNS)
    sums = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COLUMNS)
    something = " OR ".join(f"{name} <> 0" for name in COLUMNS)
    return f"""
        INSERT INTO bookings_customertotals AS kept (
            organization_id, id, customer_id, version, created_at, updated_at, {names})
        SELECT organization_id, customer_id, customer_id, 1, now(), now(), {names}
        FROM ({added(rows)}) AS added
        WHERE ({something}) AND (
            SELECT count(*) FROM bookings_customertotals t
            WHERE t.organization_id = added.organization_id AND t.id = added.customer_id) = 1
        ORDER BY organization_id, customer_id
        ON CONFLICT (organization_id, id) DO UPDATE SET
            {sums}, version = kept.version + 1, updated_at = now()
    """


ZEROS = ", ".join(f"{name} = 0" for name in COLUMNS)
NO_TOTALS = f"""
    INSERT INTO bookings_customertotals (
        organization_id, id, customer_id, version, created_at, updated_at, {", ".join(COLUMNS)})
    SELECT organization_id, id, id, 1, now(), now(), {", ".join("0" for _ in COLUMNS)} FROM
"""
NEW, OLD = "SELECT n.*, 1 AS sign FROM new_rows n", "SELECT o.*, -1 AS sign FROM old_rows o"
EVENTS = {
    "insert": ("NEW TABLE AS new_rows", NEW),
    "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{NEW} UNION ALL {OLD}"),
    "delete": ("OLD TABLE AS old_rows", OLD),
}


def keep(event: str) -> tuple[migrations.RunSQL, migrations.RunSQL]:
    """The trigger of an event. No sequential scans: the table was empty when a plan was made."""
    tables, rows = EVENTS[event]
    name = f"bookings_totals_{event}"
    function = f"""
        CREATE FUNCTION {name}() RETURNS trigger AS $$
        BEGIN
            {add(rows)};
            RETURN NULL;
        END $$ LANGUAGE plpgsql SET enable_seqscan = off
    """
    trigger = f"""
        CREATE TRIGGER {name} AFTER {event.upper()} ON bookings_booking
        REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """
    return (
        migrations.RunSQL(function, f"DROP FUNCTION {name}()"),
        migrations.RunSQL(trigger, f"DROP TRIGGER {name} ON bookings_booking"),
    )


# Lists of customers are sorted by their totals, so everybody has some, if only zeros.
NEW_CUSTOMERS = f"""
    CREATE FUNCTION bookings_totals_of_new_customers() RETURNS trigger AS $$
    BEGIN
        {NO_TOTALS} new_rows;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""
ON_NEW_CUSTOMERS = """
    CREATE TRIGGER bookings_totals_new_customers AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION bookings_totals_of_new_customers()
"""
GONE_CUSTOMERS = """
    CREATE FUNCTION bookings_totals_of_gone_customers() RETURNS trigger AS $$
    BEGIN
        DELETE FROM bookings_customertotals WHERE id = ANY (ARRAY(SELECT id FROM old_rows));
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""
ON_GONE_CUSTOMERS = """
    CREATE TRIGGER bookings_totals_gone_customers AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
    EXECUTE FUNCTION bookings_totals_of_gone_customers()
"""

PRESENT = "SELECT b.*, 1 AS sign FROM bookings_booking b"

# Another base currency makes every total another one.
REBUILD = f"""
    CREATE FUNCTION bookings_totals_rebuild() RETURNS trigger AS $$
    BEGIN
        UPDATE bookings_customertotals SET {ZEROS} WHERE organization_id = NEW.id;
        {add(f"{PRESENT} WHERE b.organization_id = NEW.id")};
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""
ON_CURRENCY = """
    CREATE TRIGGER bookings_totals_currency AFTER UPDATE OF currency ON organization_organization
    FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency)
    EXECUTE FUNCTION bookings_totals_rebuild()
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0007_customer_totals"), ("organization", "0001_initial")]
    operations = [
        migrations.RunSQL(DECIMALS, "DROP FUNCTION bookings_decimals"),
        migrations.RunSQL(IN_BASE, "DROP FUNCTION bookings_in_base"),
        *keep("insert"),
        *keep("update"),
        *keep("delete"),
        migrations.RunSQL(REBUILD, "DROP FUNCTION bookings_totals_rebuild"),
        migrations.RunSQL(
            ON_CURRENCY, "DROP TRIGGER bookings_totals_currency ON organization_organization"
        ),
        migrations.RunSQL(NEW_CUSTOMERS, "DROP FUNCTION bookings_totals_of_new_customers"),
        migrations.RunSQL(
            ON_NEW_CUSTOMERS, "DROP TRIGGER bookings_totals_new_customers ON customers_customer"
        ),
        migrations.RunSQL(GONE_CUSTOMERS, "DROP FUNCTION bookings_totals_of_gone_customers"),
        migrations.RunSQL(
            ON_GONE_CUSTOMERS, "DROP TRIGGER bookings_totals_gone_customers ON customers_customer"
        ),
        migrations.RunSQL(f"{NO_TOTALS} customers_customer", "DELETE FROM bookings_customertotals"),
        migrations.RunSQL(add(PRESENT), migrations.RunSQL.noop),
    ]
