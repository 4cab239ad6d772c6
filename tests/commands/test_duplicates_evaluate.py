"""`duplicates evaluate`: needs files only."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.matching import people
from wayfolk.commands.duplicates import duplicates

MAPPING = {"no": "id", "first": "given_name", "last": "family_name", "born": "birth_on"}


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """Arguments of evaluate, for records in a strange form, of the people who have a birthday."""
    records, truth = people.entered(300, seed=7)
    kept = [each for each in records if each.birth_on]
    with (tmp_path / "r.csv").open("w", newline="", encoding="utf-16") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(MAPPING)
        for each in kept:
            assert each.birth_on
            born = each.birth_on.strftime("%d.%m.%Y")
            writer.writerow([each.id, each.given_name, each.family_name, born])
    with (tmp_path / "t.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("no", "who"), *truth.items()])
    (tmp_path / "m.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    files = {"--mapping": "m.json", "--truth": "t.csv"}
    options = [part for name, file in files.items() for part in (name, str(tmp_path / file))]
    return ["evaluate", str(tmp_path / "r.csv"), *options]


def test_it_tells_how_well_records_of_others_are_grouped(asked: list[str]) -> None:
    told = CliRunner().invoke(duplicates, asked)
    assert told.exit_code == 0, told.output
    precision, recall = re.findall(r"pairwise  precision (\S+)  recall (\S+)", told.output)[0]
    assert float(precision) > 0.8
    assert float(recall) > 0.4
    assert "B-cubed" in told.output


def test_a_cluster_without_a_folder_is_refused_in_words(asked: list[str]) -> None:
    told = CliRunner().invoke(
        duplicates, [*asked, "--engine", "spark", "--spark-master", "spark://host.example:7077"]
    )
    assert told.exit_code == 1
    assert "Name it with --spark-folder" in told.output
    assert "Traceback" not in told.output
