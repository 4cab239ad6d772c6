"""The search index: tables in a schema of the owner, and what keeps them true.

The application's role has no rights in the schema `search`. It reaches the tables through
the functions of the next migration, which take the organisation from the setting.
"""

from django.db import migrations

from wayfolk.identity.migrations._statements import trigger

SCHEMA = "CREATE SCHEMA search"

# One row for each customer who can be found. Keys are 32-bit hashes in which the organisation
# takes part, see wayfolk.identity.search.keys; a collision is harmless, because whoever is
# proposed is compared letter by letter. recency: hours since 2020, see search.deriving.
ENTRY = """
    CREATE TABLE search.entry (
        organization_id smallint NOT NULL,
        version smallint NOT NULL,
        recency int NOT NULL,
        pair int,
        second_pair int,
        family int,
        customer_id uuid NOT NULL,
        keys int[] NOT NULL,
        CONSTRAINT entry_pkey PRIMARY KEY (organization_id, customer_id)
    )
"""
ENTRY_INDEXES = (
    "CREATE INDEX entry_pair ON search.entry (organization_id, pair, recency)"
    " INCLUDE (customer_id) WHERE pair IS NOT NULL",
    "CREATE INDEX entry_second_pair ON search.entry (organization_id, second_pair, recency)"
    " INCLUDE (customer_id) WHERE second_pair IS NOT NULL",
    "CREATE INDEX entry_family ON search.entry (organization_id, family, recency)"
    " WHERE family IS NOT NULL",
    # No pending list: a new name has to be found by the transaction that wrote it.
    "CREATE INDEX entry_keys ON search.entry USING gin (keys) WITH (fastupdate = off)",
)

# Distinct words of names with how many customers bear them (roughly), and the hashes of what
# is left of them when a letter or two are taken out. "C": the alphabet is ASCII.
WORD = """
    CREATE TABLE search.word (
        organization_id smallint NOT NULL,
        frequency int NOT NULL,
        word text COLLATE "C" NOT NULL,
        deletions int[] NOT NULL,
        CONSTRAINT word_pkey PRIMARY KEY (organization_id, word)
    )
"""
WORD_INDEXES = (
    "CREATE INDEX word_deletions ON search.word USING gin (deletions) WITH (fastupdate = off)",
    "CREATE INDEX word_fragments ON search.word USING gin (organization_id, word gin_trgm_ops)"
    " WITH (fastupdate = off)",
)

# Written customers whose entry may be out of date. Only ever appended to and taken from: a row
# that an unfinished transaction appends cannot be taken by a job that does not see its data.
PENDING = """
    CREATE TABLE search.pending (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id smallint NOT NULL,
        customer_id uuid NOT NULL,
        transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()
    ) WITH (autovacuum_vacuum_scale_factor = 0.02)
"""
PENDING_INDEX = "CREATE INDEX pending_customer ON search.pending (organization_id, customer_id)"

# Words that single writes brought and the vocabulary did not have; taken over every second.
NEW_WORD = """
    CREATE TABLE search.new_word (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id smallint NOT NULL,
        word text COLLATE "C" NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0.02)
"""

# How far the derivation of all customers has come, for each organisation. `position`: the last
# customer done, NULL at the end.
REBUILD = """
    CREATE TABLE search.rebuild (
        organization_id smallint PRIMARY KEY,
        version smallint NOT NULL,
        position uuid,
        done bigint NOT NULL DEFAULT 0
    )
"""

# The last eight digits, last digit first, as a number: the end of a phone number is a range.
PHONE_TAIL = """
    CREATE FUNCTION search_phone_tail(normalised text) RETURNS int AS $$
        SELECT rpad(left(reverse(regexp_replace(normalised, '[^0-9]', '', 'g')), 8), 8, '0')::int
    $$ LANGUAGE sql IMMUTABLE PARALLEL SAFE
"""
PHONE_INDEX = """
    CREATE INDEX customers_contactpoint_tail ON customers_contactpoint
    (organization_id, search_phone_tail(normalised)) WHERE kind <> 'email'
"""

NAMES = "given_name, middle_name, family_name, company_name, status, deleted_at"

TRIGGERS = (
    *trigger("customers_customer", "insert", "SELECT organization_id, id FROM new_rows"),
    *trigger(
        "customers_customer",
        "update",
        f"""
        SELECT n.organization_id, n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (o.{NAMES.replace(", ", ", o.")}) IS DISTINCT FROM (n.{NAMES.replace(", ", ", n.")})
        """,
    ),
    *trigger("customers_customer", "delete", "SELECT organization_id, id FROM old_rows"),
    *trigger(
        "customers_contactpoint",
        "insert",
        "SELECT organization_id, customer_id FROM new_rows WHERE kind = 'email'",
    ),
    *trigger(
        "customers_contactpoint",
        "update",
        """
        SELECT n.organization_id, n.customer_id FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE 'email' IN (o.kind, n.kind)
          AND (o.customer_id, o.normalised) IS DISTINCT FROM (n.customer_id, n.normalised)
        UNION SELECT o.organization_id, o.customer_id FROM new_rows n
        JOIN old_rows o ON o.id = n.id WHERE o.customer_id <> n.customer_id
        """,
    ),
    *trigger(
        "customers_contactpoint",
        "delete",
        "SELECT organization_id, customer_id FROM old_rows WHERE kind = 'email'",
    ),
    *trigger(
        "customers_address",
        "insert",
        "SELECT organization_id, customer_id FROM new_rows WHERE city <> ''",
    ),
    *trigger(
        "customers_address",
        "update",
        """
        SELECT n.organization_id, n.customer_id FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (o.customer_id, o.city) IS DISTINCT FROM (n.customer_id, n.city)
        UNION SELECT o.organization_id, o.customer_id FROM new_rows n
        JOIN old_rows o ON o.id = n.id WHERE o.customer_id <> n.customer_id
        """,
    ),
    *trigger(
        "customers_address",
        "delete",
        "SELECT organization_id, customer_id FROM old_rows WHERE city <> ''",
    ),
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("customers", "0004_status_index"),
        ("organization", "0001_initial"),
        ("kit", "0001_extensions"),
    ]
    operations = [
        migrations.RunSQL(SCHEMA, "DROP SCHEMA search CASCADE"),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in (
                ENTRY,
                *ENTRY_INDEXES,
                WORD,
                *WORD_INDEXES,
                PENDING,
                PENDING_INDEX,
                NEW_WORD,
                REBUILD,
            )
        ),
        migrations.RunSQL(PHONE_TAIL, "DROP FUNCTION search_phone_tail(text)"),
        migrations.RunSQL(PHONE_INDEX, "DROP INDEX customers_contactpoint_tail"),
        *(migrations.RunSQL(forwards, backwards) for forwards, backwards in TRIGGERS),
    ]
