"""The scripts of bin/ on machines where something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPTS = ("demo", "test", "wayfolk")


def bash(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code after sourcing bin/_environment, knowing nothing but these variables."""
    return subprocess.run(
        [str(shutil.which("bash")), "-c", f'source "$ENVIRONMENT"; {code}'],
        env={"ENVIRONMENT": str(PROJECT / "bin/_environment"), **environment},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def tools(directory: Path, *names: str) -> str:
    """A PATH that has these programs only."""
    directory.mkdir()
    for name in names:
        (directory / name).symlink_to(str(shutil.which(name)))
    return str(directory)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_can_be_run(name: str) -> None:
    assert os.access(PROJECT / "bin" / name, os.X_OK)
    subprocess.run(["bash", "-n", PROJECT / "bin" / name], check=True)


def test_a_machine_without_python_is_told(tmp_path: Path) -> None:
    result = bash(
        "prepare_environment base",
        PATH=tools(tmp_path / "tools", "dirname", "cmp"),
        WAYFOLK_VENV=str(tmp_path / "venv"),
    )
    assert result.returncode == 1
    assert "needs Python 3.11 or newer" in result.stderr
    assert "apt-get install python3" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_passed_over(tmp_path: Path) -> None:
    path = tools(tmp_path / "tools", "dirname", "cmp")
    for name in ("python3", "python3.12"):
        program = tmp_path / "tools" / name
        # What an old Python does with the question, and what a new one does.
        program.write_text(f"#!/bin/sh\nexit {int(name == 'python3')}\n")
        program.chmod(0o755)
    result = bash("find_python", PATH=path)
    assert result.stdout.strip() == f"{path}/python3.12"


def test_an_environment_of_other_requirements_is_not_trusted(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin/python"
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    ask = "is_installed base && echo installed || echo missing"
    path = os.environ["PATH"]
    assert bash(ask, PATH=path, WAYFOLK_VENV=str(venv)).stdout == "missing\n"
    shutil.copy(PROJECT / "requirements/base.txt", venv / "installed-requirements.txt")
    assert bash(ask, PATH=path, WAYFOLK_VENV=str(venv)).stdout == "installed\n"
    assert bash(ask.replace("base", "dev"), PATH=path, WAYFOLK_VENV=str(venv)).stdout == "missing\n"
    python.write_text("#!/bin/sh\nexit 1\n")  # as when the system's Python has moved on
    assert bash(ask, PATH=path, WAYFOLK_VENV=str(venv)).stdout == "missing\n"


def test_a_python_without_venv_is_told(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\necho "ensurepip is not available" >&2\nexit 1\n')
    python.chmod(0o755)
    venv = tmp_path / "venv"
    venv.mkdir()
    result = bash(
        f'make_virtual_environment "{python}"', PATH=os.environ["PATH"], WAYFOLK_VENV=str(venv)
    )
    assert result.returncode == 1
    assert "ensurepip is not available" in result.stderr
    assert "apt-get install python3-venv" in result.stderr


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/precious").write_text("")
    result = bash(
        "make_virtual_environment python3", PATH=os.environ["PATH"], WAYFOLK_VENV=str(tmp_path)
    )
    assert result.returncode == 1
    assert "is no virtual environment of ours" in result.stderr
    assert (tmp_path / "bin/precious").exists()
