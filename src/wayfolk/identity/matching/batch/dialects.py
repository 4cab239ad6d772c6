"""What the engines call the same things."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """Names of functions. overlap: of two arrays; explode: rows of an array."""

    name: str
    overlap: str
    contains: str
    similarity: str
    explode: str
    split: str
    hashed: str
    text_array: str


DUCKDB = Dialect(
    "duckdb",
    overlap="list_has_any",
    contains="list_contains",
    similarity="jaro_winkler_similarity",
    explode="unnest",
    split="string_split",
    hashed="hash",
    text_array="VARCHAR[]",
)
SPARK = Dialect(
    "spark",
    overlap="arrays_overlap",
    contains="array_contains",
    similarity="jaro_winkler",
    explode="explode",
    split="split",
    hashed="xxhash64",
    text_array="ARRAY<STRING>",
)
