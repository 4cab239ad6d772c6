"""The doors to the search index: functions of the owner that answer for one organisation.

Each takes the organisation from the setting and compares it in every table that it reads. Those
that read for a search are called under the settings of search.asking.Asking: a setting of the
function's own would cost more at every call than most of the lookups.
"""

from django.db import migrations

_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
READS = f"LANGUAGE plpgsql STABLE {_OWNER}"
# For the job: one plan whatever the size of the batch, by index.
_PLANNED = "SET plan_cache_mode = force_generic_plan SET enable_seqscan = off"
READS_FOR_THE_JOB = f"{READS} {_PLANNED}"
WRITES = f"LANGUAGE plpgsql VOLATILE {_OWNER} {_PLANNED}"
ORG = "org smallint := nullif(current_setting('wayfolk.organization_id', true), '')::smallint"

CANDIDATE = """
    customer_id uuid, number bigint, kind text, status text, given_name text, middle_name text,
    family_name text, company_name text, recency int, via int
"""
COLUMNS = """
    c.id, c.number, c.kind::text, c.status::text, c.given_name::text, c.middle_name::text,
    c.family_name::text, c.company_name::text
"""
# Where the entry is not at hand; without one, by the last change, as search.recency counts hours.
UPDATED = """coalesce(
    (SELECT e.recency FROM search.entry e WHERE e.organization_id = org AND e.customer_id = c.id),
    (extract(epoch FROM c.updated_at) / 3600)::int - 438288)
"""

# pairs, families: keys under b-trees, the latest `pair_limit`, `family_limit` of each. Unless
#   they lead to enough: other_pairs, likewise; second_pairs, of names of more than two words.
# near_pairs, near_second_pairs: of misspelled names, unless the first lead to `sure` people, who
#   are called just so. begun_sets, as more_sets below, and beginnings: unless to `page_size`.
# beginnings: (given name begins so, family name begins so), led by the one that stands first;
#   answered by the columns of customers, so they see what has no entry yet.
# sets: keys that all must be there, one result number (`via`, from 1) for each set.
# With enough of the first two, only they are looked at. more_sets, any_of: while all else leads
#   to fewer than enough; of each of more_sets half of `set_limit`.
CANDIDATES = f"""
    CREATE FUNCTION search_candidates(
        pairs int[], other_pairs int[], second_pairs int[], near_pairs int[],
        near_second_pairs int[], sure int, page_size int, pair_limit int,
        families int[], family_limit int,
        given_leads text[], family_follows text[], family_leads text[], given_follows text[],
        beginning_limit int, sets text[], more_sets text[], begun_sets text[], any_of int[],
        set_limit int, enough int, statuses text[]
    ) RETURNS TABLE ({CANDIDATE}) AS $$
    DECLARE
        {ORG};
        found uuid[] := '{{}}';
        begun uuid[] := '{{}}';
        latest int[] := '{{}}';  -- recency of each of `found`
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        IF cardinality(pairs) > 0 THEN
            SELECT coalesce(array_agg(x.customer_id), '{{}}'), coalesce(array_agg(x.recency), '{{}}')
            INTO found, latest FROM unnest(pairs) AS sought (k) CROSS JOIN LATERAL (
                SELECT p.customer_id, p.recency FROM search.entry p
                WHERE p.organization_id = org AND p.pair = sought.k
                ORDER BY p.recency DESC LIMIT pair_limit) x;
        END IF;
        IF cardinality(families) > 0 THEN
            SELECT found || coalesce(array_agg(x.customer_id), '{{}}'),
                latest || coalesce(array_agg(x.recency), '{{}}')
            INTO found, latest FROM unnest(families) AS sought (k) CROSS JOIN LATERAL (
                SELECT p.customer_id, p.recency FROM search.entry p
                WHERE p.organization_id = org AND p.family = sought.k
                ORDER BY p.recency DESC LIMIT family_limit) x;
        END IF;
        IF cardinality(found) >= enough THEN
            given_leads := NULL; sets := NULL;
        END IF;
        IF cardinality(found) < sure THEN
            other_pairs := other_pairs || near_pairs;
            second_pairs := second_pairs || near_second_pairs;
        END IF;
        IF cardinality(found) < page_size THEN
            more_sets := more_sets || begun_sets;
        ELSE
            given_leads := NULL;
            family_leads := NULL;
        END IF;
        IF cardinality(other_pairs || second_pairs) > 0 AND cardinality(found) < enough THEN
            SELECT found || coalesce(array_agg(x.customer_id), '{{}}'),
                latest || coalesce(array_agg(x.recency), '{{}}')
            INTO found, latest FROM (
                SELECT y.* FROM unnest(other_pairs) AS sought (k) CROSS JOIN LATERAL (
                    SELECT p.customer_id, p.recency FROM search.entry p
                    WHERE p.organization_id = org AND p.pair = sought.k
                    ORDER BY p.recency DESC LIMIT pair_limit) y
                UNION ALL
                SELECT y.* FROM unnest(second_pairs) AS sought (k) CROSS JOIN LATERAL (
                    SELECT p.customer_id, p.recency FROM search.entry p
                    WHERE p.organization_id = org AND p.second_pair = sought.k
                    ORDER BY p.recency DESC LIMIT pair_limit) y) x;
        END IF;
        -- '~' sorts after every folded letter.
        IF cardinality(given_leads) > 0 THEN
            begun := ARRAY(
                SELECT x.id FROM unnest(given_leads, family_follows) AS typed (lead, follow)
                CROSS JOIN LATERAL (
                    SELECT c.id FROM customers_customer c
                    WHERE c.organization_id = org
                      AND c.folded_given >= typed.lead AND c.folded_given < typed.lead || '~'
                      AND c.folded_family >= typed.follow AND c.folded_family < typed.follow || '~'
                      AND c.deleted_at IS NULL AND c.status = ANY (statuses)
                    ORDER BY c.organization_id, c.folded_given, c.folded_family
                    LIMIT beginning_limit) x
                UNION ALL
                SELECT x.id FROM unnest(family_leads, given_follows) AS typed (lead, follow)
                CROSS JOIN LATERAL (
                    SELECT c.id FROM customers_customer c
                    WHERE c.organization_id = org
                      AND c.folded_family >= typed.lead AND c.folded_family < typed.lead || '~'
                      AND c.folded_given >= typed.follow AND c.folded_given < typed.follow || '~'
                      AND c.deleted_at IS NULL AND c.status = ANY (statuses)
                    ORDER BY c.organization_id, c.folded_family, c.folded_given
                    LIMIT beginning_limit) x);
        END IF;
        IF cardinality(more_sets) > 0 AND cardinality(found) + cardinality(begun) < enough THEN
            SELECT found || coalesce(array_agg(x.customer_id), '{{}}'),
                latest || coalesce(array_agg(x.recency), '{{}}')
            INTO found, latest FROM unnest(more_sets) AS sought (k) CROSS JOIN LATERAL (
                SELECT p.customer_id, p.recency FROM search.entry p
                WHERE p.keys @> sought.k::int[] AND p.organization_id = org LIMIT set_limit / 2) x;
        END IF;
        IF cardinality(any_of) > 0 AND cardinality(found) + cardinality(begun) < enough THEN
            SELECT found || coalesce(array_agg(x.customer_id), '{{}}'),
                latest || coalesce(array_agg(x.recency), '{{}}')
            INTO found, latest FROM (
                SELECT p.customer_id, p.recency FROM search.entry p
                WHERE p.keys && any_of AND p.organization_id = org LIMIT set_limit) x;
        END IF;
        IF cardinality(sets) > 0 THEN
            RETURN QUERY SELECT {COLUMNS}, x.recency, x.via::int
                FROM unnest(sets) WITH ORDINALITY AS sought (k, via) CROSS JOIN LATERAL (
                    SELECT p.customer_id, p.recency, sought.via FROM search.entry p
                    WHERE p.keys @> sought.k::int[] AND p.organization_id = org
                    LIMIT set_limit) x
                JOIN customers_customer c ON c.organization_id = org AND c.id = x.customer_id
                WHERE c.deleted_at IS NULL AND c.status = ANY (statuses);
        END IF;
        -- Who was only begun has no recency yet; a customer may come twice.
        IF cardinality(begun) > 0 THEN
            RETURN QUERY SELECT {COLUMNS}, {UPDATED}, 0 FROM customers_customer c
                WHERE c.organization_id = org AND c.id = ANY (begun) AND NOT c.id = ANY (found);
        END IF;
        IF cardinality(found) > 0 THEN
            RETURN QUERY SELECT {COLUMNS}, f.recency, 0
                FROM unnest(found, latest) AS f (id, recency)
                JOIN customers_customer c ON c.organization_id = org AND c.id = f.id
                WHERE c.deleted_at IS NULL AND c.status = ANY (statuses);
        END IF;
    END $$ {READS}
"""

# Contact points: `tails` are ranges and values of search_phone_tail(), `values_from`.. of the normalised
# value; `values_equal` are normalised values. `note` is the value that was found.
CONTACTS = f"""
    CREATE FUNCTION search_contacts(
        tails_from int[], tails_to int[], tails_equal int[], values_from text[], values_to text[],
        values_equal text[], each_limit int, is_email boolean, statuses text[]
    ) RETURNS TABLE ({CANDIDATE}, note text) AS $$
    DECLARE
        {ORG};
        found uuid[] := '{{}}';
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        IF cardinality(tails_from) > 0 THEN
            found := ARRAY(
                SELECT x.id FROM unnest(tails_from, tails_to) AS sought (low, high)
                CROSS JOIN LATERAL (
                    SELECT p.id FROM customers_contactpoint p
                    WHERE p.organization_id = org AND p.kind <> 'email'
                      AND search_phone_tail(p.normalised) >= sought.low
                      AND search_phone_tail(p.normalised) <= sought.high
                    LIMIT each_limit) x);
        END IF;
        IF cardinality(tails_equal) > 0 THEN
            found := found || ARRAY(
                SELECT p.id FROM customers_contactpoint p
                WHERE p.organization_id = org AND p.kind <> 'email'
                  AND search_phone_tail(p.normalised) = ANY (tails_equal) LIMIT each_limit * 8);
        END IF;
        IF cardinality(values_from) > 0 THEN
            found := found || ARRAY(
                SELECT x.id FROM unnest(values_from, values_to) AS sought (low, high)
                CROSS JOIN LATERAL (
                    SELECT p.id FROM customers_contactpoint p
                    WHERE p.organization_id = org AND p.normalised >= sought.low
                      AND p.normalised < sought.high AND (p.kind = 'email') = is_email
                    LIMIT each_limit) x);
        END IF;
        IF cardinality(values_equal) > 0 THEN
            found := found || ARRAY(
                SELECT p.id FROM customers_contactpoint p
                WHERE p.organization_id = org AND p.normalised = ANY (values_equal)
                  AND (p.kind = 'email') = is_email LIMIT each_limit);
        END IF;
        RETURN QUERY SELECT {COLUMNS}, {UPDATED}, 0, p.normalised::text
            FROM customers_contactpoint p
            JOIN customers_customer c ON c.organization_id = org AND c.id = p.customer_id
            WHERE p.organization_id = org AND p.id = ANY (found)
              AND c.deleted_at IS NULL AND c.status = ANY (statuses);
    END $$ {READS}
"""

# By their ids, in no order: what another table has led to.
PEOPLE = f"""
    CREATE FUNCTION search_people(ids uuid[], statuses text[]) RETURNS TABLE ({CANDIDATE}) AS $$
    DECLARE {ORG};
    BEGIN
        RETURN QUERY SELECT {COLUMNS}, {UPDATED}, 0
            FROM customers_customer c
            WHERE c.organization_id = org AND c.id = ANY (ids)
              AND c.deleted_at IS NULL AND c.status = ANY (statuses);
    END $$ {READS}
"""

# A customer number, and what other systems call a customer.
NUMBERED = f"""
    CREATE FUNCTION search_numbered(number_sought bigint, value_sought text, statuses text[])
    RETURNS TABLE ({CANDIDATE}, note text, note_kind text) AS $$
    DECLARE {ORG};
    BEGIN
        IF number_sought IS NOT NULL THEN
            RETURN QUERY SELECT {COLUMNS}, {UPDATED}, 0, c.number::text, 'number'
                FROM customers_customer c
                WHERE c.organization_id = org AND c.number = number_sought
                  AND c.deleted_at IS NULL AND c.status = ANY (statuses);
        END IF;
        RETURN QUERY
            WITH RECURSIVE systems AS (
                (SELECT x.system FROM customers_externalid x WHERE x.organization_id = org
                 ORDER BY x.system LIMIT 1)
                UNION ALL
                SELECT (SELECT x.system FROM customers_externalid x
                        WHERE x.organization_id = org AND x.system > s.system
                        ORDER BY x.system LIMIT 1)
                FROM systems s WHERE s.system IS NOT NULL
            ), found AS (
                SELECT x.customer_id AS id, x.system || ': ' || x.value AS note
                FROM customers_externalid x
                WHERE x.organization_id = org AND x.value = value_sought
                  AND x.system IN (SELECT s.system FROM systems s)
            )
            SELECT {COLUMNS}, {UPDATED}, 0, found.note, 'external_id'
            FROM found JOIN customers_customer c ON c.organization_id = org AND c.id = found.id
            WHERE c.deleted_at IS NULL AND c.status = ANY (statuses) LIMIT 50;
    END $$ {READS}
"""

# What a search asks of the vocabulary first. words: those near a typed one by `deletions_sought`;
# is_begun: of each of `typed`, whether longer words begin with it; known: those of `texts` that
# are there; is_behind: whether something was written that the index does not reflect yet, or
# it is of another version.
VOCABULARY = f"""
    CREATE FUNCTION search_vocabulary(
        typed text[], texts text[], deletions_sought int[], version_now int,
        OUT words text[], OUT frequencies int[], OUT is_begun boolean[], OUT known text[],
        OUT is_behind boolean
    ) AS $$
    DECLARE {ORG};
    BEGIN
        SELECT array_agg(w.word), array_agg(w.frequency) INTO words, frequencies
        FROM search.word w
        WHERE w.deletions && deletions_sought AND w.organization_id = org;
        SELECT
            ARRAY(SELECT EXISTS (
                    SELECT 1 FROM search.word w WHERE w.organization_id = org
                    AND w.word > t.word COLLATE "C" AND w.word < (t.word || '~') COLLATE "C")
                FROM unnest(typed) WITH ORDINALITY AS t (word, at) ORDER BY t.at),
            ARRAY(SELECT w.word FROM search.word w
                WHERE w.organization_id = org AND w.word = ANY (texts)),
            EXISTS (SELECT 1 FROM search.pending p WHERE p.organization_id = org)
                OR EXISTS (SELECT 1 FROM search.new_word n WHERE n.organization_id = org)
                OR NOT EXISTS (SELECT 1 FROM search.rebuild r WHERE r.organization_id = org
                    AND r.version = version_now AND r.position IS NULL)
        INTO is_begun, known, is_behind;
    END $$ {READS}
"""

# The vocabulary, packed into two arrays. deletions: words near a misspelled one; beginnings:
# words that begin so, the most frequent of each; fragments: LIKE patterns.
WORDS = f"""
    CREATE FUNCTION search_words(
        deletions_sought int[], beginnings text[], fragments text[], each_limit int,
        OUT words text[], OUT frequencies int[]
    ) AS $$
    DECLARE {ORG};
    BEGIN
        IF cardinality(deletions_sought) > 0 THEN
            SELECT array_agg(w.word), array_agg(w.frequency) INTO words, frequencies
            FROM search.word w
            WHERE w.deletions && deletions_sought AND w.organization_id = org;
        END IF;
        IF cardinality(beginnings) > 0 THEN
            SELECT words || array_agg(x.word), frequencies || array_agg(x.frequency)
            INTO words, frequencies
            FROM unnest(beginnings) AS begun (b) CROSS JOIN LATERAL (
                SELECT w.word, w.frequency FROM search.word w
                WHERE w.organization_id = org AND w.word >= begun.b AND w.word < begun.b || '~'
                ORDER BY w.word LIMIT each_limit) x;
        END IF;
        IF cardinality(fragments) > 0 THEN
            SELECT words || array_agg(x.word), frequencies || array_agg(x.frequency)
            INTO words, frequencies
            FROM unnest(fragments) AS part (pattern) CROSS JOIN LATERAL (
                SELECT w.word, w.frequency FROM search.word w
                WHERE w.organization_id = org AND w.word LIKE part.pattern
                  AND w.word !~ '^[@#]' LIMIT each_limit) x;
        END IF;
    END $$ {READS}
"""

# What entries are derived from: of these customers; without, of the next `row_limit` after one.
SOURCE_COLUMNS = """
    c.id, c.given_name::text, c.middle_name::text, c.family_name::text, c.company_name::text,
    c.deleted_at IS NULL AND c.status IN ('active', 'inactive'), c.updated_at,
    ARRAY(SELECT p.normalised::text FROM customers_contactpoint p
          WHERE p.organization_id = org AND p.customer_id = c.id AND p.kind = 'email'),
    ARRAY(SELECT a.city::text FROM customers_address a
          WHERE a.organization_id = org AND a.customer_id = c.id AND a.city <> '')
"""
SOURCE = f"""
    CREATE FUNCTION search_source(ids uuid[], after_id uuid, row_limit int) RETURNS TABLE (
        customer_id uuid, given_name text, middle_name text, family_name text,
        company_name text, is_found boolean, updated_at timestamptz, emails text[], cities text[]
    ) AS $$
    DECLARE {ORG};
    BEGIN
        IF ids IS NOT NULL THEN
            RETURN QUERY SELECT {SOURCE_COLUMNS} FROM customers_customer c
                WHERE c.organization_id = org AND c.id = ANY (ids);
        ELSE
            RETURN QUERY SELECT {SOURCE_COLUMNS} FROM customers_customer c
                WHERE c.organization_id = org AND c.id > after_id ORDER BY c.id LIMIT row_limit;
        END IF;
    END $$ {READS_FOR_THE_JOB}
"""

# Entries of customers, parallel arrays; keys_of holds array literals. gone: who has none any more.
# A new version of a row costs every index a key, so recency alone moves in steps of half a day.
WRITE = f"""
    CREATE FUNCTION search_write(
        ids uuid[], version_of int, recencies int[], pair_of int[], second_pair_of int[],
        family_of int[], keys_of text[], gone uuid[]
    ) RETURNS void AS $$
    DECLARE {ORG};
    BEGIN
        IF org IS NULL THEN RETURN; END IF;
        INSERT INTO search.entry AS e (organization_id, version, recency, pair, second_pair,
                                       family, customer_id, keys)
        SELECT org, version_of, n.recency, n.pair, n.second_pair, n.family, n.id, n.keys::int[]
        FROM unnest(ids, recencies, pair_of, second_pair_of, family_of, keys_of)
            AS n (id, recency, pair, second_pair, family, keys)
        ON CONFLICT (organization_id, customer_id) DO UPDATE SET
            version = excluded.version, recency = greatest(e.recency, excluded.recency),
            pair = excluded.pair, second_pair = excluded.second_pair,
            family = excluded.family, keys = excluded.keys
        WHERE excluded.recency >= e.recency + 12
            OR (e.version, e.pair, e.second_pair, e.family, e.keys) IS DISTINCT FROM
            (excluded.version, excluded.pair, excluded.second_pair, excluded.family, excluded.keys);
        IF cardinality(gone) > 0 THEN
            DELETE FROM search.entry e WHERE e.organization_id = org AND e.customer_id = ANY (gone);
        END IF;
    END $$ {WRITES}
"""

# For one customer written by the application: its rows of this transaction leave the queue, and
# the words that the vocabulary lacks are noted for the job.
SETTLE = f"""
    CREATE FUNCTION search_settle(ids uuid[], words_of text[]) RETURNS void AS $$
    DECLARE {ORG};
    BEGIN
        DELETE FROM search.pending p WHERE p.organization_id = org
            AND p.customer_id = ANY (ids) AND p.transaction_id = pg_current_xact_id();
        INSERT INTO search.new_word (organization_id, word)
        SELECT org, n.word FROM unnest(words_of) AS n (word)
        WHERE NOT EXISTS (SELECT 1 FROM search.word w
                          WHERE w.organization_id = org AND w.word = n.word COLLATE "C");
    END $$ {WRITES}
"""

# An array, or a kept plan would run the subquery again for every row of the queue.
TAKE_PENDING = f"""
    CREATE FUNCTION search_take_pending(row_limit int) RETURNS uuid[] AS $$
    DECLARE
        {ORG};
        taken uuid[];
    BEGIN
        WITH gone AS (
            DELETE FROM search.pending p WHERE p.organization_id = org AND p.id = ANY (ARRAY(
                SELECT x.id FROM search.pending x WHERE x.organization_id = org
                ORDER BY x.id LIMIT row_limit FOR UPDATE SKIP LOCKED))
            RETURNING p.customer_id)
        SELECT array_agg(DISTINCT gone.customer_id) INTO taken FROM gone;
        RETURN coalesce(taken, '{{}}');
    END $$ {WRITES}
"""

TAKE_NEW_WORDS = f"""
    CREATE FUNCTION search_take_new_words(row_limit int) RETURNS text[] AS $$
    DECLARE
        {ORG};
        taken text[];
    BEGIN
        WITH gone AS (
            DELETE FROM search.new_word p WHERE p.organization_id = org AND p.id = ANY (ARRAY(
                SELECT x.id FROM search.new_word x WHERE x.organization_id = org
                ORDER BY x.id LIMIT row_limit FOR UPDATE SKIP LOCKED))
            RETURNING p.word)
        SELECT array_agg(gone.word) INTO taken FROM gone;
        RETURN coalesce(taken, '{{}}');
    END $$ {WRITES}
"""

# Counts grow roughly: a common word is not written again for each of its bearers.
KNOWN_WORDS = f"""
    CREATE FUNCTION search_count_words(words_of text[], counts int[]) RETURNS text[] AS $$
    DECLARE
        {ORG};
        unknown text[];
    BEGIN
        WITH n AS (SELECT * FROM unnest(words_of, counts) AS n (word, bearers)),
        grown AS (
            UPDATE search.word w SET frequency = w.frequency + n.bearers FROM n
            WHERE w.organization_id = org AND w.word = n.word COLLATE "C"
              AND n.bearers * 8 >= w.frequency)
        SELECT array_agg(n.word) INTO unknown FROM n WHERE NOT EXISTS (
            SELECT 1 FROM search.word w
            WHERE w.organization_id = org AND w.word = n.word COLLATE "C");
        RETURN coalesce(unknown, '{{}}');
    END $$ {WRITES}
"""

ADD_WORDS = f"""
    CREATE FUNCTION search_add_words(words_of text[], counts int[], deletions_of text[])
    RETURNS void AS $$
    DECLARE {ORG};
    BEGIN
        INSERT INTO search.word AS w (organization_id, frequency, word, deletions)
        SELECT org, n.bearers, n.word, n.deletions::int[]
        FROM unnest(words_of, counts, deletions_of) AS n (word, bearers, deletions)
        ORDER BY n.word
        ON CONFLICT (organization_id, word) DO UPDATE SET deletions = excluded.deletions
        WHERE w.organization_id = org AND w.deletions <> excluded.deletions;
    END $$ {WRITES}
"""

# How recently somebody travelled or was opened; written at most once in `step` hours, and left
# out for an entry that somebody else is writing: nobody waits for the sake of an order.
TOUCH = f"""
    CREATE FUNCTION search_touch(ids uuid[], hour int, step int) RETURNS void AS $$
    DECLARE {ORG};
    BEGIN
        UPDATE search.entry e SET recency = hour
        WHERE e.organization_id = org AND e.customer_id IN (
            SELECT x.customer_id FROM search.entry x
            WHERE x.organization_id = org AND x.customer_id = ANY (ids)
              AND x.recency + step <= hour
            FOR NO KEY UPDATE SKIP LOCKED);
    END $$ {WRITES}
"""

# Derivation of all customers: where it stands; a new start; one step further.
REBUILD = f"""
    CREATE FUNCTION search_rebuild(OUT version_of int, OUT last_id uuid, OUT done_count bigint)
    AS $$
    DECLARE {ORG};
    BEGIN
        SELECT r.version, r.position, r.done INTO version_of, last_id, done_count
        FROM search.rebuild r WHERE r.organization_id = org;
    END $$ {READS_FOR_THE_JOB}
"""
REBUILD_TO = f"""
    CREATE FUNCTION search_rebuild_to(version_of int, last_id uuid, done_count bigint)
    RETURNS void AS $$
    DECLARE {ORG};
    BEGIN
        INSERT INTO search.rebuild (organization_id, version, position, done)
        VALUES (org, version_of, last_id, done_count)
        ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version,
            position = excluded.position, done = excluded.done
        WHERE search.rebuild.organization_id = org;
    END $$ {WRITES}
"""

# The one question that is about all organisations: whose queue is not empty, or whose index is
# of another version. Tells numbers of organisations and nothing of their content.
BEHIND = """
    CREATE FUNCTION search_organizations_behind(version_now int) RETURNS SETOF smallint AS $$
        WITH RECURSIVE waiting AS (
            SELECT min(p.organization_id) AS organization_id FROM search.pending p
            UNION ALL
            SELECT (SELECT min(p.organization_id) FROM search.pending p
                    WHERE p.organization_id > w.organization_id)
            FROM waiting w WHERE w.organization_id IS NOT NULL)
        SELECT w.organization_id FROM waiting w WHERE w.organization_id IS NOT NULL
        UNION SELECT n.organization_id FROM search.new_word n
        UNION SELECT o.id FROM organization_organization o
            LEFT JOIN search.rebuild r ON r.organization_id = o.id
            WHERE r.version IS DISTINCT FROM version_now OR r.position IS NOT NULL
    $$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
"""

FUNCTIONS = {
    "search_candidates": CANDIDATES,
    "search_contacts": CONTACTS,
    "search_people": PEOPLE,
    "search_numbered": NUMBERED,
    "search_vocabulary": VOCABULARY,
    "search_words": WORDS,
    "search_source": SOURCE,
    "search_write": WRITE,
    "search_settle": SETTLE,
    "search_take_pending": TAKE_PENDING,
    "search_take_new_words": TAKE_NEW_WORDS,
    "search_count_words": KNOWN_WORDS,
    "search_add_words": ADD_WORDS,
    "search_touch": TOUCH,
    "search_rebuild": REBUILD,
    "search_rebuild_to": REBUILD_TO,
    "search_organizations_behind": BEHIND,
}


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_search_index")]
    operations = [
        migrations.RunSQL(statement, f"DROP FUNCTION {name}")
        for name, statement in FUNCTIONS.items()
    ]
