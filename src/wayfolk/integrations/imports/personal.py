"""What rows say of companies that only a person can have: never written, and said so."""

from wayfolk.customers.rules import LABELS
from wayfolk.integrations.imports.merging_sql import CUSTOMERS, IS_NEW_COMPANY

_PERSONAL = tuple(value for value in CUSTOMERS.values if value.is_personal)
# %(found)s: customers of the batch who were there before it.
COMPANIES = f"""
    SELECT b.customer_id, b.customer_company_name FROM import_batch b
    WHERE b.customer_is_new AND {IS_NEW_COMPANY}
    UNION ALL
    SELECT t.id, t.company_name FROM customers_customer t
    WHERE t.organization_id = %(organization)s AND t.id = ANY (%(found)s::uuid[])
      AND t.kind = 'company' AND {CUSTOMERS.only}
"""
# Of the rows about %(companies)s those that say something new that no company has.
LEFT_OUT = """
    SELECT r.row_number, r.customer_id, r.names FROM (
        SELECT b.row_number, b.customer_id, array_remove(ARRAY[{names}], NULL) AS names
        FROM import_batch b WHERE b.customer_id = ANY (%(companies)s::uuid[])
    ) r WHERE r.names <> '{{}}'
""".format(
    names=", ".join(
        f"CASE WHEN b.{value.staged} IS NOT NULL AND (b.old IS NULL"
        f" OR b.fingerprints[{value.position}] IS DISTINCT FROM b.old[{value.position}])"
        f" THEN '{value.column}' END"
        for value in _PERSONAL
    )
)


def remark(company: str, names: list[str]) -> str:
    """What was left out of a row, by the names of the columns."""
    listed = ", ".join(LABELS[name] for name in names)
    return f"{company} is a company, so this was left out: {listed}."
