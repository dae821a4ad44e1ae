"""Starting the host of an exercise as a child process, and starting it again when it dies."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sim import folders
from sim.errors import MissionError

READY_WITHIN_S: Final = 60.0
LEAVES_WITHIN_S: Final = 15.0
SAME_PLACE_MS: Final = 3_600_000
MOST_DEATHS: Final = 2

# -P: a folder called "sim" where the user happens to stand is not the program.
BOOT: Final = (
    "-P",
    "-c",
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root);"
    " from sim.net.host import main; sys.exit(main())",
)


class HostFailed(MissionError):
    """The host refused to open the exercise, or died before it was ready."""

    def __init__(self, message: str, *, title: str = "Host", cause: str = "", died: bool = False) -> None:
        super().__init__(message)
        self.title = title
        self.cause = cause
        """The class of the error in the host, ``module.name``; empty when it died without a word."""
        self.died = died


class HostKeepsDying(MissionError):
    """The host died twice in a row at the same place."""

    title = "The host keeps failing"

    def __init__(self, path: Path, log_path: Path) -> None:
        super().__init__(
            f"{path}: the host failed twice at the same place. Everything acknowledged is in the file. "
            f"You can go back to before the last input, or leave and send {log_path} with a report of the error."
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class HostProcess:
    """A running host."""

    url: str
    token: str = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    log_path: Path
    path: Path
    tick: int
    """The tick the exercise stood at when the host was ready."""
    inputs: int
    seats: tuple[str, ...]

    def alive(self) -> bool:
        """Whether the process is still there."""
        return self.process.poll() is None

    def close(self) -> int:
        """Let the host store everything and leave, and return its exit code; one that does not leave is killed."""
        with contextlib.suppress(OSError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        try:
            self.process.wait(LEAVES_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.process.returncode


def start_host(
    path: Path,
    *,
    new: Mapping[str, Any] | None = None,
    withdraw_last: bool = False,
    log_folder: Path | None = None,
    command: Sequence[str] | None = None,
) -> HostProcess:
    """Start a host on an exercise file.

    Args:
        path: the exercise file.
        new: make the file first: ``scenario`` (name or path), ``pattern``, ``seed``, ``options``.
        withdraw_last: go back to before the last input.
        log_folder: where the host logs; the user's log folder by default.
        command: another program to run as the host.

    Raises:
        HostFailed: with the host's own words when it refused.
    """
    folder = log_folder or folders.log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    log_path = folder / "host.log"
    token = secrets.token_urlsafe(24)
    root = str(Path(__file__).parents[2])
    with (folder / "host.err").open("wb") as errors:
        process = subprocess.Popen[bytes](
            list(command) if command else [sys.executable, *BOOT, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            **_own_group(),
        )
    request = {
        "path": str(path.absolute()), "token": token, "log": str(log_path), "new": new, "withdraw_last": withdraw_last,
    }  # fmt: skip
    try:
        ready = _ask(process, request)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if "error" in ready:
        process.wait()
        raise HostFailed(str(ready["error"]), title=str(ready.get("title", "Host")), cause=str(ready.get("cause", "")))
    if "port" not in ready:
        process.kill()
        code = process.wait()
        raise HostFailed(
            f"{path}: the host ended before it was ready (exit code {code}). Its last words are in "
            f"{folder / 'host.err'} and {log_path}.",
            died=True,
        )
    return HostProcess(
        url=f"ws://127.0.0.1:{ready['port']}",
        token=token,
        process=process,
        log_path=log_path,
        path=path,
        tick=int(ready["tick"]),
        inputs=int(ready["inputs"]),
        seats=tuple(ready["seats"]),
    )


class HostKeeper:
    """Keeps a host running on one exercise file.

    After two deaths at one place it stops by itself, since what one more attempt would do is known, and
    offers to go back to before the last input (:meth:`go_back`). Asking for the address again tries again.
    """

    def __init__(self, path: Path, *, log_folder: Path | None = None, command: Sequence[str] | None = None) -> None:
        self.path = path
        self._log_folder = log_folder
        self._command = command
        self._lock = threading.Lock()
        self._host: HostProcess | None = None
        self._deaths = 0
        self._closed = False

    def start(self, new: Mapping[str, Any] | None = None) -> HostProcess:
        """Start the first host, making the exercise when ``new`` says how."""
        with self._lock:
            self._host = self._start(new=new)
            return self._host

    def address(self) -> tuple[str, str]:
        """Return URL and token of a host that runs, starting another one when it has died.

        Raises:
            HostKeepsDying: after two deaths at one place.
            HostFailed: when the file cannot be opened.
        """
        with self._lock:
            before = self._host
            if self._closed or before is None:
                raise HostFailed(f"{self.path}: the exercise has been closed.")
            if before.alive():
                return before.url, before.token
            before.close()
            if self._deaths >= MOST_DEATHS:
                self._deaths = 0
                raise HostKeepsDying(self.path, before.log_path)
            try:
                host = self._start()
            except HostFailed as failure:
                if not failure.died:
                    raise
                self._deaths = 0
                raise HostKeepsDying(self.path, before.log_path) from failure
            same = host.inputs == before.inputs and host.tick - before.tick < SAME_PLACE_MS
            self._deaths = self._deaths + 1 if same else 1
            self._host = host
            return host.url, host.token

    def go_back(self) -> tuple[str, str]:
        """Start on the file as it was before its last input."""
        with self._lock:
            if self._host is not None:
                self._host.close()
            self._host = self._start(withdraw_last=True)
            self._deaths = 0
            return self._host.url, self._host.token

    def close(self) -> int:
        """Let the host store everything and leave; return its exit code, 0 where there was none."""
        with self._lock:
            self._closed = True
            return 0 if self._host is None else self._host.close()

    def _start(self, *, new: Mapping[str, Any] | None = None, withdraw_last: bool = False) -> HostProcess:
        return start_host(
            self.path, new=new, withdraw_last=withdraw_last, log_folder=self._log_folder, command=self._command
        )


def _ask(process: subprocess.Popen[bytes], request: Mapping[str, Any]) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
    lines: list[bytes] = []
    # A thread, since not every system can wait for a pipe with a time limit.
    reader = threading.Thread(target=lambda: lines.append(process.stdout.readline()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    reader.join(READY_WITHIN_S)
    if not lines or not lines[0]:
        return {}
    try:
        answer = json.loads(lines[0])
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _own_group() -> dict[str, Any]:
    """Keep Ctrl-C in the terminal from reaching the host before the client has asked."""
    if os.name == "nt":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined,unused-ignore]
    return {"start_new_session": True}
