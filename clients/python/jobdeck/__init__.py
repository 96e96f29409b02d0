"""Makes the jobs of Python programs visible in Jobdeck.

    with jobdeck.job("Ingest", total=100) as job:
        for n, row in enumerate(rows):
            job.progress(n)

Nothing here raises into the program, and everything works while the daemon is away: what is reported waits for it.
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
    """Begins a job that this program does itself; as a context manager it ends as its block does.

    `key`: when a job has it already, that one is reported on. `heartbeat`, `time_limit`: seconds after which it fails,
    in silence (10 minutes unless given) or at all (30 minutes; math.inf for never).
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
        made = Job(_any_reporter(), start, raise_on_cancel=raise_on_cancel)
        if key:
            _shared["keyed"][key] = made
        return made


def current_job() -> Optional[Job]:
    """The job of the innermost `with jobdeck.job(…)`, else the one of Jobdeck that this program runs in, else None."""
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
    """Waits until everything reported so far is with the daemon, at most so long; returns whether it is."""
    return _any_reporter().flush(seconds)


def track(iterable: Iterable[T], title: str, *, total: Optional[float] = None, **more: Any) -> Iterator[T]:
    """The items of an iterable, one by one, as the progress of a job. A loop that is left early cancels it."""
    if total is None and hasattr(iterable, "__len__"):
        total = len(iterable)  # type: ignore[arg-type]
    with_job = job(title, total=total, **more)
    return _tracked_items(iterable, with_job)


def _tracked_items(iterable: Iterable[T], of: Job) -> Iterator[T]:
    done = 0
    try:
        for item in iterable:
            yield item
            done += 1
            of.progress(done)
    except GeneratorExit:
        of.fail(f"Left after {done + 1}.", cancelled=True)
        raise
    except BaseException as error:
        of.fail(error, cancelled=isinstance(error, (KeyboardInterrupt, Cancelled)))
        raise
    of.complete()


@overload
def tracked(function: F) -> F: ...
@overload
def tracked(*, title: Optional[str] = None, **more: Any) -> Callable[[F], F]: ...
def tracked(function: Any = None, *, title: Optional[str] = None, **more: Any) -> Any:
    """Makes each call of a function a job, also of a coroutine function: `@tracked` or `@tracked(title=…, type=…)`."""

    def decorate(inner: Any) -> Any:
        name: str = title or getattr(inner, "__qualname__", None) or "Job"

        @functools.wraps(inner)
        async def later(*args: Any, **kwargs: Any) -> Any:
            with job(name, **more):
                return await inner(*args, **kwargs)

        @functools.wraps(inner)
        def now(*args: Any, **kwargs: Any) -> Any:
            with job(name, **more):
                return inner(*args, **kwargs)

        return later if inspect.iscoroutinefunction(inner) else now

    return decorate if function is None else decorate(function)


def _any_reporter() -> Reporter:
    if _shared["any"] is None:
        _shared["any"] = Reporter(lambda: find_address(os.environ))
    return _shared["any"]


def _milliseconds(seconds: Any) -> Union[float, None]:
    return seconds * 1000 if isinstance(seconds, (int, float)) and math.isfinite(seconds) else None


def _folder() -> Optional[str]:
    try:
        return os.getcwd()
    except OSError:
        return None  # It has been removed.
