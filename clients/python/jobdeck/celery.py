"""Celery tasks as jobs: `@app.task(base=TrackedTask, bind=True)`, or `Celery(task_cls="jobdeck.celery:TrackedTask")`.

A task is one job from its first start to its end, also through retries and in whichever worker: its key is the task's id.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from celery import Task
from celery.signals import task_revoked

from . import Cancelled, Job, flush, job
from ._job import active

# Seconds that the end of a task may wait until it is with the daemon: its process may be ended at any time after it.
_PATIENCE = 2.0


class TrackedTask(Task):
    """Reports start, success, failure with its traceback, retries and revocation."""

    abstract = True
    #: Title of its jobs; the task's name unless given.
    jobdeck_title: Optional[str] = None
    #: Type of its jobs, by which they are listed.
    jobdeck_type: str = "celery"
    #: Seconds without a word after which a job counts as lost; also retries have to begin within.
    jobdeck_heartbeat: Optional[float] = None
    #: Seconds after which a job fails; math.inf for never.
    jobdeck_time_limit: Optional[float] = None
    #: Whether `update_progress` raises `jobdeck.Cancelled` when somebody has cancelled the job.
    jobdeck_raise_on_cancel: bool = False

    @property
    def jobdeck_job(self) -> Optional[Job]:
        """The job of the task that runs; None outside of one."""
        request_id = self.request.id
        return None if request_id is None else _job_of(self, request_id, self.request.args, self.request.kwargs)

    def update_progress(self, percentage: float, message: Optional[str] = None, details: Any = None) -> None:
        """How far the task is, in percent; `details` is any JSON for the timeline. Celery's state becomes PROGRESS."""
        running = self.jobdeck_job
        if running is None:
            return  # It was called as a function.
        if not self.request.called_directly and not self.request.is_eager:
            meta = {"percentage": percentage, "message": message, "details": details}
            try:
                self.update_state(state="PROGRESS", meta=meta)
            except Exception as error:  # A result backend that is away is no reason for the task to fail.
                running.warning("Celery's state could not be updated.", {"error": str(error)})
        if details is not None:
            running.info(message or f"{percentage} %", details)
        running.progress(percentage, 100, message)

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        running = _job_of(self, task_id, args, kwargs)
        active.set(running)
        retries = self.request.retries
        running.info(f"Retry {retries} began." if retries else "Began.", {"worker": self.request.hostname})
        super().before_start(task_id, args, kwargs)

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        _job_of(self, task_id, args, kwargs).complete(retval)
        super().on_success(retval, task_id, args, kwargs)

    def on_failure(self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        details = getattr(einfo, "traceback", None)
        cancelled = isinstance(exc, Cancelled)
        _job_of(self, task_id, args, kwargs).fail(exc, details=details and str(details), cancelled=cancelled)
        super().on_failure(exc, task_id, args, kwargs, einfo)

    def on_retry(self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        why = str(exc) or type(exc).__name__
        details = getattr(einfo, "traceback", None)
        context = {"retries": self.request.retries, "traceback": details and str(details)}
        _job_of(self, task_id, args, kwargs).warning(f"It is tried again: {why}", context)
        # Before the next attempt may end the job, in another worker; Celery calls after_return only at the end of all.
        _leave(task_id)
        super().on_retry(exc, task_id, args, kwargs, einfo)

    def after_return(self, status: str, retval: Any, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        _leave(task_id)
        super().after_return(status, retval, task_id, args, kwargs, einfo)


# Jobs of the tasks that run in this process, by the tasks' ids.
_open: Dict[str, Job] = {}


def _job_of(task: TrackedTask, task_id: str, args: Any, kwargs: Any) -> Job:
    running = _open.get(task_id)
    if running is None:
        running = job(
            task.jobdeck_title or task.name,
            type=task.jobdeck_type,
            input={"args": args, "kwargs": kwargs},
            metadata={"taskId": task_id, "task": task.name},
            key=f"celery-{task_id}",
            heartbeat=task.jobdeck_heartbeat,
            time_limit=task.jobdeck_time_limit,
            raise_on_cancel=task.jobdeck_raise_on_cancel,
        )
        _open[task_id] = running
    return running


def _leave(task_id: str) -> None:
    """An attempt is over, and with it perhaps its process."""
    active.set(None)
    _open.pop(task_id, None)
    flush(_PATIENCE)


@task_revoked.connect(weak=False)
def _on_revoked(sender: Any = None, request: Any = None, terminated: bool = False, **_: Any) -> None:
    """A task that was revoked before it began, or was ended while it ran; told in the worker's main process."""
    if not isinstance(sender, TrackedTask) or request is None:
        return
    revoked = _job_of(sender, request.id, getattr(request, "args", None), getattr(request, "kwargs", None))
    why = "Revoked while it ran." if terminated else "Revoked before it began."
    revoked.warning(why)
    revoked.fail(why, cancelled=True)
    _leave(request.id)
