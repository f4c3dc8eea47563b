"""Start a command that does not outlive its parent: `python cli/tether.py PARENT_PID SIGNAL COMMAND…`.

A parent that is killed with SIGKILL cannot end its children. On Linux the kernel does it for us (prctl(2),
PR_SET_PDEATHSIG): the setting belongs to the child and survives exec.

Uses the standard library only and no other module of the project, so that it starts in a few milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tether(parent_pid: int, death_signal: signal.Signals) -> None:
    """Have this process receive a signal when its parent ends.

    Raises:
        ProcessLookupError: the parent ended before it could be asked.
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    if os.getppid() != parent_pid:
        raise ProcessLookupError(f"process {parent_pid} is no longer there")


def tethered(command: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """The command that runs another one tethered to the present process, and to the thread that starts it."""
    # -I -S: the launcher needs neither the site packages nor anything of the environment
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), death_signal.name, *command]


def main(arguments: list[str]) -> None:
    """Tether this process to its parent, then become the command."""
    parent_pid, signal_name, *command = arguments
    tether(int(parent_pid), signal.Signals[signal_name])
    os.execvp(command[0], command)  # noqa: S606 - becoming that command is the whole purpose


if __name__ == "__main__":
    main(sys.argv[1:])
