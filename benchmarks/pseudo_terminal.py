"""A program in a real pseudo-terminal: keys go in, escape codes come out, both with the time."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS, ROWS = 120, 40
CHECKOUT = Path(__file__).resolve().parents[1]


class Silent(Exception):
    """The program did not say what was waited for."""


class PseudoTerminal:
    """Runs a program until the end of the ``with`` block, then ends it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
        self._command = list(command)
        self._environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        self._environ["PYTHONPATH"] = str(CHECKOUT)
        self.output = b""

    def __enter__(self) -> PseudoTerminal:
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if not self._pid:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(self._command[0], self._command, self._environ)
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGTERM)
        deadline = time.perf_counter() + 5.0
        while time.perf_counter() < deadline:
            self._read(0.05)
            if os.waitpid(self._pid, os.WNOHANG)[0]:
                break
        else:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._fd)

    def press(self, keys: str) -> float:
        """Send keys; return the time at which they were sent."""
        self.output = b""
        now = time.perf_counter()
        os.write(self._fd, keys.encode())
        return now

    def until(self, pattern: bytes, timeout: float = 20.0) -> float:
        """Wait until the output since the last key matches; return the time at which it did.

        Raises:
            Silent: when it never does.
        """
        wanted = re.compile(pattern)
        deadline = time.perf_counter() + timeout
        while not wanted.search(self.output):
            if time.perf_counter() > deadline or not self._read(0.02):
                raise Silent(f"{pattern!r} did not appear; the last output was {self.output[-400:]!r}")
        return time.perf_counter()

    def listen(self, seconds: float) -> bytes:
        """Let time go by; return what was said meanwhile."""
        self.output = b""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            self._read(0.02)
        return self.output

    def _read(self, wait: float) -> bool:
        if select.select([self._fd], [], [], wait)[0]:
            try:
                self.output += os.read(self._fd, 1 << 16)
            except OSError:
                return False
        return True


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
