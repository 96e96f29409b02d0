"""Makes the jobs of Python programs visible in Jobdeck.

    with jobdeck.job("Ingest", total=100) as job:
        for n, row in enumerate(rows):
            job.progress(n)

Nothing here raises into the program. While the daemon is unavailable, reports are kept and delivered later.
"""

from __future__ import annotations

import functools
import inspect
import math
import os
import sys
import threading
import weakref
from typing import Any, Callable, Dict, Iterable, Iterator, Optional, TypeVar, Union, overload

from ._address import find_address, own_job
from ._job import Cancelled, Job, Step, active
from ._logging import JobdeckHandler
from ._reporter import Reporter

__all__ = ["Cancelled", "Job", "JobdeckHandler", "Step", "current_job", "flush", "job", "track", "tracked"]
__version__ = "0.1.0"

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_lock = threading.Lock()
_shared: Dict[str, Any] = {"any": None, "current": None, "keyed": weakref.WeakValueDictionary()}


def job(
    title: str,
    *,
    type: Optional[str] = None,
    total: Optional[float] = None,
    steps: Any = None,
    input: Any = None,
    metadata: Optional[Dict[str, Any]] = None,
    group: Optional[str] = None,
    weight: Optional[float] = None,
    workspace: Optional[str] = None,
    created_by: Optional[str] = None,
    key: Optional[str] = None,
    heartbeat: Optional[float] = None,
    time_limit: Optional[float] = None,
    raise_on_cancel: bool = False,
) -> Job:
    """Starts a job that this program performs. As a context manager, it ends with its block.

    `key` identifies the job: if a job with this key exists, it is continued. `heartbeat` is the number of seconds
    without a report after which the job fails (10 minutes by default), `time_limit` the number of seconds it may run
    (30 minutes by default; math.inf for no limit).
    """
    start: Dict[str, Any] = {
        "title": title,
        "type": type,
        "total": total,
        "steps": steps,
        "input": input,
        "metadata": metadata,
        "group": group,
        "weight": weight,
        "workspace": workspace,
        "createdBy": created_by,
        "idempotencyKey": key,
        "cwd": _folder(),
        "commandLine": " ".join(sys.argv),
    }
    if heartbeat is not None:
        start["heartbeatMs"] = _milliseconds(heartbeat)
    if time_limit is not None:
        start["timeLimitMs"] = None if time_limit == math.inf else _milliseconds(time_limit)
    with _lock:
        known = _shared["keyed"].get(key) if key else None
        if known is not None and known._pid == os.getpid() and not known.ended:
            return known
        new_job = Job(_shared_reporter(), start, raise_on_cancel=raise_on_cancel)
        if key:
            _shared["keyed"][key] = new_job
        return new_job


def current_job() -> Optional[Job]:
    """The job of the innermost `with jobdeck.job(…)`, otherwise the Jobdeck job this program runs in, otherwise None."""
    inner = active.get()
    if inner is not None:
        return inner
    own = own_job()
    if own is None:
        return None
    with _lock:
        if _shared["current"] is None:
            reporter = Reporter(lambda: find_address(os.environ, own), adopts=own.token is None)
            _shared["current"] = Job(reporter, job_id=own.id)
        return _shared["current"]


def flush(seconds: float = 5.0) -> bool:
    """Waits up to `seconds` until the daemon has received all reports. Returns whether it has."""
    return _shared_reporter().flush(seconds)


def track(iterable: Iterable[T], title: str, *, total: Optional[float] = None, **more: Any) -> Iterator[T]:
    """Yields the items of an iterable and reports progress on a job. Leaving the loop early cancels the job."""
    if total is None and hasattr(iterable, "__len__"):
        total = len(iterable)  # type: ignore[arg-type]
    with_job = job(title, total=total, **more)
    return _tracked_items(iterable, with_job)


def _tracked_items(iterable: Iterable[T], target: Job) -> Iterator[T]:
    done = 0
    try:
        for item in iterable:
            yield item
            done += 1
            target.progress(done)
    except GeneratorExit:
        target.fail(f"Stopped after {done + 1}.", cancelled=True)
        raise
    except BaseException as error:
        target.fail(error, cancelled=isinstance(error, (KeyboardInterrupt, Cancelled)))
        raise
    target.complete()


@overload
def tracked(function: F) -> F: ...
@overload
def tracked(*, title: Optional[str] = None, **more: Any) -> Callable[[F], F]: ...
def tracked(function: Any = None, *, title: Optional[str] = None, **more: Any) -> Any:
    """Reports each call of a function or coroutine function as a job: `@tracked` or `@tracked(title=…, type=…)`."""

    def decorate(inner: Any) -> Any:
        name: str = title or getattr(inner, "__qualname__", None) or "Job"

        @functools.wraps(inner)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            with job(name, **more):
                return await inner(*args, **kwargs)

        @functools.wraps(inner)
        def run(*args: Any, **kwargs: Any) -> Any:
            with job(name, **more):
                return inner(*args, **kwargs)

        return run_async if inspect.iscoroutinefunction(inner) else run

    return decorate if function is None else decorate(function)


def _shared_reporter() -> Reporter:
    if _shared["any"] is None:
        _shared["any"] = Reporter(lambda: find_address(os.environ))
    return _shared["any"]


def _milliseconds(seconds: Any) -> Union[float, None]:
    return seconds * 1000 if isinstance(seconds, (int, float)) and math.isfinite(seconds) else None


def _folder() -> Optional[str]:
    try:
        return os.getcwd()
    except OSError:
        return None  # The folder was removed.
