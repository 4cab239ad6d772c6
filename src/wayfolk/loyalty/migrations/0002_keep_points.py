"""Keeps the points balances true, whoever writes the ledger, and the ledger itself.

Each statement adds what it changed to the balances of the customers concerned, so that one line
more costs the same for whoever has many. Nobody's balance falls below zero (WF070), and a line
stays as it was written (WF071): a mistake is corrected by another one.
"""

from django.db import migrations

COLUMNS = ("balance", "earned", "redeemed", "expired", "lines")
FIGURES = (
    "sum(sign * points)",
    "sum(sign * points) FILTER (WHERE kind IN ('earned', 'granted'))",
    "sum(-sign * points) FILTER (WHERE kind = 'redeemed')",
    "sum(-sign * points) FILTER (WHERE kind = 'expired')",
    "sum(sign)",
)
NEW = "SELECT organization_id, customer_id, points, kind, 1 AS sign FROM new_rows"
OLD = "SELECT organization_id, customer_id, points, kind, -1 AS sign FROM old_rows"
EVENTS = {
    "insert": ("NEW TABLE AS new_rows", NEW),
    "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{NEW} UNION ALL {OLD}"),
    "delete": ("OLD TABLE AS old_rows", OLD),
}


def keep(event: str) -> tuple[migrations.RunSQL, migrations.RunSQL]:
    """The trigger of an event. In the order of customers, so that two never deadlock.

    Who has no lines has no balance: the row goes with the last one.
    """
    tables, rows = EVENTS[event]
    name = f"loyalty_balance_{event}"
    names = ", ".join(COLUMNS)
    figures = ", ".join(
        f"coalesce({each}, 0) AS {column}" for each, column in zip(FIGURES, COLUMNS, strict=True)
    )
    sums = ", ".join(f"{column} = kept.{column} + excluded.{column}" for column in COLUMNS)
    something = " OR ".join(f"{column} <> 0" for column in COLUMNS)
    function = f"""
        CREATE FUNCTION {name}() RETURNS trigger AS $$
        DECLARE
            touched uuid[];
        BEGIN
            WITH added AS (
                SELECT organization_id, customer_id, {figures} FROM ({rows}) AS lines
                GROUP BY organization_id, customer_id
            ), written AS (
                INSERT INTO loyalty_balance AS kept (
                    organization_id, id, customer_id, version, created_at, updated_at, {names})
                SELECT organization_id, customer_id, customer_id, 1, now(), now(), {names}
                FROM added WHERE {something} ORDER BY organization_id, customer_id
                ON CONFLICT (organization_id, id) DO UPDATE SET
                    {sums}, version = kept.version + 1, updated_at = now()
                RETURNING id, lines
            )
            SELECT array_agg(id) INTO touched FROM written WHERE lines = 0;
            IF touched IS NOT NULL THEN
                DELETE FROM loyalty_balance WHERE id = ANY (touched) AND lines = 0;
            END IF;
            RETURN NULL;
        END $$ LANGUAGE plpgsql SET enable_seqscan = off
    """
    trigger = f"""
        CREATE TRIGGER {name} AFTER {event.upper()} ON loyalty_pointsentry
        REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """
    return (
        migrations.RunSQL(function, f"DROP FUNCTION {name}()"),
        migrations.RunSQL(trigger, f"DROP TRIGGER {name} ON loyalty_pointsentry"),
    )


# Looked at when the change is whole, as the row is then; whoever else writes it waits.
BELOW = """
    CREATE FUNCTION loyalty_check_balance() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM loyalty_balance
            WHERE organization_id = NEW.organization_id AND id = NEW.id AND balance < 0
        ) THEN
            RAISE EXCEPTION 'customer % would have fewer than no points', NEW.id
                USING ERRCODE = 'WF070', CONSTRAINT = 'loyalty_balance_not_below';
        END IF;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""
ON_BALANCE = """
    CREATE CONSTRAINT TRIGGER loyalty_balance_not_below AFTER INSERT OR UPDATE ON loyalty_balance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.balance < 0)
    EXECUTE FUNCTION loyalty_check_balance()
"""
# The customer may change (a merge), and the words (anonymised); never what was gained or spent.
EDITED = """
    CREATE FUNCTION loyalty_refuse_editing() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'line % of the points ledger stays as it is', OLD.id
            USING ERRCODE = 'WF071', CONSTRAINT = 'loyalty_entry_stays';
    END $$ LANGUAGE plpgsql
"""
ON_EDITED = """
    CREATE TRIGGER loyalty_entry_stays BEFORE UPDATE ON loyalty_pointsentry
    FOR EACH ROW WHEN (
        (OLD.points, OLD.kind, OLD.booking_id, OLD.entered_on, OLD.expires_on)
        IS DISTINCT FROM (NEW.points, NEW.kind, NEW.booking_id, NEW.entered_on, NEW.expires_on))
    EXECUTE FUNCTION loyalty_refuse_editing()
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]
    operations = [
        *keep("insert"),
        *keep("update"),
        *keep("delete"),
        migrations.RunSQL(BELOW, "DROP FUNCTION loyalty_check_balance()"),
        migrations.RunSQL(ON_BALANCE, "DROP TRIGGER loyalty_balance_not_below ON loyalty_balance"),
        migrations.RunSQL(EDITED, "DROP FUNCTION loyalty_refuse_editing()"),
        migrations.RunSQL(ON_EDITED, "DROP TRIGGER loyalty_entry_stays ON loyalty_pointsentry"),
    ]
