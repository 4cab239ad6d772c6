"""Child processes that never outlive the process which started them."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def tied_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Give the ``preexec_fn`` that makes Linux send ``death_signal`` to the child when we die.

    The kernel watches the *thread* that starts the child, so start it from the main thread.
    Elsewhere than on Linux there is no such request: the answer is None, and a child may
    survive a ``kill -9`` of its parent.
    """
    if sys.platform != "linux":
        return None
    # Looked up before the fork: the child should do nothing but the system call itself.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the kernel heard the request
            os._exit(1)

    return ask_kernel
