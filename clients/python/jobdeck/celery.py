"""Celery tasks as jobs: `@app.task(base=TrackedTask, bind=True)`, or `Celery(task_cls="jobdeck.celery:TrackedTask")`.

A task is one job from its first start to its end, across retries and workers: the job's key is the task's ID.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from celery import Task
from celery.signals import task_revoked

from . import Cancelled, Job, flush, job
from ._job import active

# Seconds to wait for delivery when a task ends, because its process may end at any time afterwards.
_FLUSH_SECONDS = 2.0


class TrackedTask(Task):
    """Reports start, success, failure with its traceback, retries and revocation."""

    abstract = True
    #: Title of the jobs; the task's name by default.
    jobdeck_title: Optional[str] = None
    #: Type of the jobs, used for filtering.
    jobdeck_type: str = "celery"
    #: Seconds without a report after which a job is considered lost. Retries have to start within this time.
    jobdeck_heartbeat: Optional[float] = None
    #: Seconds after which a job fails; math.inf for no limit.
    jobdeck_time_limit: Optional[float] = None
    #: Whether `update_progress` raises `jobdeck.Cancelled` when the job was cancelled.
    jobdeck_raise_on_cancel: bool = False

    @property
    def jobdeck_job(self) -> Optional[Job]:
        """The job of the running task, or None outside of a task."""
        request_id = self.request.id
        return None if request_id is None else _job_of(self, request_id, self.request.args, self.request.kwargs)

    def update_progress(self, percentage: float, message: Optional[str] = None, details: Any = None) -> None:
        """Reports progress in percent and sets Celery's state to PROGRESS. `details` is any JSON for the timeline."""
        running = self.jobdeck_job
        if running is None:
            return  # Called as a plain function.
        if not self.request.called_directly and not self.request.is_eager:
            meta = {"percentage": percentage, "message": message, "details": details}
            try:
                self.update_state(state="PROGRESS", meta=meta)
            except Exception as error:  # An unavailable result backend must not fail the task.
                running.warning("Could not update Celery's state.", {"error": str(error)})
        if details is not None:
            running.info(message or f"{percentage}%", details)
        running.progress(percentage, 100, message)

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        running = _job_of(self, task_id, args, kwargs)
        active.set(running)
        retries = self.request.retries
        running.info(f"Retry {retries} started." if retries else "Started.", {"worker": self.request.hostname})
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
        _job_of(self, task_id, args, kwargs).warning(f"Retrying: {why}", context)
        # Before the next attempt can finish the job in another worker. Celery calls after_return only after the last
        # one.
        _finish_attempt(task_id)
        super().on_retry(exc, task_id, args, kwargs, einfo)

    def after_return(self, status: str, retval: Any, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        _finish_attempt(task_id)
        super().after_return(status, retval, task_id, args, kwargs, einfo)


# Jobs of the tasks running in this process, by task ID.
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


def _finish_attempt(task_id: str) -> None:
    """Forgets the job after an attempt and flushes, because the process may end now."""
    active.set(None)
    _open.pop(task_id, None)
    flush(_FLUSH_SECONDS)


@task_revoked.connect(weak=False)
def _on_revoked(sender: Any = None, request: Any = None, terminated: bool = False, **_: Any) -> None:
    """Reports a task that was revoked before it started or while it was running. Called in the worker's main process."""
    if not isinstance(sender, TrackedTask) or request is None:
        return
    revoked = _job_of(sender, request.id, getattr(request, "args", None), getattr(request, "kwargs", None))
    why = "Revoked while running." if terminated else "Revoked before it started."
    revoked.warning(why)
    revoked.fail(why, cancelled=True)
    _finish_attempt(request.id)
