"""Kills a worker in the middle of merges and unmerges, and looks at what it leaves behind.

    python -m bench.kills [TIMES]        (500 unless told; needs the development requirements)

It is the test of tests/identity/merging/test_failures.py, repeated more often than every run of
the suite can afford.
"""

import os
import sys

import pytest

TIMES = 500
TEST = (
    "tests/identity/merging/test_failures.py::test_a_worker_that_is_killed_leaves_before_or_after"
)


def main() -> int:
    os.environ["WAYFOLK_KILLS"] = sys.argv[1] if len(sys.argv) > 1 else str(TIMES)
    return int(pytest.main(["-q", "-p", "no:randomly", TEST]))


if __name__ == "__main__":
    sys.exit(main())
