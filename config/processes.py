"""Children that do not outlive their parent: how the demo and the tests start and stop programs."""

import ctypes
import os
import signal
import subprocess
import sys

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def spawn(command, *, last_wish=signal.SIGTERM, **kwargs):
    """Start a program in a process group of its own, so that Ctrl-C reaches only us.

    Arguments:
        command: list of strings; never a shell line.
        last_wish: the signal that the kernel sends it when we die without a word (Linux only).
        kwargs: as for `subprocess.Popen`.

    Call it from the main thread: Linux counts the death of the starting thread as ours.
    """
    parent = os.getpid()

    def ask_for_last_wish():
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(last_wish))
            if os.getppid() != parent:  # we died before the line above
                os._exit(1)

    kwargs.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen(
        [str(part) for part in command],
        start_new_session=True,
        preexec_fn=ask_for_last_wish,  # noqa: PLW1509
        **kwargs,
    )


def stop(process, *, how=signal.SIGTERM, patience=10.0):
    """Ask a program of `spawn` to end; after `patience` seconds, end it and whatever it started."""
    if process.poll() is None:
        try:
            process.send_signal(how)
            process.wait(patience)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody is left in its group
        pass
    process.wait()
