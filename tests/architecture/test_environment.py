"""What the product reads from the environment, an operator finds in the documentation."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAME = r"(?:WAYFOLK_[A-Z][A-Z_]*|DATABASE_URL)"


def read_variables() -> set[str]:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "bin").iterdir()]
    quoted = re.compile(rf"[\"']({NAME})[\"']|\$\{{({NAME})\b")
    return {
        first or second
        for path in sources
        if path.is_file()
        for first, second in quoted.findall(path.read_text())
    }


def test_every_variable_is_documented_with_its_meaning_and_default() -> None:
    guide = (ROOT / "docs" / "operations" / "running.md").read_text()
    rows = re.findall(rf"^\| `({NAME})` \| (.+?) \| (.*)\|$", guide, re.MULTILINE)
    documented = {name for name, meaning, _ in rows if len(meaning) > 10}
    read = read_variables()
    assert {"WAYFOLK_FIELD_KEYS", "WAYFOLK_VENV", "DATABASE_URL"} <= read
    assert read - documented == set()
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "browser").glob("*.py"))
    assert {name for name in documented - read if name not in tests} == set()
