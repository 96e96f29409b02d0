"""How a reporting program finds the daemon. Mirrors shared/client/home.ts and shared/client/reporting/address.ts."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Mapping, NamedTuple, Optional

from ._files import read_own

INFO_LIMIT = 65_536


class Address(NamedTuple):
    port: int
    token: str


class OwnJob(NamedTuple):
    """The local job that this program runs in."""

    id: str
    token: Optional[str]
    port: Optional[int]


def daemon_home(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """The daemon's home: $JOBDECK_HOME, otherwise the platform's state folder. It may not exist yet."""
    if env.get("JOBDECK_HOME"):
        return os.path.abspath(env["JOBDECK_HOME"])
    home = os.path.expanduser("~")
    if platform == "win32":
        return os.path.join(env.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local"), "jobdeck")
    if platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "jobdeck")
    return os.path.join(env.get("XDG_STATE_HOME") or os.path.join(home, ".local", "state"), "jobdeck")


def own_job(env: Mapping[str, str] = os.environ) -> Optional[OwnJob]:
    """The job this program runs in, or None."""
    job_id = env.get("JOBDECK_JOB_ID", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", job_id):
        return None
    return OwnJob(job_id, _token(env.get("JOBDECK_TOKEN")), _port(env.get("JOBDECK_URL")))


def find_address(env: Mapping[str, str] = os.environ, job: Optional[OwnJob] = None) -> Optional[Address]:
    """The current address of the daemon for reports on `job`, or on any job if None. None while no daemon is running."""
    info = _daemon_info(daemon_home(env))
    if job is not None and job.token:
        port = info.port if info is not None else job.port
        return None if port is None else Address(port, job.token)
    if own_job(env) is None:
        token, port = _token(env.get("JOBDECK_TOKEN")), _port(env.get("JOBDECK_URL"))
        if token is not None and port is not None:
            return Address(port, token)
    return info


def _daemon_info(home: str) -> Optional[Address]:
    try:
        with read_own(os.path.join(home, "daemon.json")) as file:
            info = json.loads(file.read(INFO_LIMIT))
        port, token = info["port"], _token(info["token"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # No daemon is running, or its file is being written.
    if token is None or not isinstance(port, int) or not 0 < port < 65_536:
        return None
    return Address(port, token)


def _token(text: Optional[str]) -> Optional[str]:
    return text if text is not None and re.fullmatch(r"[\x21-\x7e]+", text) else None


def _port(url: Optional[str]) -> Optional[int]:
    found = re.fullmatch(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})/?", url or "")
    return int(found[1]) if found and 0 < int(found[1]) < 65_536 else None
