"""What Ctrl+C and the other signals that end a process do to a command: one line that says what is kept, no traceback.

Nothing here stands on a library, so that it holds before any is imported.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bot.terminal.language import speak, spoken, wanted_language
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_SOON = 0.05
_STANDARD_ERROR = 2
_CLEAN_LINE = "\r\x1b[K\x1b[?25h"
"""Clears what a progress bar has left of its line, and shows the cursor again that it hides."""


class Stopped(BaseException):
    """The command was told to stop; raised wherever it happens to be, so that what is open is closed on the way."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        """Of the signal."""

    @property
    def exit_code(self) -> int:
        """As a shell tells of what a signal has ended."""
        return exit_code_of(self.number)


class _Now:
    line: str = told("stopped before anything began; the index stays as it is")
    is_told = False
    number: int | None = None
    """Of the first signal."""


def exit_code_of(number: int) -> int:
    """Return the exit code of what a signal has ended, as a shell tells it."""
    return 128 + number


def keep(line: str) -> None:
    """Have it said with this line, if the command is stopped, what is kept."""
    _Now.line = line


def stop_line() -> str:
    """Return the line that says what is kept; from then on it counts as told."""
    _Now.is_told = True
    return _Now.line


def end_at_once_when_told() -> None:
    """From now on end the process with one line at the first signal: nothing is begun that could be broken off."""
    speak(wanted_language())
    spoken(_Now.line)  # so that all that this takes is there: the middle of an import is no place to begin another
    for number in _wanted():
        signal.signal(number, _end_at_once)


@contextmanager
def stopping_in_order() -> Iterator[None]:
    """Meanwhile raise `Stopped` at the first signal, and end at once at the second."""
    before = {number: signal.signal(number, _raise) for number in _wanted()}
    hook = sys.unraisablehook
    sys.unraisablehook = _again_unless(hook)
    _Now.number, _Now.is_told = None, False
    try:
        yield
    finally:
        _Now.is_told = True  # what comes now can break nothing off any more
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def was_stopped() -> Stopped | None:
    """Whether a signal has come: a library may have made another error of `Stopped`."""
    return None if _Now.number is None else Stopped(_Now.number)


def _wanted() -> list[int]:
    """The signals to follow: none that is ignored on purpose, as under nohup, and none in another thread."""
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


def _raise(number: int, frame: FrameType | None) -> None:
    if _Now.number is not None:
        _end_at_once(number, frame)
    _Now.number = number
    raise Stopped(number)


def _end_at_once(number: int, _frame: FrameType | None) -> None:
    if not _Now.is_told:
        _Now.is_told = True
        begin = _CLEAN_LINE if os.isatty(_STANDARD_ERROR) else ""
        # Below Python's own streams, which may be in the middle of something.
        with suppress(OSError):
            os.write(_STANDARD_ERROR, f"{begin}citebot: {spoken(_Now.line)}\n".encode())
    os._exit(exit_code_of(number))


def _again_unless(hook: Callable[[sys.UnraisableHookArgs], object]) -> Callable[[sys.UnraisableHookArgs], object]:
    """Where a signal comes while something is deleted, `Stopped` goes nowhere: have the signal come again soon."""

    def take(found: sys.UnraisableHookArgs) -> None:
        if isinstance(found.exc_value, Stopped):
            _Now.number = None
            threading.Timer(_SOON, os.kill, (os.getpid(), found.exc_value.number)).start()
        else:
            hook(found)

    return take
