"""The browser's files, collected under names that change with their content.

A new version of Wayfolk is then seen at once, and an old file may be kept for ever.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_STAMP = ".collected"
# Compressed files are made again beside the collected ones; other versions of htmx are not used.
_LEFT_OUT = ("*.gz", "*.br", "htmax*", "htmx-4*")


def collect() -> None:
    """Collect and compress the files unless they are as at the last start."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / _STAMP
    state = _fingerprint()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command(
        "collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=[*_LEFT_OUT]
    )
    stamp.write_text(state)


def _fingerprint() -> str:
    """Over names, sizes and times of the files in the packages."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=_LEFT_OUT):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
