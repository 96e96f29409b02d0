"""A job as its program reports it. Nothing here raises, but `Cancelled` where that is asked for."""

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
    """Somebody has cancelled the job. Raised only where `raise_on_cancel` is set."""


class Step:
    """Part of a job. As a context manager it completes, or fails, as its block does."""

    def __init__(self, job: "Job", step_id: str) -> None:
        self.id = step_id
        self._job = job

    def progress(self, done: float, message: Optional[str] = None) -> None:
        """How far it is, from 0 to 1."""
        part = share(done)
        if part is None:
            warn("The progress of a step is a number from 0 to 1.")
        else:
            self._report(message, progress=part, **({"status": "running"} if part == 1 else {}))

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
            # The key lets the daemon know a start that it has seen already.
            body["idempotencyKey"] = key
        self._pid = os.getpid()
        self._reporter = reporter
        self._raises = raise_on_cancel
        # Jobdeck runs the program: what it prints is the log, and its exit status is how it ends.
        self._is_run = job_id is not None
        self._amounts: Amounts = (0, (body or {}).get("total"))
        self._tracked = Tracked(key, job_id, body, min(SLOWEST_BEAT, heartbeat / 3))
        self._tracked.watched = raise_on_cancel
        self._tokens: "List[Token[Optional[Job]]]" = []
        reporter.add(self._tracked)

    @property
    def id(self) -> str:
        """The job's id; as long as the daemon has not answered, a name that only this program knows."""
        return self._tracked.id or self._tracked.key

    @property
    def ended(self) -> bool:
        """Nothing more can be reported."""
        return self._tracked.ended

    @property
    def cancelled(self) -> bool:
        """Whether somebody has cancelled the job. What to do then is the program's decision."""
        if not self._tracked.watched:
            self._tracked.watched = True
            self._reporter.add_watch()
        return self._tracked.cancel_requested

    def progress(self, current: Optional[float] = None, total: Optional[float] = None, message: Optional[str] = None) -> None:
        """How far it is: `current` of `total`, in any unit. What is left out stays as it is."""
        body = progress_body(current, total, message)
        if body is None:
            warn("Something was not reported. progress() takes numbers from 0 on.")
        else:
            self._amounts = bound(body, self._amounts)
            self._report(body)
        self.raise_if_cancelled()

    def steps(self, *steps: Any) -> None:
        """Declares steps, after those there are: ids, or dicts of id, label, weight and parentId."""
        declared = new_steps(steps[0] if len(steps) == 1 and isinstance(steps[0], (list, tuple)) else steps)
        if declared:
            self._report({"kind": "steps", "steps": declared})
        else:
            warn("Something was not reported. steps() takes the ids of steps.")

    def step(self, step_id: str) -> Step:
        """A declared step."""
        return Step(self, step_id)

    def info(self, message: str, context: Any = None) -> None:
        self._say("info", message, context)

    def warning(self, message: str, context: Any = None) -> None:
        self._say("warning", message, context)

    def error(self, message: str, context: Any = None) -> None:
        self._say("error", message, context)

    def log(self, text: str) -> None:
        """Text for its log, as it is: without a line end unless it has one."""
        if self._is_run:
            sys.stdout.write(str(text))
            return
        for part in log_texts(str(text)):
            self._report({"kind": "log", "text": part})

    def result(self, value: Any) -> None:
        """Its result so far: any JSON."""
        self._report({"kind": "result", "result": plain(value, RESULT_LIMIT)})

    def complete(self, result: Any = None) -> None:
        """It has done what it was to do. The job that the program runs in ends with the program, when that exits with 0."""
        if self._is_run:
            if result is not None:
                self.result(result)
            return
        self._end({"kind": "complete", **({} if result is None else {"result": plain(result, RESULT_LIMIT)})})

    def fail(self, message: Any, details: Optional[str] = None, code: Optional[str] = None, hint: Optional[str] = None, cancelled: bool = False) -> None:
        """It has failed, or with `cancelled` given up. An exception comes with its traceback."""
        if isinstance(message, BaseException) and details is None:
            details = "".join(traceback.format_exception(type(message), message, message.__traceback__))
        body = fail_body(_name(message), code, hint, details, cancelled)
        if self._is_run:
            self.error(body["message"], body.get("details"))
        else:
            self._end(body)

    def flush(self, seconds: float = 5.0) -> bool:
        """Waits until what was reported is with the daemon, at most so long; returns whether it is."""
        return self._reporter.flush(seconds)

    def raise_if_cancelled(self) -> None:
        """Raises `Cancelled` when somebody has cancelled the job and `raise_on_cancel` is set."""
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
                pass  # The block ended in another context than it began in, as generators may.
        if error is None or (isinstance(error, SystemExit) and not error.code):
            self.complete()
        else:
            self.fail(error, cancelled=isinstance(error, (KeyboardInterrupt, Cancelled)))

    def _say(self, level: str, message: str, context: Any) -> None:
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
            warn(f"Job {self.id} has ended; what came after it was not reported.")
        else:
            self._reporter.report(self._tracked, report)


def _name(message: Any) -> str:
    """An exception without a text is called by its name."""
    if not isinstance(message, BaseException):
        return clip(message)
    if isinstance(message, KeyboardInterrupt):
        return "Interrupted."
    text = clip(message)
    return text or type(message).__name__
