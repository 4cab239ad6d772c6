"""Pairs and their weights, by Splink."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wayfolk.identity.matching.batch import blocking
from wayfolk.identity.matching.batch.engines import Engine
from wayfolk.identity.matching.batch.level_sql import Compared, compared
from wayfolk.identity.matching.model import BY_FREQUENCY, RAREST, Model

NAMED = ("given", "family")


class Scored(NamedTuple):
    """A pair by the numbers of its records. total: bits above even odds."""

    low: int
    high: int
    total: float
    levels: Mapping[str, str]


def predict(engine: Engine, model: Model, *, least: float) -> list[Scored]:
    """The pairs of the table `pairs` that weigh at least so much, heaviest first."""
    from splink import Linker

    splink = engine.splink()
    for column in NAMED:
        engine.make(f"frequency_{column}", _frequency_sql(model, column))
    linker = Linker(splink.register("facts"), settings(engine, model), validate_settings=False)
    tables = linker.table_management
    for column in NAMED:
        tables.register_term_frequency_lookup(splink.register(f"frequency_{column}"), column)
    engine.make("worth_comparing", blocking.worth_comparing_sql())
    tables.register_blocked_pairs_for_predict(splink.register("worth_comparing"))
    scored = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
    return _read(engine, scored.physical_name)


def settings(engine: Engine, model: Model) -> dict[str, Any]:
    """The model as Splink wants it."""
    comparisons = [
        _comparison(name, each, model)
        for name, each in compared(engine.dialect).items()
        if name not in model.off
    ]
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": 1 / (1 + 2**-model.prior),
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": ["l.n = r.n"],
        "retain_matching_columns": True,  # with them come the levels
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(name: str, of: Compared, model: Model) -> dict[str, Any]:
    absent = {"sql_condition": of.absent, "label_for_charts": "absent", "is_null_level": True}
    return {
        "output_column_name": name,
        "comparison_levels": [absent, *(_level(name, each, sql, model) for each, sql in of.levels)],
    }


def _level(comparison: str, level: str, condition: str, model: Model) -> dict[str, Any]:
    m, u = model.levels[comparison][level]
    found: dict[str, Any] = {
        "sql_condition": condition,
        "label_for_charts": level,
        "m_probability": m,
        "u_probability": u,
    }
    if (comparison, level) in BY_FREQUENCY:
        found |= {
            "tf_adjustment_column": comparison,
            "tf_minimum_u_value": RAREST,
            "disable_tf_exact_match_detection": True,
        }
    return found


def _frequency_sql(model: Model, column: str) -> str:
    """The model's own frequencies, not those of the records at hand."""
    known = model.frequencies.get(column, {})
    listed = [(name, share) for name, share in known.items() if name]
    cases = ", ".join(f"({_quoted(name)}, CAST({share!r} AS DOUBLE))" for name, share in listed)
    values = cases or "('', CAST(NULL AS DOUBLE))"
    rest = repr(known[""]) if "" in known else "NULL"
    return (
        f"SELECT f.{column}, coalesce(t.share, CAST({rest} AS DOUBLE)) AS tf_{column}"
        f" FROM (SELECT DISTINCT {column} FROM facts) AS f"
        f" LEFT JOIN (VALUES {values}) AS t(name, share) ON t.name = f.{column}"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _read(engine: Engine, table: str) -> list[Scored]:
    cases = compared(engine.dialect)
    names = {name: [level for level, _ in reversed(of.levels)] for name, of in cases.items()}
    present = [name for name in names if name in _gammas(engine, table)]
    columns = ", ".join(f"gamma_{name}" for name in present)
    rows = engine.rows(
        f"SELECT n_l, n_r, match_weight, {columns} FROM {table}"
        " ORDER BY match_weight DESC, n_l, n_r"
    )
    return [Scored(row[0], row[1], row[2], _levels(row[3:], present, names)) for row in rows]


def _gammas(engine: Engine, table: str) -> set[str]:
    described = engine.rows(f"DESCRIBE {table}")
    return {str(row[0]).removeprefix("gamma_") for row in described}


def _levels(
    gammas: Sequence[int], present: Sequence[str], names: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    return {
        name: names[name][gamma] for name, gamma in zip(present, gammas, strict=True) if gamma >= 0
    }
