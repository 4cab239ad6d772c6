"""SQL that several statements of the search index share."""

TABLES = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def trigger(table: str, event: str, written: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Function and trigger that queue the customers of the SELECT `written`, and how to drop them.

    Runs with the owner's rights, because the writer has none in the schema; the rows are the
    writer's own, which the policies have let through. Whom this transaction has queued already
    is not queued again: the job sees all of the transaction or nothing. Counted rather than
    NOT EXISTS, and without sequential scans: the planner would read the whole queue for each
    row, because it was empty when it last looked.
    """
    name = f"search_{table.partition('_')[2]}_{event}"
    function = f"""
        CREATE FUNCTION {name}() RETURNS trigger AS $$
        BEGIN
            INSERT INTO search.pending (organization_id, customer_id)
            SELECT DISTINCT organization_id, customer_id
            FROM ({written}) AS written (organization_id, customer_id)
            WHERE (SELECT count(*) FROM (
                SELECT 1 FROM search.pending p
                WHERE p.organization_id = written.organization_id
                  AND p.customer_id = written.customer_id
                  AND p.transaction_id = pg_current_xact_id() LIMIT 1) AS queued) = 0;
            RETURN NULL;
        END $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
        SET enable_seqscan = off
    """
    statement = (
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table}"
        f" REFERENCING {TABLES[event]} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
    return (
        (function, f"DROP FUNCTION {name}()"),
        (statement, f"DROP TRIGGER {name} ON {table}"),
    )
