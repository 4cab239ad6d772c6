"""New and changed customers are matched by themselves: who is to be, and who is near them.

What stayed on an absorbed record leads search and matching to its survivor.

The queue lies in the schema `matching` of the owner; the application takes from it by functions
that take the organisation from the setting.
"""

from django.db import migrations

from wayfolk.identity.migrations import _former
from wayfolk.identity.migrations._statements import TABLES

_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
_PLANNED = "SET plan_cache_mode = force_generic_plan SET enable_seqscan = off"
READS = f"LANGUAGE plpgsql STABLE {_OWNER} {_PLANNED}"
WRITES = f"LANGUAGE plpgsql VOLATILE {_OWNER} {_PLANNED}"
ORG = "org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint"

SCHEMA = "CREATE SCHEMA matching"
# Like search.pending: only ever appended to and taken from.
QUEUE = """
    CREATE TABLE matching.pending (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id smallint NOT NULL,
        customer_id uuid NOT NULL,
        transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()
    ) WITH (autovacuum_vacuum_scale_factor = 0.02)
"""
QUEUE_INDEX = "CREATE INDEX pending_customer ON matching.pending (organization_id, customer_id)"

# What matching.record reads of a customer, and whether anybody may be offered it.
READ = (
    "kind, given_name, middle_name, family_name, company_name, birth_on, gender, status, deleted_at"
)
CUSTOMER_CHANGED = f"""
    SELECT n.organization_id, n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (o.{READ.replace(", ", ", o.")}) IS DISTINCT FROM (n.{READ.replace(", ", ", n.")})
"""
CONTACT_CHANGED = """
    SELECT n.organization_id, n.customer_id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (o.customer_id, o.set, o.kind, o.normalised)
        IS DISTINCT FROM (n.customer_id, n.set, n.kind, n.normalised)
    UNION SELECT o.organization_id, o.customer_id FROM new_rows n
    JOIN old_rows o ON o.id = n.id WHERE o.customer_id <> n.customer_id
"""
ADDRESS_CHANGED = """
    SELECT n.organization_id, n.customer_id FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE 'primary' IN (o.set, n.set) AND (o.customer_id, o.set, o.lines, o.postcode, o.city)
        IS DISTINCT FROM (n.customer_id, n.set, n.lines, n.postcode, n.city)
    UNION SELECT o.organization_id, o.customer_id FROM new_rows n
    JOIN old_rows o ON o.id = n.id WHERE o.customer_id <> n.customer_id
"""
_HOLDER = "SELECT organization_id, customer_id FROM {rows}"
# Deleted customers need no matching: their pairs go with them.
WRITTEN = (
    ("customers_customer", "insert", "SELECT organization_id, id FROM new_rows"),
    ("customers_customer", "update", CUSTOMER_CHANGED),
    ("customers_contactpoint", "insert", _HOLDER.format(rows="new_rows")),
    ("customers_contactpoint", "update", CONTACT_CHANGED),
    ("customers_contactpoint", "delete", _HOLDER.format(rows="old_rows")),
    ("customers_address", "insert", _HOLDER.format(rows="new_rows") + " WHERE set = 'primary'"),
    ("customers_address", "update", ADDRESS_CHANGED),
    ("customers_address", "delete", _HOLDER.format(rows="old_rows") + " WHERE set = 'primary'"),
    # The survivor is compared with what stayed on the absorbed record as well.
    ("identity_customeralias", "insert", "SELECT organization_id, survivor_id FROM new_rows"),
    ("identity_customeralias", "delete", "SELECT organization_id, survivor_id FROM old_rows"),
)


def _name(table: str, event: str) -> str:
    return f"identity_match_{table.partition('_')[2]}_{event}"


def _function(table: str, event: str, written: str) -> str:
    """As search's own triggers queue: whom this transaction has queued is not queued again."""
    return f"""
        CREATE FUNCTION {_name(table, event)}() RETURNS trigger AS $$
        BEGIN
            INSERT INTO matching.pending (organization_id, customer_id)
            SELECT DISTINCT organization_id, customer_id
            FROM ({written}) AS written (organization_id, customer_id)
            WHERE (SELECT count(*) FROM (
                SELECT 1 FROM matching.pending p
                WHERE p.organization_id = written.organization_id
                  AND p.customer_id = written.customer_id
                  AND p.transaction_id = pg_current_xact_id() LIMIT 1) AS queued) = 0;
            RETURN NULL;
        END $$ LANGUAGE plpgsql {_OWNER} SET enable_seqscan = off
    """


def _trigger(table: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, event)} AFTER {event.upper()} ON {table}"
        f" REFERENCING {TABLES[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_name(table, event)}()"
    )


# Whom search has not derived yet stays: by then everybody older is found by name as well.
TAKE = f"""
    CREATE FUNCTION matching_take(row_limit int) RETURNS uuid[] AS $$
    DECLARE
        {ORG};
        taken uuid[];
    BEGIN
        WITH gone AS (
            DELETE FROM matching.pending p WHERE p.organization_id = org AND p.id = ANY (ARRAY(
                SELECT x.id FROM matching.pending x WHERE x.organization_id = org
                  AND (SELECT count(*) FROM (
                      SELECT 1 FROM search.pending s WHERE s.organization_id = org
                      AND s.customer_id = x.customer_id LIMIT 1) AS underived) = 0
                ORDER BY x.id LIMIT row_limit FOR UPDATE SKIP LOCKED))
            RETURNING p.customer_id)
        SELECT array_agg(DISTINCT gone.customer_id) INTO taken FROM gone;
        RETURN coalesce(taken, '{{}}');
    END $$ {WRITES}
"""
# Whom a comparison of everybody has seen, begun with this snapshot.
FORGET = f"""
    CREATE FUNCTION matching_forget(seen pg_snapshot) RETURNS void AS $$
    DECLARE {ORG};
    BEGIN
        DELETE FROM matching.pending p WHERE p.organization_id = org
            AND pg_visible_in_snapshot(p.transaction_id, seen);
    END $$ {WRITES}
"""
WAITING = f"""
    CREATE FUNCTION matching_waiting(most int) RETURNS bigint AS $$
    DECLARE {ORG};
    BEGIN
        RETURN (SELECT count(DISTINCT x.customer_id) FROM (
            SELECT p.customer_id FROM matching.pending p WHERE p.organization_id = org
            LIMIT most) x);
    END $$ {READS}
"""
# The one question that is about all organisations; tells their numbers and nothing else.
BEHIND = """
    CREATE FUNCTION matching_organizations_behind() RETURNS SETOF smallint AS $$
        WITH RECURSIVE waiting AS (
            SELECT min(p.organization_id) AS organization_id FROM matching.pending p
            UNION ALL
            SELECT (SELECT min(p.organization_id) FROM matching.pending p
                    WHERE p.organization_id > w.organization_id)
            FROM waiting w WHERE w.organization_id IS NOT NULL)
        SELECT w.organization_id FROM waiting w WHERE w.organization_id IS NOT NULL
    $$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
"""

_INITIALS = """
    (left(o.folded_given, 1) = left(m.folded_given, 1) AND m.folded_given <> ''
     OR left(o.folded_family, 1) = left(m.folded_family, 1) AND m.folded_family <> ''
     OR left(o.folded_given, 1) = left(m.folded_family, 1) AND m.folded_family <> '')
"""


def _few(source: str, most: str) -> str:
    """Joins those of `source` (one column, customer_id) unless they are more than `most`."""
    return f"""
        CROSS JOIN LATERAL (
            SELECT y.customer_id, count(*) OVER () AS bearers
            FROM ({source} LIMIT {most} + 1) AS y) AS o
        WHERE o.bearers <= {most}
    """


_CONTACTS = "SELECT x.customer_id FROM customers_contactpoint x WHERE x.organization_id = org AND"
_ENTRIES = "SELECT x.customer_id FROM search.entry x WHERE x.organization_id = org AND"
_MINE = "AND p.organization_id = org AND p.customer_id = ANY (ids)"
_SAME_EMAIL = _few(f"{_CONTACTS} x.kind = 'email' AND x.normalised = p.normalised", "shared_most")
_SAME_PHONE = _few(
    f"{_CONTACTS} x.kind <> 'email'"
    " AND search_phone_tail(x.normalised) = search_phone_tail(p.normalised)",
    "shared_most",
)
_SAME_LOCAL = _few(
    f"{_CONTACTS} x.kind = 'email' AND x.normalised >= s.local || '@'"
    " AND x.normalised < s.local || 'A'",
    "shared_most",
)
_SAME_PAIR = _few(f"{_ENTRIES} x.pair = s.key", "key_most")
_SAME_SECOND_PAIR = _few(f"{_ENTRIES} x.second_pair = s.key", "key_most")
_SAME_FAMILY = _few(f"{_ENTRIES} x.family = s.key", "key_most")
_SAME_WORDS = _few(f"{_ENTRIES} x.keys @> ARRAY[s.key]", "key_most")
_OF_PAIRS = "unnest(pair_owners, pair_keys) AS s (owner, key)"

# Who may be one of these customers: has an email, the end of a phone, a birthday or a postcode
# with an initial in common, one of the keys of names, or was proposed before. A value that many
# have proposes nobody. A record that was merged counts as who it is today, on either side.
# Keys and locals are parallel to the customers whose they are; locals: what stands before the @.
# pair_keys and family_keys are looked up as the main keys of names, word_keys among all. Of long
# lists in the index of all keys some are read: they are too long anyway, and shown to be by what
# is left (200 of them, when `key_most` is 50).
NEIGHBOURS = f"""
    CREATE FUNCTION matching_neighbours(
        ids uuid[], pair_owners uuid[], pair_keys int[], family_owners uuid[], family_keys int[],
        word_owners uuid[], word_keys int[], local_owners uuid[], locals text[],
        no_birthdays date[], shared_most int, key_most int, wide_most int
    ) RETURNS TABLE (customer_id uuid, neighbour_id uuid) AS $$
    DECLARE {ORG};
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        ids := ids || ARRAY(
            WITH RECURSIVE below (id) AS (
                SELECT a.customer_id FROM identity_customeralias a
                WHERE a.organization_id = org AND a.survivor_id = ANY (ids)
                UNION
                SELECT a.customer_id FROM identity_customeralias a
                JOIN below ON below.id = a.survivor_id WHERE a.organization_id = org)
            SELECT below.id FROM below);
        RETURN QUERY
        WITH mine AS MATERIALIZED (
            SELECT c.id, c.birth_on, c.folded_given, c.folded_family FROM customers_customer c
            WHERE c.organization_id = org AND c.id = ANY (ids)
        ), near (one, other) AS (
            SELECT p.customer_id, o.customer_id FROM customers_contactpoint p
                {_SAME_EMAIL} {_MINE} AND p.kind = 'email'
            UNION ALL
            SELECT p.customer_id, o.customer_id FROM customers_contactpoint p
                {_SAME_PHONE} {_MINE} AND p.kind <> 'email'
            UNION ALL
            SELECT s.owner, o.customer_id FROM unnest(local_owners, locals) AS s (owner, local)
                {_SAME_LOCAL}
            UNION ALL
            SELECT s.owner, o.customer_id FROM {_OF_PAIRS} {_SAME_PAIR}
            UNION ALL
            SELECT s.owner, o.customer_id FROM {_OF_PAIRS} {_SAME_SECOND_PAIR}
            UNION ALL
            SELECT s.owner, o.customer_id
            FROM unnest(family_owners, family_keys) AS s (owner, key) {_SAME_FAMILY}
            UNION ALL
            SELECT s.owner, o.customer_id FROM unnest(word_owners, word_keys) AS s (owner, key)
                {_SAME_WORDS}
            UNION ALL
            SELECT m.id, o.id FROM mine m CROSS JOIN LATERAL (
                SELECT x.id, x.folded_given, x.folded_family FROM customers_customer x
                WHERE x.organization_id = org AND x.birth_on = m.birth_on LIMIT wide_most) o
            WHERE NOT m.birth_on = ANY (no_birthdays) AND {_INITIALS}
            UNION ALL
            SELECT m.id, o.id FROM mine m
            JOIN customers_address a ON a.organization_id = org AND a.customer_id = m.id
                AND a.set = 'primary' AND a.postcode <> ''
            CROSS JOIN LATERAL (
                SELECT x.customer_id FROM customers_address x WHERE x.organization_id = org
                AND x.set = 'primary' AND x.postcode = a.postcode LIMIT wide_most) at_place
            JOIN customers_customer o
                ON o.organization_id = org AND o.id = at_place.customer_id AND {_INITIALS}
            UNION ALL
            SELECT p.low_id, p.high_id FROM identity_duplicatepair p
            WHERE p.organization_id = org AND p.low_id = ANY (ids)
            UNION ALL
            SELECT p.high_id, p.low_id FROM identity_duplicatepair p
            WHERE p.organization_id = org AND p.high_id = ANY (ids)
        )
        SELECT DISTINCT present.one, present.other FROM (
            SELECT coalesce(identity_survivor(org, mine.customer_id), n.one) AS one,
                coalesce(identity_survivor(org, its.customer_id), n.other) AS other
            FROM near n
            LEFT JOIN identity_customeralias mine
                ON mine.organization_id = org AND mine.customer_id = n.one
            LEFT JOIN identity_customeralias its
                ON its.organization_id = org AND its.customer_id = n.other) AS present
        WHERE present.one <> present.other;
    END $$ {READS} SET gin_fuzzy_search_limit = 200
"""
FUNCTIONS = {
    "matching_take(int)": TAKE,
    "matching_forget(pg_snapshot)": FORGET,
    "matching_waiting(int)": WAITING,
    "matching_organizations_behind()": BEHIND,
    "matching_neighbours": NEIGHBOURS,
}


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0008_matching_settings"),
    ]
    operations = [
        migrations.RunSQL(_former.SURVIVOR, "DROP FUNCTION identity_survivor(smallint, uuid)"),
        *(migrations.RunSQL(now, before) for now, before in _former.REPLACED),
        migrations.RunSQL(SCHEMA, "DROP SCHEMA matching CASCADE"),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE_INDEX, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                _function(table, event, written), f"DROP FUNCTION {_name(table, event)}()"
            )
            for table, event, written in WRITTEN
        ),
        *(
            migrations.RunSQL(
                _trigger(table, event), f"DROP TRIGGER {_name(table, event)} ON {table}"
            )
            for table, event, _ in WRITTEN
        ),
        *(
            migrations.RunSQL(statement, f"DROP FUNCTION {name}")
            for name, statement in FUNCTIONS.items()
        ),
    ]
