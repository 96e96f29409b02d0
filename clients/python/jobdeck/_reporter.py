"""Takes reports of a program's jobs and sees to it that the daemon gets them: now, later, or by another program.

A daemon thread sends them. Nothing here raises into the program, and a report costs it no more than a place in a
bounded buffer. After a fork the child has a reporter of its own: what the parent had not sent is the parent's to send.
"""

from __future__ import annotations

import atexit
import os
import secrets
import sys
import threading
import time
import weakref
from typing import Any, Callable, Dict, List, Optional

from ._address import Address, daemon_home
from ._arguments import Report
from ._buffer import Buffer, Tracked
from ._http import Away, Connection, Refused
from ._spool import Spool, adopt_orphans, own_spool

TICK = 0.05
BACK_OFF = (0.1, 5.0)
BATCH = 500
FINAL_FLUSH = 2.0
# Between two looks whether somebody has cancelled, while the program wants to know.
LOOK = 1.0

_warned: "set[str]" = set()


def warn(text: str) -> None:
    """Says something to the program's author, once."""
    if os.environ.get("JOBDECK_QUIET") or text in _warned or len(_warned) > 20:
        return
    _warned.add(text)
    try:
        print(f"jobdeck: {text}", file=sys.stderr)
    except (OSError, ValueError):
        pass  # There is no stderr to say it on.


class Reporter:
    def __init__(self, find: Callable[[], Optional[Address]], home: Optional[str] = None, adopts: bool = True) -> None:
        self._find = find
        self._home = home or daemon_home()
        self._adopts = adopts
        self._begin()
        _reporters.add(self)

    def _begin(self) -> None:
        """The state of this process: at first, and again in the child of a fork."""
        inherited: Optional[Connection] = getattr(self, "_connection", None)
        if inherited is not None:
            inherited.close()  # Its parent goes on with it.
        self.client = secrets.token_urlsafe(12)
        self._jobs: Dict[str, Tracked] = {}
        self._changed = threading.Condition()
        self._buffer = Buffer()
        self._spool: Optional[Spool] = None
        self._orphans: List[Spool] = []
        self._ids: Dict[str, Optional[str]] = {}
        self._in_flight: List[Dict[str, Any]] = []
        self._thread: Optional[threading.Thread] = None
        self._connection: Optional[Connection] = None
        # Attempts to deliver are numbered, so that a flush knows of one that failed whether it began after it.
        self._attempt = 0
        self._failed = 0
        self._adopted = False
        self._hurry = 0
        self._clients = 0
        self._closed = False

    @property
    def has_undelivered(self) -> bool:
        spooled = self._spool is not None and not self._spool.is_empty
        return not self._buffer.is_empty or bool(self._in_flight) or spooled

    def add(self, job: Tracked) -> None:
        with self._changed:
            self._take_on(job)
            self._wake()

    def report(self, job: Tracked, report: Report) -> None:
        with self._changed:
            if job.refused:
                return
            if job.process != self.client:
                self._take_on(job)
            self._buffer.add(job, report)
            if self._buffer.is_full:
                self._spill()
            self._wake()

    def _take_on(self, job: Tracked) -> None:
        """A job that this process reports on. In a child whose parent may not have started it yet it is started again,
        which by its key gives the same job."""
        self._clients += 1
        job.process = self.client
        # Not the process alone: another object of it may report on the same job.
        job.client = f"{self.client}-{self._clients}"
        job.seq = 0
        self._jobs[job.key] = job
        if job.id is None and job.start is not None:
            self._buffer.start(job)

    def add_watch(self) -> None:
        """Somebody wants to know soon when a job is cancelled."""
        with self._changed:
            self._wake()

    def flush(self, seconds: float) -> bool:
        """Waits until everything reported so far is with the daemon, at most so long; returns whether it is.

        While the daemon is away it does not wait: what is not delivered is on disk then.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            self._hurry += 1
            before = self._attempt
            self._wake()
            try:
                while self.has_undelivered and self._failed <= before:
                    left = deadline - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        break
            finally:
                self._hurry -= 1
            if self.has_undelivered:
                self._spill()
            return not self.has_undelivered

    def close(self, seconds: float = FINAL_FLUSH) -> None:
        """The end of the program."""
        if self.has_undelivered:
            self.flush(seconds)
        self._closed = True
        with self._changed:
            self._spill()
            self._changed.notify_all()

    def _wake(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="jobdeck", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # The interpreter is ending, and has no more threads.
                self._thread = None
                self._spill()
        self._changed.notify_all()

    def _spill(self) -> None:
        """Puts what is in memory on disk, in its order."""
        lines = self._in_flight + self._buffer.take(float("inf"), float("inf"))
        self._in_flight = []
        if not lines:
            return
        if self._spool is None:
            self._spool = own_spool(self._home, self.client)
        try:
            lost = self._spool.append(lines)
        except OSError:
            # The disk is full or the folder is gone. Memory goes on from here; the file is delivered beside it.
            self._orphans.append(self._spool)
            self._spool = Spool(None)
            lost = self._spool.append(lines)
        if lost:
            warn("The Jobdeck daemon is away and there is no room for more: some reports are lost.")

    def _run(self) -> None:
        try:
            self._work_on()
        finally:
            if self._closed and self._connection is not None:
                self._connection.close()

    def _work_on(self) -> None:
        thread = self._thread
        failures = 0
        while self._thread is thread and not self._closed:
            try:
                with self._changed:
                    self._wait_for_work(failures)
                    if self._closed:
                        return
                    self._attempt += 1
                self._try()
                failures = 0
            except Away:
                self._lose()
                failures += 1
            except Exception as error:  # A defect here must not end the program's jobs without a word.
                warn(f"Reporting failed: {error!r}")
                self._lose()
                failures += 1

    def _wait_for_work(self, failures: int) -> None:
        if failures:
            until = time.monotonic() + min(BACK_OFF[1], BACK_OFF[0] * 2 ** (failures - 1))
            while not self._hurry and not self._closed and time.monotonic() < until:
                self._changed.wait(until - time.monotonic())
                if not self._buffer.is_empty:
                    self._spill()
            return
        while not self._closed and not self.has_undelivered and not self._orphans:
            pause = self._next_look()
            if not self._changed.wait(pause) and pause is not None:
                return
        until = time.monotonic() + TICK
        while not self._hurry and not self._closed and not self._buffer.is_full and time.monotonic() < until:
            self._changed.wait(max(0.0, until - time.monotonic()))

    def _next_look(self) -> Optional[float]:
        """Seconds until a job needs a sign of life, or is to be asked about; None when there is none."""
        running = [job for job in self._jobs.values() if not job.ended and job.id is not None]
        now = time.monotonic()
        return min((max(0.01, job.heard_at + _pace(job) - now) for job in running), default=None)

    def _try(self) -> None:
        reused = self._connection is not None
        try:
            self._work()
        except Away:
            if not reused:
                raise
            # It was the connection to a daemon that has gone since; another one may be there already.
            self._disconnect()
            self._work()

    def _work(self) -> None:
        connection = self._connect()
        with self._changed:
            spool = self._spool
            own = spool is not None and not spool.is_empty
            lines = spool.peek(BATCH) if own and spool is not None else self._buffer.take(BATCH)
            if not own:
                self._in_flight = lines
        self._deliver(connection, lines)
        if lines:
            with self._changed:
                if own and spool is not None:
                    spool.drop()
                else:
                    self._in_flight = []
                self._changed.notify_all()
        elif self._orphans:
            orphan = self._orphans[0]
            self._deliver(connection, orphan.peek(BATCH))
            orphan.drop()
            if orphan.is_empty:
                self._orphans.pop(0)
        self._look(connection)

    def _connect(self) -> Connection:
        address = self._find()
        if address is None:
            raise Away("The Jobdeck daemon is not running.")
        if self._connection is None or self._connection.address != address:
            if self._connection is not None:
                self._connection.close()
            self._connection = Connection(address)
        if self._adopts and not self._adopted:
            self._adopted = True
            self._orphans += adopt_orphans(self._home, self.client)
        return self._connection

    def _deliver(self, connection: Connection, lines: List[Dict[str, Any]]) -> None:
        for line in lines:
            key = line["key"]
            if "start" in line:
                self._start(connection, key, line["start"])
                continue
            job_id = line.get("id") or self._ids.get(key) or self._known(key)
            if job_id is None:
                continue  # The daemon has refused to start it.
            try:
                self._stands(key, connection.report(job_id, line["report"]))
            except Refused as error:
                warn(f"A report on job {job_id} was refused: {error}")

    def _known(self, key: str) -> Optional[str]:
        job = self._jobs.get(key)
        return None if job is None else job.id

    def _start(self, connection: Connection, key: str, start: Dict[str, Any]) -> None:
        job = self._jobs.get(key)
        try:
            self._ids[key] = connection.start(start)["id"]
            if job is not None:
                job.id = self._ids[key]
                job.heard_at = time.monotonic()
        except Refused as error:
            self._ids[key] = None
            if job is not None:
                job.refused = True
            warn(f"Job {key} was not started: {error}")

    def _stands(self, key: str, reply: Dict[str, Any]) -> None:
        job = self._jobs.get(key)
        if job is None:
            return
        job.heard_at = time.monotonic()
        if reply.get("cancelRequested"):
            job.cancel_requested = True
        if job.ended and not self.has_undelivered:
            self._jobs.pop(key, None)

    def _look(self, connection: Connection) -> None:
        """A sign of life of each job that said nothing, and a look whether somebody wants it to stop."""
        now = time.monotonic()
        for job in list(self._jobs.values()):
            if job.ended or job.id is None or now - job.heard_at < _pace(job) * 0.9:
                continue
            try:
                if now - job.last_beat >= job.beat * 0.9:
                    job.last_beat = now
                    self._stands(job.key, connection.report(job.id, {"kind": "heartbeat"}))
                else:
                    self._stands(job.key, connection.look(job.id))
            except Refused:
                job.ended = True  # It was removed: there is nothing to report on any more.

    def _lose(self) -> None:
        self._disconnect()
        with self._changed:
            self._failed = self._attempt
            self._changed.notify_all()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        with self._changed:
            self._spill()


def _pace(job: Tracked) -> float:
    return min(job.beat, LOOK) if job.watched else job.beat


# Of this process: what has to end with it, or begin again after a fork.
_reporters: "weakref.WeakSet[Reporter]" = weakref.WeakSet()


def _at_exit() -> None:
    for reporter in list(_reporters):
        reporter.close()


def _after_fork() -> None:
    for reporter in list(_reporters):
        reporter._begin()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
