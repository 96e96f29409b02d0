"""One kept-alive connection to the daemon."""

from __future__ import annotations

import http.client
import json
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
                self._connection = http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=TIMEOUT)
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
