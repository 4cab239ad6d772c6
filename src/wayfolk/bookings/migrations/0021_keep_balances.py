"""Keeps the balances of bookings true, whoever writes payments, due dates or bookings.

Each statement makes the balances of the bookings concerned anew: a booking has few payments. Of
bookings without payments and due dates nothing is kept: they owe their price.
"""

from django.db import migrations

# {ids}: an array of ids of bookings. Whoever else writes payments of the same booking waits for its
# row, so that each sees what the other wrote.
LOCK = """
    PERFORM 1 FROM bookings_booking WHERE organization_id = ANY ({orgs}) AND id = ANY ({ids})
    ORDER BY id FOR NO KEY UPDATE
"""
PAID = """
    SELECT p.organization_id, p.booking_id,
        coalesce(sum(w.minor) FILTER (WHERE p.state = 'received'), 0) AS paid,
        coalesce(sum(w.minor) FILTER (WHERE p.state = 'pending'), 0) AS pending
    FROM bookings_payment p
    JOIN bookings_booking b ON b.organization_id = p.organization_id AND b.id = p.booking_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN p.direction = 'refund' THEN -1 ELSE 1 END
            * bookings_in_base(p.amount_minor, p.currency, p.exchange_rate, b.currency) AS minor
    ) AS w
    WHERE p.organization_id = ANY (orgs) AND p.booking_id = ANY (ids)
    GROUP BY p.organization_id, p.booking_id
"""
STANDS = f"""
    SELECT b.organization_id, b.id, b.customer_id, b.currency, b.status,
        CASE WHEN b.status = 'cancelled' THEN 0 ELSE b.total_minor END AS price,
        coalesce(m.paid, 0) AS paid, coalesce(m.pending, 0) AS pending
    FROM bookings_booking b
    LEFT JOIN ({PAID}) AS m ON m.organization_id = b.organization_id AND m.booking_id = b.id
    WHERE b.organization_id = ANY (orgs) AND b.id = ANY (ids) AND (
        m.booking_id IS NOT NULL OR EXISTS (
            SELECT 1 FROM bookings_paymentdue d
            WHERE d.organization_id = b.organization_id AND d.booking_id = b.id))
"""
# The first day by which more is due than has come in; amounts of several days add up.
FIRST_UNMET = """
    SELECT min(due_on) FROM (
        SELECT d.due_on, CASE WHEN bool_or(d.amount_minor IS NULL) OVER days THEN s.price
            ELSE least(s.price, sum(d.amount_minor) OVER days) END AS required
        FROM bookings_paymentdue d
        WHERE d.organization_id = s.organization_id AND d.booking_id = s.id
        WINDOW days AS (ORDER BY d.due_on)
    ) AS wanted WHERE s.status = 'confirmed' AND wanted.required > s.paid
"""
REFRESH = f"""
    CREATE FUNCTION bookings_refresh_balances(orgs smallint[], ids uuid[]) RETURNS void AS $$
    BEGIN
        {LOCK.format(orgs="orgs", ids="ids")};
        WITH stands AS ({STANDS}), gone AS (
            DELETE FROM bookings_bookingbalance
            WHERE organization_id = ANY (orgs) AND id = ANY (ids)
              AND id NOT IN (SELECT id FROM stands)
        )
        INSERT INTO bookings_bookingbalance AS kept (
            organization_id, id, booking_id, customer_id, version, created_at, updated_at,
            currency, price_minor, paid_minor, pending_minor, balance_minor, due_on)
        SELECT s.organization_id, s.id, s.id, s.customer_id, 1, now(), now(),
            s.currency, s.price, s.paid, s.pending, s.price - s.paid, ({FIRST_UNMET})
        FROM stands s ORDER BY s.organization_id, s.id
        ON CONFLICT (organization_id, id) DO UPDATE SET
            customer_id = excluded.customer_id, currency = excluded.currency,
            price_minor = excluded.price_minor, paid_minor = excluded.paid_minor,
            pending_minor = excluded.pending_minor, balance_minor = excluded.balance_minor,
            due_on = excluded.due_on, version = kept.version + 1, updated_at = now();
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""

_TABLES = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows"}
_TABLES["update"] = "OLD TABLE AS old_rows NEW TABLE AS new_rows"
_ROWS = {
    "insert": "SELECT * FROM new_rows",
    "delete": "SELECT * FROM old_rows",
    "update": "SELECT * FROM new_rows UNION ALL SELECT * FROM old_rows",
}


def _refreshing(name: str, concerned: str) -> str:
    """A trigger function that refreshes the bookings of `concerned` (organization_id, booking_id)."""
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger AS $$
        DECLARE
            orgs smallint[];
            ids uuid[];
        BEGIN
            SELECT array_agg(DISTINCT organization_id), array_agg(DISTINCT booking_id)
                INTO orgs, ids FROM ({concerned}) AS concerned;
            IF ids IS NOT NULL THEN
                PERFORM bookings_refresh_balances(orgs, ids);
            END IF;
            RETURN NULL;
        END $$ LANGUAGE plpgsql SET enable_seqscan = off
    """


def _on(table: str, event: str, name: str) -> str:
    return f"""
        CREATE TRIGGER {name} AFTER {event.upper()} ON {table}
        REFERENCING {_TABLES[event]} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """


def keep(table: str, event: str, concerned: str) -> tuple[migrations.RunSQL, migrations.RunSQL]:
    name = f"{table}_balance_{event}"
    return (
        migrations.RunSQL(_refreshing(name, concerned), f"DROP FUNCTION {name}()"),
        migrations.RunSQL(_on(table, event, name), f"DROP TRIGGER {name} ON {table}"),
    )


# A booking put back by an undo may come after its payments.
COME = """
    SELECT n.organization_id, n.id AS booking_id FROM new_rows n
    WHERE EXISTS (SELECT 1 FROM bookings_payment p
            WHERE p.organization_id = n.organization_id AND p.booking_id = n.id)
       OR EXISTS (SELECT 1 FROM bookings_paymentdue d
            WHERE d.organization_id = n.organization_id AND d.booking_id = n.id)
"""
CHANGED = """
    SELECT n.organization_id, n.id AS booking_id FROM new_rows n
    JOIN old_rows o ON o.organization_id = n.organization_id AND o.id = n.id
    WHERE (n.total_minor, n.currency, n.status, n.customer_id)
        IS DISTINCT FROM (o.total_minor, o.currency, o.status, o.customer_id)
      AND EXISTS (SELECT 1 FROM bookings_bookingbalance k
            WHERE k.organization_id = n.organization_id AND k.id = n.id)
"""
GONE = "SELECT o.organization_id, o.id AS booking_id FROM old_rows o"

# No booking gives back more than it received. Looked at when the change is whole; the row of the
# booking is held by then.
BEYOND = """
    CREATE FUNCTION bookings_check_refunds() RETURNS trigger AS $$
    DECLARE
        org smallint := coalesce(NEW.organization_id, OLD.organization_id);
        which uuid := coalesce(NEW.booking_id, OLD.booking_id);
        left_over numeric;
    BEGIN
        SELECT sum(CASE
                WHEN p.direction = 'refund' AND p.state <> 'reversed' THEN -w.minor
                WHEN p.direction = 'in' AND p.state = 'received' THEN w.minor ELSE 0 END)
            INTO left_over
        FROM bookings_payment p
        JOIN bookings_booking b ON b.organization_id = p.organization_id AND b.id = p.booking_id
        CROSS JOIN LATERAL (SELECT bookings_in_base(
            p.amount_minor, p.currency, p.exchange_rate, b.currency) AS minor) AS w
        WHERE p.organization_id = org AND p.booking_id = which;
        IF left_over < 0 THEN
            RAISE EXCEPTION 'booking % would give back more than it received', which
                USING ERRCODE = 'WF072', CONSTRAINT = 'bookings_refund_within';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""
ON_PAYMENT = """
    CREATE CONSTRAINT TRIGGER bookings_refund_within
    AFTER INSERT OR UPDATE OR DELETE ON bookings_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_check_refunds()
"""

# The rates of its payments lead to the booking's currency.
CURRENCY = """
    CREATE FUNCTION bookings_check_currency() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM bookings_payment p JOIN bookings_booking b
              ON b.organization_id = p.organization_id AND b.id = p.booking_id
            WHERE p.organization_id = NEW.organization_id AND p.booking_id = NEW.id
              AND p.state <> 'reversed' AND b.currency <> OLD.currency
        ) THEN
            RAISE EXCEPTION 'booking % has payments in rates to %', NEW.id, OLD.currency
                USING ERRCODE = 'WF072', CONSTRAINT = 'bookings_payment_currency';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""
ON_CURRENCY = """
    CREATE CONSTRAINT TRIGGER bookings_payment_currency AFTER UPDATE OF currency ON bookings_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency)
    EXECUTE FUNCTION bookings_check_currency()
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0020_payments"), ("bookings", "0008_keep_totals")]
    operations = [
        migrations.RunSQL(REFRESH, "DROP FUNCTION bookings_refresh_balances(smallint[], uuid[])"),
        *(
            operation
            for table in ("bookings_payment", "bookings_paymentdue")
            for event, rows in _ROWS.items()
            for operation in keep(table, event, rows.replace("*", "organization_id, booking_id"))
        ),
        *keep("bookings_booking", "insert", COME),
        *keep("bookings_booking", "update", CHANGED),
        *keep("bookings_booking", "delete", GONE),
        migrations.RunSQL(BEYOND, "DROP FUNCTION bookings_check_refunds()"),
        migrations.RunSQL(ON_PAYMENT, "DROP TRIGGER bookings_refund_within ON bookings_payment"),
        migrations.RunSQL(CURRENCY, "DROP FUNCTION bookings_check_currency()"),
        migrations.RunSQL(
            ON_CURRENCY, "DROP TRIGGER bookings_payment_currency ON bookings_booking"
        ),
    ]
