"""Many records at once: the same weights as one pair, weights that are learned, groups."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.matching import people
from wayfolk.identity.matching.batch import (
    engines,
    evaluating,
    files,
    finding,
    grouping,
    scoring,
    training,
)
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.batch.scoring import Scored
from wayfolk.identity.matching.model import Model, shipped_for
from wayfolk.identity.matching.record import Facts, Record, facts_of
from wayfolk.identity.matching.scoring import score
from wayfolk.kit.errors import InvalidValues

EVERYTHING = -10_000.0


@pytest.fixture(scope="module")
def entered() -> tuple[list[Record], dict[str, str]]:
    return people.entered(3_000, seed=3)


@pytest.fixture(scope="module")
def facts(entered: tuple[list[Record], dict[str, str]]) -> list[Facts]:
    return list(finding.cleaned(entered[0]))


@pytest.fixture(scope="module")
def engine(facts: list[Facts]) -> DuckDB:
    loaded = DuckDB()
    finding.load(loaded, engines.tables(facts))
    return loaded


@pytest.mark.parametrize("is_trained", [False, True], ids=["shipped", "trained"])
def test_one_pair_weighs_the_same_by_either_scorer(
    engine: DuckDB, facts: list[Facts], is_trained: bool
) -> None:
    """Weight and levels, of every pair that the batch compares."""
    model = training.train(engine, len(facts)) if is_trained else Model(size=len(facts))
    pairs = scoring.predict(engine, model, least=EVERYTHING)
    assert len(pairs) > 5_000
    assert len({level for pair in pairs for level in pair.levels.items()}) > 25
    for pair in pairs:
        alone = score(facts[pair.low], facts[pair.high], model)
        assert alone.total == pytest.approx(pair.total, abs=1e-6)
        assert alone.levels == pair.levels


def test_a_field_that_is_off_weighs_nothing_in_either(engine: DuckDB, facts: list[Facts]) -> None:
    model = Model(size=len(facts), off=frozenset({"household"}))
    for pair in scoring.predict(engine, model, least=0.0)[:500]:
        alone = score(facts[pair.low], facts[pair.high], model)
        assert alone.total == pytest.approx(pair.total, abs=1e-6)
        assert "household" not in pair.levels


def test_learning_without_labels_finds_whom_was_entered_twice(
    engine: DuckDB, facts: list[Facts], entered: tuple[list[Record], dict[str, str]]
) -> None:
    records, truth = entered
    model = training.train(engine, len(facts))
    groups = finding.find(DuckDB(), facts, model=model).groups
    found = {records[n].id: records[first].id for n, first in groups.items()}
    quality = evaluating.quality(found, truth)
    assert quality.f1 > 0.85
    different, same = model.weight("given", "different"), model.weight("birth", "same")
    assert different < -3
    assert same > 10


def test_what_nobody_writes_is_no_proof_where_nobody_was_entered_twice() -> None:
    """Else an initial for a first name, which nobody has, would be worth twenty bits."""
    once = [each for each in people.persons(4_000, seed=3) if len(each.given_name) > 1]
    loaded = DuckDB()
    model = training.train(loaded, finding.load(loaded, engines.tables(finding.cleaned(once))))
    shipped = Model(levels=shipped_for(len(once)))
    for comparison, level in (("given", "initial"), ("given", "swapped"), ("family", "part")):
        most = shipped.bits(comparison, level) + 4  # a pair or two that seem to be one person
        assert model.bits(comparison, level) <= most, (comparison, level)


def test_a_trained_model_survives_being_stored() -> None:
    model = Model(size=5, frequencies={"given": {"anna": 0.2, "": 0.01}}, off=frozenset({"birth"}))
    stored = json.loads(json.dumps(model.to_json()))
    assert Model.from_json(stored) == model


def test_father_and_son_do_not_become_one_over_a_record_without_a_birthday() -> None:
    births = ["19500101", "", "19801231"]
    near, far = {"birth": "same"}, {"birth": "different"}
    pairs = [Scored(0, 1, 9.0, near), Scored(1, 2, 8.0, near)]
    assert grouping.group(pairs, births) == {0: 0, 1: 0}
    assert grouping.group([*pairs, Scored(0, 2, 3.0, far)], births) == {0: 0, 1: 0, 2: 0}


def test_a_group_does_not_grow_beyond_its_limit() -> None:
    pairs = [Scored(0, n, 20.0 - n, {}) for n in range(1, 9)]
    assert len(grouping.group(pairs, [""] * 9, largest=4)) == 4


def test_where_nobody_is_twice_in_one_source_each_has_one_partner() -> None:
    pairs = [Scored(0, 2, 9.0, {}), Scored(0, 3, 8.0, {}), Scored(1, 3, 1.0, {})]
    assert len(set(grouping.group(pairs, [""] * 4).values())) == 1
    linked = grouping.group(pairs, [""] * 4, sources=[0, 0, 1, 1])
    assert linked == {0: 0, 2: 0, 1: 1, 3: 1}


def test_quality_counts_pairs_and_records() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "3"}
    quality = evaluating.quality({"a": "x", "b": "x", "d": "y", "e": "y"}, truth)
    assert (quality.pairs_true, quality.pairs_found, quality.pairs_both) == (3, 2, 1)
    assert (quality.precision, round(quality.recall, 3)) == (0.5, 0.333)
    assert round(quality.cubed_precision, 3) == 0.8
    assert round(quality.cubed_recall, 3) == 0.733


def test_values_of_many_records_and_placeholders_say_nothing() -> None:
    desk = Record(emails=("desk@agency.example", "noemail@example.org"), phones=("+1111111111",))
    records = [replace(desk, id=str(n)) for n in range(13)]
    first = next(iter(finding.cleaned(records)))
    assert (first.emails, first.phones) == ((), ())
    assert facts_of(replace(desk, emails=("anna.b@example.org",))).emails == ("anna.b@example.org",)


def test_files_of_anybody_are_read_by_a_mapping(tmp_path: Path) -> None:
    path, mapping = tmp_path / "r.csv", tmp_path / "m.json"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["No", "Name", "Street", "House", "Born", "Mail", "Tel"])
        writer.writerow(["7", "Smith, Anna", "Mill Lane", "12", "31.12.1980", "A@B.example", ""])
    written = {"No": "id", "Name": "name", "Street": "lines", "House": "lines", "Born": "birth_on"}
    mapping.write_text(json.dumps(written | {"Mail": "email", "Tel": "phone"}), encoding="utf-8")
    (record,) = files.read_records(path, files.read_mapping(mapping))
    assert (record.id, record.given_name, record.family_name) == ("7", "Anna", "Smith")
    assert (record.lines, str(record.birth_on)) == ("Mill Lane 12", "1980-12-31")
    assert record.emails == ("a@b.example",)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"No": "id", "Born": "birthday"}', "“birthday”"),
        ('{"Born": "birth_on"}', "which column is the id"),
        ("[", "cannot be read as JSON"),
    ],
)
def test_a_wrong_mapping_is_refused_in_words(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(InvalidValues) as refused:
        files.read_mapping(path)
    assert said in str(refused.value.details) + refused.value.message


def _read(path: Path, content: bytes, mapping: dict[str, str]) -> list[Record]:
    path.write_bytes(content)
    return files.read_records(path, mapping)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_of_any_usual_writing_is_read(tmp_path: Path, encoding: str) -> None:
    """Quoted line breaks, empty lines and rows that end early as well."""
    content = 'id;name;street\r\n1;Jürgen Größe;"Weg 1\r\nHof"\r\n\r\n2;Ann Bee\r\n'
    mapping = {"id": "id", "name": "name", "street": "lines"}
    first, second = _read(tmp_path / "r.csv", content.encode(encoding), mapping)
    assert (first.given_name, first.family_name) == ("Jürgen", "Größe")
    assert first.lines.split() == ["Weg", "1", "Hof"]
    assert (second.id, second.lines) == ("2", "")


def test_a_birthday_in_three_columns_is_one_date(tmp_path: Path) -> None:
    mapping = {"id": "id", "by": "birth_year", "bm": "birth_month", "bd": "birth_day"}
    content = b"id,by,bm,bd\n1,1949,7,22\n2,1949,13,1\n3,,,\n"
    records = _read(tmp_path / "r.csv", content, mapping)
    assert [str(each.birth_on) for each in records] == ["1949-07-22", "None", "None"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,name\n", "no records below its header"),
        (b"", "no records below its header"),
        (b"id,name\n,Ann\n", "have no id"),
        (b"id,name\n7,Ann\n7,Bee\n", "have the id “7”"),
        (b"no,name\n7,Ann\n", "has no column “id”"),
    ],
)
def test_records_that_cannot_be_told_apart_are_refused_in_words(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(InvalidValues) as refused:
        _read(tmp_path / "r.csv", content, {"id": "id", "name": "name"})
    assert said in str(refused.value.details) + refused.value.message


def test_one_id_in_two_files_is_refused_in_words(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text("id,name\n7,Ann\n", encoding="utf-8")
    with pytest.raises(InvalidValues) as refused:
        files.read_all([tmp_path / "a", tmp_path / "b"], {"id": "id", "name": "name"})
    assert "have the id “7”" in str(refused.value.details)


def test_a_truth_without_entities_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(InvalidValues) as refused:
        files.read_truth(path)
    assert "must have two columns" in str(refused.value.details)
