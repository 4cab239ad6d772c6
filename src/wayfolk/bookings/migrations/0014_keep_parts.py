"""Customer totals by parts and by years, kept as lines and bookings change.

What a customer's bookings come to depends on the bookings and on their lines. A statement changes
one of the two; its trigger adds what the sums are now less what they were, with the other as it
is. So they are true after every statement, whatever the order. See docs/algorithms/totals.md.
"""

from importlib import import_module

from django.db import migrations

LOCK = import_module("wayfolk.bookings.migrations.0011_totals_in_any_order").LOCK

# Column of the totals -> kind of line.
PARTS = {
    "basic_minor": "basic",
    "insurance_minor": "insurance",
    "transfers_minor": "transfer",
    "fees_minor": "fee",
    "discounts_minor": "discount",
    "supplements_minor": "supplement",
    "pickup_minor": "pickup",
    "others_minor": "other",
}
MONEY = (*PARTS, "cost_minor")
SUMS = (*MONEY, "without_cost", "pax", "infants")
COLUMNS = ("turnover_minor", *SUMS, "confirmed", "waitlisted", "cancelled")
YEAR = "extract(year FROM coalesce(b.departs_on, b.booked_on))::smallint AS year"
OWN = "l.organization_id = b.organization_id AND l.booking_id = b.id"


def in_base(amount: str) -> str:
    return f"bookings_in_base({amount}, b.currency, b.exchange_rate, o.currency)"


def by_kind(sign: str = "") -> str:
    """Sums of the lines `l` in the base currency, each line rounded before it is added."""
    return ", ".join(
        f"coalesce(sum({sign}{in_base('l.amount_minor')}) FILTER (WHERE l.kind = '{kind}'), 0)"
        f" AS {column}"
        for column, kind in PARTS.items()
    )


def of_bookings(rows: str) -> str:
    """What bookings, each with a sign of 1 or -1, come to by their lines as they are."""
    parts = ", ".join(f"b.sign * l.{column} AS {column}" for column in list(PARTS)[1:])
    return f"""
        SELECT b.organization_id, b.customer_id, {YEAR}, b.departs_on, b.status, b.sign,
            b.sign * CASE WHEN l.n = 0 THEN {in_base("b.total_minor")} ELSE l.basic_minor END
                AS basic_minor,
            {parts},
            b.sign * coalesce(
                CASE WHEN l.n = 0 THEN {in_base("b.cost_minor")} ELSE l.cost_minor END, 0)
                AS cost_minor,
            b.sign * (CASE WHEN l.n = 0 THEN b.cost_minor IS NULL ELSE l.costed = 0 END)::int
                AS without_cost,
            b.sign * (b.adults + b.children) AS pax, b.sign * b.infants AS infants
        FROM ({rows}) AS b
        JOIN organization_organization o ON o.id = b.organization_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS n, count(l.cost_minor) AS costed, {by_kind()},
                sum({in_base("l.cost_minor")}) AS cost_minor
            FROM bookings_bookingline l WHERE {OWN} AND b.status = 'confirmed') AS l
    """


def of_lines(rows: str) -> str:
    """What lines, each with a sign of 1 or -1, change in what their bookings come to.

    The first lines of a booking replace its own price and cost, which count again when the last
    ones go: `own` is -1, 1, or 0 where it had lines before and has some now.
    """
    parts = ", ".join(f"d.{column}" for column in list(PARTS)[1:])
    return f"""
        SELECT b.organization_id, b.customer_id, {YEAR}, NULL::date AS departs_on, b.status,
            0 AS sign, d.basic_minor + t.own * {in_base("b.total_minor")} AS basic_minor, {parts},
            d.cost_minor + t.own * coalesce({in_base("b.cost_minor")}, 0) AS cost_minor,
            t.without_cost, 0 AS pax, 0 AS infants
        FROM (
            SELECT l.organization_id, l.booking_id, sum(l.sign) AS n,
                coalesce(sum(l.sign) FILTER (WHERE l.cost_minor IS NOT NULL), 0) AS costed,
                {by_kind("l.sign * ")},
                coalesce(sum(l.sign * {in_base("l.cost_minor")}), 0) AS cost_minor
            FROM ({rows}) AS l JOIN bookings_booking b
              ON b.organization_id = l.organization_id AND b.id = l.booking_id
            JOIN organization_organization o ON o.id = b.organization_id
            GROUP BY l.organization_id, l.booking_id) AS d
        JOIN bookings_booking b ON b.organization_id = d.organization_id AND b.id = d.booking_id
        JOIN organization_organization o ON o.id = b.organization_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS n, count(l.cost_minor) AS costed
            FROM bookings_bookingline l WHERE {OWN}) AS p
        CROSS JOIN LATERAL (
            SELECT (p.n = 0)::int - (p.n = d.n)::int AS own,
                (CASE WHEN p.n = 0 THEN b.cost_minor IS NULL ELSE p.costed = 0 END)::int
                - (CASE WHEN p.n = d.n THEN b.cost_minor IS NULL ELSE p.costed = d.costed END)::int
                AS without_cost) AS t
        WHERE b.status = 'confirmed'
    """


def grouped(each: str) -> str:
    """Sums for each customer of the rows of `each`, which of_bookings or of_lines made."""
    sold = "FILTER (WHERE status = 'confirmed')"
    figures = {
        "turnover_minor": f"sum({' + '.join(PARTS)}) {sold}",
        **{column: f"sum({column}) {sold}" for column in SUMS},
        "confirmed": f"sum(sign) {sold}",
        "waitlisted": "sum(sign) FILTER (WHERE status IN ('waitlisted', 'place_found'))",
        "cancelled": "sum(sign) FILTER (WHERE status = 'cancelled')",
    }
    named = ", ".join(f"coalesce({sums}, 0) AS {name}" for name, sums in figures.items())
    return f"""
        SELECT organization_id, customer_id, {named},
            max(departs_on) FILTER (WHERE status = 'confirmed' AND sign > 0) AS came_on,
            max(departs_on) FILTER (WHERE status = 'confirmed' AND sign < 0) AS left_on
        FROM {each} GROUP BY organization_id, customer_id
    """


YEARLY = {
    "turnover_minor": " + ".join(PARTS),
    "cost_minor": "cost_minor",
    "bookings": "sign",
    "pax": "pax",
    "without_cost": "without_cost",
}


def by_year(each: str) -> str:
    figures = ", ".join(f"sum({sums}) AS {name}" for name, sums in YEARLY.items())
    return f"""
        SELECT organization_id, customer_id, year, {figures}
        FROM {each} WHERE status = 'confirmed' GROUP BY organization_id, customer_id, year
    """


def added(table_alias: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} = {table_alias}.{name} + excluded.{name}" for name in names)


# A customer who is none of the organisation is passed over: the foreign key of bookings refuses
# them in words of its own. Counted, so that each is looked up by the index whatever was planned.
HAS_TOTALS = """(
    SELECT count(*) FROM bookings_customertotals t
    WHERE t.organization_id = due.organization_id AND t.id = due.customer_id) = 1
"""


def add(each: str) -> str:
    """The statement that adds to totals, and then to years; in the order of customers.

    Whoever changes a customer's years holds their totals: two never wait for one another.
    """
    names = ", ".join(COLUMNS)
    something = " OR ".join(f"{name} <> 0" for name in COLUMNS)
    years = ", ".join(YEARLY)
    something_yearly = " OR ".join(f"{name} <> 0" for name in YEARLY)
    return f"""
        WITH each_one AS MATERIALIZED ({each}), totals AS (
            INSERT INTO bookings_customertotals AS kept (
                organization_id, id, customer_id, version, created_at, updated_at, {names},
                last_departure_on)
            SELECT organization_id, customer_id, customer_id, 1, now(), now(), {names}, came_on
            FROM ({grouped("each_one")}) AS due
            WHERE ({something} OR came_on IS DISTINCT FROM left_on) AND {HAS_TOTALS}
            ORDER BY organization_id, customer_id
            ON CONFLICT (organization_id, id) DO UPDATE SET {added("kept", COLUMNS)},
                last_departure_on = greatest(kept.last_departure_on, excluded.last_departure_on),
                version = kept.version + 1, updated_at = now()
            RETURNING 1)
        INSERT INTO bookings_customeryear AS kept (
            id, organization_id, customer_id, year, version, created_at, updated_at, {years})
        SELECT gen_random_uuid(), organization_id, customer_id, year, 1, now(), now(), {years}
        FROM ({by_year("each_one")}) AS due
        WHERE (SELECT count(*) FROM totals) >= 0 AND ({something_yearly}) AND {HAS_TOTALS}
        ORDER BY organization_id, customer_id, year
        ON CONFLICT (organization_id, customer_id, year) DO UPDATE SET
            {added("kept", tuple(YEARLY))}, version = kept.version + 1, updated_at = now()
    """


def look_back(rows: str) -> str:
    """The statement that finds the last departure of who lost theirs, now that it is locked."""
    return f"""
        UPDATE bookings_customertotals t SET last_departure_on = (
            SELECT max(b.departs_on) FROM bookings_booking b
            WHERE b.organization_id = t.organization_id AND b.customer_id = t.customer_id
              AND b.status = 'confirmed')
        FROM (
            SELECT organization_id, customer_id,
                max(departs_on) FILTER (WHERE sign > 0) AS came_on,
                max(departs_on) FILTER (WHERE sign < 0) AS left_on
            FROM ({rows}) AS b WHERE status = 'confirmed'
            GROUP BY organization_id, customer_id) AS moved
        WHERE t.organization_id = moved.organization_id AND t.id = moved.customer_id
          AND left_on > coalesce(came_on, '-infinity') AND t.last_departure_on = left_on
    """


def settle(bookings: str) -> str:
    """The statement that makes price and cost of bookings (organization_id, id) their lines'."""
    return f"""
        UPDATE bookings_booking b SET total_minor = s.total, cost_minor = s.cost,
            version = b.version + 1, updated_at = now()
        FROM ({bookings}) AS w CROSS JOIN LATERAL (
            SELECT count(*) AS n, sum(l.amount_minor)::bigint AS total,
                sum(l.cost_minor)::bigint AS cost
            FROM bookings_bookingline l
            WHERE l.organization_id = w.organization_id AND l.booking_id = w.id) AS s
        WHERE b.organization_id = w.organization_id AND b.id = w.id AND s.n > 0
          AND (b.total_minor, b.cost_minor) IS DISTINCT FROM (s.total, s.cost)
    """


NEW, OLD = "SELECT n.*, 1 AS sign FROM new_rows n", "SELECT o.*, -1 AS sign FROM old_rows o"
ROWS = {"insert": NEW, "update": f"{NEW} UNION ALL {OLD}", "delete": OLD}
WRITTEN = {
    "insert": "TABLE new_rows",
    "update": "TABLE new_rows UNION ALL TABLE old_rows",
    "delete": "TABLE old_rows",
}


def hold_currency(written: str) -> str:
    """Nobody changes the base currency while it converts."""
    return f"""
        PERFORM pg_advisory_xact_lock_shared({LOCK}, organization_id)
        FROM (SELECT DISTINCT organization_id FROM ({written}) AS w ORDER BY 1) AS concerned
    """


def keep_bookings(event: str) -> migrations.RunSQL:
    rows = ROWS[event]
    last = {"insert": settle("TABLE new_rows")}.get(event) or look_back(rows)
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION bookings_totals_{event}() RETURNS trigger AS $$
        BEGIN
            {hold_currency(WRITTEN[event])};
            {add(of_bookings(rows))};
            {last};
            RETURN NULL;
        END $$ LANGUAGE plpgsql SET enable_seqscan = off
        """,
        migrations.RunSQL.noop,
    )


REFERENCING = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}
SAME_CURRENCY = """
    IF EXISTS (
        SELECT 1 FROM new_rows n JOIN bookings_booking b
          ON b.organization_id = n.organization_id AND b.id = n.booking_id
        WHERE b.currency <> n.currency
    ) THEN
        RAISE EXCEPTION 'a line has another currency than its booking'
            USING ERRCODE = 'WF061', CONSTRAINT = 'bookings_currency_of_lines';
    END IF
"""


def keep_lines(event: str) -> tuple[migrations.RunSQL, migrations.RunSQL]:
    """Bookings are locked first: what lines they had is then known."""
    name = f"bookings_lines_{event}"
    touched = (
        "SELECT DISTINCT organization_id, booking_id AS id"
        f" FROM ({WRITTEN[event]}) AS l ORDER BY organization_id, booking_id"
    )
    return (
        migrations.RunSQL(
            f"""
            CREATE FUNCTION {name}() RETURNS trigger AS $$
            BEGIN
                PERFORM 1 FROM ({touched}) AS w JOIN bookings_booking b
                    ON b.organization_id = w.organization_id AND b.id = w.id
                    ORDER BY b.id FOR NO KEY UPDATE OF b;
                {hold_currency(WRITTEN[event])};
                {"" if event == "delete" else SAME_CURRENCY + ";"}
                {add(of_lines(ROWS[event]))};
                {settle(touched)};
                RETURN NULL;
            END $$ LANGUAGE plpgsql SET enable_seqscan = off
            """,
            f"DROP FUNCTION {name}()",
        ),
        migrations.RunSQL(
            f"""
            CREATE TRIGGER {name} AFTER {event.upper()} ON bookings_bookingline
            REFERENCING {REFERENCING[event]} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
            """,
            f"DROP TRIGGER {name} ON bookings_bookingline",
        ),
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
        {hold_currency("TABLE new_rows")};
        INSERT INTO bookings_customertotals (
            organization_id, id, customer_id, version, created_at, updated_at,
            {", ".join(COLUMNS)})
        SELECT organization_id, id, id, 1, now(), now(), {", ".join("0" for _ in COLUMNS)}
        FROM new_rows;
        {add(of_bookings(WAITING))};
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""
GONE_CUSTOMERS = """
    CREATE OR REPLACE FUNCTION bookings_totals_of_gone_customers() RETURNS trigger AS $$
    BEGIN
        DELETE FROM bookings_customeryear y USING old_rows o
            WHERE y.organization_id = o.organization_id AND y.customer_id = o.id;
        DELETE FROM bookings_customertotals t USING old_rows o
            WHERE t.organization_id = o.organization_id AND t.id = o.id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""

PRESENT = "SELECT b.*, 1 AS sign FROM bookings_booking b"


def made_anew(table: str, names: tuple[str, ...], sums: str, same: str) -> str:
    """The statement that gives the kept rows of whoever has bookings the sums that they have."""
    values = ", ".join(f"{name} = sums.{name}" for name in names)
    different = " OR ".join(f"t.{name} <> sums.{name}" for name in names)
    return f"""
        UPDATE {table} t SET {values}, version = t.version + 1, updated_at = now()
        FROM ({sums}) AS sums
        WHERE t.organization_id = sums.organization_id AND {same} AND ({different})
    """


OF_ORGANIZATION = of_bookings(f"{PRESENT} WHERE b.organization_id = NEW.id")
REBUILD = f"""
    CREATE OR REPLACE FUNCTION bookings_totals_rebuild() RETURNS trigger AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock({LOCK}, NEW.id);
        {made_anew(
            "bookings_customertotals", COLUMNS, grouped(f"({OF_ORGANIZATION}) AS b"),
            "t.id = sums.customer_id",
        )};
        {made_anew(
            "bookings_customeryear", tuple(YEARLY), by_year(f"({OF_ORGANIZATION}) AS b"),
            "t.customer_id = sums.customer_id AND t.year = sums.year",
        )};
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""

# There are no lines yet: everything is Basic.
ALL_BASIC = """
    UPDATE bookings_customertotals t SET basic_minor = turnover_minor, last_departure_on = (
        SELECT max(b.departs_on) FROM bookings_booking b
        WHERE b.organization_id = t.organization_id AND b.customer_id = t.id
          AND b.status = 'confirmed')
    WHERE t.confirmed > 0
"""
YEARS = f"""
    INSERT INTO bookings_customeryear (
        id, organization_id, customer_id, year, version, created_at, updated_at,
        {", ".join(YEARLY)})
    SELECT gen_random_uuid(), organization_id, customer_id, year, 1, now(), now(),
        {", ".join(YEARLY)}
    FROM ({by_year(f"({of_bookings(PRESENT)}) AS b")}) AS due
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0013_line_rules"), ("customers", "0001_initial")]
    operations = [
        *(keep_bookings(event) for event in ROWS),
        *(step for event in ROWS for step in keep_lines(event)),
        migrations.RunSQL(NEW_CUSTOMERS, migrations.RunSQL.noop),
        migrations.RunSQL(GONE_CUSTOMERS, migrations.RunSQL.noop),
        migrations.RunSQL(REBUILD, migrations.RunSQL.noop),
        migrations.RunSQL(ALL_BASIC, migrations.RunSQL.noop),
        migrations.RunSQL(YEARS, migrations.RunSQL.noop),
    ]
