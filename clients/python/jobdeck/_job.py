"""A job as reported by its program. No method raises, except `Cancelled` where requested."""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from contextvars import ContextVar, Token
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Dict, List, Optional, Type

from ._arguments import (
    RESULT_LIMIT,
    Amounts,
    Report,
    bound,
    clip,
    fail_body,
    log_texts,
    new_steps,
    plain,
    progress_body,
    share,
    start_body,
)
from ._buffer import Tracked
from ._reporter import Reporter, warn

DEFAULT_HEARTBEAT = 600.0
SLOWEST_BEAT = 60.0

active: "ContextVar[Optional[Job]]" = ContextVar("jobdeck_job", default=None)


class Cancelled(Exception):
    """The job was cancelled. Raised only if `raise_on_cancel` is set."""


class Step:
    """A step of a job. As a context manager, it completes or fails with its block."""

    def __init__(self, job: "Job", step_id: str) -> None:
        self.id = step_id
        self._job = job

    def progress(self, done: float, message: Optional[str] = None) -> None:
        """Sets the progress of the step, from 0 to 1."""
        fraction = share(done)
        if fraction is None:
            warn("Progress of a step was ignored: it must be a number from 0 to 1.")
        else:
            self._report(message, progress=fraction, **({"status": "running"} if fraction == 1 else {}))

    def complete(self, message: Optional[str] = None) -> None:
        self._report(message, status="completed")

    def fail(self, message: Optional[str] = None) -> None:
        self._report(message, status="failed")

    def skip(self, message: Optional[str] = None) -> None:
        self._report(message, status="skipped")

    def __enter__(self) -> "Step":
        self._report(None, status="running")
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is None:
            self.complete()
        else:
            self.fail(clip(error) or kind.__name__)

    def _report(self, message: Optional[str], **body: Any) -> None:
        if message is not None:
            body["message"] = clip(message)
        self._job._report({"kind": "step", "id": clip(self.id, 200), **body})


class Job:
    def __init__(
        self,
        reporter: Reporter,
        start: Optional[Dict[str, Any]] = None,
        job_id: Optional[str] = None,
        raise_on_cancel: bool = False,
    ) -> None:
        body = None if start is None else start_body(start)
        key = job_id or (body or {}).get("idempotencyKey") or f"local-{secrets.token_urlsafe(12)}"
        heartbeat = (body or {}).get("heartbeatMs", DEFAULT_HEARTBEAT * 1000) / 1000
        if body is not None:
            # The key lets the daemon recognize a repeated start.
            body["idempotencyKey"] = key
        self._pid = os.getpid()
        self._reporter = reporter
        self._raises = raise_on_cancel
        # Jobdeck runs this program: its output is the log, and its exit status decides the outcome.
        self._is_run = job_id is not None
        self._amounts: Amounts = (0, (body or {}).get("total"))
        self._tracked = Tracked(key, job_id, body, min(SLOWEST_BEAT, heartbeat / 3))
        self._tracked.watched = raise_on_cancel
        self._tokens: "List[Token[Optional[Job]]]" = []
        reporter.add(self._tracked)

    @property
    def id(self) -> str:
        """The job's ID. Until the daemon has replied, a local placeholder."""
        return self._tracked.id or self._tracked.key

    @property
    def ended(self) -> bool:
        """Whether the job has ended, so that nothing more can be reported."""
        return self._tracked.ended

    @property
    def cancelled(self) -> bool:
        """Whether the job was cancelled. The program decides how to react."""
        if not self._tracked.watched:
            self._tracked.watched = True
            self._reporter.add_watch()
        return self._tracked.cancel_requested

    def progress(self, current: Optional[float] = None, total: Optional[float] = None, message: Optional[str] = None) -> None:
        """Reports progress: `current` of `total`, in any unit. Omitted values stay unchanged."""
        body = progress_body(current, total, message)
        if body is None:
            warn("A report was ignored: progress() takes numbers of at least 0.")
        else:
            self._amounts = bound(body, self._amounts)
            self._report(body)
        self.raise_if_cancelled()

    def steps(self, *steps: Any) -> None:
        """Adds steps: IDs, or dicts with id, label, weight and parentId."""
        declared = new_steps(steps[0] if len(steps) == 1 and isinstance(steps[0], (list, tuple)) else steps)
        if declared:
            self._report({"kind": "steps", "steps": declared})
        else:
            warn("A report was ignored: steps() takes a list of step IDs.")

    def step(self, step_id: str) -> Step:
        """A declared step."""
        return Step(self, step_id)

    def info(self, message: str, context: Any = None) -> None:
        self._add_message("info", message, context)

    def warning(self, message: str, context: Any = None) -> None:
        self._add_message("warning", message, context)

    def error(self, message: str, context: Any = None) -> None:
        self._add_message("error", message, context)

    def log(self, text: str) -> None:
        """Appends text to the log as is, without adding a line break."""
        if self._is_run:
            sys.stdout.write(str(text))
            return
        for part in log_texts(str(text)):
            self._report({"kind": "log", "text": part})

    def result(self, value: Any) -> None:
        """Sets the result so far: any JSON."""
        self._report({"kind": "result", "result": plain(value, RESULT_LIMIT)})

    def complete(self, result: Any = None) -> None:
        """Completes the job. A job that Jobdeck runs completes when its program exits with 0."""
        if self._is_run:
            if result is not None:
                self.result(result)
            return
        self._end({"kind": "complete", **({} if result is None else {"result": plain(result, RESULT_LIMIT)})})

    def fail(self, message: Any, details: Optional[str] = None, code: Optional[str] = None, hint: Optional[str] = None, cancelled: bool = False) -> None:
        """Fails the job, or cancels it if `cancelled` is set. Exceptions include their traceback."""
        if isinstance(message, BaseException) and details is None:
            details = "".join(traceback.format_exception(type(message), message, message.__traceback__))
        body = fail_body(_name(message), code, hint, details, cancelled)
        if self._is_run:
            self.error(body["message"], body.get("details"))
        else:
            self._end(body)

    def flush(self, seconds: float = 5.0) -> bool:
        """Waits up to `seconds` until the daemon has received all reports. Returns whether it has."""
        return self._reporter.flush(seconds)

    def raise_if_cancelled(self) -> None:
        """Raises `Cancelled` if the job was cancelled and `raise_on_cancel` is set."""
        if self._raises and self._tracked.cancel_requested and not self._tracked.ended:
            raise Cancelled("The job was cancelled.")

    def __enter__(self) -> "Job":
        self._tokens.append(active.set(self))
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._tokens:
            try:
                active.reset(self._tokens.pop())
            except ValueError:
                pass  # The block ended in a different context, as in generators.
        if error is None or (isinstance(error, SystemExit) and not error.code):
            self.complete()
        else:
            self.fail(error, cancelled=isinstance(error, (KeyboardInterrupt, Cancelled)))

    def _add_message(self, level: str, message: str, context: Any) -> None:
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body: Report = {"kind": "message", "level": level, "message": clip(message), "at": at}
        if context is not None:
            body["context"] = plain(context)
        self._report(body)

    def _end(self, report: Report) -> None:
        if self._tracked.ended:
            return
        self._report(report)
        self._tracked.ended = True

    def _report(self, report: Report) -> None:
        if self._tracked.ended:
            warn(f"A report was ignored: job {self.id} has already ended.")
        else:
            self._reporter.report(self._tracked, report)


def _name(message: Any) -> str:
    """The message, or the class name of an exception without one."""
    if not isinstance(message, BaseException):
        return clip(message)
    if isinstance(message, KeyboardInterrupt):
        return "Interrupted."
    text = clip(message)
    return text or type(message).__name__
