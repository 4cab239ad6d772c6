"""House rules over the text of the source: sizes, names, nothing left for later."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SOURCE, python_files, written_files

LONGEST_FUNCTION = 100
LONGEST_FILE = 600
_VAGUE_NAMES = {"utils", "util", "helpers", "helper", "managers", "common", "misc", "stuff"}
_VAGUE_VERBS = ("process_", "handle_", "manage_", "do_", "perform_")
# Names that a library looks for.
_GIVEN_NAMES = {"process_view", "process_exception", "process_request", "process_response"}
_LATER = re.compile(
    r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b"
)
# Directories of one machine, and addresses that belong to nobody's checkout.
_MACHINE = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", "/tmp/w" + "f", "/home/" + r"\w+/")))
_REGISTRY = re.compile("--(?:extra-)?index-" + 'url|"resolved": *"http')


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Says something to the reader of the run, whether the test passes or not."""

    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}\n")

    return say


def _functions() -> list[tuple[str, int]]:
    """("path:line name", length in lines) of every function that ships."""
    return [
        (f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}", _length(node))
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _p90(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.9)]


def test_functions_fit_on_a_screen(report: Callable[[str], None]) -> None:
    functions = _functions()
    p90 = _p90([length for _, length in functions])
    report(f"{len(functions)} functions, p90 {p90} lines (aim: 25)")
    assert [name for name, length in functions if length > LONGEST_FUNCTION] == []


def test_files_hold_one_idea(report: Callable[[str], None]) -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    report(f"{len(sizes)} files, p90 {_p90(list(sizes.values()))} lines (aim: 220)")
    assert [str(path) for path, lines in sizes.items() if lines > LONGEST_FILE] == []


def test_modules_are_named_after_what_they_hold() -> None:
    vague = [
        str(path.relative_to(SOURCE))
        for path in python_files()
        if _VAGUE_NAMES & {path.stem, *path.relative_to(SOURCE).parts}
    ]
    assert vague == []


def test_functions_are_named_after_what_they_do() -> None:
    vague = [
        name
        for name, _ in _functions()
        if (word := name.rpartition(" ")[2].lstrip("_")).startswith(_VAGUE_VERBS)
        and word not in _GIVEN_NAMES
    ]
    assert vague == []


def _lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later() -> None:
    assert _lines_with(_LATER, written_files()) == []


def test_no_path_of_a_machine_is_written_down() -> None:
    assert _lines_with(_MACHINE, written_files()) == []


def test_no_package_registry_is_written_down() -> None:
    lists = [*(ROOT / "requirements").glob("*"), ROOT / "package-lock.json", ROOT / ".npmrc"]
    assert _lines_with(_REGISTRY, lists) == []


def test_every_package_says_what_it_owns() -> None:
    silent = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.glob("*/__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
