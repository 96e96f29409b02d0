"""Reports kept on disk, or in memory if that is impossible, while the daemon is unavailable.

The Node client uses the same files (shared/client/reporting/folder.ts, spool.ts), so that each client can deliver what
the other left behind: one JSON object per line, {"key", "id"?, "start"} or {"key", "id"?, "report"}.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from typing import Any, Dict, List, Optional

from ._files import open_own, read_own

Line = Dict[str, Any]

LIMIT = 64 * 1024 * 1024
LONGEST_LINE = 4 * 1024 * 1024
MEMORY_LIMIT = 10_000
_NAME = re.compile(r"(\d+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.jsonl")


def is_dispensable(line: Line) -> bool:
    """Whether the report may be dropped when space is short."""
    return line.get("report", {}).get("kind") in ("progress", "message", "log")


def spool_folders(home: str) -> List[str]:
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    return [os.path.join(home, "spool"), os.path.join(tempfile.gettempdir(), f"jobdeck-spool-{user}")]


def make_spool_folder(home: str) -> Optional[str]:
    """The first folder that exists, or can be created, with access for this user only. None if there is none."""
    for folder in spool_folders(home):
        try:
            os.makedirs(home if folder.startswith(home) else tempfile.gettempdir(), mode=0o700, exist_ok=True)
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError:
            continue  # Try the other folder; without any, reports stay in memory.
        if _is_private(folder):
            return folder
    return None


def _is_private(folder: str) -> bool:
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and found.st_mode & 0o077 == 0)


class Spool:
    """An append-only file that is deleted once everything in it is delivered. Without a file, in memory."""

    def __init__(self, file: Optional[str]) -> None:
        self._file = file
        self._lines: List[Line] = []
        self._offset = 0
        self._peeked = 0
        self._size = _size(file)

    @property
    def is_empty(self) -> bool:
        return not self._lines and self._offset >= self._size

    def append(self, lines: List[Line]) -> int:
        """Appends lines. Returns how many did not fit."""
        is_full = self._size >= LIMIT if self._file is not None else len(self._lines) >= MEMORY_LIMIT
        kept = [line for line in lines if not is_full or not is_dispensable(line)]
        if self._file is None:
            self._lines += kept
            return len(lines) - len(kept)
        data = "".join(json.dumps(line) + "\n" for line in kept).encode()
        descriptor = open_own(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)
        self._size += len(data)
        return len(lines) - len(kept)

    def peek(self, most: int) -> List[Line]:
        """The oldest lines, up to `most`. They stay until `drop`."""
        if self._file is None:
            self._peeked = min(most, len(self._lines))
            return self._lines[:most]
        lines: List[Line] = []
        self._peeked = 0
        try:
            with read_own(self._file) as file:
                file.seek(self._offset)
                while len(lines) < most:
                    text = file.readline(LONGEST_LINE)
                    if not text:
                        break
                    self._peeked += len(text)
                    line = _line(text)
                    if line is not None:
                        lines.append(line)
        except OSError:
            pass
        if self._peeked == 0:
            self._peeked = self._size - self._offset  # The file is gone or replaced, so there is nothing left to deliver.
        return lines

    def drop(self) -> None:
        """Removes the lines that `peek` returned last."""
        if self._file is None:
            del self._lines[: self._peeked]
            return
        self._offset += self._peeked
        if not self.is_empty:
            return
        try:
            os.remove(self._file)
        except OSError:
            pass  # It is gone, or a folder is in its place.
        self._offset = self._size = 0


def _line(text: bytes) -> Optional[Line]:
    """The parsed line, or None if it is incomplete because its program was killed."""
    try:
        line = json.loads(text)
        return line if isinstance(line["key"], str) and ("start" in line or "report" in line) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _size(file: Optional[str]) -> int:
    """The size of a regular file, otherwise 0."""
    try:
        found = os.lstat(file) if file is not None else None
    except OSError:
        return 0
    return found.st_size if found is not None and stat.S_ISREG(found.st_mode) else 0


def own_spool(home: str, client: str) -> Spool:
    folder = make_spool_folder(home)
    name = f"{os.getpid()}.{client}.{client}.jsonl"
    return Spool(None if folder is None else os.path.join(folder, name))


def adopt_orphans(home: str, owner: str) -> List[Spool]:
    """Takes over the spools of dead programs. Renaming makes sure that each goes to one program only."""
    found: List[Spool] = []
    if os.name != "posix":
        return found  # On Windows, checking a process may end it; the Node client takes these over.
    for folder in spool_folders(home):
        if not _is_private(folder):
            continue
        for name in os.listdir(folder):
            parts = _NAME.fullmatch(name)
            if parts is None or parts[3] == owner:
                continue
            file = os.path.join(folder, f"{os.getpid()}.{owner}.{parts[3]}.jsonl")
            if parts[2] != owner:
                if _is_alive(int(parts[1])):
                    continue
                try:
                    os.rename(os.path.join(folder, name), file)
                except OSError:
                    continue  # Another program took it.
            found.append(Spool(file))
    return found


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OverflowError:
        return False
    except OSError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return re.search(r"\) [ZX][^)]*$", file.read()) is not None
    except OSError:
        return False


