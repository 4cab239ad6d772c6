"""The same matching on a real Spark: pairs, weights, groups."""

import sys
from pathlib import Path

import pytest

from bench.matching import people
from wayfolk.identity.matching.batch import engines, finding, training
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.batch.spark import Spark
from wayfolk.kit.errors import Conflict


@pytest.mark.slow
def test_spark_finds_what_duckdb_finds_and_weighs_it_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One test, so that one Spark runs at a time."""
    monkeypatch.setattr(training, "RANDOM_PAIRS", 50_000)
    # Over before Java's better compiler would pay: half the time.
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
    facts = list(finding.cleaned(people.entered(1_500, seed=5)[0]))
    small = DuckDB()
    model = training.train(small, finding.load(small, engines.tables(facts)))
    here = finding.find(small, facts, model=model, least=0.0)
    many = Spark(master="local[2]", memory_mb=1_000)
    try:
        there = finding.find(many, facts, model=model, least=0.0)
        learned = training.train(many, len(facts))
    finally:
        many.close()
    assert len(here.pairs) > 200
    weights = {(pair.low, pair.high): pair.total for pair in there.pairs}
    assert weights == pytest.approx(
        {(pair.low, pair.high): pair.total for pair in here.pairs}, abs=1e-6
    )
    levels = {(pair.low, pair.high): pair.levels for pair in there.pairs}
    assert levels == {(pair.low, pair.high): pair.levels for pair in here.pairs}
    assert there.groups == here.groups
    assert learned.weight("birth", "same") == pytest.approx(model.weight("birth", "same"), abs=0.5)


@pytest.mark.parametrize(
    ("java", "said"),
    [
        ("", "there is none at"),
        ("echo 'openjdk version \"1.8.0_402\"' >&2", "is Java 8"),
        ("echo gibberish", "of unknown version"),
    ],
    ids=["missing", "old", "strange"],
)
def test_a_java_that_will_not_do_is_told_in_words(
    java: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if java:
        _java(tmp_path, java)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Conflict) as refused:
        Spark()
    assert said in refused.value.message
    assert "apt-get install default-jre-headless" in refused.value.message


def test_without_pyspark_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _java(tmp_path, "echo 'openjdk version \"21.0.1\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(Conflict) as refused:
        Spark()
    assert "requirements/spark.txt" in refused.value.message


def test_a_cluster_needs_a_folder_that_its_machines_see() -> None:
    with pytest.raises(Conflict) as refused:
        Spark(master="spark://host.example:7077")
    assert "--spark-folder" in refused.value.message


def _java(home: Path, said: str) -> None:
    path = home / "bin" / "java"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{said}\n", encoding="utf-8")
    path.chmod(0o755)
