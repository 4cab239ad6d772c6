"""The files that the tests of this folder read."""

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "wayfolk"
TEMPLATES = SOURCE / "web" / "templates"

# Written by tools or by others: no house style there.
_FOREIGN = ("migrations", "vendor", "__pycache__")


def python_files() -> list[Path]:
    """Everything that ships, but for generated migrations."""
    return [
        path for path in sorted(SOURCE.rglob("*.py")) if not any(p in _FOREIGN for p in path.parts)
    ]


def written_files() -> list[Path]:
    """Every text that is written by hand: source, templates, tests, documents, scripts."""
    folders = ("src", "tests", "docs", "bench", "bin", ".ci", "requirements")
    kinds = {".py", ".html", ".js", ".css", ".md", ".in", ".toml", ".json", ".sh", "", ".yml"}
    top = [path for path in ROOT.glob("*") if path.is_file() and path.suffix in {".md", ".toml"}]
    return top + [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
        and path.suffix in kinds
        and not any(part in {"vendor", "__pycache__", "node_modules"} for part in path.parts)
    ]


@cache
def package_order() -> tuple[str, ...]:
    """Package names from top to bottom, as the import contract in pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["id"] == "packages")
    return tuple(name.strip() for layer in layers for name in layer.split("|"))


DOMAINS = (
    "integrations",
    "bookings",
    "stays",
    "itineraries",
    "partners",
    "households",
    "customers",
    "organization",
    "staff",
    "audit",
    "kit",
)
