"""SQL by which whoever knows an absorbed record by its number or contacts finds its survivor."""

from importlib import import_module

functions = import_module("wayfolk.identity.migrations.0002_search_functions")

# Of an absorbed customer who it is today, however many merges later; NULL of others.
SURVIVOR = """
    CREATE FUNCTION identity_survivor(org smallint, absorbed uuid) RETURNS uuid AS $$
        WITH RECURSIVE above (id, depth) AS (
            SELECT a.survivor_id, 1 FROM identity_customeralias a
            WHERE a.organization_id = org AND a.customer_id = absorbed
            UNION ALL
            SELECT a.survivor_id, above.depth + 1 FROM identity_customeralias a
            JOIN above ON above.id = a.customer_id
            WHERE a.organization_id = org AND above.depth < 1000
        )
        SELECT above.id FROM above ORDER BY above.depth DESC LIMIT 1
    $$ LANGUAGE sql STABLE STRICT
"""
# After what the functions of search return themselves. `via` -1 says: by a record merged into it.
_FORMER = f"""
        IF EXISTS (SELECT 1 FROM identity_customeralias a WHERE a.organization_id = org) THEN
            RETURN QUERY SELECT {functions.COLUMNS}, {functions.UPDATED}, -1, {{note}}
                FROM {{found}}
                JOIN identity_customeralias a
                    ON a.organization_id = org AND a.customer_id = {{holder}}
                JOIN customers_customer c
                    ON c.organization_id = org AND c.id = identity_survivor(org, a.customer_id)
                WHERE {{where}} AND c.deleted_at IS NULL AND c.status = ANY (statuses);
        END IF;
    END $$"""
_OF_CONTACTS = _FORMER.format(
    note="p.normalised::text",
    found="customers_contactpoint p",
    holder="p.customer_id",
    where="p.organization_id = org AND p.id = ANY (found)",
)
_OF_NUMBERS = _FORMER.format(
    note="m.number::text, 'number'",
    found="customers_customer m",
    holder="m.id",
    where="m.organization_id = org AND m.number = number_sought AND m.status = 'merged'",
)


def _with(statement: str, former: str) -> str:
    head, _, tail = statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").rpartition(
        "END $$"
    )
    return f"{head}{former.strip()}{tail}"


def _as_before(statement: str) -> str:
    return statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


REPLACED = (
    (_with(functions.CONTACTS, _OF_CONTACTS), _as_before(functions.CONTACTS)),
    (_with(functions.NUMBERED, _OF_NUMBERS), _as_before(functions.NUMBERED)),
)
