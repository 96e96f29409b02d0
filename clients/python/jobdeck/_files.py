"""Opens Jobdeck's own files. Mirrors shared/files/regularFile.ts."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

# Windows has neither of these flags, nor FIFOs.
_SAFELY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def open_own(path: str, flags: int = os.O_RDONLY) -> int:
    """Opens a regular file of this user, never through a link, and never waiting for the other end of a FIFO.

    Raises OSError for anything else.
    """
    descriptor = os.open(path, flags | _SAFELY, 0o600)
    try:
        found = os.fstat(descriptor)
        owned = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if not stat.S_ISREG(found.st_mode) or not owned or (flags & os.O_WRONLY and found.st_nlink > 1):
            raise OSError(f"{path} is not a file of Jobdeck")
        return descriptor
    except OSError:
        os.close(descriptor)
        raise


def read_own(path: str) -> BinaryIO:
    return os.fdopen(open_own(path), "rb")
