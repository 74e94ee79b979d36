"""Become a Python program that the kernel ends when the process that started it is gone, however that comes about.

    python -I -S registry/bound.py PARENT ARGUMENT...

The arguments are those of Python itself. This is a program of its own because the wish must be uttered in the child: a function
between fork and exec would have the parent run hooks in which a Ctrl-C is lost, and copy the tables of its memory. Linux only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2); it outlives exec


def main(parent: int, arguments: list[str]) -> None:
    """Bind this process to its parent, then replace it by Python with these arguments."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os.kill(os.getpid(), signal.SIGKILL)
    os.execv(sys.executable, [sys.executable, *arguments])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
