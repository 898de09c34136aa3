"""A SIGKILL for this very process after a while, by a timer of the kernel's: exact on a busy machine, where another process that
is to kill would be scheduled too late. Linux only."""

from __future__ import annotations

import ctypes
import signal

_CLOCK_MONOTONIC = 1
_SIGEV_SIGNAL = 0


class _SigEvent(ctypes.Structure):
    # sigevent(3type): a value, the signal, how to notify, and room for what we do not use.
    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("room", ctypes.c_char * 48),
    )


class _TimerSpec(ctypes.Structure):
    _fields_ = (
        ("interval_s", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("s", ctypes.c_long),
        ("ns", ctypes.c_long),
    )


def kill_myself_in(seconds: float) -> None:
    """Arms the timer; it cannot be called off."""
    libc = ctypes.CDLL(None, use_errno=True)
    timer = ctypes.c_void_p()
    event = _SigEvent(signal=signal.SIGKILL, notify=_SIGEV_SIGNAL)
    if libc.timer_create(_CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)):
        raise OSError(ctypes.get_errno(), "timer_create")
    nanoseconds = max(1, int(seconds * 1e9))
    spec = _TimerSpec(s=nanoseconds // 1_000_000_000, ns=nanoseconds % 1_000_000_000)
    if libc.timer_settime(timer, 0, ctypes.byref(spec), None):
        raise OSError(ctypes.get_errno(), "timer_settime")
