"""One kept-alive connection to the daemon."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import secrets
from base64 import urlsafe_b64encode
from typing import Any, Dict, Optional
from urllib.parse import quote

from ._address import Address

TIMEOUT = 15.0
# Error codes after which the same request may succeed later.
_TEMPORARY = {"DAEMON_STARTING", "DAEMON_STOPPING", "STORAGE_FULL", "STORAGE_FAILED", "UNAUTHORIZED", "INTERNAL", "TOO_MANY_CONNECTIONS"}


class Unavailable(Exception):
    """The daemon is unavailable or temporarily unable to accept requests."""


class Rejected(Exception):
    """The daemon rejected the request for good."""


class Connection:
    def __init__(self, address: Address) -> None:
        self.address = address
        self._connection: Optional[http.client.HTTPConnection] = None

    def start(self, body: Dict[str, Any]) -> Dict[str, Any]:
        return self._request("POST", "/v1/jobs/start", body)["job"]

    def report(self, job_id: str, report: Dict[str, Any]) -> Dict[str, Any]:
        """Sends a report and returns the job's status afterwards."""
        kind = report["kind"]
        body = {name: value for name, value in report.items() if name != "kind"}
        path = f"/v1/jobs/{quote(job_id, safe='')}/{'messages' if kind == 'message' else kind}"
        return self._request("POST", path, body)

    def status(self, job_id: str) -> Dict[str, Any]:
        """Returns the job's status."""
        return self._request("GET", f"/v1/jobs/{quote(job_id, safe='')}/progress", None)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, method: str, path: str, body: Optional[Dict[str, Any]]) -> Dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.address.token}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        try:
            if self._connection is None:
                self._connection = _verified_connection(self.address)
            self._connection.request(method, path, data, headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unavailable(str(error)) from error
        try:
            reply = json.loads(text)
            if response.status < 300:
                return reply
            code, message = reply["error"]["code"], reply["error"]["message"]
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise Unavailable("The server at the daemon's address is not Jobdeck.") from error
        if code in _TEMPORARY:
            self.close()
            raise Unavailable(message)
        raise Rejected(message)


def _verified_connection(address: Address) -> http.client.HTTPConnection:
    """A connection whose server has proven that it knows the token, as described in shared/client/proof.ts.

    After a daemon was killed, another program, even of another user, may listen on its port.
    """
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=TIMEOUT)
    try:
        connection.connect()
        # No automatic reconnect: a new connection would be unverified.
        connection.auto_open = 0
        challenge = secrets.token_urlsafe(18)
        job_match = re.match(r"jd1\.([A-Za-z0-9_-]{1,64})\.", address.token)
        if job_match:
            challenge += "." + job_match[1]
        connection.request("HEAD", "/v1/health", headers={"X-Jobdeck-Challenge": challenge})
        response = connection.getresponse()
        response.read()
        text = f"jobdeck-proof-1 {address.port} {challenge}"
        mac = hmac.new(address.token.encode(), text.encode(), hashlib.sha256).digest()
        proof = urlsafe_b64encode(mac).decode().rstrip("=")
        if not hmac.compare_digest((response.getheader("X-Jobdeck-Proof") or "").encode(), proof.encode()):
            raise Unavailable("The server on this port is not the daemon described in daemon.json.")
        return connection
    except BaseException:
        connection.close()
        raise
