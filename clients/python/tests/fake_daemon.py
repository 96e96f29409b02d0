"""A fake daemon that accepts reports like the real one and can be stopped and started."""

import hashlib
import hmac
import json
import os
import tempfile
import threading
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeDaemon:
    """Sets $JOBDECK_HOME while it is entered."""

    def __init__(self):
        self.jobs = {}
        self.starts = []
        self.beats = 0
        self.cancel_requested = set()
        self.rejects = lambda kind, body: False
        # The token it accepts; daemon.json contains “secret”.
        self.token = "secret"
        self.challenges = []
        self._server = None
        self._lock = threading.Lock()

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.home = self._folder.name
        self._before = dict(os.environ)
        for name in ("JOBDECK_JOB_ID", "JOBDECK_URL", "JOBDECK_TOKEN"):
            os.environ.pop(name, None)
        os.environ["JOBDECK_HOME"] = self.home
        return self

    def __exit__(self, *_):
        self.stop()
        os.environ.clear()
        os.environ.update(self._before)
        self._folder.cleanup()

    def start(self):
        daemon = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._reply(*daemon.handle(self.path, body))

            def do_HEAD(self):
                challenge = self.headers["X-Jobdeck-Challenge"]
                daemon.challenges.append(challenge)
                text = f"jobdeck-proof-1 {self.server.server_port} {challenge}"
                mac = hmac.new(daemon.token.encode(), text.encode(), hashlib.sha256).digest()
                self.send_response(401)
                self.send_header("X-Jobdeck-Proof", urlsafe_b64encode(mac).decode().rstrip("="))
                self.end_headers()

            def do_GET(self):
                self._reply(*daemon.handle(self.path, {}))

            def _reply(self, status, value):
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        with open(os.path.join(self.home, "daemon.json"), "w", encoding="utf-8") as file:
            json.dump({"port": self._server.server_port, "token": "secret"}, file)

    def stop(self):
        if self._server is not None:
            os.remove(os.path.join(self.home, "daemon.json"))
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def handle(self, path, body):
        with self._lock:
            if path == "/v1/jobs/start":
                key = body["idempotencyKey"]
                self.starts.append(body)
                self.jobs.setdefault(key, [])
                return 201, {"job": {"id": key}, "token": "own"}
            _, _, _, job_id, kind = path.split("/")
            if job_id not in self.jobs or self.rejects(kind, body):
                return 400, {"error": {"code": "INVALID_REQUEST", "message": "No.", "hint": None}}
            reply = {"jobId": job_id, "taken": True, "status": "running"}
            reply["cancelRequested"] = job_id in self.cancel_requested
            if kind == "heartbeat" and "seq" not in body:
                self.beats += 1
            elif kind != "progress" or body:
                seen = {(one["client"], one["seq"]) for _, one in self.jobs[job_id]}
                if (body["client"], body["seq"]) not in seen:
                    self.jobs[job_id].append((kind, body))
            return 200, reply

    def reports(self, kind=None):
        """The reports on the only job, without client and sequence numbers."""
        (entries,) = self.jobs.values()
        return [
            (name, {key: value for key, value in body.items() if key not in ("client", "seq", "at")})
            for name, body in entries
            if kind in (None, name)
        ]
