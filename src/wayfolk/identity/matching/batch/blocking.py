"""Which pairs are compared: those who have a key in common that few others have.

A key is what two records of one person are likely to share in spite of slips and changes. Keys
of many records (a common name) are left out: such pairs have another key, or too little in
common to be told apart from strangers.
"""

from wayfolk.identity.matching.batch.dialects import Dialect

# Records of one key; more are no pairs. Second: of a key that says little by itself.
OF_MOST = (50, 25)
# Of so many records such keys bring ten pairs of strangers for each one that is worth a look.
LARGE = 50_000
OF_MOST_WHERE_LARGE = (25, 12)
# There, four of five pairs have nothing in common but one key of a home or of beginnings of names,
# and hardly one of a thousand of those is one person: it takes two such keys, or one of these.
_TELLING = frozenset(
    "names word born_given born_family born_place year day email phone local document".split()
)

# Kind -> (key, condition). Beginnings of names stand in for the names: slips are at the end.
_ONE_EACH = {
    "names": ("concat(least(given, family), ' ', greatest(given, family))", "given <> ''"),
    "word": ("concat(given_word, ' ', family)", "given_word <> given AND family <> ''"),
    "born_given": ("concat(birth, left(given, 1))", "birth <> '' AND given <> ''"),
    "born_family": ("concat(birth, left(family, 1))", "birth <> '' AND family <> ''"),
    "born_place": ("concat(birth, left(city, 4))", "birth <> '' AND city <> ''"),
    "year": (
        "concat(substr(birth, 1, 4), left(given, 3), left(family, 3))",
        "birth <> '' AND given <> '' AND family <> ''",
    ),
    "day": (
        "concat(substr(birth, 5, 4), left(given, 3), left(family, 2))",
        "birth <> '' AND given <> ''",
    ),
    "given_place": ("concat(postcode, left(given, 3))", "postcode <> '' AND given <> ''"),
    "family_place": ("concat(postcode, left(family, 3))", "postcode <> '' AND family <> ''"),
    "given_home": ("concat(lines, left(given, 1))", "length(lines) > 5"),
    "address": ("concat(lines, postcode)", "length(lines) > 5"),
    "begun": (
        "concat(left(given, 4), left(family, 4), left(city, 3))",
        "given <> '' AND family <> ''",
    ),
    "given_whole": ("concat(given, left(family, 2))", "given <> '' AND family <> ''"),
    "family_whole": ("concat(left(given, 2), family)", "family <> ''"),
    "street": ("concat(left(lines, 12), left(city, 3))", "length(lines) > 5"),
    "street_given": ("concat(left(lines, 8), left(given, 3))", "length(lines) > 5"),
    "street_family": ("concat(left(lines, 8), left(family, 3))", "length(lines) > 5"),
}
_ONE_OF_MANY = {"email": "emails", "phone": "phones", "local": "locals", "document": "documents"}


# What says little by itself, unless few have it.
_WIDE = {
    "given": ("given", "length(given) > 2"),
    "family": ("family", "length(family) > 2"),
    "postcode": ("postcode", "length(postcode) > 2"),
    "city": ("city", "length(city) > 2"),
    "born": ("birth", "birth <> ''"),
}


def keys_sql(of: Dialect, size: int) -> str:
    """(n, k, most, weight): the keys of each record, as hashes in which its kind takes part.

    size: how many records there are. weight: a pair is compared if its keys have 2 together.
    """
    of_most, of_most_wide = OF_MOST_WHERE_LARGE if size >= LARGE else OF_MOST
    single = 1 if size >= LARGE else 2

    def part(kind: str, key: str, table: str, condition: str, most: int = of_most) -> str:
        weight = 2 if kind in _TELLING else single
        return (
            f"SELECT n, {of.hashed}(concat('{kind}', kind, {key})) AS k, {most} AS most,"
            f" {weight} AS weight FROM {table} WHERE {condition}"
        )

    def exploded(kind: str, values: str) -> str:
        return f"(SELECT n, kind, city, birth, {of.explode}({values}) AS v FROM facts) AS of_{kind}"

    parts = [part(kind, key, "facts", where) for kind, (key, where) in _ONE_EACH.items()]
    parts += [
        part(f"wide_{kind}", key, "facts", where, of_most_wide)
        for kind, (key, where) in _WIDE.items()
    ]
    parts += [
        part(kind, "v", exploded(kind, column), "v <> ''") for kind, column in _ONE_OF_MANY.items()
    ]
    words = f"{of.split}(lines, ' ')"
    parts += [
        part(kind, f"v, {beside}", exploded(kind, words), f"length(v) > 4 AND {beside} <> ''")
        for kind, beside in (("in_city", "left(city, 3)"), ("in_year", "left(birth, 4)"))
    ]
    return " UNION ALL ".join(parts)


def few_sql() -> str:
    """Of the table keys those that at least two and at most so many records have."""
    return (
        "SELECT DISTINCT keys.n, keys.k, keys.weight FROM keys JOIN"
        " (SELECT k FROM keys GROUP BY k HAVING count(*) BETWEEN 2 AND max(most)) AS rare"
        " ON rare.k = keys.k"
    )


def pairs_sql() -> str:
    """(join_key_l, join_key_r, weight): every pair once, the lower record first; reads few."""
    return (
        "SELECT '0' AS match_key, a.n AS join_key_l, b.n AS join_key_r, sum(a.weight) AS weight"
        " FROM few a JOIN few b ON a.k = b.k AND a.n < b.n GROUP BY a.n, b.n"
    )


def worth_comparing_sql() -> str:
    """Those of the table pairs that are worth a comparison. Training learns from the others too."""
    return "SELECT match_key, join_key_l, join_key_r FROM pairs WHERE weight >= 2"
