"""Keeps each customer's figures true, whoever writes answers or cases.

Each statement adds what it changed: new versions of its rows count 1, old ones -1. Rows that come
before their customer (an undone import done again) are added when the customer comes.
"""

from django.db import migrations

COLUMNS = (
    "overall_sum", "overall_count", "representative_sum", "representative_count",
    "complaints", "open_cases",
)  # fmt: skip
_GUIDE = "score IS NOT NULL AND topic = 'guide'"
# What one row of a table counts for, by its sign.
FIGURES = {
    "service_answer": {
        "overall_sum": "coalesce(score, 0)",
        "overall_count": "(score IS NOT NULL)::int",
        "representative_sum": f"CASE WHEN {_GUIDE} THEN score ELSE 0 END",
        "representative_count": f"({_GUIDE})::int",
    },
    "service_servicecase": {
        "complaints": "(kind = 'complaint')::int",
        "open_cases": "(status <> 'closed')::int",
    },
}


def add(table: str, rows: str) -> str:
    """The statement that adds `rows` (each with a sign) to the figures of present customers.

    In the order of customers, so that two single statements never deadlock.
    """
    figures = FIGURES[table]
    names = ", ".join(figures)
    sums = ", ".join(f"sum(sign * {sql}) AS {name}" for name, sql in figures.items())
    something = " OR ".join(f"{name} <> 0" for name in figures)
    kept = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in figures)
    others = [name for name in COLUMNS if name not in figures]
    zeros = ", ".join("0" for _ in others)
    return f"""
        INSERT INTO service_customerfigures AS kept (
            organization_id, id, customer_id, version, created_at, updated_at,
            {names}, {", ".join(others)})
        SELECT organization_id, customer_id, customer_id, 1, now(), now(), {names}, {zeros}
        FROM (SELECT organization_id, customer_id, {sums} FROM ({rows}) AS r
              GROUP BY organization_id, customer_id) AS added
        WHERE ({something}) AND (
            SELECT count(*) FROM customers_customer c
            WHERE c.organization_id = added.organization_id AND c.id = added.customer_id) = 1
        ORDER BY organization_id, customer_id
        ON CONFLICT (organization_id, id) DO UPDATE SET
            {kept}, version = kept.version + 1, updated_at = now()
    """


NEW, OLD = "SELECT n.*, 1 AS sign FROM new_rows n", "SELECT o.*, -1 AS sign FROM old_rows o"
EVENTS = {
    "insert": ("NEW TABLE AS new_rows", NEW),
    "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{NEW} UNION ALL {OLD}"),
    "delete": ("OLD TABLE AS old_rows", OLD),
}


def keep(table: str, event: str) -> tuple[migrations.RunSQL, migrations.RunSQL]:
    """The trigger of an event. No sequential scans: the table was empty when a plan was made."""
    transition, rows = EVENTS[event]
    name = f"{table}_figures_{event}"
    function = f"""
        CREATE FUNCTION {name}() RETURNS trigger AS $$
        BEGIN
            {add(table, rows)};
            RETURN NULL;
        END $$ LANGUAGE plpgsql SET enable_seqscan = off
    """
    trigger = f"""
        CREATE TRIGGER {name} AFTER {event.upper()} ON {table}
        REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """
    return (
        migrations.RunSQL(function, f"DROP FUNCTION {name}()"),
        migrations.RunSQL(trigger, f"DROP TRIGGER {name} ON {table}"),
    )


def waiting(table: str) -> str:
    """Rows of `table` that were there before their customers, by its index."""
    return f"""
        SELECT b.*, 1 AS sign FROM new_rows n CROSS JOIN LATERAL (
            SELECT * FROM {table} o
            WHERE o.organization_id = n.organization_id AND o.customer_id = n.id OFFSET 0) AS b
    """


NEW_CUSTOMERS = f"""
    CREATE FUNCTION service_figures_of_new_customers() RETURNS trigger AS $$
    BEGIN
        {add("service_answer", waiting("service_answer"))};
        {add("service_servicecase", waiting("service_servicecase"))};
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""
ON_NEW_CUSTOMERS = """
    CREATE TRIGGER service_figures_new_customers AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION service_figures_of_new_customers()
"""
GONE_CUSTOMERS = """
    CREATE FUNCTION service_figures_of_gone_customers() RETURNS trigger AS $$
    BEGIN
        DELETE FROM service_customerfigures f USING old_rows o
        WHERE f.organization_id = o.organization_id AND f.id = o.id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql SET enable_seqscan = off
"""
ON_GONE_CUSTOMERS = """
    CREATE TRIGGER service_figures_gone_customers AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
    EXECUTE FUNCTION service_figures_of_gone_customers()
"""


class Migration(migrations.Migration):
    dependencies = [("service", "0001_initial"), ("customers", "0001_initial")]
    operations = [
        *(
            operation
            for table in FIGURES
            for event in EVENTS
            for operation in keep(table, event)
        ),
        migrations.RunSQL(NEW_CUSTOMERS, "DROP FUNCTION service_figures_of_new_customers()"),
        migrations.RunSQL(
            ON_NEW_CUSTOMERS, "DROP TRIGGER service_figures_new_customers ON customers_customer"
        ),
        migrations.RunSQL(GONE_CUSTOMERS, "DROP FUNCTION service_figures_of_gone_customers()"),
        migrations.RunSQL(
            ON_GONE_CUSTOMERS, "DROP TRIGGER service_figures_gone_customers ON customers_customer"
        ),
    ]
