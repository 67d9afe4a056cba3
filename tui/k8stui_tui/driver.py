"""The terminal that the screens are drawn on, until it is gone.

Textual's driver reads on at full speed from a terminal that has vanished, waits for ever to write to it, and is ended
by signals before it has given the terminal back. A line that drops, a window that is closed and a multiplexer that is
killed do all of that. Here each of them ends the app as if the person had left: what runs in the cluster goes on.

Nor does it expect to be stopped without being asked (SIGSTOP): continued, it would read the keys twice and never end.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import select
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from k8stui_tui.termkinds import is_mouseless, is_plain

if TYPE_CHECKING:
    from textual.app import App

GRACE = 5.0
"""Seconds in which the app gives its terminal back after a signal; it may wait for a line that stands still."""

_ENDING = (signal.SIGHUP, signal.SIGTERM)
_GONE = {errno.EIO, errno.ENXIO, errno.EBADF, errno.EPIPE, errno.ENODEV}
_LOOK = 0.1  # seconds after which the end of an escape key is believed
# The keyboard protocol of kitty, questions for modes, commands of operating systems such as the shape of a pointer.
_YOUNGER = re.compile(r"\x1b\[(?:[<>]\d*u|\?\d+\$p)|\x1b\][^\x07]*\x07")


def code_of(number: int) -> int:
    """The exit code of a program that a signal has ended, as shells tell it."""
    return 128 + number


class TerminalDriver(LinuxDriver):
    """Draws on this terminal until the app ends or the terminal is gone."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Take the terminal of this process.

        Args:
            app: What is drawn.
            debug: As Textual takes it.
            mouse: Whether the app wants one.
            size: Columns and rows; the terminal's own when None.
        """
        self._plain = is_plain(os.environ)
        super().__init__(app, debug=debug, mouse=mouse and not is_mouseless(os.environ), size=size)
        self._file: Any = Output(sys.__stderr__, self._vanish)
        self._ending = self._drawing = False

    def start_application_mode(self) -> None:
        """Take the terminal over, also once more after it was given away; ends the app where there is none any more."""
        if self._ending:
            return  # Given back by whom we gave it to, after we were told to end.
        for number in _ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, self._signalled)
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:
            self._vanish()
            return
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives it no types
        # Not in the background: there it has the process stopped once more, and does nothing when that is continued.
        self._drawing = self._writer_thread is not None and self._writer_thread.is_alive()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self._drawing = False
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Send something, unless this terminal came before it, or there is none."""
        if self._writer_thread is not None and not (self._plain and _YOUNGER.fullmatch(data)):
            super().write(data)

    def run_input_thread(self) -> None:
        """Pass on what is typed until the app ends or the terminal is gone; Textual runs it in a thread."""
        parser = XTermParser(self._debug)
        # What is no UTF-8 comes from a terminal with another encoding: no reason to end.
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _LOOK)
            if ready:
                try:
                    data = os.read(self.fileno, 4096)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._vanish()
                    return
                if text := decode(data):  # nothing yet for part of a character, and nothing is the end to the parser
                    for message in parser.feed(text):
                        self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    def close(self) -> None:
        """Wait until all that was sent has left."""
        super().close()
        if self._ending:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _sigtstp_application(self, *_: object) -> None:
        self._soon(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        self._soon(self._continue)

    def _soon(self, work: Callable[[], None]) -> None:
        """Do it in the event loop: a signal may come while the loop holds what the work needs, too."""
        with suppress(RuntimeError):  # The app has ended already.
            self._loop.call_soon_threadsafe(work)

    def _stop(self) -> None:
        if self._drawing:
            super()._sigtstp_application()
        else:  # The terminal is given back already.
            os.kill(os.getpid(), signal.SIGSTOP)

    def _continue(self) -> None:
        """Take the terminal over from whatever had it while the process was stopped."""
        if self._ending or not self._auto_restart:
            return
        if self._drawing:  # Nobody told us to stop: its modes are still ours, and so are the threads.
            self.suspend_application_mode()
            self._must_signal_resume = True
        if self._must_signal_resume:
            self.resume_application_mode()

    def _vanish(self) -> None:
        """There is no terminal any more; called in any thread."""
        self._ending = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None:
                os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        self._end_app(signal.SIGHUP)

    def _signalled(self, number: int, _frame: object) -> None:
        """End as if the person had left; a second signal, or a line that stands still, ends the process at once."""
        self._ending = True
        signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, partial(self._die, number))
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        self._end_app(number)

    def _end_app(self, number: int) -> None:
        try:
            self._loop.call_soon_threadsafe(self._app.exit, None, code_of(number))
        except RuntimeError:
            os.kill(os.getpid(), number)  # The app has ended already.

    def _die(self, number: int, *_: object) -> None:
        if self.attrs_before is not None:
            termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        os.kill(os.getpid(), number)


class Output:
    """A file that says once that its terminal is gone, instead of failing for ever."""

    def __init__(self, file: IO[str] | None, gone: Callable[[], None]) -> None:
        """Write to a file.

        Args:
            file: What is written to; None where the process has no such stream.
            gone: Called when nothing can be written any more; makes that it can, to nowhere.
        """
        self._file, self._gone = file, gone

    def write(self, text: str) -> None:
        """Write a text."""
        if self._file is not None:
            self._try(partial(self._file.write, text))

    def flush(self) -> None:
        """Write what is kept back."""
        if self._file is not None:
            self._try(self._file.flush)

    def fileno(self) -> int:
        """The number of the file."""
        return -1 if self._file is None else self._file.fileno()

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            if error.errno not in _GONE:
                raise
            self._gone()
