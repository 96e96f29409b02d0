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
# Codes after which the same may be taken later.
_PASSING = {"DAEMON_STOPPING", "STORAGE_FULL", "STORAGE_FAILED", "UNAUTHORIZED", "INTERNAL", "TOO_MANY_CONNECTIONS"}


class Away(Exception):
    """The daemon is away, or can't take anything now."""


class Refused(Exception):
    """The daemon does not take such a report."""


class Connection:
    def __init__(self, address: Address) -> None:
        self.address = address
        self._connection: Optional[http.client.HTTPConnection] = None

    def start(self, body: Dict[str, Any]) -> Dict[str, Any]:
        return self._ask("POST", "/v1/jobs/start", body)["job"]

    def report(self, job_id: str, report: Dict[str, Any]) -> Dict[str, Any]:
        """How the job stands after the report."""
        kind = report["kind"]
        body = {name: value for name, value in report.items() if name != "kind"}
        path = f"/v1/jobs/{quote(job_id, safe='')}/{'messages' if kind == 'message' else kind}"
        return self._ask("POST", path, body)

    def look(self, job_id: str) -> Dict[str, Any]:
        """How the job stands."""
        return self._ask("GET", f"/v1/jobs/{quote(job_id, safe='')}/progress", None)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: Optional[Dict[str, Any]]) -> Dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.address.token}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        try:
            if self._connection is None:
                self._connection = _proven(self.address)
            self._connection.request(method, path, data, headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Away(str(error)) from error
        try:
            answer = json.loads(text)
            if response.status < 300:
                return answer
            code, message = answer["error"]["code"], answer["error"]["message"]
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise Away("Something that is not Jobdeck answers there.") from error
        if code in _PASSING:
            self.close()
            raise Away(message)
        raise Refused(message)


def _proven(address: Address) -> http.client.HTTPConnection:
    """A connection on which the daemon has shown that it knows the token, as shared/client/proof.ts describes.

    Its port may have passed to another program, even of another user, when it was killed.
    """
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=TIMEOUT)
    try:
        connection.connect()
        # Never another connection in its place, which would not be proven.
        connection.auto_open = 0
        challenge = secrets.token_urlsafe(18)
        of_job = re.match(r"jd1\.([A-Za-z0-9_-]{1,64})\.", address.token)
        if of_job:
            challenge += "." + of_job[1]
        connection.request("HEAD", "/v1/health", headers={"X-Jobdeck-Challenge": challenge})
        response = connection.getresponse()
        response.read()
        text = f"jobdeck-proof-1 {address.port} {challenge}"
        mac = hmac.new(address.token.encode(), text.encode(), hashlib.sha256).digest()
        proof = urlsafe_b64encode(mac).decode().rstrip("=")
        if not hmac.compare_digest((response.getheader("X-Jobdeck-Proof") or "").encode(), proof.encode()):
            raise Away("What listens on its port is not the daemon that daemon.json tells of.")
        return connection
    except BaseException:
        connection.close()
        raise
