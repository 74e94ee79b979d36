"""Become a program that the kernel ends when the process that started it is gone, however that comes about.

    python -I -S registry/bound.py PARENT PROGRAM ARGUMENT...

It is started of its own because the wish has to be uttered in the child, and a function between fork and exec would have the
parent run hooks in which a Ctrl-C is lost, and copy the tables of its memory. Linux only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2); it outlives exec


def main(parent: int, program: str, *arguments: str) -> None:
    """Bind this process to its parent, then replace it by a program."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os.kill(os.getpid(), signal.SIGKILL)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
